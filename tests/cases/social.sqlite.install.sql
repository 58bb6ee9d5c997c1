/*
 * Made by ccgen 0.1.0 from social.ccdl.  Do not edit: change that file and run ccgen again.
 *
 * Creates the bookkeeping tables and records the maintained columns in cc_meta.
 * Running it again does no harm.  Columns that are missing: see the columns file.
 */
BEGIN IMMEDIATE;

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

INSERT INTO cc_meta (schema, table_name, column_name, definition, definition_hash)
VALUES
    ('social', 'users', 'followers_count',
        'count(*) from follows by followed_id', '306d90b38635b4a8'),
    ('social', 'users', 'following_count',
        'count(*) from follows by follower_id', '558767a18383f4c6'),
    ('social', 'users', 'posts_count',
        'count(*) from posts', 'b825bfcf7b53471c')
ON CONFLICT (schema, table_name, column_name) DO UPDATE SET
    state = CASE cc_meta.definition_hash WHEN excluded.definition_hash THEN cc_meta.state ELSE 'installed' END,
    definition = excluded.definition,
    definition_hash = excluded.definition_hash;

COMMIT;
