CREATE TABLE nodes (id INTEGER PRIMARY KEY, parent_id, hidden, size, children, descendants, subtree, large_below,
    items_below, kinds_below, items_under, proud, depth, siblings, images, deep_images, extreme);
CREATE TABLE items (id INTEGER PRIMARY KEY, node_id, kind TEXT, images);
CREATE TABLE images (id INTEGER PRIMARY KEY, kind TEXT, owner_id);
CREATE TABLE events (id INTEGER PRIMARY KEY, image_id, at);
CREATE TABLE site (id INTEGER PRIMARY KEY, nodes, kinds, newest);
-- 1 > (2 > (4, 5 hidden > 6), 3); 7 and 8 are each other's parent; 9's parent is missing.
INSERT INTO nodes (id, parent_id, hidden, size, children, depth, extreme) VALUES
    (1, NULL, 0, 1, 2, 0, -1), (2, 1, 0, 2, 1, 1, -1), (3, 1, 0, NULL, 0, 1, -1), (4, 2, 0, 4, 0, 2, -1),
    (5, 2, 1, 5, 9, 2, -1), (6, 5, 0, 6, 0, 0, -1), (7, 8, 0, 7, 1, NULL, -1), (8, 7, 0, 8, 1, NULL, -1),
    (9, 99, 0, 9, 0, 0, -1);
INSERT INTO items VALUES (1, 1, 'a', 0), (2, 4, 'a', 0), (3, 4, 'b', 0), (4, 6, 'c', 0), (5, 5, 'd', 0), (6, 7, 'e', 0),
    (7, NULL, 'f', 0);
INSERT INTO images VALUES (1, 'Node', 1), (2, 'Item', 1), (3, 'Node', 4), (4, 'Item', 3), (5, 'Other', 1), (6, 'Item', 2);
INSERT INTO events VALUES (1, 1, unixepoch('2024-01-31 23:59:59')), (2, 2, unixepoch('2024-01-31')),
    (3, 1, unixepoch('2024-02-01')), (4, 4, unixepoch('2024-01-31 12:00')), (5, 3, unixepoch('2024-01-31'));
INSERT INTO site (id) VALUES (1);
