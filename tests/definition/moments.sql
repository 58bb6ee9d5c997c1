CREATE TABLE "the holders" (id INTEGER PRIMARY KEY, recent, coming, "select", moment TEXT, sooner INTEGER);
CREATE TABLE rows (id INTEGER PRIMARY KEY, holder, amount, at, at_text TEXT);
CREATE TABLE cc_window (schema, moment, at, PRIMARY KEY (schema, moment));
INSERT INTO cc_window VALUES ('moments', 'now()', unixepoch('2024-06-30') * 1000000),
    ('moments', 'now() - 30 days', unixepoch('2024-05-31') * 1000000),
    ('moments', 'now() + 1 month', unixepoch('2024-07-30') * 1000000), ('other', 'now()', 7);
INSERT INTO "the holders" (id) VALUES (1), (2);
INSERT INTO rows VALUES
    (1, 1, 7, unixepoch('2024-06-01') * 1000000, '2024-07-01 00:00:00'),
    (2, 1, 4, unixepoch('2024-05-31') * 1000000, '2024-07-30 00:00:00.5'),
    (3, 1, NULL, NULL, '2024-06-30 00:00:00.000001'),
    (4, 1, 4, 1, '2023-01-01 12:00:00.25'),
    (5, 1, 2, unixepoch('2024-06-29') * 1000000, NULL);
