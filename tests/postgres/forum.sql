CREATE TABLE groups (
    id bigint PRIMARY KEY,
    parent_id bigint REFERENCES groups,
    discussions_count bigint NOT NULL DEFAULT 0,
    open_count bigint NOT NULL DEFAULT 0,
    comments_count bigint NOT NULL DEFAULT 0,
    busy_count bigint NOT NULL DEFAULT 0,
    score bigint NOT NULL DEFAULT 0,
    best bigint,
    authors bigint NOT NULL DEFAULT 0,
    total bigint NOT NULL DEFAULT 0,
    below_count bigint NOT NULL DEFAULT 0,
    deep_count bigint NOT NULL DEFAULT 0
);
CREATE TABLE users (
    id bigint PRIMARY KEY,
    comments_count bigint NOT NULL DEFAULT 0
);
CREATE TABLE discussions (
    id bigint PRIMARY KEY,
    group_id bigint REFERENCES groups,
    closed boolean NOT NULL,
    replies bigint NOT NULL DEFAULT 0,
    last_score bigint
);
CREATE TABLE comments (
    id bigint PRIMARY KEY,
    discussion_id bigint REFERENCES discussions ON DELETE CASCADE,
    author_id bigint REFERENCES users ON DELETE SET NULL,
    score bigint NOT NULL
);
CREATE TABLE cc_meta (schema text, table_name text, column_name text, definition text,
    definition_hash text, maintained_by text DEFAULT 'hooks', state text DEFAULT 'installed',
    PRIMARY KEY (schema, table_name, column_name));
CREATE TABLE cc_dirty (table_name text, key text, reason text, at bigint, PRIMARY KEY (table_name, key));
CREATE TABLE cc_progress (schema text, table_name text, generation bigint NOT NULL DEFAULT 0,
    key_done text, at bigint, PRIMARY KEY (schema, table_name));
CREATE TABLE cc_drift (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at bigint, table_name text,
    key text, column_name text, stored text, actual text, by_what text);
INSERT INTO users (id) VALUES (1), (2);
INSERT INTO groups (id, parent_id) VALUES (1, NULL), (2, 1), (3, 1), (4, 3);
UPDATE groups SET below_count = CASE id WHEN 1 THEN 3 WHEN 3 THEN 1 ELSE 0 END;
INSERT INTO discussions (id, group_id, closed) VALUES (1, 2, false), (2, 2, true), (3, 4, false);
UPDATE groups SET discussions_count = (SELECT count(*) FROM discussions WHERE group_id = groups.id),
    open_count = (SELECT count(*) FROM discussions WHERE group_id = groups.id AND NOT closed),
    deep_count = CASE id WHEN 1 THEN 3 WHEN 2 THEN 2 WHEN 3 THEN 1 WHEN 4 THEN 1 END;
INSERT INTO cc_meta (schema, table_name, column_name) VALUES ('forum', 'groups', 'below_count'),
    ('forum', 'groups', 'deep_count');
INSERT INTO groups (id) VALUES (5), (6);
INSERT INTO users (id) VALUES (3), (4);
