CREATE TABLE images (id INTEGER PRIMARY KEY, owner_id);
CREATE TABLE days (node_id, day TEXT, events, least, PRIMARY KEY (node_id, day));
CREATE TABLE events (id INTEGER PRIMARY KEY, image_id, at);
INSERT INTO images VALUES (1, 1), (2, 1), (3, 4), (4, 3), (5, NULL);
INSERT INTO days (node_id, day) VALUES (1, '2024-01-31'), (1, '2024-02-01'), (3, '2024-01-31');
INSERT INTO events VALUES (1, 1, unixepoch('2024-01-31 23:59:59')), (2, 2, unixepoch('2024-01-31')),
    (3, 1, unixepoch('2024-02-01')), (4, 4, unixepoch('2024-01-31 12:00')), (5, 3, unixepoch('2024-01-31')),
    (6, 5, unixepoch('2024-01-31'));
