-- one row is one claim or chargeback that makes an order in the window defective, with the money it is about
SELECT o.order_no, c.currency, c.amount
FROM defective_inside AS o
JOIN counting_defects AS d ON d.account = o.account AND d.order_id = o.order_id AND d.kind = 'a_to_z_claim'
JOIN all_claims AS c
    ON c.account = d.account AND c.order_id = d.order_id AND c.claim_id = d.claim_id
    AND (c.filed_at = d.on_at OR c.filed_at IS NULL AND d.on_at IS NULL)
WHERE c.amount IS NOT NULL
UNION ALL
SELECT o.order_no, b.currency, b.amount
FROM defective_inside AS o
JOIN counting_defects AS d ON d.account = o.account AND d.order_id = o.order_id AND d.kind = 'chargeback'
JOIN all_chargebacks AS b
    ON b.account = d.account AND b.order_id = d.order_id AND b.claim_id = d.claim_id
    AND (b.filed_at = d.on_at OR b.filed_at IS NULL AND d.on_at IS NULL)
WHERE b.amount IS NOT NULL
