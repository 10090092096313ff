-- one row is one chargeback as one source tells it: a file (with what Amazon's mails add), mails alone, or a trace, until a better one is known
WITH once AS (
    SELECT b.account, b.order_id FROM chargebacks AS b GROUP BY b.account, b.order_id HAVING COUNT(*) = 1
),
written AS (
    SELECT k.account, k.order_id, MIN(k.filed_at) AS since FROM chargebacks AS k GROUP BY k.account, k.order_id
),
mailed AS (
    SELECT m.* FROM mail_claims AS m WHERE m.about = 'chargeback'
)
SELECT
    b.account, b.order_id, COALESCE(b.chargeback_id, '') AS claim_id, b.filed_at, COALESCE(b.marketplace, m.marketplace) AS marketplace,
    b.network, b.reason_code, COALESCE(b.reason, m.reason) AS reason, COALESCE(b.amount, m.amount) AS amount,
    COALESCE(b.currency, m.currency) AS currency, b.status, COALESCE(b.respond_by, m.respond_by) AS respond_by,
    COALESCE(b.decided_at, m.decided_at) AS decided_at, COALESCE(b.decision, m.decision) AS decision,
    b.filed_at AS known_at, 0 AS from_flag, 'file' AS told_by, NULL AS counts_in_odr, CASE WHEN 1 = 0 THEN b.filed_at END AS known_until
FROM chargebacks AS b
LEFT JOIN once AS o ON o.account = b.account AND o.order_id = b.order_id
LEFT JOIN mailed AS m ON m.account = o.account AND m.order_id = o.order_id
UNION ALL
SELECT
    m.account, m.order_id, '' AS claim_id, m.filed_at, m.marketplace, NULL AS network, NULL AS reason_code, m.reason,
    m.amount, m.currency, NULL AS status, m.respond_by, m.decided_at, m.decision, m.known_at, 0 AS from_flag,
    'mail' AS told_by, NULL AS counts_in_odr, b.since AS known_until
FROM mailed AS m
LEFT JOIN written AS b ON b.account = m.account AND b.order_id = m.order_id
UNION ALL
SELECT
    t.account, t.order_id, '' AS claim_id, NULL AS filed_at, NULL AS marketplace, NULL AS network, NULL AS reason_code,
    NULL AS reason, t.amount, t.currency, NULL AS status, NULL AS respond_by, NULL AS decided_at, NULL AS decision,
    t.known_at, 1 AS from_flag, t.told_by, t.counts_in_odr,
    CASE WHEN b.since <= m.known_at THEN b.since ELSE COALESCE(m.known_at, b.since) END AS known_until
FROM traces AS t
LEFT JOIN written AS b ON b.account = t.account AND b.order_id = t.order_id
LEFT JOIN mailed AS m ON m.account = t.account AND m.order_id = t.order_id
WHERE t.about = 'chargeback' AND COALESCE(t.counts_in_odr, 1 = 1)
