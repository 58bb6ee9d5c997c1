-- Each maintained column of Loomio of 2026, recounted by the application's own SQL: p is the row that has it.
-- at_least: the column never falls, so that it may be above what there is now.

CREATE TEMP VIEW recount (id, "table", "column", key, at_least, stored, actual) AS
SELECT 'loomio-33', 'polls', 'voters_count', json_array(p."id"), 0,
    p."voters_count",
    (SELECT CASE WHEN p.anonymous THEN (SELECT COUNT(*) FROM anonymous_poll_voters c
        WHERE c.poll_id = p.id) ELSE (SELECT COUNT(*) FROM stances c WHERE c.poll_id = p.id
        AND c.latest = TRUE AND c.revoked_at IS NULL) END)
FROM "polls" p
UNION ALL
SELECT 'loomio-34', 'polls', 'undecided_voters_count', json_array(p."id"), 0,
    p."undecided_voters_count",
    (SELECT CASE WHEN p.anonymous THEN (SELECT COUNT(*) FROM anonymous_poll_voters c
        WHERE c.poll_id = p.id AND c.ballot_submitted = FALSE) ELSE (SELECT COUNT(*)
        FROM stances c WHERE c.poll_id = p.id AND c.latest = TRUE AND c.revoked_at IS NULL
        AND c.cast_at IS NULL) END)
FROM "polls" p
UNION ALL
SELECT 'loomio-43', 'poll_options', 'voter_count', json_array(p."id"), 0,
    coalesce(p."voter_count", 0),
    (SELECT COUNT(DISTINCT c.anonymous_ballot_id) FROM anonymous_ballot_choices c
        WHERE c.poll_option_id = p.id)
FROM "poll_options" p;
