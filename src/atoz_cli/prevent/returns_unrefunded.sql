-- one row is one return that reached the seller, of an order that is not known to be refunded in full
SELECT
    a.account, a.place, a.channel, a.order_id, a.sku, a.amount, a.currency, a.disputed, r.delivered_at, r.quantity, a.paid,
    p.amount AS item_amount, p.quantity AS item_quantity
FROM open_returns AS r
JOIN around AS a ON a.account = r.account AND a.order_id = r.order_id
JOIN reach AS l ON l.place = a.place AND r.delivered_at >= l.watch_from
LEFT JOIN settled_statuses AS d ON d.place = a.place AND d.status = r.status
LEFT JOIN around_items AS p ON p.account = r.account AND p.order_id = r.order_id AND p.sku = r.sku
WHERE d.status IS NULL AND COALESCE(a.channel, 'mfn') <> 'afn' AND a.refunded = 0
