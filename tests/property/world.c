/*
 * world.c - one database, one handle, and the log of what was done to them.
 *
 * The database is made from the description's own CREATE TABLE statements, sometimes with rows in
 * it already; the library is then installed beside them, by cc_install or by the generated file.
 */
#include <dlfcn.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "property.h"

static void
add_log(struct world *w, const char *fmt, va_list ap)
{
	char line[1500];

	vsnprintf(line, sizeof line, fmt, ap);
	text_add(&w->log, "%4d.%-3d %s\n", w->step, w->operation, line);
}

void
world_log(struct world *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_log(w, fmt, ap);
	va_end(ap);
}

void
world_fail(struct world *w, const char *fmt, ...)
{
	va_list ap;

	if (w->failed)
		return;
	w->failed = true;
	va_start(ap, fmt);
	text_add(&w->log, "WRONG ");
	add_log(w, fmt, ap);
	va_end(ap);
}

bool
world_sql(struct world *w, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(w->db, sql, NULL, NULL, &message) == SQLITE_OK)
		return true;
	world_log(w, "(%s) %s", message, sql);
	sqlite3_free(message);
	return false;
}

void
world_must(struct world *w, const char *sql)
{
	if (!world_sql(w, sql))
		world_fail(w, "the statement above must not fail");
}

void
world_parsed(const char *message)
{
	static const char overflow[] = "parser stack overflow";

	if (message == NULL || strncmp(message, overflow, sizeof overflow - 1) != 0)
		return;
	puts("# a schema whose recount is beyond the database's parser");
	exit(0);
}

sqlite3_stmt *
world_prepare(struct world *w, const char *sql)
{
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(w->db, sql, -1, &stmt, NULL) != SQLITE_OK) {
		world_parsed(sqlite3_errmsg(w->db));
		fprintf(stderr, "%s\n%s\n", sqlite3_errmsg(w->db), sql);
		world_fail(w, "prepare: %s: %s", sqlite3_errmsg(w->db), sql);
	}
	return stmt;
}

int64_t
world_number(struct world *w, const char *sql)
{
	sqlite3_stmt *stmt = world_prepare(w, sql);
	int64_t n = 0;

	if (sqlite3_step(stmt) == SQLITE_ROW)
		n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return n;
}

static int64_t
now(void *ctx)
{
	struct world *w = ctx;

	return w->clock;
}

static int
trace(unsigned what, void *ctx, void *stmt, void *text)
{
	char *sql = sqlite3_expanded_sql(stmt);

	(void)what, (void)text;
	world_log(ctx, "    %s;", sql);
	sqlite3_free(sql);
	return 0;
}

static void
observe(void *ctx, const struct cc_event *e)
{
	static const char *const words[] = {
		[CC_EVENT_ORPHAN] = "orphan", [CC_EVENT_FAILURE] = "failure",
		[CC_EVENT_NEGATIVE] = "negative", [CC_EVENT_DRIFT] = "drift",
		[CC_EVENT_FORGOTTEN] = "forgotten", [CC_EVENT_NOTICE] = "notice",
		[CC_EVENT_THRESHOLD] = "threshold",
	};
	struct world *w = ctx;

	if (e->kind == CC_EVENT_DRIFT)
		w->drift_events++;
	if (e->kind == CC_EVENT_FAILURE) {
		world_parsed(e->message);
		w->failures++;
	}
	if ((size_t)e->kind < sizeof words / sizeof *words && words[e->kind] != NULL)
		world_log(w, "  event %s %s%s.%s stored %s actual %s: %s", words[e->kind],
		    e->table == NULL ? "" : e->table, e->key == NULL ? "" : e->key,
		    e->column == NULL ? "" : e->column, e->stored == NULL ? "-" : e->stored,
		    e->actual == NULL ? "-" : e->actual, e->message == NULL ? "" : e->message);
}

/* Finds each table and column of the description among the generated descriptors. */
static void
match(struct world *w)
{
	for (int i = 0; i < w->schema->n_tables; i++) {
		const struct table *t = &w->schema->tables[i];
		const struct cc_table_sql *sql;

		w->tables[i] = NULL;
		for (int k = 0; k < w->generated->n_tables; k++)
			if (strcmp(w->generated->tables[k].name, t->name) == 0)
				w->tables[i] = &w->generated->tables[k];
		if (w->tables[i] == NULL) {
			world_fail(w, "no descriptor of table %s", t->name);
			return;
		}
		sql = &w->generated->sqlite->tables[w->tables[i] - w->generated->tables];
		w->verbs[i] = (t->n_key > 0 ? sql->remove : sql->insert) != NULL;
		for (int c = 0; c < t->n_columns; c++) {
			w->fields[i][c] = -1;
			for (int f = 0; f < w->tables[i]->n_fields; f++)
				if (strcmp(w->tables[i]->fields[f].name, t->columns[c].sql) == 0)
					w->fields[i][c] = f;
		}
	}
}

