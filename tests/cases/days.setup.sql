CREATE TABLE daily (group_id INTEGER NOT NULL, day TEXT NOT NULL, note TEXT, PRIMARY KEY (group_id, day));
CREATE TABLE totals (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE events (id INTEGER PRIMARY KEY, group_id INTEGER, kind TEXT NOT NULL, size INTEGER NOT NULL,
    created_at INTEGER NOT NULL);
CREATE TABLE remarks (id INTEGER PRIMARY KEY, event_id INTEGER NOT NULL);

INSERT INTO daily (group_id, day) VALUES (1, '1970-01-01');
INSERT INTO events VALUES (1, 1, 'a', 2, 1), (2, 1, 'quiet', 3, 86400000000), (3, 2, 'b', 0, 5),
    (4, NULL, 'a', 4, 7);
INSERT INTO remarks VALUES (1, 2), (2, 3), (3, 3), (4, 4);
