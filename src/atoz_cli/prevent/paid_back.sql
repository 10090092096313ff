-- one row is one suspect order that was refunded by the day asked: how much at least, as the fullest of its books says, and whether an amount is unknown
WITH told AS (
    SELECT r.account, r.order_id, 'file' AS book, r.amount
    FROM refunds AS r
    JOIN horizon AS h ON r.refunded_at <= h.as_of
    UNION ALL
    SELECT m.account, m.order_id, COALESCE(m.book, '') AS book, m.amount
    FROM money AS m
    JOIN horizon AS h ON m.posted_at <= h.as_of
    WHERE m.kind = 'refund'
),
summed AS (
    SELECT
        t.account, t.order_id, t.book, SUM(CASE WHEN t.amount < 0 THEN 0 - t.amount ELSE t.amount END) AS paid,
        MAX(CASE WHEN t.amount IS NULL THEN 1 ELSE 0 END) AS unknown_amount
    FROM told AS t
    WHERE t.order_id IN (SELECT s.order_id FROM suspects AS s)
    GROUP BY t.account, t.order_id, t.book
)
SELECT account, order_id, COALESCE(MAX(paid), 0) AS paid, MAX(unknown_amount) AS unknown_amount
FROM summed
GROUP BY account, order_id
