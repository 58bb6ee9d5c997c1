-- Each counter of examples/loomio against a count in plain SQL, written apart from loomio.ccdl.
-- A row per counter: its name, how many rows there are with another value, and how many say
-- something at all.  Where nothing decrements, only less is wrong.
--
-- What is recent was so at the last sweep.  JSON is compared by what it says, in its order.

SELECT 'groups.memberships_count', count(*) FILTER (WHERE coalesce(p.memberships_count, 0) <> (
        SELECT count(*)
        FROM memberships c
        WHERE c.group_id = p.id AND c.revoked_at IS NULL)),
    coalesce(sum(p.memberships_count <> 0), 0) FROM groups AS p;

SELECT 'groups.admin_memberships_count', count(*) FILTER (WHERE coalesce(p.admin_memberships_count, 0) <> (
        SELECT count(*)
        FROM memberships c
        WHERE c.group_id = p.id AND c.revoked_at IS NULL AND c.admin = TRUE)),
    coalesce(sum(p.admin_memberships_count <> 0), 0) FROM groups AS p;

SELECT 'groups.pending_memberships_count', count(*) FILTER (WHERE coalesce(p.pending_memberships_count, 0) <> (
        SELECT count(*)
        FROM memberships c
        WHERE c.group_id = p.id AND c.revoked_at IS NULL AND c.accepted_at IS NULL)),
    coalesce(sum(p.pending_memberships_count <> 0), 0) FROM groups AS p;

SELECT 'groups.delegates_count', count(*) FILTER (WHERE coalesce(p.delegates_count, 0) <> (
        SELECT count(*)
        FROM memberships c
        WHERE c.group_id = p.id AND c.revoked_at IS NULL AND c.delegate = TRUE)),
    coalesce(sum(p.delegates_count <> 0), 0) FROM groups AS p;

SELECT 'groups.invitations_count', count(*) FILTER (WHERE coalesce(p.invitations_count, 0) < (
        SELECT count(*)
        FROM invitations c
        WHERE c.group_id = p.id)),
    coalesce(sum(p.invitations_count <> 0), 0) FROM groups AS p;

SELECT 'groups.discussions_count', count(*) FILTER (WHERE coalesce(p.discussions_count, 0) <> (
        SELECT count(*)
        FROM discussions c
        WHERE c.group_id = p.id AND c.discarded_at IS NULL)),
    coalesce(sum(p.discussions_count <> 0), 0) FROM groups AS p;

SELECT 'groups.open_discussions_count', count(*) FILTER (WHERE coalesce(p.open_discussions_count, 0) <> (
        SELECT count(*)
        FROM discussions c
        WHERE c.group_id = p.id AND c.discarded_at IS NULL AND c.closed_at IS NULL)),
    coalesce(sum(p.open_discussions_count <> 0), 0) FROM groups AS p;

SELECT 'groups.closed_discussions_count', count(*) FILTER (WHERE coalesce(p.closed_discussions_count, 0) <> (
        SELECT count(*)
        FROM discussions c
        WHERE c.group_id = p.id AND c.discarded_at IS NULL AND c.closed_at IS NOT NULL)),
    coalesce(sum(p.closed_discussions_count <> 0), 0) FROM groups AS p;

SELECT 'groups.public_discussions_count', count(*) FILTER (WHERE coalesce(p.public_discussions_count, 0) <> (
        SELECT count(*)
        FROM discussions c
        WHERE c.group_id = p.id AND c.discarded_at IS NULL AND c.private = FALSE)),
    coalesce(sum(p.public_discussions_count <> 0), 0) FROM groups AS p;

SELECT 'groups.polls_count', count(*) FILTER (WHERE coalesce(p.polls_count, 0) <> (
        SELECT count(*)
        FROM polls c
        WHERE c.group_id = p.id AND c.discarded_at IS NULL)),
    coalesce(sum(p.polls_count <> 0), 0) FROM groups AS p;

SELECT 'groups.closed_polls_count', count(*) FILTER (WHERE coalesce(p.closed_polls_count, 0) <> (
        SELECT count(*)
        FROM polls c
        WHERE c.group_id = p.id AND c.discarded_at IS NULL AND c.closed_at IS NOT NULL)),
    coalesce(sum(p.closed_polls_count <> 0), 0) FROM groups AS p;

