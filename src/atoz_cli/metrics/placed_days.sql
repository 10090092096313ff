-- one row is one day of one account, marketplace and channel, with the orders placed on it
SELECT account, marketplace, channel, placed_on, COUNT(*) AS orders
FROM orders_asked
GROUP BY account, marketplace, channel, placed_on
