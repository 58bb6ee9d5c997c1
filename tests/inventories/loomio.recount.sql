-- Each maintained column of Loomio, recounted by the application's own SQL: p is the row that has it.
-- at_least: the column never falls, so that it may be above what there is now.

CREATE TEMP VIEW recount (id, "table", "column", key, at_least, stored, actual) AS
SELECT 'loomio-01', 'groups', 'memberships_count', json_array(p."id"), 0,
    coalesce(p."memberships_count", 0),
    (SELECT COUNT(*) FROM memberships c WHERE c.group_id = p.id AND c.revoked_at IS NULL)
FROM "groups" p
UNION ALL
SELECT 'loomio-02', 'groups', 'pending_memberships_count', json_array(p."id"), 0,
    coalesce(p."pending_memberships_count", 0),
    (SELECT COUNT(*) FROM memberships c WHERE c.group_id = p.id AND c.revoked_at IS NULL
        AND c.accepted_at IS NULL)
FROM "groups" p
UNION ALL
SELECT 'loomio-03', 'groups', 'admin_memberships_count', json_array(p."id"), 0,
    coalesce(p."admin_memberships_count", 0),
    (SELECT COUNT(*) FROM memberships c WHERE c.group_id = p.id AND c.revoked_at IS NULL
        AND c.admin = TRUE)
FROM "groups" p
UNION ALL
SELECT 'loomio-04', 'groups', 'delegates_count', json_array(p."id"), 0,
    coalesce(p."delegates_count", 0),
    (SELECT COUNT(*) FROM memberships c WHERE c.group_id = p.id AND c.revoked_at IS NULL
        AND c.delegate = TRUE)
FROM "groups" p
UNION ALL
SELECT 'loomio-06', 'groups', 'discussions_count', json_array(p."id"), 0,
    coalesce(p."discussions_count", 0),
    (SELECT COUNT(*) FROM discussions c WHERE c.group_id = p.id AND c.discarded_at IS NULL)
FROM "groups" p
UNION ALL
SELECT 'loomio-07', 'groups', 'open_discussions_count', json_array(p."id"), 0,
    coalesce(p."open_discussions_count", 0),
    (SELECT COUNT(*) FROM discussions c WHERE c.group_id = p.id AND c.discarded_at IS NULL
        AND c.closed_at IS NULL)
FROM "groups" p
UNION ALL
SELECT 'loomio-08', 'groups', 'closed_discussions_count', json_array(p."id"), 0,
    coalesce(p."closed_discussions_count", 0),
    (SELECT COUNT(*) FROM discussions c WHERE c.group_id = p.id AND c.discarded_at IS NULL
        AND c.closed_at IS NOT NULL)
FROM "groups" p
UNION ALL
SELECT 'loomio-09', 'groups', 'public_discussions_count', json_array(p."id"), 0,
    coalesce(p."public_discussions_count", 0),
    (SELECT COUNT(*) FROM discussions c WHERE c.group_id = p.id AND c.discarded_at IS NULL
        AND c.private = FALSE)
FROM "groups" p
UNION ALL
SELECT 'loomio-10', 'groups', 'polls_count', json_array(p."id"), 0,
    coalesce(p."polls_count", 0),
    (SELECT COUNT(*) FROM polls c WHERE c.group_id = p.id)
FROM "groups" p
UNION ALL
SELECT 'loomio-11', 'groups', 'closed_polls_count', json_array(p."id"), 0,
    coalesce(p."closed_polls_count", 0),
    (SELECT COUNT(*) FROM polls c WHERE c.group_id = p.id AND c.discarded_at IS NULL
        AND c.closed_at IS NOT NULL)
FROM "groups" p
UNION ALL
SELECT 'loomio-12', 'groups', 'subgroups_count', json_array(p."id"), 0,
    coalesce(p."subgroups_count", 0),
    (SELECT COUNT(*) FROM groups c WHERE c.parent_id = p.id AND c.archived_at IS NULL)
FROM "groups" p
UNION ALL
SELECT 'loomio-16', 'groups', 'discussion_templates_count', json_array(p."id"), 0,
    coalesce(p."discussion_templates_count", 0),
    (SELECT COUNT(*) FROM discussion_templates c WHERE c.group_id = p.id
        AND c.discarded_at IS NULL)
