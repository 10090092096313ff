-- one row is one day of one account, marketplace and channel with all the orders placed on it, for each reason seen
WITH seen AS (
    SELECT f.account, o.marketplace, o.channel, f.grp
    FROM grouped_flags AS f
    JOIN asked_at_stake AS o ON o.account = f.account AND o.order_id = f.order_id
    GROUP BY f.account, o.marketplace, o.channel, f.grp
)
SELECT p.account, p.marketplace, p.channel, s.grp, p.placed_on, p.orders
FROM placed_days AS p
JOIN seen AS s ON s.account = p.account AND s.marketplace = p.marketplace AND s.channel = p.channel
