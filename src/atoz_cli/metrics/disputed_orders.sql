-- one row is one order of which a claim, a chargeback or a feedback is told, known to the store or not, on one day asked, until the next
WITH told AS (
    SELECT c.account, c.order_id FROM every_claim AS c
    UNION
    SELECT b.account, b.order_id FROM every_chargeback AS b
    UNION
    SELECT f.account, f.order_id FROM feedback AS f
    UNION
    SELECT h.account, h.order_id FROM health_orders AS h WHERE h.negative_feedback
)
SELECT a.as_of, a.until, t.account, t.order_id FROM told AS t JOIN asked AS a ON 1 = 1
