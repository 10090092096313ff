-- one row is one order that may have a defect, on one day asked on which it is in a window or will enter it
SELECT w.as_of, o.account, o.order_id
FROM asked_at_stake AS o
JOIN windows AS w
    ON w.account = o.account AND w.marketplace = o.marketplace AND o.placed_on >= w.starts_on AND o.placed_on <= w.known_on
GROUP BY w.as_of, o.account, o.order_id
