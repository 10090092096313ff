-- one row is one order of the seller's that waits to be shipped and whose ship-by date is near or past
SELECT
    w.account, w.place, w.channel, w.order_id, w.sku, w.amount, w.currency, w.disputed, w.status, w.ship_by, w.placed_at,
    w.confirmed_at, w.shipped_at, w.scanned_at
FROM waiting_orders AS w
JOIN reach AS l ON l.place = w.place
WHERE w.ship_by <= l.ship_soon AND w.refunded = 0
