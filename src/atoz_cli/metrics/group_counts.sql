-- one row is one group of one account, marketplace and channel, with its orders
SELECT account, marketplace, channel, grp, COUNT(*) AS orders
FROM grouped_orders
GROUP BY account, marketplace, channel, grp
