-- one row is one group of one account, marketplace and channel, with its orders
SELECT place_no, grp, COUNT(*) AS orders
FROM grouped_orders
GROUP BY place_no, grp
