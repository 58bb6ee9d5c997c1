/*
 * sqlite.c - SQLite as an engine: statements, errors, the commit and rollback hooks.
 *
 * With sqlite_open.c the only file that knows SQLite.  A statement is reset without clearing its
 * bindings: every parameter that is read is bound anew by the next use.
 */
#include "catalogue.h"
#include "cc_sqlite.h"

#include <sqlite3.h>

static sqlite3 *
sqlite_of(const struct cc *cc)
{
	return cc->db;
}

int
cc_sqlite_result(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
		return CC_OK;
	case SQLITE_ROW:
		return CC_ROW;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return CC_BUSY;
	case SQLITE_CONSTRAINT:
		return CC_CONSTRAINT;
	case SQLITE_NOMEM:
		return CC_NOMEM;
	default:
		return CC_ERROR;
	}
}

/* in_transaction: before the call.  An engine that ended it has undone everything. */
static int
sqlite_failed(struct cc *cc, int code, bool in_transaction)
{
	int result = cc_sqlite_result(code);

	if (in_transaction && sqlite3_get_autocommit(sqlite_of(cc)) != 0)
		result = CC_ABORTED;
	return cc_fail(cc, result, "%s", sqlite3_errmsg(sqlite_of(cc)));
}

static int
sqlite_prepare(struct cc_statement *st)
{
	struct cc *cc = st->cc;
	struct cc_text *text = &cc->text;
	sqlite3_stmt *handle = NULL;
	int code;

	cc_text_clear(text);
	if (st->tag != NULL)
		cc_text_add(text, st->tag);
	cc_text_add(text, st->sql);
	cc_text_add(text, st->ending);
	if (text->failed)
		return cc_nomem(cc);
	code = sqlite3_prepare_v3(sqlite_of(cc), text->data, -1, SQLITE_PREPARE_PERSISTENT,
	    &handle, NULL);
	if (code != SQLITE_OK)
		return cc_fail(cc, cc_sqlite_result(code), "%s in: %s", sqlite3_errmsg(sqlite_of(cc)),
		    st->sql);
	st->handle = handle;
	return CC_OK;
}

static void
sqlite_finalize(struct cc_statement *st)
{
	sqlite3_finalize(st->handle);
}

/* A text need not read every parameter: out of range are those after the last that it reads. */
static void
sqlite_bound(struct cc_statement *st, int code)
{
	if (code != SQLITE_OK && code != SQLITE_RANGE)
		st->bind_error = cc_sqlite_result(code);
}

static void
sqlite_bind_int(struct cc_statement *st, int i, int64_t value)
{
	sqlite_bound(st, sqlite3_bind_int64(st->handle, i, value));
}

static void
sqlite_bind_float(struct cc_statement *st, int i, double value)
{
	sqlite_bound(st, sqlite3_bind_double(st->handle, i, value));
}

static void
sqlite_bind_text(struct cc_statement *st, int i, const char *text)
{
	sqlite_bound(st, text == NULL ? sqlite3_bind_null(st->handle, i) :
	    sqlite3_bind_text(st->handle, i, text, -1, SQLITE_STATIC));
}

static int
sqlite_step(struct cc_statement *st)
{
	bool in_transaction = sqlite3_get_autocommit(sqlite_of(st->cc)) == 0;
	int code = sqlite3_step(st->handle);

	if (code == SQLITE_ROW)
		return CC_ROW;
	if (code == SQLITE_DONE)
		return CC_OK;
	return sqlite_failed(st->cc, code, in_transaction);
}

static void
sqlite_reset(struct cc_statement *st)
{
	sqlite3_reset(st->handle);
}

static enum cc_value
sqlite_type(struct cc_statement *st, int column)
{
	switch (sqlite3_column_type(st->handle, column)) {
	case SQLITE_INTEGER:
		return CC_VALUE_INT;
	case SQLITE_FLOAT:
		return CC_VALUE_FLOAT;
	case SQLITE_NULL:
		return CC_VALUE_NULL;
	default:
		return CC_VALUE_TEXT;
	}
}

static int64_t
sqlite_get_int(struct cc_statement *st, int column)
{
	return sqlite3_column_int64(st->handle, column);
}

static double
sqlite_get_float(struct cc_statement *st, int column)
{
	return sqlite3_column_double(st->handle, column);
}

static const char *
sqlite_get_text(struct cc_statement *st, int column)
{
	return (const char *)sqlite3_column_text(st->handle, column);
}

static int
sqlite_columns(struct cc_statement *st)
{
	return sqlite3_column_count(st->handle);
}

