/*
 * Made by ccgen 0.1.0 from social.ccdl.  Do not edit: change that file and run ccgen again.
 *
 * Puts every maintained column right, in one transaction, and logs what it corrected in
 * cc_drift.  Beside a live application prefer cc_reconcile(), whose transactions are short.
 */
BEGIN IMMEDIATE;
DROP TABLE IF EXISTS temp.cc_found;

CREATE TEMP TABLE cc_found AS
WITH "follows by followed_id" AS MATERIALIZED (
    SELECT c."followed_id" AS key1,
        count(*) AS "followers_count"
    FROM "follows" AS c
    GROUP BY 1
), "follows by follower_id" AS MATERIALIZED (
    SELECT c."follower_id" AS key1,
        count(*) AS "following_count"
    FROM "follows" AS c
    GROUP BY 1
), "posts by author_id" AS MATERIALIZED (
    SELECT c."author_id" AS key1,
        count(*) AS "posts_count"
    FROM "posts" AS c
    WHERE c."author_id" IS NOT NULL
    GROUP BY 1
), cc_compared AS MATERIALIZED (
    SELECT p."id" AS "key.id",
        p."followers_count" AS "stored.followers_count",
        coalesce(n1."followers_count", 0) AS "actual.followers_count",
        p."following_count" AS "stored.following_count",
        coalesce(n2."following_count", 0) AS "actual.following_count",
        p."posts_count" AS "stored.posts_count",
        coalesce(n3."posts_count", 0) AS "actual.posts_count"
    FROM "users" AS p
    LEFT JOIN "follows by followed_id" AS n1 ON n1.key1 = p."id"
    LEFT JOIN "follows by follower_id" AS n2 ON n2.key1 = p."id"
    LEFT JOIN "posts by author_id" AS n3 ON n3.key1 = p."id"
)
SELECT * FROM cc_compared
WHERE (coalesce("stored.followers_count", 0) <> "actual.followers_count")
    OR (coalesce("stored.following_count", 0) <> "actual.following_count")
    OR (coalesce("stored.posts_count", 0) <> "actual.posts_count");
WITH cc_mismatch ("key", "column", "stored", "actual") AS (
    SELECT json_array("key.id"), 'followers_count', +"stored.followers_count", +"actual.followers_count"
    FROM temp.cc_found WHERE coalesce("stored.followers_count", 0) <> "actual.followers_count"
    UNION ALL
    SELECT json_array("key.id"), 'following_count', +"stored.following_count", +"actual.following_count"
    FROM temp.cc_found WHERE coalesce("stored.following_count", 0) <> "actual.following_count"
    UNION ALL
    SELECT json_array("key.id"), 'posts_count', +"stored.posts_count", +"actual.posts_count"
    FROM temp.cc_found WHERE coalesce("stored.posts_count", 0) <> "actual.posts_count"
)
INSERT INTO cc_drift (at, table_name, key, column_name, stored, actual, by_what)
SELECT unixepoch() * 1000000, 'users', "key", "column", "stored", "actual", 'reconcile.sql'
FROM cc_mismatch;
UPDATE "users" AS p
SET "followers_count" = "actual.followers_count",
    "following_count" = "actual.following_count",
    "posts_count" = "actual.posts_count"
FROM temp.cc_found AS f
WHERE p."id" = f."key.id";
INSERT INTO cc_progress (schema, table_name, generation, at)
SELECT 'social', 'users', 1, unixepoch() * 1000000
WHERE EXISTS (SELECT 1 FROM temp.cc_found)
ON CONFLICT (schema, table_name) DO UPDATE SET
    generation = generation + 1, at = excluded.at;
DROP TABLE temp.cc_found;
DELETE FROM cc_dirty WHERE table_name = 'users';

COMMIT;
