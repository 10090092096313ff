-- one row is one refund that Amazon booked on a seller-fulfilled order with a claim, where no file of refunds tells of that order
WITH disputed AS (
    SELECT c.account, c.order_id FROM claims AS c
    UNION
    SELECT m.account, m.order_id FROM mail_claims AS m
),
settled AS (
    SELECT m.account, m.order_id, m.settlement_id FROM money AS m
    WHERE m.kind = 'refund' AND m.book = 'settlement'
    GROUP BY m.account, m.order_id, m.settlement_id
),
written AS (
    SELECT r.account, r.order_id FROM refunds AS r GROUP BY r.account, r.order_id
)
SELECT m.account, m.order_id, m.posted_at AS refunded_at, CASE WHEN m.amount < 0 THEN 0 - m.amount ELSE m.amount END AS amount, m.currency
FROM money AS m
JOIN disputed AS c ON c.account = m.account AND c.order_id = m.order_id
LEFT JOIN settled AS s
    ON s.account = m.account AND s.order_id = m.order_id AND s.settlement_id = m.settlement_id AND m.book = 'payments'
LEFT JOIN written AS w ON w.account = m.account AND w.order_id = m.order_id
WHERE m.kind = 'refund' AND COALESCE(m.channel, 'mfn') <> 'afn' AND s.order_id IS NULL AND w.order_id IS NULL
