-- one row is one seller-fulfilled order, with the moments since when it is cancelled by the seller and since when it may be
WITH said AS (
    SELECT h.account, h.order_id, MAX(CASE WHEN h.counts THEN 1 WHEN NOT h.counts THEN 0 END) AS counts
    FROM listed AS h
    GROUP BY h.account, h.order_id
),
parts AS (
    SELECT i.account, i.order_id FROM unit_items AS i WHERE i.item_status = 'cancelled' GROUP BY i.account, i.order_id
),
judged AS (
    SELECT
        r.kind, r.era, o.account, o.marketplace, o.channel, o.placed_at, l.counts,
        CASE
            WHEN l.counts IS NOT NULL THEN ''
            WHEN o.buyer_requested_cancel AND r.buyer_requested = 'excused' THEN ''
            WHEN o.status = 'cancelled' THEN 'who_cancelled'
            WHEN l.order_id IS NOT NULL THEN 'amazon_unclear'
            WHEN p.order_id IS NOT NULL AND r.items = 'count' THEN 'part_cancelled'
            WHEN o.status IS NULL THEN 'no_status'
            ELSE '' END AS why
    FROM unit_orders AS o
    JOIN unit_rules AS r ON r.marketplace = o.marketplace
    LEFT JOIN said AS l ON l.account = o.account AND l.order_id = o.order_id
    LEFT JOIN parts AS p ON p.account = o.account AND p.order_id = o.order_id
)
SELECT
    kind, era, account, marketplace, channel, '' AS grp, placed_at AS first_at, placed_at AS last_at, placed_at AS known_at,
    CASE WHEN 1 = 0 THEN placed_at END AS gone_at,
    CASE WHEN counts = 1 THEN placed_at END AS hit_at,
    CASE WHEN why <> '' THEN placed_at END AS doubt_at,
    why, 1 AS units
FROM judged
