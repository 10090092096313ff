-- one row is one A-to-z claim as one source tells it: a file (with what Amazon's mails add), mails alone, or a trace, until a better one is known
WITH once AS (
    SELECT c.account, c.order_id FROM claims AS c GROUP BY c.account, c.order_id HAVING COUNT(*) = 1
),
written AS (
    SELECT k.account, k.order_id, MIN(k.filed_at) AS since FROM claims AS k GROUP BY k.account, k.order_id
),
mailed AS (
    SELECT m.* FROM mail_claims AS m WHERE m.about = 'a_to_z_claim'
)
SELECT
    c.account, c.order_id, COALESCE(c.claim_id, '') AS claim_id, c.filed_at, COALESCE(c.marketplace, m.marketplace) AS marketplace,
    COALESCE(c.reason, m.reason) AS reason, c.comment, COALESCE(c.amount, m.amount) AS amount,
    COALESCE(c.currency, m.currency) AS currency, c.status, COALESCE(c.respond_by, m.respond_by) AS respond_by,
    COALESCE(c.decided_at, d.decided_at) AS decided_at, COALESCE(c.decision, d.decision) AS decision,
    COALESCE(c.funded_by, d.funded_by) AS funded_by, COALESCE(c.counts_in_odr, d.counts_in_odr) AS counts_in_odr,
    c.refunded_at, c.withdrawn_at, c.appealed_at, c.appeal_decision, c.appeal_decided_at, c.filed_at AS known_at,
    0 AS from_flag, 'file' AS told_by, CASE WHEN 1 = 0 THEN c.filed_at END AS known_until
FROM claims AS c
LEFT JOIN once AS o ON o.account = c.account AND o.order_id = c.order_id
LEFT JOIN mailed AS m ON m.account = o.account AND m.order_id = o.order_id
LEFT JOIN mailed AS d
    ON d.account = o.account AND d.order_id = o.order_id AND d.decision = COALESCE(c.decision, d.decision)
    AND c.withdrawn_at IS NULL AND c.appeal_decision IS NULL
UNION ALL
SELECT
    m.account, m.order_id, '' AS claim_id, m.filed_at, m.marketplace, m.reason, NULL AS comment, m.amount, m.currency,
    NULL AS status, m.respond_by, m.decided_at, m.decision, m.funded_by, m.counts_in_odr, NULL AS refunded_at,
    NULL AS withdrawn_at, NULL AS appealed_at, NULL AS appeal_decision, NULL AS appeal_decided_at, m.known_at,
    0 AS from_flag, 'mail' AS told_by, c.since AS known_until
FROM mailed AS m
LEFT JOIN written AS c ON c.account = m.account AND c.order_id = m.order_id
UNION ALL
SELECT
    t.account, t.order_id, '' AS claim_id, NULL AS filed_at, NULL AS marketplace, t.reason, NULL AS comment, t.amount,
    t.currency, NULL AS status, NULL AS respond_by, NULL AS decided_at, NULL AS decision, NULL AS funded_by,
    t.counts_in_odr, NULL AS refunded_at, NULL AS withdrawn_at, NULL AS appealed_at, NULL AS appeal_decision,
    NULL AS appeal_decided_at, t.known_at, 1 AS from_flag, t.told_by,
    CASE WHEN c.since <= m.known_at THEN c.since ELSE COALESCE(m.known_at, c.since) END AS known_until
FROM traces AS t
LEFT JOIN written AS c ON c.account = t.account AND c.order_id = t.order_id
LEFT JOIN mailed AS m ON m.account = t.account AND m.order_id = t.order_id
WHERE t.about = 'a_to_z_claim'
