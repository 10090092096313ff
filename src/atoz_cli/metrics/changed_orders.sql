-- one row is one order that may have a defect, from a day asked on which something new is known of it until the next such day
WITH changed AS (
    SELECT t.as_of, o.account, o.order_id
    FROM told_on AS t
    JOIN asked_at_stake AS o ON o.account = t.account AND o.order_id = t.order_id
    UNION
    SELECT b.as_of, o.account, o.order_id
    FROM asked_at_stake AS o
    JOIN begun AS b ON 1 = 1
)
SELECT c.as_of, MIN(n.as_of) AS until, c.account, c.order_id
FROM changed AS c
LEFT JOIN changed AS n ON n.account = c.account AND n.order_id = c.order_id AND n.as_of > c.as_of
GROUP BY c.as_of, c.account, c.order_id
