-- one row is one claim or chargeback on an order as Amazon's mails tell it: filed with the first notice, decided with the last decision
WITH last_word AS (
    SELECT m.account, m.order_id, m.about, MAX(m.noticed_at) AS decided_at
    FROM claim_mails AS m
    WHERE m.event = 'decided'
    GROUP BY m.account, m.order_id, m.about
),
decided AS (
    SELECT
        m.account, m.order_id, m.about, l.decided_at, MAX(m.decision) AS decision, MAX(m.funded_by) AS funded_by,
        MAX(CASE WHEN m.counts_in_odr THEN 1 WHEN NOT m.counts_in_odr THEN 0 END) AS counts
    FROM claim_mails AS m
    JOIN last_word AS l
        ON l.account = m.account AND l.order_id = m.order_id AND l.about = m.about AND l.decided_at = m.noticed_at
    WHERE m.event = 'decided'
    GROUP BY m.account, m.order_id, m.about, l.decided_at
)
SELECT
    m.account, m.order_id, m.about,
    COALESCE(MIN(CASE WHEN m.event = 'received' THEN m.noticed_at END), MIN(m.noticed_at)) AS filed_at,
    MIN(m.noticed_at) AS known_at, MAX(m.marketplace) AS marketplace, MAX(m.reason) AS reason, MAX(m.amount) AS amount,
    MAX(m.currency) AS currency, MAX(CASE WHEN m.event = 'received' THEN m.respond_by END) AS respond_by,
    d.decided_at, d.decision, d.funded_by, CASE WHEN d.counts = 1 THEN 1 = 1 WHEN d.counts = 0 THEN 1 = 0 END AS counts_in_odr
FROM claim_mails AS m
LEFT JOIN decided AS d ON d.account = m.account AND d.order_id = m.order_id AND d.about = m.about
GROUP BY m.account, m.order_id, m.about, d.decided_at, d.decision, d.funded_by, d.counts
