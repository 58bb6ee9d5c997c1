/*
 * store.c - the data layer of the example: SQL of its own, counters by ccgen.
 *
 * Shows the three ways to keep counters: hooks right after the application's own INSERT
 * (store_follow, store_post), the deleting hook right before its own DELETE (store_delete_user),
 * and verbs that do the write themselves (store_unfollow, store_reassign, store_delete_post).
 */
#include "store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

enum statement { FIND_USER, ADD_USER, DELETE_USER, FOLLOW, FIND_FOLLOW, POST, N_STATEMENTS };

static const char *const sql[N_STATEMENTS] = {
	[FIND_USER] = "SELECT id FROM users WHERE name = ?1",
	[ADD_USER] = "INSERT INTO users (name) VALUES (?1)",
	[DELETE_USER] = "DELETE FROM users WHERE id = ?1",
	[FOLLOW] = "INSERT INTO follows (follower_id, followed_id) VALUES (?1, ?2)",
	[FIND_FOLLOW] = "SELECT id FROM follows WHERE follower_id = ?1 AND followed_id = ?2",
	[POST] = "INSERT INTO posts (author_id, body) VALUES (?1, ?2)",
};

/* The application's own tables; cc_install adds the counters. */
static const char tables[] =
    "CREATE TABLE IF NOT EXISTS users (\n"
    "    id    INTEGER PRIMARY KEY,\n"
    "    name  TEXT NOT NULL UNIQUE\n"
    ");\n"
    "CREATE TABLE IF NOT EXISTS posts (\n"
    "    id         INTEGER PRIMARY KEY,\n"
    "    author_id  INTEGER REFERENCES users ON DELETE SET NULL,\n"
    "    body       TEXT NOT NULL\n"
    ");\n"
    "CREATE TABLE IF NOT EXISTS follows (\n"
    "    id           INTEGER PRIMARY KEY,\n"
    "    follower_id  INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,\n"
    "    followed_id  INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,\n"
    "    UNIQUE (follower_id, followed_id),\n"
    "    CHECK (follower_id <> followed_id)\n"
    ");\n"
    "CREATE INDEX IF NOT EXISTS posts_author ON posts (author_id);\n"
    "CREATE INDEX IF NOT EXISTS follows_followed ON follows (followed_id);\n";

