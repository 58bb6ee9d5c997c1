-- In a random life nobody keeps what the application keeps: the paths of a thread (here by the
-- parents they are made from), names of options that are their own, members of a group that is
-- gone.
CREATE TEMP VIEW otherwise (id, "table", "column", key, at_least, stored, actual) AS
SELECT 'loomio-51', 'events', 'descendant_count', json_array(p."id"), 0,
    coalesce(p."descendant_count", 0),
    (WITH RECURSIVE below (id) AS (SELECT c.id FROM events c WHERE c.parent_id = p.id UNION
        SELECT c.id FROM events c JOIN below b ON c.parent_id = b.id)
    SELECT COUNT(*) FROM events c
        WHERE c.id IN (SELECT id FROM below) AND c.discussion_id IS NOT NULL)
FROM "events" p
UNION ALL
SELECT 'loomio-29', 'polls', 'undecided_count', json_array(p."id"), 0,
    p."undecided_count",
    (SELECT CASE WHEN p.closed_at IS NULL THEN (SELECT COUNT(DISTINCT c.user_id)
        FROM memberships c JOIN groups g ON g.id = c.group_id
        WHERE c.group_id = p.group_id AND c.revoked_at IS NULL
        AND c.user_id NOT IN (SELECT s.participant_id FROM stances s WHERE s.poll_id = p.id
        AND s.participant_id IS NOT NULL)) ELSE (SELECT COUNT(*) FROM poll_did_not_votes d
        WHERE d.poll_id = p.id) END)
FROM "polls" p
UNION ALL
SELECT 'loomio-37', 'polls', 'stance_data', json_array(p."id"), 0,
    (SELECT json_group_object(key, value)
        FROM (SELECT key, value FROM json_each(p."stance_data") ORDER BY key)),
    (SELECT json_group_object(name, score) FROM (SELECT o.name, SUM((SELECT
            COALESCE(SUM(c.score), 0) FROM stance_choices c JOIN stances s ON s.id = c.stance_id
            WHERE c.poll_option_id = o.id AND s.latest = TRUE)) AS score
        FROM poll_options o WHERE o.poll_id = p.id GROUP BY o.name ORDER BY o.name))
FROM "polls" p;
