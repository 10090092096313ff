-- one row is one package in one state, or one order that was not cancelled until its first package is known, with the moments since when its tracking is valid and since when it may be
WITH said AS (
    SELECT
        h.account, h.order_id, COALESCE(h.tracking_number, '') AS tracking_number, MAX(h.category) AS category,
        MAX(CASE WHEN h.valid_tracking THEN 1 WHEN NOT h.valid_tracking THEN 0 END) AS valid
    FROM listed AS h
    GROUP BY h.account, h.order_id, COALESCE(h.tracking_number, '')
),
packages AS (
    SELECT
        t.kind, t.era, t.account, t.order_id, t.marketplace, t.channel, t.placed_at, t.known_at, t.promised_at, t.latest_at,
        t.too_late_at, t.first_scan_at, t.delivered_at, t.scanned_at, l.valid, COALESCE(l.category, '') AS grp,
        CASE WHEN t.tracking_number IS NULL AND t.tells_tracking THEN 1 ELSE 0 END AS untracked,
        CASE WHEN g.origin IS NOT NULL THEN 1 ELSE 0 END AS two_scans
    FROM package_times AS t
    LEFT JOIN said AS l
        ON l.account = t.account AND l.order_id = t.order_id AND l.tracking_number = COALESCE(t.tracking_number, '')
    LEFT JOIN two_scan_origins AS g ON g.era = t.era AND g.marketplace = t.marketplace AND g.origin = t.ship_from
),
firsts AS (
    SELECT p.era, p.account, p.order_id, MIN(p.known_at) AS known_at FROM packages AS p GROUP BY p.era, p.account, p.order_id
)
SELECT
    kind, era, account, marketplace, channel, grp, COALESCE(promised_at, placed_at) AS first_at,
    COALESCE(promised_at, latest_at) AS last_at, known_at,
    CASE WHEN valid IS NULL AND delivered_at >= too_late_at THEN delivered_at END AS gone_at,
    CASE
        WHEN promised_at IS NULL OR valid = 0 THEN NULL
        WHEN valid = 1 THEN known_at
        WHEN two_scans = 0 THEN scanned_at
        WHEN first_scan_at IS NOT NULL THEN delivered_at END AS hit_at,
    CASE
        WHEN promised_at IS NULL THEN known_at
        WHEN valid IS NOT NULL THEN NULL
        WHEN untracked = 1 THEN scanned_at
        ELSE known_at END AS doubt_at,
    CASE
        WHEN promised_at IS NULL THEN 'no_promise'
        WHEN scanned_at IS NOT NULL AND two_scans = 1 THEN 'two_scans'
        ELSE 'no_scan' END AS why,
    1 AS units
FROM packages
UNION ALL
SELECT
    kind, era, account, marketplace, channel, grp, promised_at AS first_at, promised_at AS last_at, delivered_at AS known_at,
    CASE WHEN 1 = 0 THEN known_at END AS gone_at, CASE WHEN 1 = 0 THEN known_at END AS hit_at,
    CASE WHEN 1 = 0 THEN known_at END AS doubt_at, '' AS why, 1 AS units
FROM packages
WHERE valid IS NULL AND delivered_at >= too_late_at
UNION ALL
SELECT
    o.kind, o.era, o.account, o.marketplace, o.channel, '' AS grp, COALESCE(o.promised_at, o.placed_at) AS first_at,
    COALESCE(o.promised_at, o.latest_at) AS last_at, o.placed_at AS known_at, f.known_at AS gone_at,
    CASE WHEN 1 = 0 THEN o.placed_at END AS hit_at, o.placed_at AS doubt_at, 'no_package' AS why, 1 AS units
FROM order_times AS o
LEFT JOIN firsts AS f ON f.era = o.era AND f.account = o.account AND f.order_id = o.order_id
WHERE f.known_at IS NULL OR f.known_at > o.placed_at
