-- one row is one order with a defect in one of its groups, on one day asked
SELECT
    f.as_of, f.era, f.account, f.order_id, g.grp, f.defective, f.negative_feedback, f.claim, f.chargeback, f.lost
FROM order_flags AS f
JOIN grouped_orders AS g ON g.account = f.account AND g.order_id = f.order_id
