-- one row is one import of the seller's packages, with what its kind of file has ever told of a package of the account (1) and what it never did (0)
WITH once AS (
    SELECT v.account, v.order_id FROM shipments_versions AS v GROUP BY v.account, v.order_id
),
read AS (
    SELECT
        s.account, s.import_id,
        COUNT(s.tracking_number) AS numbers, COUNT(s.first_scan_at) AS scans, COUNT(s.delivered_at) AS deliveries,
        COUNT(s.delivered_to_postal_code) AS places, COUNT(s.signed) AS signatures
    FROM shipments AS s
    LEFT JOIN once AS o ON o.account = s.account AND o.order_id = s.order_id
    WHERE o.order_id IS NULL
    GROUP BY s.account, s.import_id
    UNION ALL
    SELECT
        v.account, v.import_id,
        COUNT(v.tracking_number) AS numbers, COUNT(v.first_scan_at) AS scans, COUNT(v.delivered_at) AS deliveries,
        COUNT(v.delivered_to_postal_code) AS places, COUNT(v.signed) AS signatures
    FROM shipments_versions AS v
    GROUP BY v.account, v.import_id
),
by_source AS (
    SELECT
        i.account, i.source,
        CASE WHEN SUM(r.numbers) > 0 THEN 1 ELSE 0 END AS numbers, CASE WHEN SUM(r.scans) > 0 THEN 1 ELSE 0 END AS scans,
        CASE WHEN SUM(r.deliveries) > 0 THEN 1 ELSE 0 END AS deliveries, CASE WHEN SUM(r.places) > 0 THEN 1 ELSE 0 END AS places,
        CASE WHEN SUM(r.signatures) > 0 THEN 1 ELSE 0 END AS signatures
    FROM read AS r
    JOIN imports AS i ON i.import_id = r.import_id AND i.source <> 'fba_shipments'
    GROUP BY i.account, i.source
)
SELECT i.account, i.import_id, b.numbers, b.scans, b.deliveries, b.places, b.signatures
FROM imports AS i
JOIN by_source AS b ON b.account = i.account AND b.source = i.source
