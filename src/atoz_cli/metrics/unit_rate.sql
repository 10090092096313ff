-- one row is one metric of one account, marketplace, channel and group in the window of one day: units in it, how many of them hit, how many are in doubt, by why
SELECT
    w.metric, w.day, u.account, u.marketplace, u.channel, u.grp, u.why,
    SUM(u.units) AS units,
    SUM(CASE WHEN u.hit_on <= w.step THEN u.units ELSE 0 END) AS hits,
    SUM(CASE WHEN u.hit_on <= w.step THEN 0 WHEN u.doubt_on <= w.step THEN u.units ELSE 0 END) AS doubts
FROM unit_days AS u
JOIN unit_windows AS w
    ON w.kind = u.kind AND w.era = u.era AND w.account = u.account AND w.marketplace = u.marketplace
    AND u.last_on >= w.starts_on AND u.first_on <= w.ends_on AND u.known_on <= w.step
    AND (u.gone_on IS NULL OR u.gone_on > w.step)
GROUP BY w.metric, w.day, u.account, u.marketplace, u.channel, u.grp, u.why
