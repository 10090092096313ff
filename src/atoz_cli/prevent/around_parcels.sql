-- one row is one package of a suspect order, as far as it is known on the day asked
SELECT
    s.account, s.order_id, s.ship_by, s.deliver_by, s.signed, s.tracking_number,
    CASE WHEN s.confirmed_at <= h.as_of THEN s.confirmed_at END AS confirmed_at,
    CASE WHEN s.shipped_at <= h.as_of THEN s.shipped_at END AS shipped_at,
    CASE WHEN s.first_scan_at <= h.as_of THEN s.first_scan_at WHEN s.delivered_at <= h.as_of THEN s.delivered_at END AS scanned_at,
    CASE WHEN s.delivered_at <= h.as_of THEN s.delivered_at END AS delivered_at,
    CASE
        WHEN s.confirmed_at <= h.as_of OR s.shipped_at <= h.as_of OR s.first_scan_at <= h.as_of OR s.delivered_at <= h.as_of
            OR s.returned_at <= h.as_of THEN 1
        WHEN COALESCE(s.confirmed_at, s.shipped_at, s.first_scan_at, s.delivered_at, s.returned_at) IS NULL
            AND s.tracking_number IS NOT NULL THEN 1
        ELSE 0 END AS gone
FROM shipments AS s
JOIN horizon AS h ON 1 = 1
WHERE s.order_id IN (SELECT k.order_id FROM suspects AS k)
