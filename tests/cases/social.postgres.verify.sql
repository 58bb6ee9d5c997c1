/*
 * Made by ccgen 0.1.0 from social.ccdl.  Do not edit: change that file and run ccgen again.
 *
 * Prints each maintained column that is not what its definition says.  Writes nothing.
 */
BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL client_min_messages = warning;
SET LOCAL search_path = pg_catalog, public;
SET LOCAL datestyle = ISO;

WITH "follows by followed_id" AS MATERIALIZED (
    SELECT c."followed_id" AS key1,
        pg_catalog.count(*) AS "followers_count"
    FROM "public"."follows" AS c
    GROUP BY 1
), "follows by follower_id" AS MATERIALIZED (
    SELECT c."follower_id" AS key1,
        pg_catalog.count(*) AS "following_count"
    FROM "public"."follows" AS c
    GROUP BY 1
), "posts by author_id" AS MATERIALIZED (
    SELECT c."author_id" AS key1,
        pg_catalog.count(*) AS "posts_count"
    FROM "public"."posts" AS c
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
    FROM "public"."users" AS p
    LEFT JOIN "follows by followed_id" AS n1 ON n1.key1 = p."id"
    LEFT JOIN "follows by follower_id" AS n2 ON n2.key1 = p."id"
    LEFT JOIN "posts by author_id" AS n3 ON n3.key1 = p."id"
), cc_mismatch ("key", "column", "stored", "actual", "difference") AS (
    SELECT '[' || ("key.id")::text || ']', 'followers_count', ("stored.followers_count")::text, ("actual.followers_count")::text,
        ("actual.followers_count" - coalesce("stored.followers_count", 0))::text
    FROM cc_compared WHERE coalesce("stored.followers_count", 0) <> "actual.followers_count"
    UNION ALL
    SELECT '[' || ("key.id")::text || ']', 'following_count', ("stored.following_count")::text, ("actual.following_count")::text,
        ("actual.following_count" - coalesce("stored.following_count", 0))::text
    FROM cc_compared WHERE coalesce("stored.following_count", 0) <> "actual.following_count"
    UNION ALL
    SELECT '[' || ("key.id")::text || ']', 'posts_count', ("stored.posts_count")::text, ("actual.posts_count")::text,
        ("actual.posts_count" - coalesce("stored.posts_count", 0))::text
    FROM cc_compared WHERE coalesce("stored.posts_count", 0) <> "actual.posts_count"
)
SELECT 'users' AS "table", * FROM cc_mismatch;

COMMIT;
