-- one row is one order of high value that is delivered whole, with a package that nobody signed for although its files would tell
SELECT
    a.account, a.place, a.channel, a.order_id, a.sku, a.amount, a.currency, a.disputed, l.dear,
    COUNT(*) AS packages, MAX(s.delivered_at) AS delivered_at
FROM around_parcels AS s
JOIN around AS a ON a.account = s.account AND a.order_id = s.order_id
JOIN unsigned AS u ON u.account = s.account AND u.order_id = s.order_id
JOIN reach AS l ON l.place = a.place AND a.amount >= l.dear
WHERE COALESCE(a.channel, 'mfn') <> 'afn' AND COALESCE(a.status, '') <> 'cancelled' AND a.refunded = 0
GROUP BY a.account, a.place, a.channel, a.order_id, a.sku, a.amount, a.currency, a.disputed, l.dear, l.unsigned_from
HAVING SUM(CASE WHEN s.delivered_at IS NULL THEN 1 ELSE 0 END) = 0 AND MAX(s.delivered_at) >= l.unsigned_from
