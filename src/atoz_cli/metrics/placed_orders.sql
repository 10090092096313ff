-- one row is one day of one account, marketplace, channel and group, with the orders placed on it
SELECT account, marketplace, channel, grp, placed_on, COUNT(*) AS orders
FROM grouped_orders
GROUP BY account, marketplace, channel, grp, placed_on
