-- one row is one defect on one day asked under the policy of one era, with whether it counts (1), is pending (pends 1) or neither
SELECT
    d.as_of, e.era, d.account, d.order_id, d.kind, d.claim_id, d.on_at, d.standing,
    COALESCE(c.counts, 0) AS counts, COALESCE(c.pends, 0) AS pends
FROM defect_events AS d
JOIN eras AS e ON e.as_of = d.as_of
LEFT JOIN asked_at_stake AS o ON o.account = d.account AND o.order_id = d.order_id
JOIN counted AS c
    ON c.era = e.era AND c.marketplace = COALESCE(o.marketplace, '') AND c.kind = d.kind AND c.standing = d.standing
