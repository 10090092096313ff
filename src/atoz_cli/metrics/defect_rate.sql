-- one row is one account, marketplace, channel and group in the window of one day: the orders in it and those with a defect
WITH hit AS (
    SELECT
        f.as_of, w.until, f.era, o.account, o.marketplace, o.channel, f.grp, o.placed_on,
        COUNT(CASE WHEN f.defective = 1 THEN 1 END) AS defective,
        COUNT(CASE WHEN f.negative_feedback = 1 THEN 1 END) AS negative_feedback,
        COUNT(CASE WHEN f.claim = 1 THEN 1 END) AS claim,
        COUNT(CASE WHEN f.chargeback = 1 THEN 1 END) AS chargeback, COUNT(*) AS lost
    FROM grouped_flags AS f
    JOIN watched AS w ON w.as_of = f.as_of AND w.account = f.account AND w.order_id = f.order_id
    JOIN asked_at_stake AS o ON o.account = f.account AND o.order_id = f.order_id
    WHERE f.lost = 1
    GROUP BY f.as_of, w.until, f.era, o.account, o.marketplace, o.channel, f.grp, o.placed_on
),
days AS (
    SELECT
        w.as_of, w.era, w.day, p.account, p.marketplace, p.channel, p.grp, p.placed_on, p.orders,
        CASE WHEN p.placed_on <= w.ends_on THEN 1 ELSE 0 END AS inside
    FROM placed_orders AS p
    JOIN windows AS w
        ON w.account = p.account AND w.marketplace = p.marketplace
        AND p.placed_on >= w.starts_on AND p.placed_on <= w.known_on
),
whole AS (
    SELECT
        as_of, day, account, marketplace, channel, grp,
        SUM(CASE WHEN inside = 1 THEN orders ELSE 0 END) AS orders,
        SUM(CASE WHEN inside = 1 THEN 0 ELSE orders END) AS incoming
    FROM days
    GROUP BY as_of, day, account, marketplace, channel, grp
),
part AS (
    SELECT
        d.day, d.account, d.marketplace, d.channel, d.grp, d.inside,
        SUM(h.defective) AS defective, SUM(h.negative_feedback) AS negative_feedback, SUM(h.claim) AS claim,
        SUM(h.chargeback) AS chargeback, SUM(h.lost) AS lost,
        MIN(CASE WHEN h.defective > 0 THEN d.placed_on END) AS oldest
    FROM days AS d
    JOIN hit AS h
        ON h.account = d.account AND h.marketplace = d.marketplace AND h.channel = d.channel AND h.grp = d.grp
        AND h.placed_on = d.placed_on AND h.era = d.era AND h.as_of <= d.as_of AND (h.until IS NULL OR h.until > d.as_of)
    GROUP BY d.day, d.account, d.marketplace, d.channel, d.grp, d.inside
)
SELECT
    w.as_of, w.day, w.account, w.marketplace, w.channel, w.grp, w.orders,
    COALESCE(p.defective, 0) AS defective, COALESCE(p.negative_feedback, 0) AS negative_feedback,
    COALESCE(p.claim, 0) AS claim, COALESCE(p.chargeback, 0) AS chargeback, COALESCE(p.lost, 0) AS lost, w.incoming,
    COALESCE(i.defective, 0) AS incoming_defective, p.oldest AS next_leaving_placed_on
FROM whole AS w
LEFT JOIN part AS p
    ON p.day = w.day AND p.account = w.account AND p.marketplace = w.marketplace AND p.channel = w.channel AND p.grp = w.grp
    AND p.inside = 1
LEFT JOIN part AS i
    ON i.day = w.day AND i.account = w.account AND i.marketplace = w.marketplace AND i.channel = w.channel AND i.grp = w.grp
    AND i.inside = 0
