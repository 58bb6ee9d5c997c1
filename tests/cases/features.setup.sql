CREATE TABLE shops (country TEXT NOT NULL COLLATE NOCASE, code INTEGER NOT NULL, deleted_at INTEGER,
    updated_at INTEGER, seen_at TEXT, fee TEXT NOT NULL DEFAULT '0.00', PRIMARY KEY (country, code));
CREATE TABLE customers (id TEXT PRIMARY KEY, email TEXT UNIQUE, referrer_id TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, country TEXT, shop_code INTEGER, customer_id TEXT,
    paid INTEGER, draft INTEGER NOT NULL, quantity INTEGER NOT NULL, total TEXT, weight REAL,
    placed_on TEXT);
CREATE TABLE mails (address TEXT, body TEXT);
CREATE TABLE visits (id INTEGER PRIMARY KEY, what TEXT NOT NULL, item INTEGER, seen INTEGER NOT NULL,
    shop_country TEXT NOT NULL, shop_code INTEGER NOT NULL);
CREATE TABLE products (id INTEGER PRIMARY KEY);
CREATE TABLE pages (id INTEGER PRIMARY KEY);
CREATE TABLE days (day TEXT PRIMARY KEY);
CREATE TABLE site (id INTEGER PRIMARY KEY);
CREATE TABLE unrelated (id INTEGER PRIMARY KEY, name TEXT NOT NULL);

INSERT INTO shops (country, code, deleted_at, fee) VALUES ('de', 7, NULL, '1.50'), ('fr', 1, NULL, '0'),
    ('it', 1, 1700000000, '0');
INSERT INTO customers VALUES ('c1', 'a@x', NULL), ('c2', NULL, 'c1'), ('c3', 'b@x', 'c1');
INSERT INTO orders VALUES
    (1, 'de', 7, 'c1', 1, 0, 11, '100.51', 1.5, '2024-01-31'),
    (2, 'de', 7, 'c1', 0, 0, 3, '-0.01', 0.1, NULL),
    (3, 'DE', 7, 'c2', 1, 0, 3, '5', NULL, NULL),
    (4, 'de', 7, NULL, NULL, 0, 3, NULL, 2, NULL),
    (5, 'de', 7, 'c1', 1, 1, 100, '1000', 9, NULL),
    (6, 'it', 1, 'c3', 1, 0, 1, '1.00', 1, NULL),
    (7, NULL, 1, 'c9', 1, 0, 20, '200.00', 1, NULL);
INSERT INTO mails VALUES ('a@x', '{}'), ('a@x', NULL), (NULL, NULL), ('A@X', NULL);
INSERT INTO visits VALUES (1, 'product', 1, 1706745600, 'de', 7), (2, 'page', 1, 1706745600, 'de', 7),
    (3, 'page', 1, 0, 'fr', 1), (4, 'other', 1, 0, 'xx', 1);
INSERT INTO products VALUES (1), (2);
INSERT INTO pages VALUES (1);
INSERT INTO days VALUES ('2024-02-01'), ('1970-01-01'), ('2000-01-01');
