-- one row is one order with a defect that counts and of which the day is told, on one day asked under the policy of one era
SELECT
    as_of, era, account, order_id, '' AS grp,
    MAX(counts) AS defective,
    MAX(CASE WHEN kind = 'negative_feedback' THEN counts ELSE 0 END) AS negative_feedback,
    MAX(CASE WHEN kind = 'a_to_z_claim' THEN counts ELSE 0 END) AS claim,
    MAX(CASE WHEN kind = 'chargeback' THEN counts ELSE 0 END) AS chargeback,
    MAX(CASE WHEN counts = 1 OR pends = 1 THEN 1 ELSE 0 END) AS lost
FROM counted_defects
WHERE on_at IS NOT NULL
GROUP BY as_of, era, account, order_id
