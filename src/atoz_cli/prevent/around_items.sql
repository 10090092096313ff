-- one row is one product of one suspect order
SELECT i.account, i.order_id, i.sku, SUM(i.amount) AS amount, SUM(i.quantity) AS quantity, MIN(i.currency) AS currency
FROM items AS i
WHERE i.order_id IN (SELECT s.order_id FROM suspects AS s)
GROUP BY i.account, i.order_id, i.sku
