-- one row is one moment at which something was told that may change what a defect of an order is worth, the first asked where it has no date
SELECT c.account, c.order_id, COALESCE(c.known_at, f.as_of) AS told_at FROM every_claim AS c JOIN first_asked AS f ON 1 = 1
UNION ALL
SELECT b.account, b.order_id, COALESCE(b.known_at, f.as_of) AS told_at FROM every_chargeback AS b JOIN first_asked AS f ON 1 = 1
UNION ALL
SELECT h.account, h.order_id, f.as_of AS told_at FROM health_orders AS h JOIN first_asked AS f ON 1 = 1 WHERE h.negative_feedback
UNION ALL
SELECT c.account, c.order_id, c.known_until AS told_at FROM every_claim AS c
UNION ALL
SELECT c.account, c.order_id, c.decided_at AS told_at FROM every_claim AS c
UNION ALL
SELECT c.account, c.order_id, c.withdrawn_at AS told_at FROM every_claim AS c
UNION ALL
SELECT c.account, c.order_id, c.appeal_decided_at AS told_at FROM every_claim AS c
UNION ALL
SELECT n.account, n.order_id, n.since AS told_at FROM not_received AS n
UNION ALL
SELECT n.account, n.order_id, n.until AS told_at FROM not_received AS n
UNION ALL
SELECT b.account, b.order_id, b.known_until AS told_at FROM every_chargeback AS b
UNION ALL
SELECT b.account, b.order_id, b.decided_at AS told_at FROM every_chargeback AS b
UNION ALL
SELECT f.account, f.order_id, f.left_at AS told_at FROM feedback AS f
UNION ALL
SELECT e.account, e.order_id, e.removed_at AS told_at FROM feedback_events AS e
UNION ALL
SELECT e.account, e.order_id, e.struck_at AS told_at FROM feedback_events AS e
UNION ALL
SELECT r.account, r.order_id, r.refunded_at AS told_at
FROM seller_refunds AS r
JOIN every_claim AS c ON c.account = r.account AND c.order_id = r.order_id
UNION ALL
SELECT s.account, s.order_id, s.first_scan_at AS told_at
FROM shipments AS s
JOIN every_claim AS c ON c.account = s.account AND c.order_id = s.order_id
UNION ALL
SELECT s.account, s.order_id, s.returned_at AS told_at
FROM shipments AS s
JOIN every_claim AS c ON c.account = s.account AND c.order_id = s.order_id
