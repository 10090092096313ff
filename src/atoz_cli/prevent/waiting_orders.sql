-- one row is one order of the seller's that waits to be shipped on the day asked: by its status, or since all its packages left later
WITH packed AS (
    SELECT
        p.account, p.order_id, MAX(p.confirmed_at) AS confirmed_at, MIN(CASE WHEN p.confirmed_at IS NULL THEN p.ship_by END) AS ship_by,
        MIN(p.shipped_at) AS shipped_at, MIN(p.scanned_at) AS scanned_at, SUM(p.gone) AS gone
    FROM around_parcels AS p
    GROUP BY p.account, p.order_id
),
seen AS (
    SELECT a.*, CASE WHEN w.order_id IS NOT NULL THEN 1 ELSE 0 END AS says_so
    FROM around AS a
    JOIN reach AS l ON l.place = a.place AND a.placed_at >= l.watch_from
    LEFT JOIN orders_waiting AS w ON w.account = a.account AND w.order_id = a.order_id
    WHERE COALESCE(a.channel, 'mfn') <> 'afn' AND COALESCE(a.status, '') <> 'cancelled'
)
SELECT
    a.account, a.place, a.channel, a.order_id, a.sku, a.amount, a.currency, a.disputed, a.status, a.placed_at, a.ship_state,
    a.ship_postal_code, a.ship_country, a.refunded, a.says_so, COALESCE(p.ship_by, a.ship_by) AS ship_by, p.confirmed_at,
    p.shipped_at, p.scanned_at
FROM seen AS a
LEFT JOIN packed AS p ON p.account = a.account AND p.order_id = a.order_id
WHERE a.says_so = 0 AND p.gone = 0
    OR a.says_so = 1 AND p.confirmed_at IS NULL
    OR a.status = 'partially_shipped' AND (a.updated_at IS NULL OR p.confirmed_at <= a.updated_at)
