-- one row is one order of which something on the day asked may have to be done, or which tells of others
SELECT p.account, p.order_id
FROM open_packages AS p
JOIN horizon AS h ON p.untracked = 1 OR p.unscanned = 1 OR p.invalid = 1 OR p.deliver_by IS NULL OR p.deliver_by < h.as_of
UNION
SELECT w.account, w.order_id FROM orders_waiting AS w
UNION
SELECT l.account, l.order_id FROM sent_later AS l
UNION
SELECT e.account, e.order_id FROM elsewhere AS e
UNION
SELECT u.account, u.order_id FROM unsigned AS u
UNION
SELECT m.account, m.order_id FROM open_messages AS m
UNION
SELECT r.account, r.order_id FROM open_returns AS r
UNION
SELECT f.account, f.order_id FROM feedback_unanswered AS f
UNION
SELECT c.account, c.order_id FROM complaining AS c
UNION
SELECT n.account, n.order_id FROM unauthorized AS n
UNION
SELECT k.account, k.order_id FROM cancelled_lately AS k WHERE k.by_seller = 1
