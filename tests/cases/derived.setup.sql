CREATE TABLE topics (id INTEGER PRIMARY KEY, created_at INTEGER NOT NULL, title TEXT NOT NULL,
    touched_at INTEGER);
CREATE TABLE comments (id INTEGER PRIMARY KEY, topic_id INTEGER REFERENCES topics ON DELETE CASCADE,
    author TEXT, size INTEGER NOT NULL, price TEXT, at INTEGER NOT NULL, day TEXT,
    hidden INTEGER NOT NULL, draft INTEGER NOT NULL);
CREATE TABLE votes (id INTEGER PRIMARY KEY, topic_id INTEGER NOT NULL REFERENCES topics);
CREATE TABLE site (id INTEGER PRIMARY KEY);

INSERT INTO topics (id, created_at, title) VALUES (1, 500, 'busy'), (2, 600, 'one'), (3, 700, 'none');
INSERT INTO comments VALUES
    (1, 1, 'ann', 3, '1.50', 1000000, '2024-01-02', 0, 0),
    (2, 1, 'bob', -7, '2.25', 3000000, '2024-01-01', 1, 0),
    (3, 1, 'ann', 3, NULL, 2000000, NULL, 0, 0),
    (4, 1, NULL, 9, '0.10', 9000000, '2023-12-31', 0, 1),
    (5, 1, 'Eve', 12, '-1.00', 3000000, '2024-02-01', 0, 0),
    (6, 2, NULL, 1, '10.00', 4000000, '2024-01-05', 0, 0),
    (7, NULL, 'ann', 100, '10.00', 8000000, '2024-01-05', 0, 0);
INSERT INTO votes VALUES (1, 1), (2, 1), (3, 3);
