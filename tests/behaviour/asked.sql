-- The application's tables for asked.ccdl.
CREATE TABLE owners (id INTEGER PRIMARY KEY, active INTEGER NOT NULL, region_id INTEGER);
CREATE TABLE groups (id INTEGER PRIMARY KEY, parent_id INTEGER, owner_id INTEGER);
CREATE TABLE topics (id INTEGER PRIMARY KEY, group_id INTEGER, size INTEGER NOT NULL);
CREATE TABLE offers (
	id INTEGER PRIMARY KEY,
	topic_id INTEGER NOT NULL,
	counted_id INTEGER NOT NULL,
	until INTEGER NOT NULL
);
CREATE TABLE guides (
	id INTEGER PRIMARY KEY,
	group_id INTEGER REFERENCES groups ON DELETE SET NULL
);
CREATE INDEX guides_group ON guides (group_id);
CREATE TABLE notes (id INTEGER PRIMARY KEY, topic_id INTEGER NOT NULL);
CREATE TABLE regions (id INTEGER PRIMARY KEY);
CREATE INDEX groups_parent ON groups (parent_id);
CREATE INDEX groups_owner ON groups (owner_id);
CREATE INDEX topics_group ON topics (group_id);
