-- one row is one account, marketplace and channel in the window of one day: the orders in it that a claim makes defective, or may once it is decided; the same of a chargeback
WITH parts AS (
    SELECT
        d.as_of, d.era, d.account, d.order_id,
        MAX(CASE WHEN d.kind = 'a_to_z_claim' THEN 1 ELSE 0 END) AS claim,
        MAX(CASE WHEN d.kind = 'chargeback' THEN 1 ELSE 0 END) AS chargeback
    FROM counted_defects AS d
    WHERE d.counts = 1 OR d.pends = 1
    GROUP BY d.as_of, d.era, d.account, d.order_id
)
SELECT w.day, o.account, o.marketplace, o.channel, SUM(p.claim) AS claim, SUM(p.chargeback) AS chargeback
FROM parts AS p
JOIN asked_at_stake AS o ON o.account = p.account AND o.order_id = p.order_id
JOIN windows AS w
    ON w.as_of = p.as_of AND w.era = p.era AND w.account = o.account AND w.marketplace = o.marketplace
    AND o.placed_on >= w.starts_on AND o.placed_on <= w.ends_on
GROUP BY w.day, o.account, o.marketplace, o.channel
