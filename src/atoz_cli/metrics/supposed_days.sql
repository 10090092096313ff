-- one row is one day of one account, marketplace and channel, with the orders placed on it and those supposed for it
SELECT e.account, e.marketplace, e.channel, e.placed_on, SUM(e.orders) AS orders
FROM (
    SELECT k.account, k.marketplace, k.channel, k.placed_on, k.orders FROM placed_days AS k
    UNION ALL
    SELECT s.account, s.marketplace, s.channel, s.placed_on, s.orders FROM supposed_orders AS s
) AS e
GROUP BY e.account, e.marketplace, e.channel, e.placed_on
