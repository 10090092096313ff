-- one row is one order with messages of the buyer that were not answered by the day asked
SELECT
    a.account, a.place, a.channel, a.order_id, a.sku, a.amount, a.currency, a.disputed, COUNT(*) AS messages,
    MIN(m.received_at) AS received_at,
    MIN(CASE WHEN m.topic IN ('delivery', 'return') THEN m.received_at END) AS claimable_at,
    MIN(CASE WHEN m.topic IS NULL THEN m.received_at END) AS untold_at
FROM open_messages AS m
JOIN around AS a ON a.account = m.account AND a.order_id = m.order_id
JOIN reach AS l ON l.place = a.place AND m.received_at >= l.watch_from
GROUP BY a.account, a.place, a.channel, a.order_id, a.sku, a.amount, a.currency, a.disputed
