-- one row is one order delivered lately in another postal code than its own
SELECT
    a.account, a.place, a.channel, a.order_id, a.sku, a.amount, a.currency, a.disputed, e.delivered_at, e.packages
FROM elsewhere AS e
JOIN around AS a ON a.account = e.account AND a.order_id = e.order_id
JOIN reach AS l ON l.place = a.place AND e.delivered_at >= l.elsewhere_from
WHERE COALESCE(a.channel, 'mfn') <> 'afn' AND COALESCE(a.status, '') <> 'cancelled' AND a.refunded = 0