FROM "groups" p
UNION ALL
SELECT 'loomio-17', 'groups', 'poll_templates_count', json_array(p."id"), 0,
    coalesce(p."poll_templates_count", 0),
    (SELECT COUNT(*) FROM poll_templates c WHERE c.group_id = p.id AND c.discarded_at IS NULL)
FROM "groups" p
UNION ALL
SELECT 'loomio-18', 'users', 'memberships_count', json_array(p."id"), 0,
    coalesce(p."memberships_count", 0),
    (SELECT COUNT(*) FROM memberships c WHERE c.user_id = p.id AND c.revoked_at IS NULL)
FROM "users" p
UNION ALL
SELECT 'loomio-19', 'discussions', 'items_count', json_array(p."id"), 0,
    coalesce(p."items_count", 0),
    (SELECT COUNT(*) FROM events c WHERE c.discussion_id = p.id AND c.sequence_id IS NOT NULL)
FROM "discussions" p
UNION ALL
SELECT 'loomio-20', 'discussions', 'versions_count', json_array(p."id"), 0,
    coalesce(p."versions_count", 0),
    (SELECT COUNT(*) FROM versions c WHERE c.item_type = 'Discussion' AND c.item_id = p.id)
FROM "discussions" p
UNION ALL
SELECT 'loomio-21', 'discussions', 'closed_polls_count', json_array(p."id"), 0,
    coalesce(p."closed_polls_count", 0),
    (SELECT COUNT(*) FROM polls c WHERE c.discussion_id = p.id AND c.discarded_at IS NULL
        AND c.closed_at IS NOT NULL)
FROM "discussions" p
UNION ALL
SELECT 'loomio-22', 'discussions', 'anonymous_polls_count', json_array(p."id"), 0,
    coalesce(p."anonymous_polls_count", 0),
    (SELECT COUNT(*) FROM polls c WHERE c.discussion_id = p.id AND c.anonymous = TRUE)
FROM "discussions" p
UNION ALL
SELECT 'loomio-23', 'discussions', 'seen_by_count', json_array(p."id"), 0,
    coalesce(p."seen_by_count", 0),
    (SELECT COUNT(*) FROM discussion_readers c WHERE c.discussion_id = p.id
        AND c.last_read_at IS NOT NULL)
FROM "discussions" p
UNION ALL
SELECT 'loomio-24', 'discussions', 'members_count', json_array(p."id"), 0,
    coalesce(p."members_count", 0),
    (SELECT COUNT(*) FROM discussion_readers c WHERE c.discussion_id = p.id
        AND c.revoked_at IS NULL)
FROM "discussions" p
UNION ALL
SELECT 'loomio-25', 'discussions', 'ranges_string', json_array(p."id"), 0,
    p."ranges_string",
    (SELECT group_concat(y.lo || '-' || y.hi, ',')
        FROM (SELECT MIN(x.s) AS lo, MAX(x.s) AS hi
        FROM (SELECT d.s, d.s - ROW_NUMBER() OVER (ORDER BY d.s) AS g
        FROM (SELECT DISTINCT c.sequence_id AS s FROM events c WHERE c.discussion_id = p.id
        AND c.sequence_id IS NOT NULL) d) x GROUP BY x.g ORDER BY lo) y)
FROM "discussions" p
UNION ALL
SELECT 'loomio-26', 'discussions', 'last_activity_at', json_array(p."id"), 0,
    unixepoch(p."last_activity_at"),
    unixepoch((SELECT MAX(t.at) FROM (SELECT c.created_at AS at FROM comments c
        WHERE c.discussion_id = p.id AND c.discarded_at IS NULL UNION ALL SELECT c.created_at
        FROM polls c WHERE c.discussion_id = p.id AND c.discarded_at IS NULL
        UNION ALL SELECT c.created_at FROM outcomes c JOIN polls j ON j.id = c.poll_id
        WHERE j.discussion_id = p.id UNION ALL SELECT c.created_at FROM stances c
        JOIN polls j ON j.id = c.poll_id WHERE j.discussion_id = p.id AND c.latest = TRUE
        AND c.revoked_at IS NULL UNION ALL SELECT p.created_at) t))
FROM "discussions" p
UNION ALL
SELECT 'loomio-27', 'discussions', 'importance', json_array(p."id"), 0,
    p."importance",
    (SELECT CASE WHEN p.pinned THEN 2 WHEN EXISTS (SELECT 1 FROM polls c
        WHERE c.discussion_id = p.id AND c.closed_at IS NULL) THEN 1 ELSE 0 END)
