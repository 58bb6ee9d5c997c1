CREATE TABLE groups (id INTEGER PRIMARY KEY, empty, posts, longest, loudest TEXT);
CREATE TABLE topics (id INTEGER PRIMARY KEY, group_id);
CREATE TABLE posts (id INTEGER PRIMARY KEY, topic_id, author, fan, weight, hidden);
CREATE TABLE users (id INTEGER PRIMARY KEY, best);
CREATE TABLE votes (id INTEGER PRIMARY KEY, post_id, weight);
INSERT INTO groups (id) VALUES (1), (2), (3);
INSERT INTO users (id) VALUES (1), (2);
INSERT INTO topics VALUES (10, 1), (11, 1), (12, 1), (13, 2), (14, NULL);
INSERT INTO posts VALUES (1, 10, 1, 1, 5, 0), (2, 10, 1, 1, 4, 1), (3, 11, 2, 1, 7, 1), (4, 13, 2, 2, NULL, 0),
    (5, 13, 7, 2, 5, 0), (6, 14, 1, 2, 1, 0), (7, 10, 3, 2, 3, 0);
INSERT INTO votes VALUES (1, 1, 5), (2, 1, 9), (3, 2, 3), (4, 2, 4), (5, 3, 2), (6, 6, 3), (7, 6, 1), (8, 7, 2);
