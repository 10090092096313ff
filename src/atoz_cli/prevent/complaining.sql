-- one row is one complaint by the day asked that a product is not as described, or may be one (sure is 0): a claim, a return, a negative feedback
SELECT c.account, c.order_id, NULL AS sku, 1 AS sure
FROM all_claims AS c
JOIN reason_kinds AS k ON k.reason = c.reason AND k.kind = 'not_as_described'
JOIN horizon AS h ON c.known_at IS NULL OR c.known_at <= h.as_of
UNION ALL
SELECT w.account, w.order_id, NULL AS sku, 1 AS sure FROM worded_claims AS w WHERE w.kind = 'not_as_described'
UNION ALL
SELECT r.account, r.order_id, r.sku, 1 AS sure
FROM returns AS r
JOIN reason_kinds AS k ON k.reason = r.reason AND k.kind = 'not_as_described'
JOIN horizon AS h ON COALESCE(r.requested_at, r.delivered_at) IS NULL OR COALESCE(r.requested_at, r.delivered_at) <= h.as_of
UNION ALL
SELECT f.account, f.order_id, NULL AS sku, f.sure FROM feedback_complaints AS f
