-- one row is one product of which enough orders placed lately were cancelled, and not as the buyer wished
SELECT c.account, c.place, i.sku, COUNT(*) AS orders, MIN(c.placed_at) AS first_at, MAX(c.placed_at) AS last_at
FROM cancelled_lately AS c
JOIN around_items AS i ON i.account = c.account AND i.order_id = c.order_id AND i.sku IS NOT NULL
JOIN reach AS l ON l.place = c.place
WHERE c.by_seller = 1
GROUP BY c.account, c.place, i.sku, l.least_cancelled
HAVING COUNT(*) >= l.least_cancelled
