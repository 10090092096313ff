-- one row is one suspect order that may be shown, with what is known of it on the day asked; of an order that no file lists only its id
WITH listed AS (
    SELECT
        o.account, o.order_id, o.placed_at, o.updated_at, o.marketplace, o.channel, o.sales_channel, o.status, o.ship_by,
        o.deliver_by, o.ship_state, o.ship_postal_code, o.ship_country
    FROM orders AS o
    WHERE o.order_id IN (SELECT s.order_id FROM suspects AS s)
),
priced AS (
    SELECT
        i.account, i.order_id, SUM(i.amount) AS amount, MIN(i.currency) AS currency,
        CASE WHEN MIN(i.sku) = MAX(i.sku) THEN MIN(i.sku) END AS sku
    FROM around_items AS i
    GROUP BY i.account, i.order_id
),
disputed AS (
    SELECT c.account, c.order_id FROM all_claims AS c JOIN horizon AS h ON c.known_at IS NULL OR c.known_at <= h.as_of
    UNION
    SELECT b.account, b.order_id FROM all_chargebacks AS b JOIN horizon AS h ON b.known_at IS NULL OR b.known_at <= h.as_of
)
SELECT
    s.account, s.order_id, COALESCE(l.marketplace, '') AS place, l.channel, l.placed_at, l.updated_at, l.status, l.ship_by,
    l.deliver_by, l.ship_state, l.ship_postal_code, l.ship_country, p.amount, p.currency, p.sku, COALESCE(b.paid, 0) AS paid,
    CASE WHEN b.order_id IS NULL THEN 0
        WHEN b.unknown_amount = 1 OR p.amount IS NULL OR b.paid >= p.amount THEN 1 ELSE 0 END AS refunded,
    CASE WHEN d.order_id IS NOT NULL THEN 1 ELSE 0 END AS disputed
FROM suspects AS s
JOIN horizon AS h ON 1 = 1
LEFT JOIN listed AS l ON l.account = s.account AND l.order_id = s.order_id
LEFT JOIN priced AS p ON p.account = s.account AND p.order_id = s.order_id
LEFT JOIN paid_back AS b ON b.account = s.account AND b.order_id = s.order_id
LEFT JOIN disputed AS d ON d.account = s.account AND d.order_id = s.order_id
WHERE l.order_id IS NULL OR l.placed_at <= h.as_of AND COALESCE(l.sales_channel, '') <> 'non_amazon'
