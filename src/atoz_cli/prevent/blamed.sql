-- one row is one product with enough orders of the period that complain of it
SELECT c.account, c.place, i.sku, COUNT(DISTINCT c.order_id) AS complaints
FROM complained AS c
JOIN around_items AS i ON i.account = c.account AND i.order_id = c.order_id AND (c.sku IS NULL OR i.sku = c.sku)
JOIN reach AS l ON l.place = c.place
WHERE i.sku IS NOT NULL
GROUP BY c.account, c.place, i.sku, l.least_complaints
HAVING COUNT(DISTINCT c.order_id) >= l.least_complaints
