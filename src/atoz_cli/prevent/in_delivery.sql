-- one row is one order on its way whose delivery is in danger on the day asked, at the furthest stage that fits
WITH promised AS (
    SELECT s.account, s.order_id, MAX(s.deliver_by) AS deliver_by
    FROM around_parcels AS s
    GROUP BY s.account, s.order_id
),
sent AS (
    SELECT
        a.account, a.order_id, a.place,
        CASE WHEN MAX(d.deliver_by) > MAX(a.deliver_by) OR MAX(a.deliver_by) IS NULL THEN MAX(d.deliver_by)
            ELSE MAX(a.deliver_by) END AS deliver_by,
        COUNT(*) AS packages, MIN(p.carrier) AS carrier, MAX(COALESCE(p.sent_at, p.scanned_at, a.placed_at)) AS sent_at,
        MAX(p.tells_deliveries) AS tells_deliveries, MAX(p.returned_at) AS returned_at,
        MIN(CASE WHEN p.protected = 1 AND p.scanned_at <= COALESCE(p.ship_by, a.ship_by) THEN 1 ELSE 0 END) AS covered,
        MIN(CASE WHEN p.tracking_number IS NOT NULL OR p.scanned_at IS NOT NULL THEN 1 ELSE 0 END) AS tracked,
        MAX(p.scanned_at) AS scanned_at,
        SUM(p.untracked) AS untracked,
        MIN(CASE WHEN p.untracked = 1 THEN p.confirmed_at END) AS untracked_since,
        MAX(CASE WHEN p.untracked = 1 THEN p.confirmed_at END) AS untracked_last,
        SUM(p.invalid) AS invalid, MIN(CASE WHEN p.invalid = 1 THEN p.confirmed_at END) AS invalid_since,
        MAX(CASE WHEN p.invalid = 1 THEN p.confirmed_at END) AS invalid_last,
        SUM(CASE WHEN p.unscanned = 1 AND (
                p.sent_at <= l.unscanned_since OR COALESCE(p.ship_by, a.ship_by) <= h.as_of
                OR p.protected = 1 AND COALESCE(p.ship_by, a.ship_by) <= l.scan_soon) THEN 1 ELSE 0 END) AS unscanned,
        MIN(CASE WHEN p.unscanned = 1 THEN p.sent_at END) AS unscanned_since,
        MIN(CASE WHEN p.unscanned = 1 THEN COALESCE(p.ship_by, a.ship_by) END) AS scan_by,
        MAX(CASE WHEN p.unscanned = 1 THEN p.protected ELSE 0 END) AS unscanned_protected
    FROM open_packages AS p
    JOIN around AS a ON a.account = p.account AND a.order_id = p.order_id
    JOIN horizon AS h ON 1 = 1
    JOIN reach AS l ON l.place = a.place
    LEFT JOIN promised AS d ON d.account = p.account AND d.order_id = p.order_id
    WHERE COALESCE(a.channel, 'mfn') <> 'afn' AND COALESCE(a.status, '') NOT IN ('cancelled', 'delivered') AND a.refunded = 0
    GROUP BY a.account, a.order_id, a.place
),
staged AS (
    SELECT
        s.*,
        CASE
            WHEN s.deliver_by < h.as_of AND s.tells_deliveries = 1 THEN 'late_delivery'
            WHEN s.invalid > 0 THEN 'invalid_tracking'
            WHEN s.untracked > 0 THEN 'no_tracking'
            WHEN s.unscanned > 0 THEN 'no_scan' END AS stage
    FROM sent AS s
    JOIN horizon AS h ON 1 = 1
    JOIN reach AS l ON l.place = s.place
    WHERE s.deliver_by >= l.promised_from OR s.deliver_by IS NULL AND s.sent_at >= l.watch_from
)
SELECT
    a.account, a.place, a.channel, a.order_id, a.sku, a.amount, a.currency, a.disputed, s.stage, s.deliver_by, s.packages,
    s.carrier, s.sent_at, s.returned_at, s.covered, s.tracked, s.scanned_at, s.untracked, s.untracked_since, s.untracked_last,
    s.invalid, s.invalid_since, s.invalid_last, s.unscanned, s.unscanned_since, s.scan_by, s.unscanned_protected
FROM staged AS s
JOIN around AS a ON a.account = s.account AND a.order_id = s.order_id
WHERE s.stage IS NOT NULL
