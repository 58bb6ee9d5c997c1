/*
 * Made by ccgen 0.1.0 from social.ccdl.  Do not edit: change that file and run ccgen again.
 *
 * Takes this schema out of the bookkeeping tables, which other schemas may share.  The
 * maintained columns stay, with the values that they have.
 */
CREATE TABLE IF NOT EXISTS cc_meta (
    schema TEXT NOT NULL,
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    definition TEXT NOT NULL,
    definition_hash TEXT NOT NULL,
    maintained_by TEXT NOT NULL DEFAULT 'hooks',
    state TEXT NOT NULL DEFAULT 'installed',
    PRIMARY KEY (schema, table_name, column_name)
);

CREATE TABLE IF NOT EXISTS cc_dirty (
    table_name TEXT NOT NULL,
    key TEXT NOT NULL,
    reason TEXT,
    at INTEGER NOT NULL,
    PRIMARY KEY (table_name, key)
);

CREATE TABLE IF NOT EXISTS cc_progress (
    schema TEXT NOT NULL,
    table_name TEXT NOT NULL,
    generation INTEGER NOT NULL DEFAULT 0,
    key_done TEXT,
    at INTEGER,
    PRIMARY KEY (schema, table_name)
);

CREATE TABLE IF NOT EXISTS cc_drift (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    key TEXT NOT NULL,
    column_name TEXT NOT NULL,
    stored,
    actual,
    by_what TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS cc_window (
    schema TEXT NOT NULL,
    moment TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (schema, moment)
);

BEGIN IMMEDIATE;
DELETE FROM cc_meta WHERE schema = 'social';
DELETE FROM cc_progress WHERE schema = 'social';
DELETE FROM cc_window WHERE schema = 'social';
DELETE FROM cc_dirty WHERE table_name IN (
    'users'
);
DELETE FROM cc_drift WHERE table_name IN (
    'users'
);
COMMIT;

/*
 * To go all the way, once no code maintains them any more:
 *
 * ALTER TABLE "users" DROP COLUMN "followers_count";
 * ALTER TABLE "users" DROP COLUMN "following_count";
 * ALTER TABLE "users" DROP COLUMN "posts_count";
 *
 * and, if no other schema uses them:
 *
 * DROP TABLE cc_meta; DROP TABLE cc_dirty; DROP TABLE cc_progress; DROP TABLE cc_drift;
 * DROP TABLE cc_window;
 */
