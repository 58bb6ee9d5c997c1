/*
 * Made by ccgen 0.1.0 from social.ccdl.  Do not edit: change that file and run ccgen again.
 *
 * Puts every maintained column right, in one transaction, and logs what it corrected in
 * cc_drift.  Writers wait meanwhile: beside a live application prefer cc_reconcile(), whose
 * transactions are short.
 */
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL search_path = pg_catalog, public;
SET LOCAL datestyle = ISO;

DO $cc$
DECLARE
    tries integer := 0;
BEGIN
    LOOP
        BEGIN
            LOCK TABLE "public"."users",
                "public"."posts",
                "public"."follows"
                IN SHARE ROW EXCLUSIVE MODE NOWAIT;
            EXIT;
        EXCEPTION WHEN lock_not_available THEN
            tries := tries + 1;
            IF tries > 3000 THEN
                RAISE;
            END IF;
            PERFORM pg_catalog.pg_sleep(0.02);
        END;
    END LOOP;
END
$cc$;

CREATE TEMP TABLE cc_found ON COMMIT DROP AS
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
)
SELECT * FROM cc_compared
WHERE (coalesce("stored.followers_count", 0) <> "actual.followers_count")
    OR (coalesce("stored.following_count", 0) <> "actual.following_count")
    OR (coalesce("stored.posts_count", 0) <> "actual.posts_count");
WITH cc_mismatch ("key", "column", "stored", "actual") AS (
    SELECT '[' || ("key.id")::text || ']', 'followers_count', ("stored.followers_count")::text, ("actual.followers_count")::text
    FROM pg_temp.cc_found WHERE coalesce("stored.followers_count", 0) <> "actual.followers_count"
    UNION ALL
    SELECT '[' || ("key.id")::text || ']', 'following_count', ("stored.following_count")::text, ("actual.following_count")::text
    FROM pg_temp.cc_found WHERE coalesce("stored.following_count", 0) <> "actual.following_count"
    UNION ALL
    SELECT '[' || ("key.id")::text || ']', 'posts_count', ("stored.posts_count")::text, ("actual.posts_count")::text
    FROM pg_temp.cc_found WHERE coalesce("stored.posts_count", 0) <> "actual.posts_count"
)
INSERT INTO public.cc_drift (at, table_name, key, column_name, stored, actual, by_what)
SELECT (extract(epoch FROM pg_catalog.now()) * 1000000)::bigint, 'users', "key", "column", "stored", "actual", 'reconcile.sql'
FROM cc_mismatch;
UPDATE "public"."users" AS p
SET "followers_count" = "actual.followers_count",
    "following_count" = "actual.following_count",
    "posts_count" = "actual.posts_count"
FROM pg_temp.cc_found AS f
WHERE p."id" = f."key.id";
INSERT INTO public.cc_progress (schema, table_name, generation, at)
SELECT 'social', 'users', 1, (extract(epoch FROM pg_catalog.now()) * 1000000)::bigint
WHERE EXISTS (SELECT 1 FROM pg_temp.cc_found)
ON CONFLICT (schema, table_name) DO UPDATE SET
    generation = cc_progress.generation + 1, at = excluded.at;
DROP TABLE pg_temp.cc_found;
DELETE FROM public.cc_dirty WHERE table_name = 'users';

COMMIT;