SELECT 'groups.closed_motions_count', count(*) FILTER (WHERE coalesce(p.closed_motions_count, 0) <> (
        SELECT count(*)
        FROM polls c
        WHERE c.group_id = p.id AND c.discarded_at IS NULL AND c.closed_at IS NOT NULL
            AND c.poll_type = 'proposal')),
    coalesce(sum(p.closed_motions_count <> 0), 0) FROM groups AS p;

SELECT 'groups.proposal_outcomes_count', count(*) FILTER (WHERE coalesce(p.proposal_outcomes_count, 0) <> (
        SELECT count(*)
        FROM outcomes c JOIN polls j ON j.id = c.poll_id
        WHERE j.group_id = p.id AND j.discarded_at IS NULL)),
    coalesce(sum(p.proposal_outcomes_count <> 0), 0) FROM groups AS p;

SELECT 'groups.subgroups_count', count(*) FILTER (WHERE coalesce(p.subgroups_count, 0) <> (
        SELECT count(*)
        FROM groups c
        WHERE c.parent_id = p.id AND c.archived_at IS NULL)),
    coalesce(sum(p.subgroups_count <> 0), 0) FROM groups AS p;

SELECT 'groups.recent_activity_count', count(*) FILTER (WHERE coalesce(p.recent_activity_count, 0) <> (
        SELECT count(*)
        FROM events c JOIN discussions j ON j.id = c.discussion_id
        WHERE j.group_id = p.id AND j.discarded_at IS NULL
            AND c.kind IN ('new_comment', 'poll_created')
            AND unixepoch(c.created_at) > (SELECT at / 1000000 FROM cc_window
                WHERE schema = 'loomio' AND moment = 'now()') - 30 * 86400)),
    coalesce(sum(p.recent_activity_count <> 0), 0) FROM groups AS p;

SELECT 'groups.discussion_templates_count', count(*) FILTER (WHERE coalesce(p.discussion_templates_count, 0) <> (
        SELECT count(*)
        FROM discussion_templates c
        WHERE c.group_id = p.id AND c.discarded_at IS NULL)),
    coalesce(sum(p.discussion_templates_count <> 0), 0) FROM groups AS p;

SELECT 'groups.poll_templates_count', count(*) FILTER (WHERE coalesce(p.poll_templates_count, 0) <> (
        SELECT count(*)
        FROM poll_templates c
        WHERE c.group_id = p.id AND c.discarded_at IS NULL)),
    coalesce(sum(p.poll_templates_count <> 0), 0) FROM groups AS p;

SELECT 'users.memberships_count', count(*) FILTER (WHERE coalesce(p.memberships_count, 0) <> (
        SELECT count(*)
        FROM memberships c
        WHERE c.user_id = p.id AND c.revoked_at IS NULL)),
    coalesce(sum(p.memberships_count <> 0), 0) FROM users AS p;

SELECT 'discussions.items_count', count(*) FILTER (WHERE coalesce(p.items_count, 0) <> (
        SELECT count(*)
        FROM comments c
        WHERE c.discussion_id = p.id) + (
        SELECT count(*)
        FROM events c
        WHERE c.discussion_id = p.id AND c.kind <> 'new_comment')),
    coalesce(sum(p.items_count <> 0), 0) FROM discussions AS p WHERE p.discarded_at IS NULL;

SELECT 'discussions.versions_count', count(*) FILTER (WHERE coalesce(p.versions_count, 0) < (
        SELECT count(*)
        FROM versions c
        WHERE c.item_type = 'Discussion' AND c.item_id = p.id)),
    coalesce(sum(p.versions_count <> 0), 0) FROM discussions AS p WHERE p.discarded_at IS NULL;

SELECT 'discussions.closed_polls_count', count(*) FILTER (WHERE coalesce(p.closed_polls_count, 0) <> (
        SELECT count(*)
        FROM polls c
        WHERE c.discussion_id = p.id AND c.discarded_at IS NULL AND c.closed_at IS NOT NULL)),
    coalesce(sum(p.closed_polls_count <> 0), 0) FROM discussions AS p WHERE p.discarded_at IS NULL;

