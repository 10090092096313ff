-- one row is one product that is blamed, with its orders of the period in one account and marketplace
WITH held AS (
    SELECT i.account, i.sku, i.order_id
    FROM items AS i
    WHERE i.sku IN (SELECT b.sku FROM blamed AS b)
),
dated AS (
    SELECT o.account, o.order_id, COALESCE(o.marketplace, '') AS place, o.placed_at
    FROM orders_of_period AS o
    WHERE o.order_id IN (SELECT h.order_id FROM held AS h)
)
SELECT s.account, o.place, s.sku, COUNT(DISTINCT o.order_id) AS orders
FROM held AS s
JOIN dated AS o ON o.account = s.account AND o.order_id = s.order_id
JOIN reach AS l ON l.place = o.place AND o.placed_at >= l.complaints_from
GROUP BY s.account, o.place, s.sku
