-- one row is one defective order on one day asked under the policy of one era, with when the first of its defects that count came
SELECT
    f.as_of, f.era, o.account, o.marketplace, o.channel, f.order_id, o.placed_on, MIN(d.on_at) AS first_at
FROM order_flags AS f
JOIN asked_at_stake AS o ON o.account = f.account AND o.order_id = f.order_id
LEFT JOIN counted_defects AS d
    ON d.as_of = f.as_of AND d.era = f.era AND d.account = f.account AND d.order_id = f.order_id AND d.counts = 1
WHERE f.defective = 1
GROUP BY f.as_of, f.era, o.account, o.marketplace, o.channel, f.order_id, o.placed_on