SELECT 'discussions.anonymous_polls_count', count(*) FILTER (WHERE coalesce(p.anonymous_polls_count, 0) <> (
        SELECT count(*)
        FROM polls c
        WHERE c.discussion_id = p.id AND c.discarded_at IS NULL AND c.anonymous = TRUE)),
    coalesce(sum(p.anonymous_polls_count <> 0), 0) FROM discussions AS p WHERE p.discarded_at IS NULL;

SELECT 'discussions.seen_by_count', count(*) FILTER (WHERE coalesce(p.seen_by_count, 0) <> (
        SELECT count(DISTINCT c.user_id)
        FROM discussion_readers c
        WHERE c.discussion_id = p.id AND c.last_read_at IS NOT NULL)),
    coalesce(sum(p.seen_by_count <> 0), 0) FROM discussions AS p WHERE p.discarded_at IS NULL;

SELECT 'discussions.members_count', count(*) FILTER (WHERE coalesce(p.members_count, 0) < (
        SELECT count(DISTINCT c.user_id)
        FROM discussion_readers c
        WHERE c.discussion_id = p.id)),
    coalesce(sum(p.members_count <> 0), 0) FROM discussions AS p WHERE p.discarded_at IS NULL;

SELECT 'comments.comment_votes_count', count(*) FILTER (WHERE coalesce(p.comment_votes_count, 0) <> (
        SELECT count(*)
        FROM reactions c
        WHERE c.reactable_type = 'Comment' AND c.reactable_id = p.id)),
    coalesce(sum(p.comment_votes_count <> 0), 0) FROM comments AS p;

SELECT 'comments.attachments_count', count(*) FILTER (WHERE coalesce(p.attachments_count, 0) <> (
        SELECT count(*)
        FROM attachments c
        WHERE c.attachable_type = 'Comment' AND c.attachable_id = p.id)),
    coalesce(sum(p.attachments_count <> 0), 0) FROM comments AS p;

SELECT 'comments.versions_count', count(*) FILTER (WHERE coalesce(p.versions_count, 0) < (
        SELECT count(*)
        FROM versions c
        WHERE c.item_type = 'Comment' AND c.item_id = p.id)),
    coalesce(sum(p.versions_count <> 0), 0) FROM comments AS p;

SELECT 'polls.voters_count', count(*) FILTER (WHERE coalesce(p.voters_count, 0) <> (
        SELECT count(*)
        FROM stances c
        WHERE c.poll_id = p.id AND c.latest = TRUE AND c.revoked_at IS NULL)),
    coalesce(sum(p.voters_count <> 0), 0) FROM polls AS p WHERE p.discarded_at IS NULL;

SELECT 'polls.undecided_voters_count', count(*) FILTER (WHERE coalesce(p.undecided_voters_count, 0) <> (
        SELECT count(*)
        FROM stances c
        WHERE c.poll_id = p.id AND c.latest = TRUE AND c.revoked_at IS NULL AND c.cast_at IS NULL)),
    coalesce(sum(p.undecided_voters_count <> 0), 0) FROM polls AS p WHERE p.discarded_at IS NULL;

SELECT 'polls.none_of_the_above_count', count(*) FILTER (WHERE coalesce(p.none_of_the_above_count, 0) <> (
        SELECT count(*)
        FROM stances c
        WHERE c.poll_id = p.id AND c.latest = TRUE AND c.revoked_at IS NULL
            AND c.none_of_the_above = TRUE)),
    coalesce(sum(p.none_of_the_above_count <> 0), 0) FROM polls AS p WHERE p.discarded_at IS NULL;

SELECT 'polls.versions_count', count(*) FILTER (WHERE coalesce(p.versions_count, 0) < (
        SELECT count(*)
        FROM versions c
        WHERE c.item_type = 'Poll' AND c.item_id = p.id)),
    coalesce(sum(p.versions_count <> 0), 0) FROM polls AS p WHERE p.discarded_at IS NULL;

SELECT 'poll_options.none_of_the_above_count', count(*) FILTER (WHERE coalesce(p.none_of_the_above_count, 0) <> (
        SELECT count(*)
        FROM stances c JOIN polls j ON j.id = c.poll_id
        WHERE j.id = p.poll_id AND j.discarded_at IS NULL
            AND c.latest = TRUE AND c.revoked_at IS NULL AND c.none_of_the_above = TRUE)),
    coalesce(sum(p.none_of_the_above_count <> 0), 0) FROM poll_options AS p;

