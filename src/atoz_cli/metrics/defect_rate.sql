-- one row is one account, marketplace, channel and group in the window of one day: the orders in it and those with a defect
WITH hit AS (
    SELECT
        f.as_of, f.era, o.account, o.marketplace, o.channel, f.grp, o.placed_on,
        SUM(f.defective) AS defective, SUM(f.negative_feedback) AS negative_feedback, SUM(f.claim) AS claim,
        SUM(f.chargeback) AS chargeback, SUM(f.lost) AS lost
    FROM grouped_flags AS f
    JOIN asked_at_stake AS o ON o.account = f.account AND o.order_id = f.order_id
    GROUP BY f.as_of, f.era, o.account, o.marketplace, o.channel, f.grp, o.placed_on
),
days AS (
    SELECT
        w.as_of, w.day, p.account, p.marketplace, p.channel, p.grp, p.placed_on, p.orders,
        COALESCE(h.defective, 0) AS defective, COALESCE(h.negative_feedback, 0) AS negative_feedback,
        COALESCE(h.claim, 0) AS claim, COALESCE(h.chargeback, 0) AS chargeback, COALESCE(h.lost, 0) AS lost,
        CASE WHEN p.placed_on <= w.ends_on THEN 1 ELSE 0 END AS inside
    FROM placed_orders AS p
    JOIN windows AS w
        ON w.account = p.account AND w.marketplace = p.marketplace
        AND p.placed_on >= w.starts_on AND p.placed_on <= w.known_on
    LEFT JOIN hit AS h
        ON h.as_of = w.as_of AND h.era = w.era AND h.account = p.account AND h.marketplace = p.marketplace AND h.channel = p.channel
        AND h.grp = p.grp AND h.placed_on = p.placed_on
)
SELECT
    as_of, day, account, marketplace, channel, grp,
    SUM(CASE WHEN inside = 1 THEN orders ELSE 0 END) AS orders,
    SUM(CASE WHEN inside = 1 THEN defective ELSE 0 END) AS defective,
    SUM(CASE WHEN inside = 1 THEN negative_feedback ELSE 0 END) AS negative_feedback,
    SUM(CASE WHEN inside = 1 THEN claim ELSE 0 END) AS claim,
    SUM(CASE WHEN inside = 1 THEN chargeback ELSE 0 END) AS chargeback,
    SUM(CASE WHEN inside = 1 THEN lost ELSE 0 END) AS lost,
    SUM(CASE WHEN inside = 1 THEN 0 ELSE orders END) AS incoming,
    SUM(CASE WHEN inside = 1 THEN 0 ELSE defective END) AS incoming_defective,
    MIN(CASE WHEN inside = 1 AND defective > 0 THEN placed_on END) AS next_leaving_placed_on
FROM days
GROUP BY as_of, day, account, marketplace, channel, grp
