CREATE TABLE nodes (id INTEGER PRIMARY KEY, parent_id, shop_id, size, total, depth, kids, grandkids, share);
CREATE TABLE shops (id INTEGER PRIMARY KEY, sizes, busy);
INSERT INTO shops (id) VALUES (1), (2);
-- 1 > 2 > 3 > 4 > 5 > 6, and 7 below 2; 8 alone.  The totals are wrong, and NULL.
INSERT INTO nodes (id, parent_id, shop_id, size, total, kids) VALUES (1, NULL, 1, 1, 9, NULL), (2, 1, 1, 2, NULL, 7),
    (3, 2, 2, 3, 0, 0), (4, 3, 2, 4, 1, 1), (5, 4, 2, 5, 2, 1), (6, 5, 1, 6, 3, 3), (7, 2, 2, 7, 100, 0),
    (8, NULL, 1, 0, 5, 5);
