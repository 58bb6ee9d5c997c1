/*
 * Made by ccgen 0.1.0 from social.ccdl.  Do not edit: change that file and run ccgen again.
 *
 * Adds the maintained columns to tables that lack them.  Reconcile next: they hold a default.
 */
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL search_path = pg_catalog, public;
SET LOCAL datestyle = ISO;
ALTER TABLE "public"."users" ADD COLUMN IF NOT EXISTS "followers_count" bigint NOT NULL DEFAULT 0;
ALTER TABLE "public"."users" ADD COLUMN IF NOT EXISTS "following_count" bigint NOT NULL DEFAULT 0;
ALTER TABLE "public"."users" ADD COLUMN IF NOT EXISTS "posts_count" bigint NOT NULL DEFAULT 0;
COMMIT;
