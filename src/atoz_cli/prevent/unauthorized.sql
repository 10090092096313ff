-- one row is one order whose card holder, by the day asked, was told not to have made it: a claim by reason or words, a fraud chargeback
WITH told AS (
    SELECT c.account, c.order_id, c.filed_at
    FROM all_claims AS c
    JOIN reason_kinds AS k ON k.reason = c.reason AND k.kind = 'unauthorized_purchase'
    UNION ALL
    SELECT w.account, w.order_id, w.filed_at FROM worded_claims AS w WHERE w.kind = 'unauthorized_purchase'
    UNION ALL
    SELECT b.account, b.order_id, b.filed_at
    FROM all_chargebacks AS b
    JOIN horizon AS h ON 1 = 1
    JOIN chargeback_classes AS k
        ON k.account = b.account AND k.order_id = b.order_id AND k.chargeback_id = b.claim_id AND k.filed_at = b.filed_at
        AND k.class = 'fraud' AND k.since <= h.as_of AND k.until > h.as_of
)
SELECT t.account, t.order_id, MIN(t.filed_at) AS filed_at
FROM told AS t
JOIN horizon AS h ON t.filed_at <= h.as_of AND t.filed_at >= h.fraud_from
GROUP BY t.account, t.order_id
