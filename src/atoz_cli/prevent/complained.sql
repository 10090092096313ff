-- one row is one order of the period with a complaint, and the product that it names (none: it blames every product of the order)
SELECT a.account, a.place, a.order_id, c.sku, MAX(c.sure) AS sure
FROM around AS a
JOIN complaining AS c ON c.account = a.account AND c.order_id = a.order_id
JOIN reach AS l ON l.place = a.place AND a.placed_at >= l.complaints_from
LEFT JOIN left_out AS x ON x.status = a.status
WHERE x.status IS NULL
GROUP BY a.account, a.place, a.order_id, c.sku
