CREATE TABLE orgs (id INTEGER PRIMARY KEY, bonus INTEGER);
CREATE TABLE groups (id INTEGER PRIMARY KEY, org_id, archived_at, level, discussions_count, polls_count,
    open_polls, weights, authors, author_kinds, named, nameless, any_closed, last_kind TEXT COLLATE NOCASE,
    most TEXT, least, mean, share, of_big, org_polls);
CREATE TABLE discussions (id INTEGER PRIMARY KEY, group_id, private, factor);
CREATE TABLE users (id INTEGER PRIMARY KEY, name, gone);
CREATE TABLE polls (id INTEGER PRIMARY KEY, discussion_id, author_id, kind TEXT COLLATE NOCASE, weight, closed, hidden);
INSERT INTO orgs VALUES (1, 10), (2, NULL);
-- 1 and 2 are live, 3 is archived, 4 is live and empty.
INSERT INTO groups (id, org_id, archived_at, level, polls_count) VALUES (1, 1, NULL, 1, 5), (2, 2, NULL, 2, 2), (3, 1, 5, 3, 0), (4, 9, NULL, 7, 0);
INSERT INTO discussions VALUES (10, 1, 0, 2), (11, 1, 1, 3), (12, 2, NULL, NULL), (13, 3, 0, 1), (14, NULL, 0, 1), (15, 1, 0, 1);
INSERT INTO users VALUES (1, 'ann', 0), (2, NULL, 0), (3, 'gone', 1);
INSERT INTO polls VALUES
    (1, 10, 1, 'a', 5, 0, 0), (2, 10, 1, 'B', 5, 1, 0), (3, 10, 2, 'b', 1, 0, 0), (4, 11, 3, 'c', NULL, NULL, 0),
    (5, 11, 4, NULL, 2, 0, 0), (6, 11, NULL, 'b', 9, 0, 1),
    (7, 12, 1, 'x', 7, 1, 0), (8, 12, NULL, NULL, 3, 1, 0),
    (9, 13, 1, 'z', 1, 1, 0), (10, 14, 1, 'z', 1, 1, 0), (11, 99, 1, 'z', 1, 1, 0);
