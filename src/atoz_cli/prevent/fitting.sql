-- one row is one order that waits to be shipped and is like unauthorized purchases, with the number of the narrowest pattern that it fits
WITH fitted AS (
    SELECT w.account, w.order_id, MIN(p.pattern) AS pattern
    FROM waiting_orders AS w
    JOIN patterns AS p ON p.account = w.account AND p.place = w.place
    LEFT JOIN around_items AS i ON i.account = w.account AND i.order_id = w.order_id
    WHERE (p.sku IS NULL OR p.sku = i.sku) AND (p.country IS NULL OR w.ship_country IS NULL OR p.country = w.ship_country)
        AND (p.state IS NULL OR p.state = w.ship_state) AND (p.area IS NULL OR w.ship_postal_code LIKE p.area)
    GROUP BY w.account, w.order_id
)
SELECT
    w.account, w.place, w.channel, w.order_id, w.sku, w.amount, w.currency, w.disputed, w.placed_at, w.ship_by, f.pattern
FROM fitted AS f
JOIN waiting_orders AS w ON w.account = f.account AND w.order_id = f.order_id
WHERE w.refunded = 0
