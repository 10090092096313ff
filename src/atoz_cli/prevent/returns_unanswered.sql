-- one row is one order with a return request that waits for an answer of the seller
SELECT
    a.account, a.place, a.channel, a.order_id, a.sku, a.amount, a.currency, a.disputed, MIN(r.requested_at) AS requested_at
FROM open_returns AS r
JOIN waiting_returns AS w ON w.status = r.status
JOIN around AS a ON a.account = r.account AND a.order_id = r.order_id AND w.place = a.place
JOIN reach AS l ON l.place = a.place AND r.requested_at >= l.watch_from
WHERE r.delivered_at IS NULL AND COALESCE(a.channel, 'mfn') <> 'afn' AND a.refunded = 0
GROUP BY a.account, a.place, a.channel, a.order_id, a.sku, a.amount, a.currency, a.disputed