FROM "discussions" p
UNION ALL
SELECT 'loomio-28', 'polls', 'stances_count', json_array(p."id"), 0,
    coalesce(p."stances_count", 0),
    (SELECT COUNT(*) FROM stances c WHERE c.poll_id = p.id AND c.latest = TRUE)
FROM "polls" p
UNION ALL
SELECT 'loomio-29', 'polls', 'undecided_count', json_array(p."id"), 0,
    p."undecided_count",
    (SELECT CASE WHEN p.closed_at IS NULL THEN (SELECT COUNT(DISTINCT c.user_id)
        FROM memberships c WHERE c.group_id = p.group_id AND c.revoked_at IS NULL
        AND c.user_id NOT IN (SELECT s.participant_id FROM stances s WHERE s.poll_id = p.id
        AND s.participant_id IS NOT NULL)) ELSE (SELECT COUNT(*) FROM poll_did_not_votes d
        WHERE d.poll_id = p.id) END)
FROM "polls" p
UNION ALL
SELECT 'loomio-30', 'polls', 'voters_count', json_array(p."id"), 0,
    coalesce(p."voters_count", 0),
    (SELECT COUNT(*) FROM stances c WHERE c.poll_id = p.id AND c.latest = TRUE
        AND c.revoked_at IS NULL)
FROM "polls" p
UNION ALL
SELECT 'loomio-31', 'polls', 'undecided_voters_count', json_array(p."id"), 0,
    coalesce(p."undecided_voters_count", 0),
    (SELECT COUNT(*) FROM stances c WHERE c.poll_id = p.id AND c.latest = TRUE
        AND c.revoked_at IS NULL AND c.cast_at IS NULL)
FROM "polls" p
UNION ALL
SELECT 'loomio-32', 'polls', 'none_of_the_above_count', json_array(p."id"), 0,
    coalesce(p."none_of_the_above_count", 0),
    (SELECT COUNT(*) FROM stances c WHERE c.poll_id = p.id AND c.latest = TRUE
        AND c.revoked_at IS NULL AND c.cast_at IS NOT NULL AND c.none_of_the_above = TRUE)
FROM "polls" p
UNION ALL
SELECT 'loomio-35', 'polls', 'versions_count', json_array(p."id"), 0,
    coalesce(p."versions_count", 0),
    (SELECT COUNT(*) FROM versions c WHERE c.item_type = 'Poll' AND c.item_id = p.id)
FROM "polls" p
UNION ALL
SELECT 'loomio-36', 'polls', 'stance_counts', json_array(p."id"), 0,
    json(p."stance_counts"),
    (SELECT json_group_array(t.total_score) FROM (SELECT c.total_score FROM poll_options c
        WHERE c.poll_id = p.id ORDER BY c.priority, c.id) t)
FROM "polls" p
UNION ALL
SELECT 'loomio-37', 'polls', 'stance_data', json_array(p."id"), 0,
    (SELECT json_group_object(key, value) FROM (SELECT key, value, max(id) FROM json_each(p."stance_data") GROUP BY key ORDER BY key)),
    (SELECT json_group_object(key, value) FROM (SELECT key, value, max(id) FROM json_each((SELECT json_group_object(o.name, (SELECT COALESCE(SUM(c.score), 0) FROM stance_choices c
        JOIN stances s ON s.id = c.stance_id WHERE c.poll_option_id = o.id AND s.latest = TRUE))
        FROM (SELECT * FROM poll_options ORDER BY id) o WHERE o.poll_id = p.id)) GROUP BY key ORDER BY key))
FROM "polls" p
UNION ALL
SELECT 'loomio-38', 'polls', 'matrix_counts', json_array(p."id"), 0,
    json(p."matrix_counts"),
    (SELECT json_group_array(json(t.r))
        FROM (SELECT o.name, (SELECT json_group_array(COALESCE((SELECT c.score
        FROM stance_choices c WHERE c.stance_id = s.id AND c.poll_option_id = o.id
        ORDER BY c.id LIMIT 1), 0)) FROM (SELECT * FROM stances WHERE poll_id = p.id
        AND latest = TRUE ORDER BY created_at NULLS FIRST, id LIMIT 5) s) AS r
        FROM poll_options o WHERE o.poll_id = p.id ORDER BY o.name, o.id LIMIT 5) t)
