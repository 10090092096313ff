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
SELECT
    a.as_of, b.account, b.order_id, 'chargeback' AS kind, COALESCE(b.chargeback_id, '') AS claim_id, b.filed_at AS on_at,
    CASE
        WHEN k.class = 'fraud' THEN 'fraud'
        WHEN b.decision IN ('won', 'reversed') AND COALESCE(b.decided_at, a.as_of) <= a.as_of THEN b.decision
        ELSE COALESCE(k.class, 'unknown') END AS standing
FROM chargebacks AS b
JOIN asked AS a ON b.filed_at <= a.as_of
LEFT JOIN chargeback_classes AS k
    ON k.account = b.account AND k.order_id = b.order_id AND k.chargeback_id = COALESCE(b.chargeback_id, '')
    AND k.filed_at = b.filed_at
