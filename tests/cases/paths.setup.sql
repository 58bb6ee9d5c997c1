CREATE TABLE groups (id INTEGER PRIMARY KEY, parent_id INTEGER, owner_id INTEGER, archived_at INTEGER);
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, active INTEGER NOT NULL, weight INTEGER NOT NULL);
CREATE TABLE discussions (id INTEGER PRIMARY KEY, group_id INTEGER, author_id INTEGER,
    private INTEGER NOT NULL, title TEXT NOT NULL);
CREATE TABLE comments (id INTEGER PRIMARY KEY, discussion_id INTEGER NOT NULL);
CREATE TABLE members (user_id INTEGER NOT NULL, group_id INTEGER NOT NULL, PRIMARY KEY (group_id, user_id));
INSERT INTO members VALUES (1, 1), (3, 3), (2, 2);
CREATE TABLE polls (id INTEGER PRIMARY KEY, discussion_id INTEGER, author_id INTEGER, closed_at INTEGER);
CREATE TABLE stances (id INTEGER PRIMARY KEY, poll_id INTEGER NOT NULL, user_id INTEGER,
    latest INTEGER NOT NULL);

INSERT INTO groups VALUES (1, NULL, 1, NULL), (2, 1, 2, NULL), (3, 2, NULL, NULL), (4, 1, 1, 77),
    (5, 4, 1, NULL), (6, 3, 9, NULL);
INSERT INTO users VALUES (1, 'ann', 1, 10), (2, NULL, 1, 5), (3, 'eve', 0, 100);
INSERT INTO discussions VALUES (1, 1, 1, 0, 'one'), (2, 2, 2, 0, ''), (3, 3, 3, 1, 'three'),
    (4, 3, NULL, 0, 'four'), (5, 4, 1, 0, 'five'), (6, NULL, 2, 0, 'six'), (7, 6, 8, 0, 'seven');
INSERT INTO comments VALUES (1, 1), (2, 1), (3, 3), (4, 4), (5, 4), (6, 4), (7, 5), (8, 7);
INSERT INTO polls VALUES (1, 1, 1, NULL), (2, 2, 2, NULL), (3, 4, 3, 5), (4, 4, 1, NULL), (5, 5, 1, NULL),
    (6, NULL, 3, NULL), (7, 7, 9, NULL), (8, 3, NULL, NULL);
INSERT INTO stances VALUES (1, 1, 1, 1), (2, 1, 2, 0), (3, 2, 2, 1), (4, 3, 3, 1), (5, 4, NULL, 1),
    (6, 4, 3, 1), (7, 5, 1, 1), (8, 99, 1, 1), (9, 7, 2, 1), (10, 6, 2, 1);
