WITH RECURSIVE up (id, above) AS (
    SELECT id, id FROM groups UNION SELECT up.id, g.parent_id FROM up JOIN groups AS g ON g.id = up.above
    WHERE g.parent_id IS NOT NULL
), said AS (
    SELECT c.id, c.score, c.author_id, d.group_id, d.closed FROM comments AS c
    JOIN discussions AS d ON d.id = c.discussion_id
), g AS (
    SELECT groups.id,
        ARRAY[discussions_count, open_count, comments_count, busy_count, score, coalesce(best, -1),
            authors, total, below_count, deep_count] AS stored,
        ARRAY[(SELECT count(*) FROM discussions AS d WHERE d.group_id = groups.id),
            (SELECT count(*) FROM discussions AS d WHERE d.group_id = groups.id AND NOT d.closed),
            (SELECT count(*) FROM said WHERE group_id = groups.id),
            (SELECT count(*) FROM said WHERE group_id = groups.id AND NOT closed),
            (SELECT coalesce(sum(score), 0)::bigint FROM said WHERE group_id = groups.id),
            (SELECT coalesce(max(score), -1) FROM said WHERE group_id = groups.id),
            (SELECT count(DISTINCT author_id) FROM said WHERE group_id = groups.id),
            (SELECT count(*) FROM said WHERE group_id = groups.id),
            (SELECT count(*) FROM up WHERE up.above = groups.id AND up.id <> groups.id),
            (SELECT count(*) FROM discussions AS d JOIN up ON up.id = d.group_id
                WHERE up.above = groups.id)] AS truth
    FROM groups
), d AS (
    SELECT discussions.id, ARRAY[replies, coalesce(last_score, -1)] AS stored,
        ARRAY[(SELECT count(*) FROM comments WHERE discussion_id = discussions.id),
            (SELECT coalesce(max(score), -1) FROM comments WHERE discussion_id = discussions.id)]
        AS truth
    FROM discussions
), u AS (
    SELECT users.id, ARRAY[comments_count] AS stored,
        ARRAY[(SELECT count(*) FROM comments WHERE author_id = users.id)] AS truth
    FROM users
)
SELECT 'groups', id, stored::text, truth::text FROM g WHERE stored <> truth
UNION ALL SELECT 'discussions', id, stored::text, truth::text FROM d WHERE stored <> truth
UNION ALL SELECT 'users', id, stored::text, truth::text FROM u WHERE stored <> truth
