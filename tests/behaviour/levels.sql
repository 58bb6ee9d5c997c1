-- The application's tables for levels.ccdl; all counters are left for cc_install to add.
CREATE TABLE tops (id INTEGER PRIMARY KEY);
CREATE TABLE grands (id INTEGER PRIMARY KEY, top_id INTEGER, open BOOLEAN);
CREATE TABLE parents (
	id INTEGER PRIMARY KEY,
	grand_id INTEGER,
	open BOOLEAN,
	active BOOLEAN,
	deleted_at INTEGER
);
CREATE TABLE films (
	id INTEGER PRIMARY KEY,
	name TEXT,
	available BOOLEAN NOT NULL,
	minutes INTEGER
);
CREATE TABLE children (
	id INTEGER PRIMARY KEY,
	parent_id INTEGER REFERENCES parents ON DELETE CASCADE,
	film_id INTEGER,
	user_id INTEGER,
	amount INTEGER
);
CREATE TABLE letters (
	id INTEGER PRIMARY KEY,
	parent_id INTEGER REFERENCES parents ON DELETE SET NULL
);
CREATE TABLE boxes (id INTEGER PRIMARY KEY, grand_id INTEGER, deleted_at INTEGER);
CREATE TABLE boxed (id INTEGER PRIMARY KEY, box_id INTEGER);
CREATE INDEX parents_grand ON parents (grand_id);
CREATE INDEX children_parent ON children (parent_id);
CREATE INDEX children_film ON children (film_id);

INSERT INTO tops (id) VALUES (1), (2);
INSERT INTO grands (id, top_id) VALUES (1, 1), (2, 2);
INSERT INTO parents (id, grand_id) VALUES (1, 1), (2, 2);
INSERT INTO films (id, name, available, minutes) VALUES (1, 'M', 1, 90), (2, NULL, 0, NULL);
