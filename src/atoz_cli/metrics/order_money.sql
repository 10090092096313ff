-- one row is one defective order in the window and one currency, with what its items cost
SELECT o.order_no, i.currency, SUM(i.amount) AS amount
FROM defective_inside AS o
JOIN items AS i ON i.account = o.account AND i.order_id = o.order_id
WHERE i.amount IS NOT NULL
GROUP BY o.order_no, i.currency
