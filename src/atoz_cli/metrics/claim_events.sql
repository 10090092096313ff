-- one row is one A-to-z claim on one day asked, with what it is worth on that day: the first line that fits
WITH claimed AS (
    SELECT a.as_of, c.account, c.order_id
    FROM every_claim AS c
    JOIN watched AS a ON a.account = c.account AND a.order_id = c.order_id
    GROUP BY a.as_of, c.account, c.order_id
),
parcels AS (
    SELECT
        a.as_of, s.account, s.order_id,
        MIN(CASE WHEN s.returned_at <= a.as_of THEN 1 ELSE 0 END) AS came_back,
        MIN(CASE
            WHEN s.claims_protected AND s.first_scan_at <= COALESCE(s.ship_by, o.ship_by) AND s.first_scan_at <= a.as_of
            THEN 1 ELSE 0 END) AS on_protected_label
    FROM shipments AS s
    JOIN claimed AS a ON a.account = s.account AND a.order_id = s.order_id
    LEFT JOIN orders_at_stake AS o ON o.account = s.account AND o.order_id = s.order_id
    GROUP BY a.as_of, s.account, s.order_id
),
paid_after_filing AS (
    SELECT c.account, c.order_id, c.claim_id, c.filed_at, MIN(r.refunded_at) AS paid_at
    FROM every_claim AS c
    JOIN seller_refunds AS r
        ON r.account = c.account AND r.order_id = c.order_id AND r.refunded_at >= c.filed_at
    GROUP BY c.account, c.order_id, c.claim_id, c.filed_at
),
seen AS (
    SELECT
        a.as_of, c.account, c.order_id, c.claim_id, c.filed_at, c.from_flag, c.counts_in_odr, c.appeal_decision,
        COALESCE(c.funded_by, '') AS funded_by,
        CASE WHEN COALESCE(c.decided_at, a.as_of) <= a.as_of THEN 1 ELSE 0 END AS decided,
        CASE WHEN c.decision IN ('granted', 'granted_by_default') AND COALESCE(c.decided_at, a.as_of) <= a.as_of
            THEN c.decision ELSE '' END AS grant_now,
        CASE WHEN c.decision = 'denied' AND COALESCE(c.decided_at, a.as_of) <= a.as_of THEN 1 ELSE 0 END AS denied,
        CASE WHEN COALESCE(c.appeal_decided_at, a.as_of) <= a.as_of THEN 1 ELSE 0 END AS appeal_known,
        CASE
            WHEN c.withdrawn_at <= a.as_of THEN 1
            WHEN c.decision = 'withdrawn' AND COALESCE(c.withdrawn_at, c.decided_at, a.as_of) <= a.as_of THEN 1
            ELSE 0 END AS withdrawn,
        CASE WHEN c.decision = 'withdrawn' THEN COALESCE(c.withdrawn_at, c.decided_at) ELSE c.withdrawn_at END AS withdrawn_on,
        c.decided_at,
        CASE WHEN f.full_at <= a.as_of THEN f.full_at END AS full_at,
        CASE WHEN p.paid_at <= a.as_of THEN 1 ELSE 0 END AS paid_after,
        COALESCE(s.came_back, 0) AS came_back,
        CASE WHEN n.order_id IS NOT NULL THEN COALESCE(s.on_protected_label, 0) ELSE 0 END AS covered,
        CASE WHEN o.status = 'cancelled' THEN 1 ELSE 0 END AS order_cancelled
    FROM every_claim AS c
    JOIN watched AS a
        ON a.account = c.account AND a.order_id = c.order_id AND (c.known_at IS NULL OR c.known_at <= a.as_of)
        AND (c.known_until IS NULL OR c.known_until > a.as_of)
    LEFT JOIN full_refunds AS f
        ON f.account = c.account AND f.order_id = c.order_id AND f.claim_id = c.claim_id AND f.filed_at = c.filed_at
    LEFT JOIN paid_after_filing AS p
        ON p.account = c.account AND p.order_id = c.order_id AND p.claim_id = c.claim_id AND p.filed_at = c.filed_at
    LEFT JOIN parcels AS s ON s.as_of = a.as_of AND s.account = c.account AND s.order_id = c.order_id
    LEFT JOIN not_received AS n
        ON n.account = c.account AND n.order_id = c.order_id AND n.claim_id = c.claim_id AND n.filed_at = c.filed_at
        AND n.since <= a.as_of AND n.until > a.as_of
    LEFT JOIN orders_at_stake AS o ON o.account = c.account AND o.order_id = c.order_id
)
SELECT
    as_of, account, order_id, 'a_to_z_claim' AS kind, claim_id, filed_at AS on_at,
    CASE
        WHEN decided = 1 AND counts_in_odr THEN 'granted'
        WHEN decided = 1 AND NOT counts_in_odr THEN 'excused'
        WHEN from_flag = 1 THEN 'pending'
        WHEN appeal_known = 1 AND appeal_decision IN ('won', 'won_odr_only') THEN 'excused'
        WHEN denied = 1 THEN 'denied'
        WHEN withdrawn = 1 AND grant_now <> ''
            AND (decided_at IS NULL OR withdrawn_on IS NULL OR decided_at <= withdrawn_on) THEN 'withdrawn_after_loss'
        WHEN withdrawn = 1 AND full_at >= filed_at
            AND (withdrawn_on IS NULL OR full_at <= withdrawn_on) THEN 'withdrawn_after_loss'
        WHEN withdrawn = 1 THEN 'withdrawn'
        WHEN came_back = 1 THEN 'excused'
        WHEN covered = 1 AND paid_after = 0
            AND NOT (grant_now = 'granted' AND funded_by = 'seller')
            AND NOT (grant_now = 'granted_by_default' AND funded_by <> 'amazon') THEN 'protected'
        WHEN grant_now = 'granted_by_default' THEN 'granted_by_default'
        WHEN grant_now = 'granted' AND funded_by = 'amazon' THEN 'amazon_funded'
        WHEN grant_now = 'granted' THEN 'granted'
        WHEN order_cancelled = 1 THEN 'order_cancelled'
        WHEN full_at >= filed_at THEN 'refunded_after_filing'
        WHEN full_at < filed_at THEN 'refunded_before_filing'
        ELSE 'pending' END AS standing
FROM seen
