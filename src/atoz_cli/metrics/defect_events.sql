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
JOIN watched AS a ON a.account = f.account AND a.order_id = f.order_id AND f.left_at <= a.as_of
JOIN stars AS s ON s.rating = f.rating AND s.meaning = 'negative' AND s.since <= a.as_of AND s.until > a.as_of
LEFT JOIN feedback_events AS e ON e.account = f.account AND e.order_id = f.order_id
UNION ALL
SELECT a.as_of, h.account, h.order_id, 'negative_feedback' AS kind, '' AS claim_id, NULL AS on_at, 'negative' AS standing
FROM health_orders AS h
JOIN watched AS a ON a.account = h.account AND a.order_id = h.order_id
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
FROM every_chargeback AS b
JOIN watched AS a
    ON a.account = b.account AND a.order_id = b.order_id AND (b.known_at IS NULL OR b.known_at <= a.as_of)
    AND (b.known_until IS NULL OR b.known_until > a.as_of)
LEFT JOIN chargeback_classes AS k
    ON k.account = b.account AND k.order_id = b.order_id AND k.chargeback_id = b.claim_id AND k.filed_at = b.filed_at
    AND k.since <= a.as_of AND k.until > a.as_of
