-- one row is one order with a claim, a chargeback or a negative feedback: few of many, so the rest is not read again
SELECT
    o.account, o.order_id, o.placed_at, o.marketplace, o.sales_channel, o.channel, o.status, o.ship_by, o.deliver_by,
    o.ship_postal_code, o.ship_country
FROM orders_told_of AS o
WHERE o.order_id IN (
    SELECT c.order_id FROM claims AS c
    UNION ALL
    SELECT b.order_id FROM chargebacks AS b
    UNION ALL
    SELECT t.order_id FROM traces AS t
    UNION ALL
    SELECT m.order_id FROM mail_claims AS m
    UNION ALL
    SELECT h.order_id FROM health_orders AS h WHERE h.negative_feedback
    UNION ALL
    SELECT f.order_id FROM feedback AS f JOIN stars AS s ON s.rating = f.rating AND s.meaning = 'negative'
)
