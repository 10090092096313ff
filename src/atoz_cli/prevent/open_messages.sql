-- one row is one message of a buyer that was not answered by the day asked
SELECT m.account, m.order_id, m.received_at, m.topic
FROM messages AS m
JOIN horizon AS h ON m.received_at <= h.as_of AND m.received_at >= h.watch_from
WHERE m.answered_at IS NULL OR m.answered_at > h.as_of
