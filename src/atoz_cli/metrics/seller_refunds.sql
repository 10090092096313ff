-- one row is one refund that the seller made, by a file or by Amazon's books; the one that a claims file tells of has no known amount
SELECT r.account, r.order_id, r.refunded_at, CASE WHEN r.amount < 0 THEN 0 - r.amount ELSE r.amount END AS amount
FROM refunds AS r
WHERE COALESCE(r.refunded_by, 'seller') = 'seller'
UNION ALL
SELECT c.account, c.order_id, c.refunded_at, CASE WHEN 1 = 0 THEN c.amount END AS amount
FROM claims AS c
WHERE c.refunded_at IS NOT NULL
UNION ALL
SELECT b.account, b.order_id, b.refunded_at, b.amount
FROM booked_refunds AS b
