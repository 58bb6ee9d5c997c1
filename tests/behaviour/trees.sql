-- The application's tables for trees.ccdl.
CREATE TABLE posts (id INTEGER PRIMARY KEY, parent_id INTEGER, likes INTEGER NOT NULL);
CREATE TABLE members (id INTEGER PRIMARY KEY, post_id INTEGER REFERENCES posts ON DELETE CASCADE);
CREATE TABLE folders (
	id INTEGER PRIMARY KEY,
	parent_id INTEGER REFERENCES folders ON DELETE CASCADE,
	deleted_at INTEGER
);
CREATE TABLE files (
	id INTEGER PRIMARY KEY,
	folder_id INTEGER REFERENCES folders ON DELETE CASCADE,
	size INTEGER NOT NULL
);
CREATE INDEX posts_parent ON posts (parent_id);
CREATE INDEX members_post ON members (post_id);
CREATE INDEX folders_parent ON folders (parent_id);
CREATE INDEX files_folder ON files (folder_id);
