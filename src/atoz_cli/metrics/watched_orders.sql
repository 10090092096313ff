-- one row is one order that may have a defect, on one day asked on which it is in a window or will enter it, until the next day asked
SELECT w.as_of, a.until, o.account, o.order_id
FROM asked_at_stake AS o
JOIN windows AS w
    ON w.account = o.account AND w.marketplace = o.marketplace AND o.placed_on >= w.starts_on AND o.placed_on <= w.known_on
JOIN asked AS a ON a.as_of = w.as_of
GROUP BY w.as_of, a.until, o.account, o.order_id
