CREATE TABLE "the holders" (id INTEGER PRIMARY KEY, code TEXT COLLATE NOCASE, units INTEGER, kept_text TEXT, total TEXT,
    least INTEGER, mean TEXT, mean_fine TEXT, mean_real REAL, mean_else TEXT, kept_mean TEXT, mean_float REAL, whole_mean REAL, newest TEXT, oldest INTEGER, last_day TEXT, last_uuid TEXT,
    net, half, per TEXT, ratio_sum REAL, pairs, singles, firsts TEXT, any_null, described, or_else TEXT,
    choice TEXT);
CREATE TABLE rows (id INTEGER PRIMARY KEY, holder, price TEXT, amount, ratio REAL, at, at_text TEXT, day TEXT, guid TEXT,
    code TEXT COLLATE NOCASE, flag);
INSERT INTO "the holders" (id, code, units, kept_text, kept_mean) VALUES (1, 'one', 125, 'kept', '7.77'), (2, 'two', -5, 'none', '8.88');
INSERT INTO rows VALUES
    (1, 1, '10.10', 7, 0.5, unixepoch('2024-06-01') * 1000000, '2024-07-01 00:00:00', '2024-01-31', 'b0000000-0000-4000-8000-000000000000', 'x', 1),
    (2, 1, '0.05', 4, 0.25, unixepoch('2024-05-31') * 1000000, '2024-07-30 00:00:00.5', '2024-02-29', 'a0000000-0000-4000-8000-000000000000', 'X', 0),
    (3, 1, '-3.00', NULL, NULL, NULL, '2024-06-30 00:00:00.000001', NULL, '90000000-0000-4000-8000-000000000000', 'y', 1),
    (4, 1, NULL, 4, 1.0, 1, '2023-01-01 12:00:00.25', '2024-02-29', NULL, NULL, NULL),
    (5, 1, '0.01', 2, 2.0, unixepoch('2024-06-29') * 1000000, NULL, '0001-01-01', 'c0000000-0000-4000-8000-000000000000', 'x', 0);
