CREATE TABLE polls (id INTEGER PRIMARY KEY, totals, reverse, kinds, counted, nested);
CREATE TABLE options (id INTEGER PRIMARY KEY, poll_id, name, priority, total);
INSERT INTO polls (id) VALUES (1), (2);
INSERT INTO options VALUES
    (1, 1, 'a', 2, 7), (2, 1, 'b', 1, 7), (3, 1, 'b', 1, 7), (4, 1, NULL, NULL, 5), (5, 1, 'c', 1, 0),
    (6, NULL, 'x', 1, 9);
