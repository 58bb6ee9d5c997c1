/*
 * Made by ccgen 0.1.0 from social.ccdl.  Do not edit: change that file and run ccgen again.
 *
 * Names: social_<table> is a row, social_<table>_counters its maintained columns;
 *   verbs  _insert, _update, _set_<column>, _delete    write the row and count it
 *   bulk   _set_<column>_where_<reference>, _delete_where_<reference>
 *          all rows of one parent in one statement; *n: how many, or NULL
 *   hooks  _inserted, _updated, _deleted, _deleting    count what you wrote yourself
 * A hook wants the row as it was under lock: _load_for_update fetches it.  It belongs right behind
 * its own statement, before the next one: what a row counts for may depend on others.
 * Text is borrowed for the call; NULL is SQL NULL.  Text that comes back is valid until the next
 * call with the same struct cc.  Everything returns an enum cc_result.
 */
#ifndef SOCIAL_COUNTERS_H
#define SOCIAL_COUNTERS_H

#include "ccrt.h"

#if CCRT_ABI != 1
#error "social_counters.h was made for another ccrt.h: run ccgen again"
#endif

#ifdef __cplusplus
extern "C" {
#endif

extern const struct cc_schema social_schema;

/* ---- users ---- */

/* People who write and follow. */
struct social_users {
	int64_t id;                         /* primary key */
};

struct social_users_counters {
	/* Posts that the user has written and that nobody has deleted. */
	int64_t posts_count;                /* count(*) from posts */
	/* How many follow the user. */
	int64_t followers_count;            /* count(*) from follows by followed_id */
	/* How many the user follows. */
	int64_t following_count;            /* count(*) from follows by follower_id */
};

int social_users_insert(struct cc *cc, const struct social_users *row);
int social_users_delete(struct cc *cc, int64_t id);
int social_users_inserted(struct cc *cc, const struct social_users *row);
int social_users_inserted_many(struct cc *cc, const struct social_users *rows, size_t n);
int social_users_updated(struct cc *cc, const struct social_users *before,
    const struct social_users *after);
int social_users_updated_many(struct cc *cc, const struct social_users *before,
    const struct social_users *after, size_t n);
/*
 * Call it before your DELETE: rows of follows go with it (cascade by followed_id,
 * follower_id), rows of posts stay without it (set null of author_id).
 */
int social_users_deleting(struct cc *cc, int64_t id);
int social_users_load_for_update(struct cc *cc, int64_t id, struct social_users *out);
int social_users_counters(struct cc *cc, int64_t id, struct social_users_counters *out);
int social_recount_users(struct cc *cc, int64_t id);

/* ---- posts ---- */

/* A post outlives its author: it stays, written by nobody. */
struct social_posts {
	int64_t id;                         /* primary key */
	struct cc_int64 author_id;          /* references users */
};

int social_posts_insert(struct cc *cc, const struct social_posts *row);
int social_posts_update(struct cc *cc, const struct social_posts *row);
int social_posts_set_author_id(struct cc *cc, int64_t id, struct cc_int64 author_id);
int social_posts_delete(struct cc *cc, int64_t id);
int social_posts_set_author_id_where_author_id(struct cc *cc, int64_t author_id,
    struct cc_int64 value, int64_t *n);
int social_posts_delete_where_author_id(struct cc *cc, int64_t author_id, int64_t *n);
int social_posts_inserted(struct cc *cc, const struct social_posts *row);
int social_posts_inserted_many(struct cc *cc, const struct social_posts *rows, size_t n);
int social_posts_updated(struct cc *cc, const struct social_posts *before,
    const struct social_posts *after);
int social_posts_updated_many(struct cc *cc, const struct social_posts *before,
    const struct social_posts *after, size_t n);
int social_posts_deleted(struct cc *cc, const struct social_posts *before);
int social_posts_deleted_many(struct cc *cc, const struct social_posts *before, size_t n);
int social_posts_load_for_update(struct cc *cc, int64_t id, struct social_posts *out);

/* ---- follows ---- */

struct social_follows {
	int64_t id;                         /* primary key */
	int64_t follower_id;                /* references users */
	int64_t followed_id;                /* references users */
};

int social_follows_insert(struct cc *cc, const struct social_follows *row);
int social_follows_update(struct cc *cc, const struct social_follows *row);
int social_follows_set_follower_id(struct cc *cc, int64_t id, int64_t follower_id);
int social_follows_set_followed_id(struct cc *cc, int64_t id, int64_t followed_id);
int social_follows_delete(struct cc *cc, int64_t id);
int social_follows_set_follower_id_where_follower_id(struct cc *cc, int64_t follower_id,
    int64_t value, int64_t *n);
int social_follows_set_followed_id_where_follower_id(struct cc *cc, int64_t follower_id,
    int64_t value, int64_t *n);
int social_follows_delete_where_follower_id(struct cc *cc, int64_t follower_id, int64_t *n);
int social_follows_set_follower_id_where_followed_id(struct cc *cc, int64_t followed_id,
    int64_t value, int64_t *n);
int social_follows_set_followed_id_where_followed_id(struct cc *cc, int64_t followed_id,
    int64_t value, int64_t *n);
int social_follows_delete_where_followed_id(struct cc *cc, int64_t followed_id, int64_t *n);
int social_follows_inserted(struct cc *cc, const struct social_follows *row);
int social_follows_inserted_many(struct cc *cc, const struct social_follows *rows, size_t n);
int social_follows_updated(struct cc *cc, const struct social_follows *before,
    const struct social_follows *after);
int social_follows_updated_many(struct cc *cc, const struct social_follows *before,
    const struct social_follows *after, size_t n);
int social_follows_deleted(struct cc *cc, const struct social_follows *before);
int social_follows_deleted_many(struct cc *cc, const struct social_follows *before, size_t n);
int social_follows_load_for_update(struct cc *cc, int64_t id, struct social_follows *out);

#ifdef __cplusplus
}
#endif
#endif