FROM "polls" p
UNION ALL
SELECT 'loomio-39', 'poll_options', 'score_counts', json_array(p."id"), 0,
    (SELECT json_group_object(key, value) FROM (SELECT key, value, max(id) FROM json_each(p."score_counts") GROUP BY key ORDER BY key)),
    (SELECT json_group_object(key, value) FROM (SELECT key, value, max(id) FROM json_each((SELECT json_group_object(t.score, t.n) FROM (SELECT c.score, COUNT(*) AS n
        FROM stance_choices c JOIN stances j ON j.id = c.stance_id WHERE c.poll_option_id = p.id
        AND j.latest = TRUE GROUP BY c.score) t)) GROUP BY key ORDER BY key))
FROM "poll_options" p
UNION ALL
SELECT 'loomio-40', 'poll_options', 'voter_scores', json_array(p."id"), 0,
    (SELECT json_group_object(key, value) FROM (SELECT key, value, max(id) FROM json_each(p."voter_scores") GROUP BY key ORDER BY key)),
    (SELECT json_group_object(key, value) FROM (SELECT key, value, max(id) FROM json_each(coalesce((SELECT CASE WHEN q.anonymous THEN '{}' ELSE (SELECT json_group_object(t.k, x.score)
        FROM (SELECT j.participant_id AS k, MAX(c.id) AS m FROM stance_choices c
        JOIN stances j ON j.id = c.stance_id WHERE c.poll_option_id = p.id AND j.latest = TRUE
        AND j.revoked_at IS NULL AND j.participant_id IS NOT NULL GROUP BY j.participant_id) t
        JOIN stance_choices x ON x.id = t.m) END FROM polls q WHERE q.id = p.poll_id), '{}')) GROUP BY key ORDER BY key))
FROM "poll_options" p
UNION ALL
SELECT 'loomio-41', 'poll_options', 'total_score', json_array(p."id"), 0,
    coalesce(p."total_score", 0),
    (SELECT COALESCE(SUM(c.score), 0) FROM stance_choices c
        JOIN stances j ON j.id = c.stance_id WHERE c.poll_option_id = p.id AND j.latest = TRUE
        AND j.revoked_at IS NULL)
FROM "poll_options" p
UNION ALL
SELECT 'loomio-42', 'poll_options', 'voter_count', json_array(p."id"), 0,
    coalesce(p."voter_count", 0),
    (SELECT COUNT(*) FROM stance_choices c JOIN stances j ON j.id = c.stance_id
        WHERE c.poll_option_id = p.id AND j.latest = TRUE AND j.revoked_at IS NULL)
FROM "poll_options" p
UNION ALL
SELECT 'loomio-44', 'stances', 'option_scores', json_array(p."id"), 0,
    (SELECT json_group_object(key, value) FROM (SELECT key, value, max(id) FROM json_each(p."option_scores") GROUP BY key ORDER BY key)),
    (SELECT json_group_object(key, value) FROM (SELECT key, value, max(id) FROM json_each((SELECT json_group_object(c.poll_option_id, c.score) FROM stance_choices c
        WHERE c.stance_id = p.id AND c.poll_option_id IS NOT NULL)) GROUP BY key ORDER BY key))
FROM "stances" p
UNION ALL
SELECT 'loomio-45', 'stances', 'versions_count', json_array(p."id"), 0,
    coalesce(p."versions_count", 0),
    (SELECT COUNT(*) FROM versions c WHERE c.item_type = 'Stance' AND c.item_id = p.id)
FROM "stances" p
UNION ALL
SELECT 'loomio-46', 'outcomes', 'versions_count', json_array(p."id"), 0,
    coalesce(p."versions_count", 0),
    (SELECT COUNT(*) FROM versions c WHERE c.item_type = 'Outcome' AND c.item_id = p.id)
FROM "outcomes" p
UNION ALL
SELECT 'loomio-47', 'comments', 'versions_count', json_array(p."id"), 0,
    coalesce(p."versions_count", 0),
    (SELECT COUNT(*) FROM versions c WHERE c.item_type = 'Comment' AND c.item_id = p.id)
