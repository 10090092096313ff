-- one row is one product that is blamed: its orders of the period and those that complain, the same of its account and marketplace
WITH placed AS (
    SELECT p.account, p.marketplace AS place, SUM(p.orders) AS orders
    FROM placed_days AS p
    JOIN reach AS l ON l.place = p.marketplace AND p.placed_on >= l.complaints_on
    GROUP BY p.account, p.marketplace
),
told AS (
    SELECT
        c.account, c.place, COUNT(DISTINCT c.order_id) AS complaints,
        COUNT(DISTINCT CASE WHEN c.sure = 1 THEN c.order_id END) AS sure
    FROM complained AS c
    GROUP BY c.account, c.place
)
SELECT b.account, b.place, b.sku, b.complaints, h.orders, t.complaints AS all_complaints, t.sure AS sure_complaints,
    p.orders AS all_orders
FROM blamed AS b
JOIN sold AS h ON h.account = b.account AND h.place = b.place AND h.sku = b.sku
JOIN placed AS p ON p.account = b.account AND p.place = b.place
JOIN told AS t ON t.account = b.account AND t.place = b.place
