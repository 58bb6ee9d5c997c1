CREATE TABLE groups (id INTEGER PRIMARY KEY);
CREATE TABLE users (id INTEGER PRIMARY KEY);
CREATE TABLE discussions (id INTEGER PRIMARY KEY, group_id INTEGER, author_id INTEGER,
    closed_at INTEGER, private INTEGER NOT NULL, title TEXT NOT NULL);
CREATE TABLE follows (follower_id INTEGER NOT NULL, followed_id INTEGER NOT NULL,
    PRIMARY KEY (follower_id, followed_id)) WITHOUT ROWID;
INSERT INTO groups VALUES (1), (2);
INSERT INTO users VALUES (1), (2);
INSERT INTO discussions VALUES (1, 1, 1, NULL, 0, 'a'), (2, 1, 2, 5, 1, 'b'), (3, NULL, 1, NULL, 0, 'c'),
    (4, 2, NULL, NULL, 1, 'd');
INSERT INTO follows VALUES (1, 2), (2, 1);
