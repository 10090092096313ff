-- one row is one defect that counts or is pending, of an order in a window
SELECT
    d.as_of, o.account, o.marketplace, o.channel, d.order_id, o.placed_on, d.kind, d.on_at, d.standing, d.counts, d.pends
FROM counted_defects AS d
JOIN asked_at_stake AS o ON o.account = d.account AND o.order_id = d.order_id
JOIN windows AS w
    ON w.as_of = d.as_of AND w.era = d.era AND w.account = o.account AND w.marketplace = o.marketplace
    AND o.placed_on >= w.starts_on AND o.placed_on <= w.ends_on
WHERE d.counts = 1 OR d.pends = 1
