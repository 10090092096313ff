-- one row is one account, marketplace and channel, with its orders of which a group is known
WITH known AS (
    SELECT order_no, account, marketplace, channel
    FROM grouped_orders
    WHERE grp <> ''
    GROUP BY order_no, account, marketplace, channel
)
SELECT account, marketplace, channel, COUNT(*) AS orders
FROM known
GROUP BY account, marketplace, channel
