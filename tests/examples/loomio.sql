-- Each counter of examples/loomio against a count in plain SQL, written apart from loomio.ccdl.
-- A row per counter: its name, how many rows of the parent there are with another value, and the
-- sum of what is stored.  versions_count never goes down, so there only less is wrong.

SELECT 'groups.memberships_count', count(*) FILTER (WHERE coalesce(p.memberships_count, 0) <> (
        SELECT count(*)
        FROM memberships c
        WHERE c.group_id = p.id AND c.revoked_at IS NULL)),
    coalesce(sum(p.memberships_count), 0) FROM groups AS p;

SELECT 'groups.pending_memberships_count', count(*) FILTER (WHERE coalesce(p.pending_memberships_count, 0) <> (
        SELECT count(*)
        FROM memberships c
        WHERE c.group_id = p.id AND c.revoked_at IS NULL AND c.accepted_at IS NULL)),
    coalesce(sum(p.pending_memberships_count), 0) FROM groups AS p;

SELECT 'groups.admin_memberships_count', count(*) FILTER (WHERE coalesce(p.admin_memberships_count, 0) <> (
        SELECT count(*)
        FROM memberships c
        WHERE c.group_id = p.id AND c.revoked_at IS NULL AND c.admin = TRUE)),
    coalesce(sum(p.admin_memberships_count), 0) FROM groups AS p;

SELECT 'groups.delegates_count', count(*) FILTER (WHERE coalesce(p.delegates_count, 0) <> (
        SELECT count(*)
        FROM memberships c
        WHERE c.group_id = p.id AND c.revoked_at IS NULL AND c.delegate = TRUE)),
    coalesce(sum(p.delegates_count), 0) FROM groups AS p;

SELECT 'groups.discussions_count', count(*) FILTER (WHERE coalesce(p.discussions_count, 0) <> (
        SELECT count(*)
        FROM discussions c
        WHERE c.group_id = p.id AND c.discarded_at IS NULL)),
    coalesce(sum(p.discussions_count), 0) FROM groups AS p;

SELECT 'groups.open_discussions_count', count(*) FILTER (WHERE coalesce(p.open_discussions_count, 0) <> (
        SELECT count(*)
        FROM discussions c
        WHERE c.group_id = p.id AND c.discarded_at IS NULL AND c.closed_at IS NULL)),
    coalesce(sum(p.open_discussions_count), 0) FROM groups AS p;

SELECT 'groups.closed_discussions_count', count(*) FILTER (WHERE coalesce(p.closed_discussions_count, 0) <> (
        SELECT count(*)
        FROM discussions c
        WHERE c.group_id = p.id AND c.discarded_at IS NULL AND c.closed_at IS NOT NULL)),
    coalesce(sum(p.closed_discussions_count), 0) FROM groups AS p;

SELECT 'groups.public_discussions_count', count(*) FILTER (WHERE coalesce(p.public_discussions_count, 0) <> (
        SELECT count(*)
        FROM discussions c
        WHERE c.group_id = p.id AND c.discarded_at IS NULL AND c.private = FALSE)),
    coalesce(sum(p.public_discussions_count), 0) FROM groups AS p;

SELECT 'groups.polls_count', count(*) FILTER (WHERE coalesce(p.polls_count, 0) <> (
        SELECT count(*)
        FROM polls c
        WHERE c.group_id = p.id)),
    coalesce(sum(p.polls_count), 0) FROM groups AS p;

SELECT 'groups.closed_polls_count', count(*) FILTER (WHERE coalesce(p.closed_polls_count, 0) <> (
        SELECT count(*)
        FROM polls c
        WHERE c.group_id = p.id AND c.discarded_at IS NULL AND c.closed_at IS NOT NULL)),
    coalesce(sum(p.closed_polls_count), 0) FROM groups AS p;

SELECT 'groups.subgroups_count', count(*) FILTER (WHERE coalesce(p.subgroups_count, 0) <> (
        SELECT count(*)
        FROM groups c
        WHERE c.parent_id = p.id AND c.archived_at IS NULL)),
    coalesce(sum(p.subgroups_count), 0) FROM groups AS p;

SELECT 'groups.discussion_templates_count', count(*) FILTER (WHERE coalesce(p.discussion_templates_count, 0) <> (
        SELECT count(*)
        FROM discussion_templates c
        WHERE c.group_id = p.id AND c.discarded_at IS NULL)),
    coalesce(sum(p.discussion_templates_count), 0) FROM groups AS p;

SELECT 'groups.poll_templates_count', count(*) FILTER (WHERE coalesce(p.poll_templates_count, 0) <> (
        SELECT count(*)
        FROM poll_templates c
        WHERE c.group_id = p.id AND c.discarded_at IS NULL)),
    coalesce(sum(p.poll_templates_count), 0) FROM groups AS p;

SELECT 'users.memberships_count', count(*) FILTER (WHERE coalesce(p.memberships_count, 0) <> (
        SELECT count(*)
        FROM memberships c
        WHERE c.user_id = p.id AND c.revoked_at IS NULL)),
    coalesce(sum(p.memberships_count), 0) FROM users AS p;

SELECT 'discussions.items_count', count(*) FILTER (WHERE coalesce(p.items_count, 0) <> (
        SELECT count(*)
        FROM events c
        WHERE c.discussion_id = p.id AND c.sequence_id IS NOT NULL)),
    coalesce(sum(p.items_count), 0) FROM discussions AS p;

