-- one row is one claim or chargeback that left a trace on an order: the flag of a return, a booking, a place on Amazon's list of order defects
WITH booked AS (
    SELECT
        m.account, m.order_id, m.kind, m.book, MIN(m.posted_at) AS posted_at, MAX(m.currency) AS currency,
        SUM(COALESCE(m.amount, m.net)) AS amount
    FROM money AS m
    WHERE m.kind IN ('a_to_z_claim', 'chargeback')
    GROUP BY m.account, m.order_id, m.kind, m.book
),
told AS (
    SELECT
        r.account, r.order_id, 'a_to_z_claim' AS about, 'return' AS told_by, MIN(r.reason) AS reason, NULL AS amount,
        NULL AS currency, NULL AS counts, MIN(r.requested_at) AS known_at
    FROM returns AS r
    WHERE r.a_to_z_claim
    GROUP BY r.account, r.order_id
    UNION ALL
    SELECT
        b.account, b.order_id, b.kind AS about, 'money' AS told_by, NULL AS reason,
        MAX(CASE WHEN b.amount < 0 THEN 0 - b.amount ELSE b.amount END) AS amount, MAX(b.currency) AS currency,
        NULL AS counts, MIN(b.posted_at) AS known_at
    FROM booked AS b
    GROUP BY b.account, b.order_id, b.kind
    UNION ALL
    SELECT
        h.account, h.order_id, 'a_to_z_claim' AS about, 'list' AS told_by, NULL AS reason, NULL AS amount,
        NULL AS currency, CASE WHEN h.counts THEN 1 WHEN NOT h.counts THEN 0 END AS counts, NULL AS known_at
    FROM health_orders AS h
    WHERE h.a_to_z_claim
    UNION ALL
    SELECT
        h.account, h.order_id, 'chargeback' AS about, 'list' AS told_by, NULL AS reason, NULL AS amount,
        NULL AS currency, CASE WHEN h.counts THEN 1 WHEN NOT h.counts THEN 0 END AS counts, NULL AS known_at
    FROM health_orders AS h
    WHERE h.chargeback
)
SELECT
    t.account, t.order_id, t.about, MIN(t.told_by) AS told_by, MIN(t.reason) AS reason, MAX(t.amount) AS amount,
    MAX(t.currency) AS currency, CASE WHEN MAX(t.counts) = 1 THEN 1 = 1 WHEN MAX(t.counts) = 0 THEN 1 = 0 END AS counts_in_odr,
    CASE WHEN COUNT(t.known_at) = COUNT(*) THEN MIN(t.known_at) END AS known_at
FROM told AS t
GROUP BY t.account, t.order_id, t.about
