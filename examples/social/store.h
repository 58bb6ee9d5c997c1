/*
 * store.h - users, posts and follows in an SQLite file.
 *
 * The application's data layer: it writes its rows with its own SQL or by the
 * generated verbs, and leaves users.posts_count, followers_count and
 * following_count to the generated code.
 *
 * Functions return an enum cc_result; store_error says what happened.  Each
 * change is whole or not at all, and they nest: between cc_begin and cc_commit
 * of store_counters many changes are one transaction.
 */
#ifndef STORE_H
#define STORE_H

#include "social_counters.h"

struct store;

struct profile {
	int64_t id;
	struct social_users_counters counters;
};

/*
 * Opens the file.  create: makes it, its tables and counter columns if they are not there.
 * *out is set, also on failure (but for CC_NOMEM), so that store_error can be read; close it.
 */
int store_open(struct store **out, const char *path, bool create);
void store_close(struct store *store);          /* NULL is fine */
const char *store_error(const struct store *store);

struct cc *store_counters(struct store *store);
struct sqlite3 *store_database(struct store *store);

/* CC_NOTFOUND: nobody has that name. */
int store_find_user(struct store *store, const char *name, int64_t *id);
/* CC_CONSTRAINT: the name is taken. */
int store_add_user(struct store *store, const char *name, int64_t *id);
/* The user's follows, in both directions, go as well; the posts stay, without an author. */
int store_delete_user(struct store *store, int64_t id);
int store_profile(struct store *store, int64_t id, struct profile *out);

/* CC_CONSTRAINT: follows already, or oneself. */
int store_follow(struct store *store, int64_t follower, int64_t followed);
int store_unfollow(struct store *store, int64_t follower, int64_t followed);

int store_post(struct store *store, int64_t author, const char *body, int64_t *id);
/* author NULL: nobody's */
int store_reassign(struct store *store, int64_t post, const int64_t *author);
int store_delete_post(struct store *store, int64_t post);

#endif
