-- one row is one A-to-z claim: written down, or known only from the flag of a return on an order without a written one
SELECT
    c.account, c.order_id, COALESCE(c.claim_id, '') AS claim_id, c.filed_at, c.marketplace, c.reason, c.comment,
    c.amount, c.currency, c.status, c.respond_by, c.decided_at, c.decision, c.funded_by, c.counts_in_odr,
    c.refunded_at, c.withdrawn_at, c.appealed_at, c.appeal_decision, c.appeal_decided_at, c.filed_at AS known_at, 0 AS from_flag
FROM claims AS c
UNION ALL
SELECT
    r.account, r.order_id, '' AS claim_id, NULL AS filed_at, NULL AS marketplace, MIN(r.reason) AS reason,
    NULL AS comment, NULL AS amount, NULL AS currency, NULL AS status, NULL AS respond_by, NULL AS decided_at,
    NULL AS decision, NULL AS funded_by, NULL AS counts_in_odr, NULL AS refunded_at, NULL AS withdrawn_at,
    NULL AS appealed_at, NULL AS appeal_decision, NULL AS appeal_decided_at,
    MIN(r.requested_at) AS known_at, 1 AS from_flag
FROM returns AS r
LEFT JOIN (
    SELECT k.account, k.order_id FROM claims AS k JOIN asked AS a ON k.filed_at <= a.as_of GROUP BY k.account, k.order_id
) AS c
    ON c.account = r.account AND c.order_id = r.order_id
WHERE r.a_to_z_claim AND c.order_id IS NULL
GROUP BY r.account, r.order_id
