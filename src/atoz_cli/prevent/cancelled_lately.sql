-- one row is one order of the seller's, placed lately and cancelled, with whether it was not the buyer's wish (1), was (0), or nobody says
WITH listed AS (
    SELECT h.account, h.order_id, MAX(CASE WHEN h.counts THEN 1 WHEN h.counts IS NULL THEN 1 ELSE 0 END) AS counts
    FROM health_orders AS h
    WHERE h.metric = 'cancellations'
    GROUP BY h.account, h.order_id
)
SELECT
    o.account, COALESCE(o.marketplace, '') AS place, o.order_id, o.placed_at,
    CASE WHEN t.counts = 1 THEN 1 WHEN o.buyer_requested_cancel OR t.counts = 0 THEN 0 WHEN NOT o.buyer_requested_cancel THEN 1 END
        AS by_seller
FROM orders_in_reach AS o
JOIN reach AS l ON l.place = COALESCE(o.marketplace, '') AND o.placed_at >= l.cancelled_from
LEFT JOIN listed AS t ON t.account = o.account AND t.order_id = o.order_id
WHERE o.status = 'cancelled' AND COALESCE(o.channel, 'mfn') <> 'afn'
