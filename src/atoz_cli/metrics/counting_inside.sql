-- one row is one defect that makes an order in the window defective
SELECT o.order_no, d.kind, d.account, d.order_id, d.claim_id, d.on_at
FROM defective_inside AS o
JOIN counting_defects AS d ON d.account = o.account AND d.order_id = o.order_id
