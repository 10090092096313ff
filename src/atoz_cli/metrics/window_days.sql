-- one row is one day in the window of one account and marketplace, with the orders of all channels placed on it
SELECT p.account, p.marketplace, p.placed_on, SUM(p.orders) AS orders
FROM placed_days AS p
JOIN windows AS w
    ON w.account = p.account AND w.marketplace = p.marketplace
    AND p.placed_on >= w.starts_on AND p.placed_on <= w.ends_on
GROUP BY p.account, p.marketplace, p.placed_on
