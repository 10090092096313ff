-- one row is one order that may have a defect, from a day asked on which something new is known of it until the next such day
WITH told AS (
    SELECT c.account, c.order_id, c.known_at AS told_at FROM every_claim AS c
    UNION
    SELECT c.account, c.order_id, c.known_until AS told_at FROM every_claim AS c
    UNION
    SELECT c.account, c.order_id, c.decided_at AS told_at FROM every_claim AS c
    UNION
    SELECT c.account, c.order_id, c.withdrawn_at AS told_at FROM every_claim AS c
    UNION
    SELECT c.account, c.order_id, c.appeal_decided_at AS told_at FROM every_claim AS c
    UNION
    SELECT n.account, n.order_id, n.since AS told_at FROM not_received AS n
    UNION
    SELECT n.account, n.order_id, n.until AS told_at FROM not_received AS n
    UNION
    SELECT b.account, b.order_id, b.known_at AS told_at FROM every_chargeback AS b
    UNION
    SELECT b.account, b.order_id, b.known_until AS told_at FROM every_chargeback AS b
    UNION
    SELECT b.account, b.order_id, b.decided_at AS told_at FROM every_chargeback AS b
    UNION
    SELECT f.account, f.order_id, f.left_at AS told_at FROM feedback AS f
    UNION
    SELECT e.account, e.order_id, e.removed_at AS told_at FROM feedback_events AS e
    UNION
    SELECT e.account, e.order_id, e.struck_at AS told_at FROM feedback_events AS e
    UNION
    SELECT r.account, r.order_id, r.refunded_at AS told_at
    FROM seller_refunds AS r
    JOIN every_claim AS c ON c.account = r.account AND c.order_id = r.order_id
    UNION
    SELECT s.account, s.order_id, s.first_scan_at AS told_at
    FROM shipments AS s
    JOIN every_claim AS c ON c.account = s.account AND c.order_id = s.order_id
    UNION
    SELECT s.account, s.order_id, s.returned_at AS told_at
    FROM shipments AS s
    JOIN every_claim AS c ON c.account = s.account AND c.order_id = s.order_id
),
changed AS (
    SELECT a.as_of, o.account, o.order_id
    FROM told AS t
    JOIN asked_at_stake AS o ON o.account = t.account AND o.order_id = t.order_id
    JOIN asked AS a ON t.told_at > a.after AND t.told_at <= a.as_of
    UNION
    SELECT b.as_of, o.account, o.order_id
    FROM asked_at_stake AS o
    JOIN begun AS b ON 1 = 1
)
SELECT c.as_of, MIN(n.as_of) AS until, c.account, c.order_id
FROM changed AS c
LEFT JOIN changed AS n ON n.account = c.account AND n.order_id = c.order_id AND n.as_of > c.as_of
GROUP BY c.as_of, c.account, c.order_id
