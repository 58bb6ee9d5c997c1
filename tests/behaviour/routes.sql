-- The application's tables for routes.ccdl.
CREATE TABLE countries (code TEXT PRIMARY KEY);
CREATE TABLE provinces (country TEXT NOT NULL, code INTEGER NOT NULL, PRIMARY KEY (country, code));
CREATE TABLE cities (id TEXT PRIMARY KEY, country TEXT, code INTEGER, big BOOLEAN NOT NULL);
CREATE TABLE people (id INTEGER PRIMARY KEY, city TEXT, wealth INTEGER NOT NULL);
CREATE TABLE albums (id INTEGER PRIMARY KEY);
CREATE TABLE shelves (id INTEGER PRIMARY KEY);
CREATE TABLE photos (id INTEGER PRIMARY KEY, album_id INTEGER);
CREATE TABLE books (id INTEGER PRIMARY KEY, shelf_id INTEGER, lost BOOLEAN NOT NULL);
CREATE TABLE comments (id INTEGER PRIMARY KEY, kind TEXT, item_id INTEGER);

INSERT INTO countries (code) VALUES ('de'), ('fr');
INSERT INTO provinces (country, code) VALUES ('de', 7), ('de', 8), ('fr', 7);
INSERT INTO albums (id) VALUES (1), (2);
INSERT INTO shelves (id) VALUES (1), (2);
INSERT INTO photos (id, album_id) VALUES (1, 1), (2, 2);
INSERT INTO books (id, shelf_id, lost) VALUES (1, 1, 0), (2, 2, 0);
