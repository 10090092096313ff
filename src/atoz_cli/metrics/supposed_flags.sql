-- one row is one order with a defect that counts or is pending, but for the orders left out, or one supposed to have a defect that counts
SELECT
    k.as_of, k.era, k.account, k.order_id, k.defective, k.negative_feedback, k.claim, k.chargeback, k.lost
FROM known_flags AS k
LEFT JOIN left_out AS l ON l.order_id = k.order_id
WHERE l.order_id IS NULL
UNION ALL
SELECT
    e.as_of, e.era, s.account, s.order_id, 1 AS defective, 1 AS negative_feedback, 0 AS claim, 0 AS chargeback, 1 AS lost
FROM supposed_defects AS s
JOIN eras AS e ON 1 = 1
