-- one row is one return to the seller that is not done with by the day asked: it reached the seller, or waits for an answer
SELECT
    r.account, r.order_id, r.requested_at, CASE WHEN r.delivered_at <= h.as_of THEN r.delivered_at END AS delivered_at,
    r.status, r.sku, r.quantity
FROM returns AS r
JOIN horizon AS h ON r.requested_at IS NULL OR r.requested_at <= h.as_of
LEFT JOIN settled_everywhere AS s ON s.status = r.status
WHERE r.disposition IS NULL AND s.status IS NULL
    AND COALESCE(r.resolution, '') NOT IN ('refund_at_first_scan', 'replacement')
    AND (r.refunded_amount IS NULL OR r.order_amount IS NULL OR r.refunded_amount < r.order_amount OR r.order_amount = 0)
    AND (r.delivered_at <= h.as_of AND r.delivered_at >= h.watch_from
        OR (r.delivered_at IS NULL OR r.delivered_at > h.as_of) AND r.requested_at >= h.watch_from)
