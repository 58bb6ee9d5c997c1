/*
 * Made by ccgen 0.1.0 from social.ccdl.  Do not edit: change that file and run ccgen again.
 *
 * Adds the maintained columns to tables that lack them.  A column that is there already is an
 * error ("duplicate column name") that changes nothing.  Reconcile next: they hold a default.
 */
ALTER TABLE "users" ADD COLUMN "followers_count" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "users" ADD COLUMN "following_count" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "users" ADD COLUMN "posts_count" INTEGER NOT NULL DEFAULT 0;
