CREATE TABLE polls (id INTEGER PRIMARY KEY, score_counts TEXT, stance_counts TEXT, matrix_counts TEXT, totals TEXT, mixed TEXT,
    notes TEXT, ordered TEXT, deep TEXT, pairs TEXT, one TEXT, types TEXT, sums TEXT, by_flag TEXT, by_day TEXT, is_empty);
CREATE TABLE stances (id INTEGER PRIMARY KEY, poll_id, latest);
CREATE TABLE choices (id INTEGER PRIMARY KEY, stance_id, option_id, score, note TEXT COLLATE NOCASE);
CREATE TABLE "values" (id INTEGER PRIMARY KEY, poll_id, flag, price TEXT, at, day TEXT, ratio REAL, big, guid TEXT);
INSERT INTO polls (id) VALUES (1), (2), (3);
INSERT INTO stances VALUES (1, 1, 1), (2, 1, 1), (3, 1, 0), (4, 2, 1);
INSERT INTO choices VALUES
    (1, 1, 1, 2, 'b'), (2, 1, 2, 10, 'a'), (3, 2, 1, 2, 'B'), (4, 2, 2, NULL, 'a'), (5, 3, 1, 5, 'zz'),
    (6, 1, NULL, 3, 'say "hi"\'), (7, 2, 1, -1, NULL), (8, 2, 10, 2, 'total'), (9, 1, 9, 2, ''),
    (10, 4, 7, NULL, NULL);
INSERT INTO "values" VALUES
    (1, 1, 1, '10.50', unixepoch('2024-01-31 10:00'), '2024-01-31', 0.1, 9223372036854775807, '10000000-0000-4000-8000-000000000000'),
    (2, 1, 0, '-0.05', 0, '2024-02-01', 1e300, -3, NULL),
    (3, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (4, 1, 1, '2', -1, '2024-01-31', 3.0, 10, 'f0000000-0000-4000-8000-000000000000');
