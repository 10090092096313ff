-- one row is one negative feedback that counts and has no response, of an order in the window or about to enter it
SELECT f.account, f.order_id, f.left_at, f.rating, f.comment, o.placed_on
FROM counted_defects AS d
JOIN feedback AS f ON f.account = d.account AND f.order_id = d.order_id
JOIN asked_at_stake AS o ON o.account = d.account AND o.order_id = d.order_id
JOIN windows AS w
    ON w.account = o.account AND w.marketplace = o.marketplace AND o.placed_on >= w.starts_on AND o.placed_on <= w.known_on
WHERE d.kind = 'negative_feedback' AND d.counts = 1 AND COALESCE(f.response, '') = ''
