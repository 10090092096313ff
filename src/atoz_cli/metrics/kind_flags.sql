-- one row is one order and one kind of its defects, on one day asked
SELECT
    d.as_of, d.era, d.account, d.order_id, k.about AS grp,
    MAX(d.counts) AS defective,
    MAX(CASE WHEN d.kind = 'negative_feedback' THEN d.counts ELSE 0 END) AS negative_feedback,
    MAX(CASE WHEN d.kind = 'a_to_z_claim' THEN d.counts ELSE 0 END) AS claim,
    MAX(CASE WHEN d.kind = 'chargeback' THEN d.counts ELSE 0 END) AS chargeback,
    MAX(CASE WHEN d.counts = 1 OR d.pends = 1 THEN 1 ELSE 0 END) AS lost
FROM counted_defects AS d
JOIN defect_kinds AS k
    ON k.as_of = d.as_of AND k.kind = d.kind AND k.account = d.account AND k.order_id = d.order_id
    AND k.claim_id = d.claim_id AND (k.filed_at = d.on_at OR k.filed_at IS NULL AND d.on_at IS NULL)
WHERE d.counts = 1 OR d.pends = 1
GROUP BY d.as_of, d.era, d.account, d.order_id, k.about
