-- one row is one order of high value with a package delivered lately that nobody signed for, although one of its files would tell
WITH retold AS (
    SELECT v.account, v.order_id, MAX(t.signatures) AS signatures
    FROM shipments_versions AS v
    JOIN telling AS t ON t.import_id = v.import_id
    GROUP BY v.account, v.order_id
)
SELECT s.account, s.order_id
FROM delivered_lately AS s
JOIN dear_orders AS d ON d.account = s.account AND d.order_id = s.order_id
LEFT JOIN telling AS t ON t.import_id = s.import_id
LEFT JOIN retold AS r ON r.account = s.account AND r.order_id = s.order_id
WHERE NOT COALESCE(s.signed, 1 = 0) AND (t.signatures = 1 OR r.signatures = 1)
GROUP BY s.account, s.order_id
