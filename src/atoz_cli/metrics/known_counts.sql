-- one row is one account, marketplace and channel, with its orders of which a group is known
WITH known AS (
    SELECT order_no, place_no
    FROM grouped_orders
    WHERE grp <> ''
    GROUP BY order_no, place_no
)
SELECT place_no, COUNT(*) AS orders
FROM known
GROUP BY place_no
