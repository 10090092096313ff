-- one row is one order, with the moment since when money was given back for it
WITH given AS (
    SELECT r.account, r.order_id, r.refunded_at FROM refunds AS r WHERE COALESCE(r.refunded_by, 'seller') = 'seller'
    UNION ALL
    SELECT m.account, m.order_id, m.posted_at AS refunded_at FROM money AS m WHERE m.kind = 'refund'
    UNION ALL
    SELECT c.account, c.order_id, c.refunded_at FROM claims AS c WHERE c.refunded_at IS NOT NULL
),
refunded AS (
    SELECT g.account, g.order_id, MIN(g.refunded_at) AS refunded_at FROM given AS g GROUP BY g.account, g.order_id
)
SELECT
    r.kind, r.era, o.account, o.marketplace, o.channel, '' AS grp, o.placed_at AS first_at, o.placed_at AS last_at, o.placed_at AS known_at,
    CASE WHEN 1 = 0 THEN o.placed_at END AS gone_at, g.refunded_at AS hit_at,
    CASE WHEN 1 = 0 THEN o.placed_at END AS doubt_at, '' AS why, 1 AS units
FROM unit_orders AS o
JOIN unit_rules AS r ON r.marketplace = o.marketplace
LEFT JOIN refunded AS g ON g.account = o.account AND g.order_id = o.order_id
