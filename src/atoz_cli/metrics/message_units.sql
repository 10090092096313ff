-- one row is one message of a buyer that was answered or is due, with the moment since when it is answered in time
WITH seen AS (
    SELECT
        m.kind, m.era, m.account, m.marketplace, m.topic, m.about, m.received_at, m.due_at,
        CASE
            WHEN m.answered_at <= m.received_at THEN m.received_at
            WHEN m.answered_at <= m.due_at THEN m.answered_at END AS in_time_at
    FROM message_times AS m
    WHERE m.about = '' OR m.topic IS NULL OR m.topic = m.about
)
SELECT
    kind, era, account, marketplace, '' AS channel, '' AS grp, received_at AS first_at, received_at AS last_at,
    COALESCE(in_time_at, due_at) AS known_at,
    CASE WHEN 1 = 0 THEN due_at END AS gone_at,
    CASE WHEN about = '' OR topic IS NOT NULL THEN in_time_at END AS hit_at,
    CASE WHEN about <> '' AND topic IS NULL THEN COALESCE(in_time_at, due_at) END AS doubt_at,
    'no_topic' AS why, 1 AS units
FROM seen
