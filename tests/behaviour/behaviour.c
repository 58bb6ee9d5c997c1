/*
 * behaviour.c - the fixture of the behaviour cases: the database, what happened, the last word,
 * and running each case in each way.
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
	sql(f, "DELETE FROM cc_drift");
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
