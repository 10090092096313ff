-- one row is one seller-fulfilled order, with the moments since when it is confirmed late and since when it may be
WITH packages AS (
    SELECT
        p.account, p.order_id, p.placed_at, p.confirmed_at, COALESCE(p.package_ship_by, p.ship_by) AS due_at
    FROM unit_packages AS p
),
sent AS (
    SELECT
        p.account, p.order_id, COUNT(*) AS packages, MAX(p.due_at) AS due_at,
        COUNT(CASE WHEN p.confirmed_at > p.due_at THEN 1 END) AS late,
        COUNT(CASE WHEN p.confirmed_at > p.due_at OR p.confirmed_at <= p.due_at THEN 1 END) AS told,
        MIN(CASE WHEN p.confirmed_at > p.due_at THEN p.confirmed_at END) AS first_late_at,
        MAX(CASE WHEN p.confirmed_at > p.due_at THEN p.confirmed_at END) AS late_at,
        MIN(CASE WHEN p.confirmed_at <= p.due_at THEN NULL ELSE COALESCE(p.due_at, p.placed_at) END) AS doubt_at,
        MAX(CASE WHEN p.due_at IS NULL THEN 1 ELSE 0 END) AS no_due
    FROM packages AS p
    GROUP BY p.account, p.order_id
),
said AS (
    SELECT h.account, h.order_id, MAX(CASE WHEN h.counts THEN 1 WHEN NOT h.counts THEN 0 END) AS counts
    FROM listed AS h
    GROUP BY h.account, h.order_id
),
judged AS (
    SELECT
        r.kind, r.era, r.by_day, o.account, o.order_id, o.marketplace, o.channel, o.placed_at, COALESCE(s.due_at, o.ship_by) AS due_at,
        l.order_id AS on_list, l.counts, s.packages, s.late, s.told, s.first_late_at, s.late_at, s.doubt_at, s.no_due,
        CASE WHEN o.status = 'cancelled' THEN 1 ELSE 0 END AS cancelled,
        CASE WHEN o.status = 'unshipped' THEN r.unconfirmed ELSE '' END AS waiting
    FROM unit_orders AS o
    JOIN unit_rules AS r ON r.marketplace = o.marketplace
    LEFT JOIN sent AS s ON s.account = o.account AND s.order_id = o.order_id
    LEFT JOIN said AS l ON l.account = o.account AND l.order_id = o.order_id
    WHERE r.cancelled_orders = 'count' OR COALESCE(o.status, '') <> 'cancelled'
)
SELECT
    kind, era, account, marketplace, channel, '' AS grp,
    CASE WHEN by_day = 'ship_by' THEN COALESCE(due_at, placed_at) ELSE placed_at END AS first_at,
    CASE WHEN by_day = 'ship_by' THEN COALESCE(due_at, placed_at) ELSE placed_at END AS last_at,
    placed_at AS known_at,
    CASE WHEN 1 = 0 THEN placed_at END AS gone_at,
    CASE
        WHEN counts = 1 THEN COALESCE(late_at, due_at, placed_at)
        WHEN counts = 0 THEN NULL
        WHEN late = packages THEN late_at
        WHEN waiting = 'late' AND COALESCE(told, 0) = 0 THEN due_at END AS hit_at,
    CASE
        WHEN counts IS NOT NULL THEN NULL
        WHEN on_list IS NOT NULL THEN COALESCE(doubt_at, due_at, placed_at)
        WHEN cancelled = 1 THEN first_late_at
        WHEN waiting = 'not_late' AND COALESCE(told, 0) = 0 THEN NULL
        WHEN packages IS NULL THEN COALESCE(due_at, placed_at)
        ELSE doubt_at END AS doubt_at,
    CASE
        WHEN on_list IS NOT NULL THEN 'amazon_unclear'
        WHEN due_at IS NULL OR no_due = 1 THEN 'no_ship_by'
        WHEN waiting <> '' AND COALESCE(told, 0) = 0 THEN 'unconfirmed'
        WHEN packages = told AND late < packages THEN 'several_packages'
        ELSE 'no_confirmation' END AS why,
    1 AS units
FROM judged
