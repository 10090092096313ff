-- one row is one defect on one day asked, with what it is worth on that day
SELECT as_of, account, order_id, kind, claim_id, on_at, standing FROM claim_events
UNION ALL
SELECT
    a.as_of, f.account, f.order_id, 'negative_feedback' AS kind, '' AS claim_id, f.left_at AS on_at,
    CASE
        WHEN e.removed_at <= a.as_of THEN 'removed'
        WHEN e.struck_at <= a.as_of THEN 'struck'
        ELSE 'negative' END AS standing
FROM feedback AS f
JOIN asked AS a ON f.left_at <= a.as_of
JOIN stars AS s ON s.rating = f.rating AND s.as_of = a.as_of AND s.meaning = 'negative'
LEFT JOIN feedback_events AS e ON e.account = f.account AND e.order_id = f.order_id
UNION ALL
SELECT a.as_of, h.account, h.order_id, 'negative_feedback' AS kind, '' AS claim_id, NULL AS on_at, 'negative' AS standing
FROM health_orders AS h
JOIN asked AS a ON 1 = 1
LEFT JOIN feedback AS f ON f.account = h.account AND f.order_id = h.order_id
WHERE h.negative_feedback AND COALESCE(h.counts, 1 = 1) AND f.order_id IS NULL
UNION ALL
SELECT
    a.as_of, b.account, b.order_id, 'chargeback' AS kind, b.claim_id, b.filed_at AS on_at,
    CASE
        WHEN b.counts_in_odr THEN 'service'
        WHEN k.class = 'fraud' THEN 'fraud'
        WHEN b.decision IN ('won', 'reversed') AND COALESCE(b.decided_at, a.as_of) <= a.as_of THEN b.decision
        ELSE COALESCE(k.class, 'unknown') END AS standing
FROM all_chargebacks AS b
JOIN asked AS a ON b.known_at IS NULL OR b.known_at <= a.as_of
LEFT JOIN chargeback_classes AS k
    ON k.account = b.account AND k.order_id = b.order_id AND k.chargeback_id = b.claim_id AND k.filed_at = b.filed_at
