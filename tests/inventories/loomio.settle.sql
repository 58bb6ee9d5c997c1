-- What the application keeps itself: subgroups have no subgroups, an option's name is its own in
-- its poll, and each thread is a tree of events with its paths.

UPDATE groups SET parent_id = NULL WHERE id <= 5 OR parent_id = id;
UPDATE poll_options SET name = 'option ' || id, priority = (id * 7) % 4;

-- Each discussion is announced by one event, the root of its thread, which is not in it.
UPDATE events SET kind = 'new_discussion', eventable_type = 'Discussion', eventable_id = id
WHERE id <= 30;
UPDATE events SET parent_id = id - 30, discussion_id = id - 30, sequence_id = id
WHERE id > 30 AND id <= 60;
UPDATE events SET
    parent_id = id - 7 - id % 3,
    sequence_id = CASE WHEN id % 11 <> 0 THEN id END
WHERE id > 60;
-- Some never had a place; their replies have none either.
UPDATE events SET parent_id = NULL WHERE id > 60 AND id % 17 = 0;
WITH RECURSIVE thread (id, discussion_id, path) AS (
    SELECT id, discussion_id, printf('%05d', id) FROM events WHERE id > 30 AND id <= 60
    UNION ALL
    SELECT e.id, t.discussion_id, t.path || '-' || printf('%05d', e.id)
    FROM thread t JOIN events e ON e.parent_id = t.id
)
UPDATE events SET discussion_id = t.discussion_id, position_key = t.path
FROM thread t WHERE t.id = events.id;
