CREATE TABLE tops (id INTEGER PRIMARY KEY, up INTEGER);
CREATE TABLE mids (id INTEGER PRIMARY KEY, x INTEGER NOT NULL, top_id INTEGER);
CREATE TABLE kids (id INTEGER PRIMARY KEY, mid_id INTEGER, amount INTEGER NOT NULL);
CREATE INDEX mids_top ON mids (top_id);
CREATE INDEX kids_mid ON kids (mid_id);

INSERT INTO tops (id, up) VALUES (1, NULL), (2, NULL), (3, 1);
INSERT INTO mids (id, x, top_id) VALUES (1, 0, 1), (2, 0, 3);
