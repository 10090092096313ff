-- one row is the units of one seller-fulfilled order that was not cancelled in one state, with the moments since when they are delivered on time and since when they may be
WITH said AS (
    SELECT
        h.account, h.order_id, MAX(CASE WHEN h.late THEN 1 WHEN NOT h.late THEN 0 END) AS some_late,
        MIN(CASE WHEN h.late THEN 1 WHEN NOT h.late THEN 0 END) AS all_late
    FROM listed AS h
    GROUP BY h.account, h.order_id
),
parts AS (
    SELECT i.account, i.order_id, SUM(i.quantity) AS units, COUNT(i.quantity) AS parts
    FROM unit_items AS i
    JOIN unit_orders AS o ON o.account = i.account AND o.order_id = i.order_id
    WHERE COALESCE(i.item_status, '') <> 'cancelled'
    GROUP BY i.account, i.order_id
),
sent AS (
    SELECT
        t.era, t.account, t.order_id, COUNT(*) AS packages, COUNT(t.delivered_at) AS delivered, COUNT(t.promise_at) AS promised,
        COUNT(CASE WHEN t.delivered_at <= t.promise_at THEN 1 END) AS on_time,
        COUNT(CASE WHEN t.delivered_at > t.promise_at THEN 1 END) AS late,
        MAX(t.delivered_at) AS delivered_at, MAX(t.promised_at) AS promised_at, MIN(t.known_at) AS known_at,
        MIN(CASE WHEN t.tracking_number IS NULL AND t.tells_tracking AND t.scanned_at IS NULL THEN 1 ELSE 0 END) AS untracked
    FROM package_times AS t
    GROUP BY t.era, t.account, t.order_id
),
judged AS (
    SELECT
        o.kind, o.era, o.account, o.marketplace, o.channel, o.placed_at, o.latest_at, COALESCE(s.promised_at, o.promised_at) AS promised_at,
        CASE WHEN p.units > 0 THEN p.units ELSE 1 END AS units, l.some_late, l.all_late, COALESCE(p.parts, 1) AS parts,
        s.packages, s.on_time, s.late, s.delivered_at,
        CASE WHEN s.untracked = 1 AND l.some_late IS NULL THEN s.known_at END AS untracked_at,
        CASE
            WHEN l.some_late = 1 AND (l.all_late = 0 OR p.parts > 1) THEN 'several_units'
            WHEN s.packages IS NULL THEN 'no_package'
            WHEN COALESCE(s.promised_at, o.promised_at) IS NULL THEN 'no_promise'
            WHEN s.delivered < s.packages OR s.on_time = s.packages OR s.late = s.packages THEN 'no_delivery'
            WHEN s.promised < s.packages THEN 'no_promise'
            ELSE 'several_packages' END AS why
    FROM order_times AS o
    LEFT JOIN sent AS s ON s.era = o.era AND s.account = o.account AND s.order_id = o.order_id
    LEFT JOIN parts AS p ON p.account = o.account AND p.order_id = o.order_id
    LEFT JOIN said AS l ON l.account = o.account AND l.order_id = o.order_id
),
settled AS (
    SELECT
        j.*,
        CASE
            WHEN promised_at IS NULL OR why = 'several_units' THEN NULL
            WHEN some_late = 0 THEN COALESCE(delivered_at, placed_at)
            WHEN some_late IS NULL AND on_time = packages THEN delivered_at END AS hit_at,
        CASE
            WHEN promised_at IS NULL OR why = 'several_units' THEN NULL
            WHEN some_late = 1 THEN COALESCE(delivered_at, placed_at)
            WHEN some_late IS NULL AND late = packages THEN delivered_at END AS late_at
    FROM judged AS j
)
SELECT
    kind, era, account, marketplace, channel, '' AS grp, COALESCE(promised_at, placed_at) AS first_at,
    COALESCE(promised_at, latest_at) AS last_at, placed_at AS known_at, COALESCE(untracked_at, late_at) AS gone_at, hit_at, placed_at AS doubt_at, why, units
FROM settled
UNION ALL
SELECT
    kind, era, account, marketplace, channel, '' AS grp, promised_at AS first_at, promised_at AS last_at, late_at AS known_at,
    CASE WHEN 1 = 0 THEN late_at END AS gone_at, CASE WHEN 1 = 0 THEN late_at END AS hit_at,
    CASE WHEN 1 = 0 THEN late_at END AS doubt_at, '' AS why, units
FROM settled
WHERE late_at IS NOT NULL AND untracked_at IS NULL
