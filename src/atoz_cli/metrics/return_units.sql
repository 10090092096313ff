-- one row is one return request of a seller-fulfilled order, with the moments since when it is rejected though in policy and since when it may count
SELECT
    r.kind, r.era, b.account, b.marketplace, 'mfn' AS channel, '' AS grp, b.requested_at AS first_at, b.requested_at AS last_at,
    b.requested_at AS known_at,
    CASE WHEN 1 = 0 THEN b.requested_at END AS gone_at,
    CASE WHEN b.status = 'rejected' AND b.in_policy THEN b.requested_at END AS hit_at,
    CASE
        WHEN r.whole = 1 THEN b.requested_at
        WHEN b.status IS NULL THEN b.requested_at
        WHEN b.status = 'rejected' AND b.in_policy IS NULL THEN b.requested_at END AS doubt_at,
    CASE
        WHEN b.status IS NULL THEN 'no_status'
        WHEN b.status = 'rejected' AND b.in_policy IS NULL THEN 'no_policy_flag'
        ELSE 'return_feedback' END AS why,
    1 AS units
FROM placed_returns AS b
JOIN unit_rules AS r ON r.marketplace = b.marketplace
