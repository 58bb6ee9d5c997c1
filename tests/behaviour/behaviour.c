/*
 * behaviour.c - the fixture of the behaviour cases.
 *
 * The application's own writes are composed here from the descriptors' field names, and bound
 * without the runtime's help, so that a case can say what happens to a row once for all ways.
 */
#define _POSIX_C_SOURCE 200809L
#include "behaviour.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- SQL ---- */

void
sql(struct fixture *f, const char *statement)
{
	char *message = NULL;

	if (sqlite3_exec(f->db, statement, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", statement, message);
}

bool
sql_refused(struct fixture *f, const char *statement)
{
	return sqlite3_exec(f->db, statement, NULL, NULL, NULL) != SQLITE_OK;
}

static sqlite3_stmt *
prepare(struct fixture *f, const char *query)
{
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(f->db, query, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", query, sqlite3_errmsg(f->db));
	return stmt;
}

int64_t
number(struct fixture *f, const char *query)
{
	sqlite3_stmt *stmt = prepare(f, query);
	int64_t n = INT64_MIN;

	if (sqlite3_step(stmt) == SQLITE_ROW)
		n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return n;
}

void
is(struct fixture *f, const char *query, int64_t expected)
{
	int64_t n = number(f, query);

	if (n != expected)
		fail_msg("%s is %" PRId64 ", should be %" PRId64, query, n, expected);
}

void
is_text(struct fixture *f, const char *query, const char *expected)
{
	sqlite3_stmt *stmt = prepare(f, query);

	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	if (expected == NULL)
		assert_int_equal(sqlite3_column_type(stmt, 0), SQLITE_NULL);
	else
		assert_string_equal((const char *)sqlite3_column_text(stmt, 0), expected);
	sqlite3_finalize(stmt);
}

/* ---- opening ---- */

static int64_t
now(void *ctx)
{
	return ((struct fixture *)ctx)->clock;
}

static void
copy(char *to, size_t size, const char *from)
{
	if (from != NULL)
		snprintf(to, size, "%s", from);
}

static void
observe(void *ctx, const struct cc_event *e)
{
	struct fixture *f = ctx;

	f->events[e->kind]++;
	copy(f->message, sizeof f->message, e->message);
	copy(f->key, sizeof f->key, e->key);
	copy(f->column, sizeof f->column, e->column);
}

static char *
read_file(const char *path)
{
	char *s = calloc(1, 1 << 18);
	FILE *file = fopen(path, "r");

	if (file == NULL || s == NULL)
		fail_msg("cannot read %s", path);
	(void)!fread(s, 1, (1 << 18) - 1, file);
	fclose(file);
	return s;
}

static int
open_handle(struct fixture *f, unsigned flags)
{
	struct cc_options options = { .flags = flags, .clock = now, .clock_ctx = f,
		.observer = observe, .observer_ctx = f };

	return cc_open_sqlite(&f->cc, f->db, f->schema, &options);
}

static void
open_database(struct fixture *f, const char *path)
{
	snprintf(f->path, sizeof f->path, "%s", path);
	assert_int_equal(sqlite3_open(path[0] == '\0' ? ":memory:" : path, &f->db), SQLITE_OK);
	sqlite3_busy_timeout(f->db, 5000);
	sql(f, "PRAGMA foreign_keys = ON");
}

void
fixture_open(struct fixture *f, const struct cc_schema *schema, const char *ddl, const char *path,
    unsigned flags)
{
	char *text;

	f->schema = schema;
	f->clock = 1750000000000000;
	open_database(f, path);
	if (path[0] != '\0')
		sql(f, "PRAGMA journal_mode = WAL");
	text = read_file(ddl);
	sql(f, text);
	free(text);
	assert_int_equal(open_handle(f, CC_UNINSTALLED), CC_OK);
	assert_int_equal(cc_install(f->cc), CC_OK);
	cc_close(f->cc);
	if (open_handle(f, flags) != CC_OK)
		fail_msg("open: %s", cc_errmsg(f->cc));
	assert_int_equal(cc_reconcile(f->cc, NULL, NULL), CC_OK);
	memset(f->events, 0, sizeof f->events);
}

void
fixture_second(struct fixture *f, const struct fixture *first)
{
	*f = (struct fixture){ .way = first->way, .schema = first->schema, .clock = first->clock };
	open_database(f, first->path);
	assert_int_equal(open_handle(f, 0), CC_OK);
}

void
fixture_close(struct fixture *f)
{
	cc_close(f->cc);
	f->cc = NULL;
	assert_int_equal(sqlite3_close(f->db), SQLITE_OK);
	f->db = NULL;
}

void
fixture_temporary(char *path, size_t size)
{
	static int serial;

	snprintf(path, size, "%s/behaviour-%d-%d.db", getenv("BEHAVIOUR_TMP"), (int)getpid(),
	    ++serial);
	remove(path);
}

/* ---- the application's own writes ---- */

const struct cc_table *
table(struct fixture *f, const char *name)
{
	for (int i = 0; i < f->schema->n_tables; i++)
		if (strcmp(f->schema->tables[i].name, name) == 0)
			return &f->schema->tables[i];
	fail_msg("no table %s", name);
	return NULL;
}

static void
bind_field(sqlite3_stmt *stmt, int i, const struct cc_field *field, const void *row)
{
	static const size_t sizes[] = { [CC_BOOL] = 1, [CC_INT16] = 2, [CC_INT32] = 4,
		[CC_INT64] = 8, [CC_FLOAT32] = 4, [CC_FLOAT64] = 8, [CC_TIMESTAMP] = 8 };
	const void *at = (const char *)row + field->offset;
	bool text = field->type == CC_TEXT || field->type == CC_DECIMAL;

	if (!text && (field->flags & CC_FIELD_NULLABLE)
	    && ((const char *)at)[sizes[field->type]])
		sqlite3_bind_null(stmt, i);
	else if (text)
		sqlite3_bind_text(stmt, i, *(const char *const *)at, -1, SQLITE_TRANSIENT);
	else if (field->type == CC_FLOAT64)
		sqlite3_bind_double(stmt, i, *(const double *)at);
	else
		sqlite3_bind_int64(stmt, i, field->type == CC_BOOL ? *(const bool *)at
		    : field->type == CC_INT32 ? *(const int32_t *)at : *(const int64_t *)at);
}

/* Runs a statement over all fields, the key bound last; false when the database refuses it. */
static bool
write_fields(struct fixture *f, const char *text, const struct cc_table *t, const void *row)
{
	sqlite3_stmt *stmt = prepare(f, text);
	int rc;

	for (int i = 0; i < t->n_fields; i++)
		bind_field(stmt, i + 1, &t->fields[i], row);
	rc = sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE;
}

static bool
try_insert(struct fixture *f, const struct cc_table *t, const void *row)
{
	char text[1000];
	size_t n = (size_t)snprintf(text, sizeof text, "INSERT INTO \"%s\"", t->sql_name);

	for (int i = 0; i < t->n_fields; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s\"%s\"", i == 0 ? " (" : ", ",
		    t->fields[i].name);
	for (int i = 0; i < t->n_fields; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s?", i == 0 ? ") VALUES (" : ", ");
	snprintf(text + n, sizeof text - n, ")");
	return write_fields(f, text, t, row);
}

static bool
try_update(struct fixture *f, const struct cc_table *t, const void *row)
{
	char text[1000];
	size_t n = (size_t)snprintf(text, sizeof text, "UPDATE \"%s\" SET", t->sql_name);

	for (int i = 0; i < t->n_fields; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s \"%s\" = ?%d",
		    i == 0 ? "" : ",", t->fields[i].name, i + 1);
	snprintf(text + n, sizeof text - n, " WHERE \"%s\" = ?%d", t->fields[t->key[0]].name,
	    t->key[0] + 1);
	return write_fields(f, text, t, row);
}

static bool
try_delete(struct fixture *f, const struct cc_table *t, int64_t id)
{
	char text[1000];

	snprintf(text, sizeof text, "DELETE FROM \"%s\" WHERE \"%s\" = %" PRId64, t->sql_name,
	    t->fields[t->key[0]].name, id);
	return sqlite3_exec(f->db, text, NULL, NULL, NULL) == SQLITE_OK;
}

void
write_insert(struct fixture *f, const char *name, const void *row)
{
	assert_true(try_insert(f, table(f, name), row));
}

void
write_update(struct fixture *f, const char *name, const void *row)
{
	assert_true(try_update(f, table(f, name), row));
}

void
write_delete(struct fixture *f, const char *name, int64_t id)
{
	assert_true(try_delete(f, table(f, name), id));
}

/* ---- one write in the fixture's way ---- */

static bool
enter(struct fixture *f)
{
	bool mine = !f->open && f->way != VERBS;

	if (mine)
		begin(f);
	return mine;
}

static int
leave(struct fixture *f, bool mine, int rc)
{
	if (mine)
		commit(f);
	return rc;
}

int
insert(struct fixture *f, const char *name, const void *row)
{
	const struct cc_table *t = table(f, name);
	bool mine = enter(f);

	if (f->way == VERBS)
		return cc_row_insert(f->cc, t, row);
	if (!try_insert(f, t, row))
		return leave(f, mine, CC_CONSTRAINT);
	return leave(f, mine, cc_row_inserted(f->cc, t, row));
}

static void
key_of(const struct cc_table *t, const void *row, union cc_part *key)
{
	const struct cc_field *field = &t->fields[t->key[0]];

	key->i = *(const int64_t *)(const void *)((const char *)row + field->offset);
}

int
update(struct fixture *f, const char *name, const void *row)
{
	const struct cc_table *t = table(f, name);
	_Alignas(max_align_t) char before[600];
	union cc_part key[CC_KEY_PARTS];
	bool mine = enter(f);
	int rc;

	if (f->way == VERBS)
		return cc_row_update(f->cc, t, row);
	key_of(t, row, key);
	rc = cc_row_load_for_update(f->cc, t, key, before);
	if (rc != CC_OK)
		return leave(f, mine, rc);
	if (!try_update(f, t, row))
		return leave(f, mine, CC_CONSTRAINT);
	return leave(f, mine, cc_row_updated(f->cc, t, before, row));
}

int
delete(struct fixture *f, const char *name, int64_t id)
{
	const struct cc_table *t = table(f, name);
	union cc_part key[CC_KEY_PARTS] = { { .i = id } };
	bool mine = enter(f);
	int rc;

	if (f->way == VERBS)
		return cc_row_delete(f->cc, t, key);
	rc = cc_row_deleting(f->cc, t, key);
	if (rc == CC_OK && !try_delete(f, t, id))
		rc = CC_CONSTRAINT;
	return leave(f, mine, rc);
}

/* ---- transactions ---- */

void
begin(struct fixture *f)
{
	f->open = true;
	if (f->way == OWN)
		sql(f, "BEGIN");
	else
		assert_int_equal(cc_begin(f->cc), CC_OK);
}

void
commit(struct fixture *f)
{
	f->open = false;
	if (f->way == OWN) {
		assert_int_equal(cc_flush(f->cc), CC_OK);
		sql(f, "COMMIT");
	} else
		assert_int_equal(cc_commit(f->cc), CC_OK);
}

void
rollback(struct fixture *f)
{
	f->open = false;
	if (f->way == OWN)
		sql(f, "ROLLBACK");
	else
		assert_int_equal(cc_rollback(f->cc), CC_OK);
}

static void
mirrored(struct fixture *f, const char *words, const char *name,
    int (*ours)(struct cc *, const char *), int (*mirror)(struct cc *, const char *))
{
	char text[100];

	snprintf(text, sizeof text, "%s %s", words, name);
	if (f->way == OWN)
		sql(f, text);
	assert_int_equal((f->way == OWN ? mirror : ours)(f->cc, name), CC_OK);
}

void
savepoint(struct fixture *f, const char *name)
{
	mirrored(f, "SAVEPOINT", name, cc_savepoint, cc_mark);
}

void
release(struct fixture *f, const char *name)
{
	mirrored(f, "RELEASE", name, cc_release, cc_unmark);
}

void
rollback_to(struct fixture *f, const char *name)
{
	mirrored(f, "ROLLBACK TO", name, cc_rollback_to, cc_rewind);
}

/* ---- judging ---- */

int
statements(struct fixture *f)
{
	static struct { struct cc *cc; uint64_t seen; } last;
	struct cc_metrics metrics;
	int n;

	assert_int_equal(cc_metrics(f->cc, &metrics), CC_OK);
	if (last.cc != f->cc || last.seen > metrics.statements)
		last.seen = 0;
	last.cc = f->cc;
	n = (int)(metrics.statements - last.seen);
	last.seen = metrics.statements;
	return n;
}

static int
count_row(void *ctx, int n, char **values, char **names)
{
	(void)n, (void)values, (void)names;
	++*(int *)ctx;
	return 0;
}

int
run_file(struct fixture *f, const char *what)
{
	char path[600], *text, *message = NULL;
	int n = 0;

	snprintf(path, sizeof path, "%s/%s.sqlite.%s.sql", getenv("BEHAVIOUR_TMP"),
	    f->schema->name, what);
	text = read_file(path);
	if (sqlite3_exec(f->db, text, count_row, &n, &message) != SQLITE_OK)
		fail_msg("%s: %s", path, message);
	free(text);
	return n;
}

void
verify_finds(struct fixture *f, int n)
{
	struct cc_recount_report report = { 0 };
	int rc = cc_verify(f->cc, NULL, &report);

	if (report.mismatches != 0 && n == 0)
		fail_msg("cc_verify: %s%s", f->column, f->key);
	assert_int_equal(rc, n == 0 ? CC_OK : CC_DRIFT);
	assert_int_equal(report.mismatches, n);
	assert_int_equal(run_file(f, "verify"), n);
}

void
verify_clean(struct fixture *f)
{
	verify_finds(f, 0);
}

/* ---- running ---- */

/* cmocka hands a test only its state: which case, way and schema it is about stands here. */
static const struct behaviour *current;
static enum way current_way;
static const struct cc_schema *current_schema;

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	char database[300], ddl[300];

	fixture_temporary(database, sizeof database);
	snprintf(ddl, sizeof ddl, "tests/behaviour/%s.sql", current_schema->name);
	fixture_open(f, current_schema, ddl, database, 0);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	if (f->db != NULL && f->cc != NULL) {
		cc_close(f->cc);
		sqlite3_close_v2(f->db);
	}
	remove(f->path);
	free(f);
	return 0;
}

static void
one(void **state)
{
	struct fixture *f = *state;

	f->way = current_way;
	current->run(f);
	assert_false(f->open);
	if (!f->drifted) {
		assert_int_equal(number(f, "SELECT count(*) FROM cc_dirty"), 0);
		verify_clean(f);
	}
}

int
behaviour_run(const struct cc_schema *schema, const struct behaviour *cases, size_t n,
    unsigned ways)
{
	static const char *const words[] = { "verbs", "hooks", "hooks, own transaction" };
	int failed = 0;
	char name[300];

	current_schema = schema;
	cmocka_set_message_output(CM_OUTPUT_SUBUNIT);
	for (size_t i = 0; i < n; i++)
		for (current_way = 0; current_way < WAYS; current_way++) {
			struct CMUnitTest test = { .name = name, .test_func = one,
				.setup_func = set_up, .teardown_func = tear_down };
			int bad;

			if (ways != 0 && (ways & 1u << current_way) == 0)
				continue;
			current = &cases[i];
			snprintf(name, sizeof name, "%s (%s)", cases[i].name, words[current_way]);
			bad = _cmocka_run_group_tests(name, &test, 1, NULL, NULL);
			printf("%s behaviour: %s\n", bad == 0 ? "ok" : "FAIL", name);
			failed += bad != 0;
		}
	return failed == 0 ? 0 : 1;
}
