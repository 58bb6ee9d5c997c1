-- The application's tables for hostile.ccdl.
CREATE TABLE orgs (id INTEGER PRIMARY KEY, gone BOOLEAN NOT NULL);
CREATE TABLE users (
	id INTEGER PRIMARY KEY,
	org_id INTEGER REFERENCES orgs ON DELETE SET NULL,
	gone BOOLEAN NOT NULL
);
CREATE TABLE teams (
	id INTEGER PRIMARY KEY,
	org_id INTEGER REFERENCES orgs ON DELETE CASCADE,
	owner_id INTEGER REFERENCES users ON DELETE CASCADE,
	gone BOOLEAN NOT NULL
);
CREATE TABLE seats (
	id INTEGER PRIMARY KEY,
	team_id INTEGER REFERENCES teams ON DELETE CASCADE,
	user_id INTEGER REFERENCES users ON DELETE CASCADE,
	rank INTEGER,
	gone BOOLEAN NOT NULL
);

INSERT INTO orgs (id, gone) VALUES (1, 0), (2, 0);
INSERT INTO users (id, org_id, gone) VALUES (1, 1, 0), (2, 1, 0), (3, 2, 0);
INSERT INTO teams (id, org_id, owner_id, gone) VALUES (1, 1, 1, 0), (2, 2, 1, 0), (3, 1, 2, 0);
INSERT INTO seats (id, team_id, user_id, rank, gone) VALUES
	(1, 1, 1, 10, 0), (2, 1, 2, 20, 0), (3, 1, 3, 30, 0),
	(4, 2, 1, 40, 0), (5, 2, 3, 50, 0),
	(6, 3, 2, 60, 0), (7, 3, 1, 70, 0);
