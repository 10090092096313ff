-- one row is one package known on the day asked, seller's or not, that no file shows as delivered, and of which one of its files would tell more
WITH retold AS (
    SELECT v.account, v.order_id, MAX(t.numbers) AS numbers, MAX(t.scans) AS scans, MAX(t.deliveries) AS deliveries
    FROM shipments_versions AS v
    JOIN telling AS t ON t.import_id = v.import_id
    GROUP BY v.account, v.order_id
),
refused AS (
    SELECT h.account, h.order_id, h.tracking_number
    FROM health_orders AS h
    WHERE h.metric = 'tracking' AND NOT h.valid_tracking
    GROUP BY h.account, h.order_id, h.tracking_number
),
seen AS (
    SELECT
        s.account, s.order_id, s.carrier, s.tracking_number, s.ship_by, s.deliver_by,
        CASE WHEN s.claims_protected AND s.label = 'buy_shipping' THEN 1 ELSE 0 END AS protected,
        CASE WHEN s.confirmed_at <= h.as_of THEN s.confirmed_at END AS confirmed_at,
        CASE WHEN s.confirmed_at <= h.as_of THEN s.confirmed_at WHEN s.shipped_at <= h.as_of THEN s.shipped_at END AS sent_at,
        CASE WHEN s.first_scan_at <= h.as_of THEN s.first_scan_at END AS scanned_at,
        CASE WHEN s.returned_at <= h.as_of THEN s.returned_at END AS returned_at,
        CASE WHEN COALESCE(s.confirmed_at, s.shipped_at, s.first_scan_at, s.delivered_at, s.returned_at) IS NULL
            THEN 1 ELSE 0 END AS undated,
        CASE WHEN t.numbers = 1 OR r.numbers = 1 THEN 1 ELSE 0 END AS tells_numbers,
        CASE WHEN t.scans = 1 OR r.scans = 1 THEN 1 ELSE 0 END AS tells_scans,
        CASE WHEN t.deliveries = 1 OR r.deliveries = 1 THEN 1 ELSE 0 END AS tells_deliveries,
        CASE WHEN x.order_id IS NOT NULL THEN 1 ELSE 0 END AS invalid
    FROM undelivered AS s
    JOIN horizon AS h ON 1 = 1
    LEFT JOIN telling AS t ON t.import_id = s.import_id
    LEFT JOIN retold AS r ON r.account = s.account AND r.order_id = s.order_id
    LEFT JOIN refused AS x
        ON x.account = s.account AND x.order_id = s.order_id
        AND (x.tracking_number = s.tracking_number OR x.tracking_number IS NULL)
)
SELECT
    account, order_id, carrier, tracking_number, ship_by, deliver_by, protected, confirmed_at, sent_at, scanned_at,
    returned_at, invalid, tells_deliveries,
    CASE WHEN tells_numbers = 1 AND tracking_number IS NULL AND scanned_at IS NULL AND returned_at IS NULL THEN 1 ELSE 0 END AS untracked,
    CASE WHEN tells_scans = 1 AND tracking_number IS NOT NULL AND scanned_at IS NULL AND returned_at IS NULL THEN 1 ELSE 0 END AS unscanned
FROM seen
WHERE (sent_at IS NOT NULL OR scanned_at IS NOT NULL OR returned_at IS NOT NULL OR undated = 1 AND tracking_number IS NOT NULL)
    AND (
        invalid = 1 OR tells_deliveries = 1
        OR tells_numbers = 1 AND tracking_number IS NULL AND scanned_at IS NULL
        OR tells_scans = 1 AND tracking_number IS NOT NULL AND scanned_at IS NULL
    )