SELECT 'discussions.versions_count', count(*) FILTER (WHERE coalesce(p.versions_count, 0) < (
        SELECT count(*)
        FROM versions c
        WHERE c.item_type = 'Discussion' AND c.item_id = p.id)),
    coalesce(sum(p.versions_count), 0) FROM discussions AS p;

SELECT 'discussions.closed_polls_count', count(*) FILTER (WHERE coalesce(p.closed_polls_count, 0) <> (
        SELECT count(*)
        FROM polls c
        WHERE c.discussion_id = p.id AND c.discarded_at IS NULL AND c.closed_at IS NOT NULL)),
    coalesce(sum(p.closed_polls_count), 0) FROM discussions AS p;

SELECT 'discussions.anonymous_polls_count', count(*) FILTER (WHERE coalesce(p.anonymous_polls_count, 0) <> (
        SELECT count(*)
        FROM polls c
        WHERE c.discussion_id = p.id AND c.anonymous = TRUE)),
    coalesce(sum(p.anonymous_polls_count), 0) FROM discussions AS p;

SELECT 'discussions.seen_by_count', count(*) FILTER (WHERE coalesce(p.seen_by_count, 0) <> (
        SELECT count(*)
        FROM discussion_readers c
        WHERE c.discussion_id = p.id AND c.last_read_at IS NOT NULL)),
    coalesce(sum(p.seen_by_count), 0) FROM discussions AS p;

SELECT 'discussions.members_count', count(*) FILTER (WHERE coalesce(p.members_count, 0) <> (
        SELECT count(*)
        FROM discussion_readers c
        WHERE c.discussion_id = p.id AND c.revoked_at IS NULL)),
    coalesce(sum(p.members_count), 0) FROM discussions AS p;

SELECT 'polls.stances_count', count(*) FILTER (WHERE coalesce(p.stances_count, 0) <> (
        SELECT count(*)
        FROM stances c
        WHERE c.poll_id = p.id AND c.latest = TRUE)),
    coalesce(sum(p.stances_count), 0) FROM polls AS p;

SELECT 'polls.voters_count', count(*) FILTER (WHERE coalesce(p.voters_count, 0) <> (
        SELECT count(*)
        FROM stances c
        WHERE c.poll_id = p.id AND c.latest = TRUE AND c.revoked_at IS NULL)),
    coalesce(sum(p.voters_count), 0) FROM polls AS p;

SELECT 'polls.undecided_voters_count', count(*) FILTER (WHERE coalesce(p.undecided_voters_count, 0) <> (
        SELECT count(*)
        FROM stances c
        WHERE c.poll_id = p.id AND c.latest = TRUE AND c.revoked_at IS NULL AND c.cast_at IS NULL)),
    coalesce(sum(p.undecided_voters_count), 0) FROM polls AS p;

SELECT 'polls.none_of_the_above_count', count(*) FILTER (WHERE coalesce(p.none_of_the_above_count, 0) <> (
        SELECT count(*)
        FROM stances c
        WHERE c.poll_id = p.id AND c.latest = TRUE AND c.revoked_at IS NULL AND c.cast_at IS NOT NULL AND c.none_of_the_above = TRUE)),
    coalesce(sum(p.none_of_the_above_count), 0) FROM polls AS p;

SELECT 'polls.versions_count', count(*) FILTER (WHERE coalesce(p.versions_count, 0) < (
        SELECT count(*)
        FROM versions c
        WHERE c.item_type = 'Poll' AND c.item_id = p.id)),
    coalesce(sum(p.versions_count), 0) FROM polls AS p;

SELECT 'stances.versions_count', count(*) FILTER (WHERE coalesce(p.versions_count, 0) < (
        SELECT count(*)
        FROM versions c
        WHERE c.item_type = 'Stance' AND c.item_id = p.id)),
    coalesce(sum(p.versions_count), 0) FROM stances AS p;

SELECT 'outcomes.versions_count', count(*) FILTER (WHERE coalesce(p.versions_count, 0) < (
        SELECT count(*)
        FROM versions c
        WHERE c.item_type = 'Outcome' AND c.item_id = p.id)),
    coalesce(sum(p.versions_count), 0) FROM outcomes AS p;

SELECT 'comments.versions_count', count(*) FILTER (WHERE coalesce(p.versions_count, 0) < (
        SELECT count(*)
        FROM versions c
        WHERE c.item_type = 'Comment' AND c.item_id = p.id)),
    coalesce(sum(p.versions_count), 0) FROM comments AS p;

SELECT 'comments.comment_votes_count', count(*) FILTER (WHERE coalesce(p.comment_votes_count, 0) <> (
        SELECT count(*)
        FROM reactions c
        WHERE c.reactable_type = 'Comment' AND c.reactable_id = p.id)),
    coalesce(sum(p.comment_votes_count), 0) FROM comments AS p;

SELECT 'comments.attachments_count', count(*) FILTER (WHERE coalesce(p.attachments_count, 0) <> (
        SELECT count(*)
        FROM attachments c
        WHERE c.attachable_type = 'Comment' AND c.attachable_id = p.id)),
    coalesce(sum(p.attachments_count), 0) FROM comments AS p;

SELECT 'events.child_count', count(*) FILTER (WHERE coalesce(p.child_count, 0) <> (
        SELECT count(*)
        FROM events c
        WHERE c.parent_id = p.id AND c.discussion_id IS NOT NULL)),
    coalesce(sum(p.child_count), 0) FROM events AS p;
