CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, posts_count INTEGER NOT NULL DEFAULT 0);
CREATE TABLE posts (id INTEGER PRIMARY KEY, author_id INTEGER REFERENCES users ON DELETE SET NULL);
CREATE TABLE follows (id INTEGER PRIMARY KEY,
    follower_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    followed_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE);
INSERT INTO users (id, name, posts_count) VALUES (1, 'ann', 2), (2, 'bob', 7), (3, 'cy', -1);
INSERT INTO posts (id, author_id) VALUES (1, 1), (2, 1), (3, NULL), (4, 9);
INSERT INTO follows (id, follower_id, followed_id) VALUES (1, 2, 1), (2, 3, 1), (3, 1, 3);
