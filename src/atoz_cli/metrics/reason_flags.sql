-- one row is one order and one reason of its defects, on one day asked
WITH reasons AS (
    SELECT
        d.as_of, d.era, d.account, d.order_id, d.kind, d.counts, d.pends,
        CASE WHEN d.kind = 'negative_feedback' THEN 'negative_feedback'
            ELSE COALESCE(c.reason, b.reason_code, b.reason, '') END AS grp
    FROM counted_defects AS d
    LEFT JOIN all_claims AS c
        ON d.kind = 'a_to_z_claim' AND c.account = d.account AND c.order_id = d.order_id AND c.claim_id = d.claim_id
        AND (c.filed_at = d.on_at OR c.filed_at IS NULL AND d.on_at IS NULL)
    LEFT JOIN all_chargebacks AS b
        ON d.kind = 'chargeback' AND b.account = d.account AND b.order_id = d.order_id AND b.claim_id = d.claim_id
        AND (b.filed_at = d.on_at OR b.filed_at IS NULL AND d.on_at IS NULL)
)
SELECT
    as_of, era, account, order_id, grp,
    MAX(counts) AS defective,
    MAX(CASE WHEN kind = 'negative_feedback' THEN counts ELSE 0 END) AS negative_feedback,
    MAX(CASE WHEN kind = 'a_to_z_claim' THEN counts ELSE 0 END) AS claim,
    MAX(CASE WHEN kind = 'chargeback' THEN counts ELSE 0 END) AS chargeback,
    MAX(CASE WHEN counts = 1 OR pends = 1 THEN 1 ELSE 0 END) AS lost
FROM reasons
WHERE counts = 1 OR pends = 1
GROUP BY as_of, era, account, order_id, grp