static const char settings[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = NORMAL;"
    "PRAGMA foreign_keys = ON;"        /* without it nothing cascades */
    "PRAGMA temp_store = MEMORY;";     /* what savepoints note */

struct store {
	sqlite3 *db;
	struct cc *cc;
	sqlite3_stmt *statements[N_STATEMENTS];    /* prepared when first used */
	char error[256];
};

/* ---- errors ---- */

static int
result_of(int sqlite_code)
{
	switch (sqlite_code & 0xff) {
	case SQLITE_OK:
		return CC_OK;
	case SQLITE_CONSTRAINT:
		return CC_CONSTRAINT;
	case SQLITE_BUSY:
		return CC_BUSY;
	case SQLITE_NOMEM:
		return CC_NOMEM;
	default:
		return CC_ERROR;
	}
}

static int
database_failed(struct store *store, int sqlite_code)
{
	snprintf(store->error, sizeof(store->error), "%s", sqlite3_errmsg(store->db));
	return result_of(sqlite_code);
}

static int
not_found(struct store *store)
{
	snprintf(store->error, sizeof(store->error), "no such row");
	return CC_NOTFOUND;
}

/* Passes result on; keeps the words of a failure, which the next call would overwrite. */
static int
counted(struct store *store, int result)
{
	if (result != CC_OK)
		snprintf(store->error, sizeof(store->error), "%s", cc_errmsg(store->cc));
	return result;
}

/* Ends the change that cc_begin began: whole, or not at all. */
static int
end(struct store *store, int result)
{
	if (result == CC_OK && (result = counted(store, cc_commit(store->cc))) == CC_OK)
		return CC_OK;
	cc_rollback(store->cc);
	return result;
}

/* ---- opening ---- */

static int
install(struct store *store)
{
	static const struct cc_options options = { .flags = CC_UNINSTALLED };
	int result, code;

	code = sqlite3_exec(store->db, tables, NULL, NULL, NULL);
	if (code != SQLITE_OK)
		return database_failed(store, code);
	result = cc_open_sqlite(&store->cc, store->db, &social_schema, &options);
	if (result == CC_OK)
		result = cc_install(store->cc);
	if (result == CC_NOMEM && store->cc == NULL)
		return result;
	result = counted(store, result);
	cc_close(store->cc);
	store->cc = NULL;
	return result;
}

int
store_open(struct store **out, const char *path, bool create)
{
	struct store *store;
	int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
	int result, code;

	*out = store = calloc(1, sizeof(*store));
	if (store == NULL)
		return CC_NOMEM;
	snprintf(store->error, sizeof(store->error), "out of memory");
	code = sqlite3_open_v2(path, &store->db, flags, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(store->db, 5000);
	if (code == SQLITE_OK)
		code = sqlite3_exec(store->db, settings, NULL, NULL, NULL);
	if (code != SQLITE_OK)
		return database_failed(store, code);
	if (create && (result = install(store)) != CC_OK)
		return result;
	result = cc_open_sqlite(&store->cc, store->db, &social_schema, NULL);
	return store->cc == NULL ? result : counted(store, result);
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	cc_close(store->cc);
	for (size_t i = 0; i < N_STATEMENTS; i++)
		sqlite3_finalize(store->statements[i]);
	sqlite3_close(store->db);
	free(store);
}

const char *
store_error(const struct store *store)
{
	return store == NULL ? "out of memory" : store->error;
}

struct cc *
store_counters(struct store *store)
{
	return store->cc;
}

sqlite3 *
store_database(struct store *store)
{
	return store->db;
}

/* ---- statements ---- */

/* The statement, ready to be bound; NULL, which SQLite and step() bear, if it does not prepare. */
static sqlite3_stmt *
prepared(struct store *store, enum statement which)
{
	sqlite3_stmt **statement = &store->statements[which];

	if (*statement == NULL)
		sqlite3_prepare_v2(store->db, sql[which], -1, statement, NULL);
	return *statement;
}

/*
 * Runs it once.  *out, if not NULL: the first column of the row that it found, or the id of the
 * row that it inserted.  CC_NOTFOUND: it looked for a row and there is none.
 */
static int
step(struct store *store, sqlite3_stmt *statement, int64_t *out)
{
	int code, result = CC_OK;

	if (statement == NULL)
		return database_failed(store, sqlite3_errcode(store->db));
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW && out != NULL)
		*out = sqlite3_column_int64(statement, 0);
	else if (code != SQLITE_DONE)
		result = database_failed(store, code);
	else if (sqlite3_stmt_readonly(statement))
		result = not_found(store);
	else if (out != NULL)
		*out = sqlite3_last_insert_rowid(store->db);
	sqlite3_reset(statement);
	return result;
}

/* The same for a statement of two numbers. */
static int
step_pair(struct store *store, enum statement which, int64_t first, int64_t second, int64_t *out)
{
	sqlite3_stmt *statement = prepared(store, which);

	sqlite3_bind_int64(statement, 1, first);
	sqlite3_bind_int64(statement, 2, second);
	return step(store, statement, out);
}

/* ---- users ---- */

int
store_find_user(struct store *store, const char *name, int64_t *id)
{
	sqlite3_stmt *statement = prepared(store, FIND_USER);

	sqlite3_bind_text(statement, 1, name, -1, SQLITE_TRANSIENT);
	return step(store, statement, id);
}

int
store_add_user(struct store *store, const char *name, int64_t *id)
{
	sqlite3_stmt *statement = prepared(store, ADD_USER);
	struct social_users row;
	int result;

	if ((result = counted(store, cc_begin(store->cc))) != CC_OK)
		return result;
	sqlite3_bind_text(statement, 1, name, -1, SQLITE_TRANSIENT);
	result = step(store, statement, id);
	if (result == CC_OK) {
		row.id = *id;
		result = counted(store, social_users_inserted(store->cc, &row));
	}
	return end(store, result);
}

int
store_delete_user(struct store *store, int64_t id)
{
	sqlite3_stmt *statement = prepared(store, DELETE_USER);
	int result;

	if ((result = counted(store, cc_begin(store->cc))) != CC_OK)
		return result;
	/* Before: afterwards nobody knows any more whom the user followed. */
	result = counted(store, social_users_deleting(store->cc, id));
	if (result == CC_OK) {
		sqlite3_bind_int64(statement, 1, id);
		result = step(store, statement, NULL);
	}
	return end(store, result);
}

int
store_profile(struct store *store, int64_t id, struct profile *out)
{
	out->id = id;
	return counted(store, social_users_counters(store->cc, id, &out->counters));
}

/* ---- follows ---- */

int
store_follow(struct store *store, int64_t follower, int64_t followed)
{
	struct social_follows row = { .follower_id = follower, .followed_id = followed };
	int result;

	if ((result = counted(store, cc_begin(store->cc))) != CC_OK)
		return result;
	result = step_pair(store, FOLLOW, follower, followed, &row.id);
	if (result == CC_OK)
		result = counted(store, social_follows_inserted(store->cc, &row));
	return end(store, result);
}

int
store_unfollow(struct store *store, int64_t follower, int64_t followed)
{
	int64_t id;
	int result;

	result = step_pair(store, FIND_FOLLOW, follower, followed, &id);
	if (result != CC_OK)
		return result;
	return counted(store, social_follows_delete(store->cc, id));
}

/* ---- posts ---- */

int
store_post(struct store *store, int64_t author, const char *body, int64_t *id)
{
	sqlite3_stmt *statement = prepared(store, POST);
	struct social_posts row = { .author_id = { .value = author } };
	int result;

	if ((result = counted(store, cc_begin(store->cc))) != CC_OK)
		return result;
	sqlite3_bind_int64(statement, 1, author);
	sqlite3_bind_text(statement, 2, body, -1, SQLITE_TRANSIENT);
	result = step(store, statement, id);
	if (result == CC_OK) {
		row.id = *id;
		result = counted(store, social_posts_inserted(store->cc, &row));
	}
	return end(store, result);
}

int
store_reassign(struct store *store, int64_t post, const int64_t *author)
{
	struct cc_int64 author_id = { .null = true };

	if (author != NULL)
		author_id = (struct cc_int64){ .value = *author };
	return counted(store, social_posts_set_author_id(store->cc, post, author_id));
}

int
store_delete_post(struct store *store, int64_t post)
{
	return counted(store, social_posts_delete(store->cc, post));
}