SELECT 'stances.versions_count', count(*) FILTER (WHERE coalesce(p.versions_count, 0) < (
        SELECT count(*)
        FROM versions c
        WHERE c.item_type = 'Stance' AND c.item_id = p.id)),
    coalesce(sum(p.versions_count <> 0), 0) FROM stances AS p;

SELECT 'outcomes.versions_count', count(*) FILTER (WHERE coalesce(p.versions_count, 0) < (
        SELECT count(*)
        FROM versions c
        WHERE c.item_type = 'Outcome' AND c.item_id = p.id)),
    coalesce(sum(p.versions_count <> 0), 0) FROM outcomes AS p;

SELECT 'events.child_count', count(*) FILTER (WHERE coalesce(p.child_count, 0) <> (
        SELECT count(*)
        FROM events c
        WHERE c.parent_id = p.id AND c.discussion_id IS NOT NULL)),
    coalesce(sum(p.child_count <> 0), 0) FROM events AS p;

SELECT 'events.descendant_count', count(*) FILTER (WHERE coalesce(p.descendant_count, 0) <> (
        WITH RECURSIVE below (id) AS (
            SELECT id FROM events WHERE parent_id = p.id
            UNION
            SELECT e.id FROM events e JOIN below b ON e.parent_id = b.id)
        SELECT count(*)
        FROM below b JOIN events c ON c.id = b.id
        WHERE c.discussion_id IS NOT NULL)),
    coalesce(sum(p.descendant_count <> 0), 0) FROM events AS p;

SELECT 'tags.taggings_count', count(*) FILTER (WHERE coalesce(p.taggings_count, 0) <> (
        SELECT count(*)
        FROM taggings c
        WHERE c.tag_id = p.id)),
    coalesce(sum(p.taggings_count <> 0), 0) FROM tags AS p;

SELECT 'polls.stance_counts', count(*) FILTER (WHERE coalesce((
        SELECT group_concat(value ->> 'option_id' || ':' || (value ->> 'count'))
        FROM json_each(p.stance_counts)), '') <> coalesce((
        SELECT group_concat(o || ':' || n)
        FROM (SELECT c.poll_option_id o, count(*) n
            FROM stance_choices c JOIN stances j ON j.id = c.stance_id
            WHERE j.poll_id = p.id AND j.latest = TRUE AND j.revoked_at IS NULL
            GROUP BY 1 ORDER BY 1)), '')),
    coalesce(sum(p.stance_counts NOT IN ('[]', '{}')), 0) FROM polls AS p WHERE p.discarded_at IS NULL;

SELECT 'polls.matrix_counts', count(*) FILTER (WHERE coalesce((
        SELECT group_concat(o.value ->> 'option_id' || ':' || s.key || ':' || s.value)
        FROM json_each(p.matrix_counts) o, json_each(o.value, '$.scores') s), '') <> coalesce((
        SELECT group_concat(o || ':' || s || ':' || n)
        FROM (SELECT c.poll_option_id o, c.score s, count(*) n
            FROM stance_choices c JOIN stances j ON j.id = c.stance_id
            WHERE j.poll_id = p.id AND j.latest = TRUE AND j.revoked_at IS NULL
            GROUP BY 1, 2 ORDER BY 1, length(c.score), CAST(c.score AS TEXT))), '')),
    coalesce(sum(p.matrix_counts NOT IN ('[]', '{}')), 0) FROM polls AS p WHERE p.discarded_at IS NULL;

SELECT 'polls.score_counts', count(*) FILTER (WHERE coalesce((
        SELECT group_concat(key || ':' || value)
        FROM json_each(p.score_counts)), '') <> coalesce((
        SELECT group_concat(s || ':' || n)
        FROM (SELECT c.score s, count(*) n
            FROM stance_choices c JOIN stances j ON j.id = c.stance_id
            WHERE j.poll_id = p.id AND j.latest = TRUE AND j.revoked_at IS NULL
            GROUP BY 1 ORDER BY length(c.score), CAST(c.score AS TEXT))), '')),
    coalesce(sum(p.score_counts NOT IN ('[]', '{}')), 0) FROM polls AS p WHERE p.discarded_at IS NULL;