FROM "comments" p
UNION ALL
SELECT 'loomio-48', 'comments', 'comment_votes_count', json_array(p."id"), 0,
    coalesce(p."comment_votes_count", 0),
    (SELECT COUNT(*) FROM reactions c WHERE c.reactable_type = 'Comment'
        AND c.reactable_id = p.id)
FROM "comments" p
UNION ALL
SELECT 'loomio-49', 'comments', 'attachments_count', json_array(p."id"), 0,
    coalesce(p."attachments_count", 0),
    (SELECT COUNT(*) FROM attachments c WHERE c.attachable_type = 'Comment'
        AND c.attachable_id = p.id)
FROM "comments" p
UNION ALL
SELECT 'loomio-50', 'events', 'child_count', json_array(p."id"), 0,
    coalesce(p."child_count", 0),
    (SELECT COUNT(*) FROM events c WHERE c.parent_id = p.id AND c.discussion_id IS NOT NULL)
FROM "events" p
UNION ALL
SELECT 'loomio-51', 'events', 'descendant_count', json_array(p."id"), 0,
    coalesce(p."descendant_count", 0),
    (SELECT CASE WHEN p.kind = 'new_discussion' THEN (SELECT COUNT(*) FROM events c
        WHERE c.discussion_id = p.eventable_id) WHEN p.position_key IS NOT NULL
        AND p.discussion_id IS NOT NULL THEN (SELECT COUNT(*) FROM events c
        WHERE c.discussion_id = p.discussion_id AND c.id <> p.id
        AND substr(c.position_key, 1, length(p.position_key)) = p.position_key) ELSE 0 END)
FROM "events" p
UNION ALL
SELECT 'loomio-52', 'events', 'position', json_array(p."id"), 0,
    p."position",
    (SELECT CASE WHEN p.discussion_id IS NULL OR p.parent_id IS NULL THEN 0
        ELSE (SELECT COUNT(*) FROM events c WHERE c.parent_id = p.parent_id
        AND c.discussion_id IS NOT NULL AND c.sequence_id <= p.sequence_id) END)
FROM "events" p
UNION ALL
SELECT 'loomio-53', 'tags', 'taggings_count', json_array(p."id"), 0,
    p."taggings_count",
    (SELECT (SELECT COUNT(*) FROM discussions c, json_each(c.tags) AS v
        WHERE c.group_id = p.group_id AND c.discarded_at IS NULL
        AND lower(v.value) = lower(p.name)) + (SELECT COUNT(*)
        FROM polls c, json_each(c.tags) AS v WHERE c.group_id = p.group_id
        AND c.discarded_at IS NULL AND lower(v.value) = lower(p.name)))
FROM "tags" p
UNION ALL
SELECT 'loomio-54', 'tags', 'org_taggings_count', json_array(p."id"), 0,
    coalesce(p."org_taggings_count", 0),
    (SELECT COALESCE(SUM(c.taggings_count), 0) FROM tags c JOIN groups g ON g.id = c.group_id
        WHERE lower(c.name) = lower(p.name) AND (g.id = p.group_id OR (g.parent_id = p.group_id
        AND g.archived_at IS NULL)))
FROM "tags" p
UNION ALL
SELECT 'loomio-55', 'subscriptions', 'members_count', json_array(p."id"), 0,
    coalesce(p."members_count", 0),
    (SELECT COUNT(DISTINCT c.user_id) FROM memberships c JOIN groups g ON g.id = c.group_id
        LEFT JOIN groups r ON r.id = g.parent_id
        WHERE (g.subscription_id = p.id OR r.subscription_id = p.id) AND c.revoked_at IS NULL)
FROM "subscriptions" p
UNION ALL
SELECT 'loomio-15', 'groups', 'recent_activity_count', json_array(p."id"), 0,
    coalesce(p."recent_activity_count", 0),
    (SELECT COUNT(*) FROM events c JOIN discussions j ON j.id = c.discussion_id
        WHERE j.group_id = p.id AND c.kind IN ('new_comment', 'poll_created', 'stance_created')
        AND unixepoch(c.created_at) > 1700000000)
FROM "groups" p
UNION ALL
SELECT 'ours', 'groups', 'people_count', json_array(p."id"), 0,
    coalesce(p."people_count", 0),
    (SELECT COUNT(DISTINCT c.user_id) FROM memberships c WHERE c.group_id = p.id
        AND c.revoked_at IS NULL)
FROM "groups" p;