/* SQLite is in this process: the outcome is there at once, and there is nothing to settle. */
static int
sqlite_submit(struct cc_statement *st, cc_outcome done, void *a, void *b)
{
	struct cc *cc = st->cc;
	int result = st->bind_error == CC_OK ? sqlite_step(st) : cc_step(st);
	int64_t changes = result == CC_OK ? sqlite3_changes(sqlite_of(cc)) : 0;

	sqlite3_reset(st->handle);
	return done(cc, a, b, result, changes);
}

static int
sqlite_settle(struct cc *cc)
{
	CC_UNUSED(cc);
	return CC_OK;
}

/* Its calls each take the connection's mutex, which is soon done by who has it. */
static void
sqlite_hold(struct cc *cc, bool on)
{
	sqlite3_mutex *mutex = sqlite3_db_mutex(sqlite_of(cc));

	if (on)
		sqlite3_mutex_enter(mutex);
	else
		sqlite3_mutex_leave(mutex);
}

static int
sqlite_exec(struct cc *cc, const char *sql)
{
	bool in_transaction = sqlite3_get_autocommit(sqlite_of(cc)) == 0;
	int code = sqlite3_exec(sqlite_of(cc), sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? CC_OK : sqlite_failed(cc, code, in_transaction);
}

static int64_t
sqlite_changes(struct cc *cc)
{
	return sqlite3_changes(sqlite_of(cc));
}

static int64_t
sqlite_writes(struct cc *cc)
{
	return sqlite3_total_changes(sqlite_of(cc));
}

static bool
sqlite_in_transaction(const struct cc *cc)
{
	return sqlite3_get_autocommit(sqlite_of(cc)) == 0;
}

/* Runs inside COMMIT, where no SQL may: the parents are marked by the next call. */
static int
sqlite_committing(void *ctx)
{
	struct cc *cc = ctx;
	int (*chained)(void *) = cc->options.commit_hook;

	if (chained != NULL && chained(cc->options.hook_ctx) != 0)
		return 1;
	return cc_committing(cc) ? 0 : 1;
}

static void
sqlite_rolled_back(void *ctx)
{
	struct cc *cc = ctx;

	cc_rolled_back(cc);
	if (cc->options.rollback_hook != NULL)
		cc->options.rollback_hook(cc->options.hook_ctx);
}

/* Leaves the application's own hooks in place, as if this handle had never been. */
static void
sqlite_close(struct cc *cc)
{
	sqlite3_commit_hook(sqlite_of(cc), cc->options.commit_hook, cc->options.hook_ctx);
	sqlite3_rollback_hook(sqlite_of(cc), cc->options.rollback_hook, cc->options.hook_ctx);
}

static void
sqlite_key_part(struct cc_text *text, const struct cc_field *field, int i)
{
	CC_UNUSED(field);
	cc_text_add(text, "json_extract(cc_keys.value, '$[");
	cc_text_int(text, i);
	cc_text_add(text, "]')");
}

const struct cc_engine cc_engine_sqlite = {
	.name = "sqlite",
	.begin = "BEGIN IMMEDIATE",
	.snapshot = "BEGIN",
	.differs = " IS NOT ",
	.lock = "",
	.lock_going = "",
	.share = "",
	.bytewise = " COLLATE BINARY",
	.keys = "json_each(?1) AS cc_keys",
	.key_part = sqlite_key_part,
	.catalogue = &cc_catalogue_sqlite,
	.untyped = true,
	.prepare = sqlite_prepare,
	.finalize = sqlite_finalize,
	.bind_int = sqlite_bind_int,
	.bind_float = sqlite_bind_float,
	.bind_text = sqlite_bind_text,
	.step = sqlite_step,
	.reset = sqlite_reset,
	.type = sqlite_type,
	.get_int = sqlite_get_int,
	.get_float = sqlite_get_float,
	.get_text = sqlite_get_text,
	.columns = sqlite_columns,
	.submit = sqlite_submit,
	.settle = sqlite_settle,
	.hold = sqlite_hold,
	.exec = sqlite_exec,
	.changes = sqlite_changes,
	.writes = sqlite_writes,
	.in_transaction = sqlite_in_transaction,
	.scan = cc_sqlite_scan,
	.close = sqlite_close,
};

void
cc_sqlite_hooks(struct cc *cc)
{
	sqlite3_commit_hook(sqlite_of(cc), sqlite_committing, cc);
	sqlite3_rollback_hook(sqlite_of(cc), sqlite_rolled_back, cc);
}
