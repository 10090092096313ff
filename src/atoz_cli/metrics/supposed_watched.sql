-- one row is one order that is looked at on one day asked: one that may have a defect, or one supposed to have one
SELECT d.as_of, d.until, d.account, d.order_id FROM disputed AS d
UNION ALL
SELECT a.as_of, a.until, s.account, s.order_id
FROM supposed_defects AS s
JOIN asked AS a ON 1 = 1
