CREATE TABLE groups (id INTEGER PRIMARY KEY, factor INTEGER NOT NULL);
CREATE TABLE topics (id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL, title TEXT NOT NULL,
    hidden INTEGER NOT NULL);
CREATE TABLE comments (id INTEGER PRIMARY KEY, topic_id INTEGER NOT NULL, spam INTEGER NOT NULL);
CREATE TABLE site (id INTEGER PRIMARY KEY);

INSERT INTO groups VALUES (1, 3), (2, 5);
INSERT INTO topics VALUES (1, 1, 'one', 0), (2, 1, 'two', 0), (3, 1, '{', 1), (4, 2, 'four', 0);
INSERT INTO comments VALUES (1, 1, 0), (2, 1, 0), (3, 1, 1), (4, 4, 0), (5, 4, 1);