enum { FILE_SIZE = 1 << 24 };

static char *
read_file(const char *directory, const char *schema, const char *what)
{
	char path[700];
	FILE *f;
	char *s = calloc(1, FILE_SIZE);

	snprintf(path, sizeof path, "%s/%s.sqlite.%s.sql", directory, schema, what);
	f = fopen(path, "r");
	if (f == NULL || s == NULL || fread(s, 1, FILE_SIZE - 1, f) == 0) {
		fprintf(stderr, "cannot read %s\n", path);
		exit(2);
	}
	fclose(f);
	return s;
}

char *
world_file(struct world *w, const char *what)
{
	return read_file(w->directory, w->schema->name, what);
}

static void
open_handle(struct world *w, unsigned flags)
{
	struct cc_options options = { .flags = flags | (w->strict ? CC_STRICT : 0u),
		.clock = now, .clock_ctx = w, .observer = observe, .observer_ctx = w };
	int rc = cc_open_sqlite(&w->cc, w->db, w->generated, &options);

	if (rc != CC_OK)
		world_fail(w, "open: %s: %s", cc_result_name(rc),
		    w->cc == NULL ? "" : cc_errmsg(w->cc));
}

static void
install(struct world *w)
{
	int rc;

	open_handle(w, CC_UNINSTALLED);
	if (w->failed)
		return;
	for (int i = random_chance(&w->random, 20) ? 2 : 1; i > 0; i--)
		if ((rc = cc_install(w->cc)) != CC_OK)
			world_fail(w, "install: %s: %s", cc_result_name(rc), cc_errmsg(w->cc));
	cc_close(w->cc);
	w->cc = NULL;
	if (random_chance(&w->random, 30)) {
		char *sql = world_file(w, "install");

		world_must(w, sql);
		free(sql);
	}
	if (!w->failed)
		open_handle(w, 0);
}

/* Rows that were there before the library. */
static void
populate(struct world *w)
{
	struct row row;

	for (int i = random_below(&w->random, 40); i > 0; i--) {
		int t = random_below(&w->random, w->schema->n_tables);

		if (w->schema->tables[t].singleton)
			continue;
		rows_random(w, t, &row);
		rows_insert(w, t, &row);
	}
}

void
world_open(struct world *w, const struct schema *schema, const struct cc_schema *generated,
    void *library, const char *directory)
{
	struct text ddl = { 0 };
	int rc;

	*w = (struct world){ .schema = schema, .generated = generated, .library = library,
		.random = { schema->seed * 31 + 7 }, .clock = 1750000000000000 };
	if ((schema->features & 1u << F_NOW) != 0)
		w->clock = VALUE_TIME + VALUE_TIME_STEP;   /* within what timestamps are drawn from */
	snprintf(w->directory, sizeof w->directory, "%s", directory);
	w->strict = random_chance(&w->random, 10);
	if (sqlite3_open(":memory:", &w->db) != SQLITE_OK)
		abort();
	if (getenv("PROPERTY_TRACE") != NULL)
		sqlite3_trace_v2(w->db, SQLITE_TRACE_STMT, trace, w);
	world_must(w, "PRAGMA foreign_keys = ON");
	print_ddl(schema, &ddl);
	world_must(w, ddl.s);
	text_free(&ddl);
	match(w);
	if (w->failed)
		return;
	if (random_chance(&w->random, 40))
		populate(w);
	install(w);
	if (w->failed)
		return;
	if ((rc = cc_reconcile(w->cc, NULL, NULL)) != CC_OK)
		world_fail(w, "first reconcile: %s: %s", cc_result_name(rc), cc_errmsg(w->cc));
	recount_resync(w);
	if (recount_differences(w, true) > 0)
		world_fail(w, "the first reconcile leaves differences");
}

void
world_close(struct world *w)
{
	cc_close(w->cc);
	if (sqlite3_close(w->db) != SQLITE_OK)
		fprintf(stderr, "statements are left open: %s\n", sqlite3_errmsg(w->db));
	text_free(&w->log);
}
