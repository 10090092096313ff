-- one row is one claim that the seller refunded in full, with the moment at which it became full
WITH moments AS (
    SELECT r.account, r.order_id, r.refunded_at FROM seller_refunds AS r GROUP BY r.account, r.order_id, r.refunded_at
),
running AS (
    SELECT
        c.account, c.order_id, c.claim_id, c.filed_at, c.amount AS owed, m.refunded_at, SUM(r.amount) AS paid,
        SUM(CASE WHEN r.amount IS NULL THEN 1 ELSE 0 END) AS unknown_amounts
    FROM every_claim AS c
    JOIN moments AS m ON m.account = c.account AND m.order_id = c.order_id
    JOIN seller_refunds AS r
        ON r.account = m.account AND r.order_id = m.order_id AND r.refunded_at <= m.refunded_at
    GROUP BY c.account, c.order_id, c.claim_id, c.filed_at, c.amount, m.refunded_at
)
SELECT account, order_id, claim_id, filed_at, MIN(refunded_at) AS full_at
FROM running
WHERE owed IS NULL OR unknown_amounts > 0 OR paid >= owed
GROUP BY account, order_id, claim_id, filed_at
