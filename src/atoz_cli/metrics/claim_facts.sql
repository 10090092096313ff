-- one row is one A-to-z claim or chargeback on one day asked, with the facts around it that tell what it is about
WITH disputed AS (
    SELECT c.account, c.order_id FROM cases AS c GROUP BY c.account, c.order_id
),
parcels AS (
    SELECT
        a.as_of, s.account, s.order_id, COUNT(*) AS parcels,
        MAX(CASE WHEN s.delivered_at <= a.as_of THEN 1 ELSE 0 END) AS delivered,
        MAX(CASE WHEN s.signed AND s.delivered_at <= a.as_of THEN 1 ELSE 0 END) AS signed,
        MAX(CASE WHEN s.returned_at <= a.as_of THEN 1 ELSE 0 END) AS came_back,
        MAX(CASE WHEN s.confirmed_at <= a.as_of OR s.shipped_at <= a.as_of OR s.first_scan_at <= a.as_of THEN 1 ELSE 0 END) AS shipped,
        MAX(s.deliver_by) AS deliver_by
    FROM shipments AS s
    JOIN asked AS a ON 1 = 1
    JOIN disputed AS d ON d.account = s.account AND d.order_id = s.order_id
    GROUP BY a.as_of, s.account, s.order_id
),
sent_back AS (
    SELECT
        a.as_of, r.account, r.order_id,
        MAX(CASE WHEN r.delivered_at <= a.as_of THEN 1 ELSE 0 END) AS delivered, MIN(r.reason) AS reason
    FROM returns AS r
    JOIN disputed AS d ON d.account = r.account AND d.order_id = r.order_id
    JOIN asked AS a ON r.requested_at IS NULL OR r.requested_at <= a.as_of
    GROUP BY a.as_of, r.account, r.order_id
),
given_back AS (
    SELECT a.as_of, r.account, r.order_id
    FROM seller_refunds AS r
    JOIN disputed AS d ON d.account = r.account AND d.order_id = r.order_id
    JOIN asked AS a ON r.refunded_at <= a.as_of
    GROUP BY a.as_of, r.account, r.order_id
)
SELECT
    c.case_no, a.as_of,
    CASE WHEN o.status = 'cancelled' THEN 1 ELSE 0 END AS order_cancelled,
    CASE WHEN p.parcels IS NOT NULL THEN p.delivered END AS delivered,
    CASE WHEN p.parcels IS NOT NULL THEN p.signed END AS signed,
    COALESCE(p.came_back, 0) AS came_back,
    CASE WHEN COALESCE(p.deliver_by, o.deliver_by) < a.as_of THEN 1
        WHEN COALESCE(p.deliver_by, o.deliver_by) >= a.as_of THEN 0 END AS past_promise,
    CASE WHEN b.order_id IS NOT NULL THEN 1 ELSE 0 END AS return_requested,
    COALESCE(b.delivered, 0) AS return_delivered,
    CASE WHEN g.order_id IS NOT NULL THEN 1 ELSE 0 END AS refunded,
    b.reason AS return_reason,
    p.shipped
FROM cases AS c
JOIN asked AS a ON 1 = 1
LEFT JOIN orders_at_stake AS o ON o.account = c.account AND o.order_id = c.order_id
LEFT JOIN parcels AS p ON p.as_of = a.as_of AND p.account = c.account AND p.order_id = c.order_id
LEFT JOIN sent_back AS b ON b.as_of = a.as_of AND b.account = c.account AND b.order_id = c.order_id
LEFT JOIN given_back AS g ON g.as_of = a.as_of AND g.account = c.account AND g.order_id = c.order_id
