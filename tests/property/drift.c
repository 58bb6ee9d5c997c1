/*
 * drift.c - what goes round the library: skipped counting, forgotten flushes, statements that
 * fail, edge values, raw SQL.  Whatever it was must be found by verify, in C and in SQL alike,
 * and put right by each of the ways there are.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "property.h"

static void
reconcile(struct world *w, const struct cc_recount_options *options)
{
	int rc = cc_reconcile(w->cc, options, NULL);

	world_log(w, "cc_reconcile -> %s", cc_result_name(rc));
	if (rc != CC_OK)
		world_fail(w, "cc_reconcile: %s: %s", cc_result_name(rc), cc_errmsg(w->cc));
}

/* Models do not follow what a recount does: it may raise. */
static void
taint(struct world *w)
{
	for (int i = 0; i < w->schema->n_tables; i++)
		w->tainted[i] = true;
}

void
drift_skipped(struct world *w)
{
	world_log(w, "cc_skip_begin");
	cc_skip_begin(w->cc);
	w->skipping = 1;
	step_transaction(w);
	w->skipping = 0;
	cc_skip_end(w->cc);
	world_log(w, "cc_skip_end");
	if (!w->failed)
		reconcile(w, NULL);
	taint(w);
}

void
drift_forgotten(struct world *w)
{
	if (w->strict)
		return;
	w->reckless = true;
	world_log(w, "BEGIN, the flush will be forgotten");
	world_must(w, "BEGIN");
	w->mode = THEIRS;
	for (int n = 1 + random_below(&w->random, 5); n > 0 && !w->failed; n--)
		operation_random(w);
	w->mode = OUTSIDE;
	world_must(w, "COMMIT");
	world_log(w, "COMMIT");
	taint(w);
	/* SQLite lets nobody write while it commits: the next call marks the parents. */
	if (!w->failed && cc_flush(w->cc) != CC_OK)
		world_fail(w, "cc_flush: %s", cc_errmsg(w->cc));
}

static int
pick_holder(struct world *w)
{
	for (int i = 0; i < 20; i++) {
		int t = random_below(&w->random, w->schema->n_tables);

		if (w->schema->tables[t].n_maintained > 0)
			return t;
	}
	return -1;
}

/* A trigger refuses updates of one maintained column while a transaction runs. */
void
drift_refused(struct world *w)
{
	int table = pick_holder(w);
	const struct table *t = table < 0 ? NULL : &w->schema->tables[table];
	struct text sql = { 0 };

	if (t == NULL)
		return;
	text_add(&sql, "CREATE TRIGGER property_refuses BEFORE UPDATE OF ");
	text_identifier(&sql,
	    t->maintained[random_below(&w->random, t->n_maintained)].column.sql);
	text_add(&sql, " ON ");
	text_identifier(&sql, t->sql);
	if (!t->without_rowid && random_chance(&w->random, 50))
		text_add(&sql, " WHEN NEW.rowid %% 2");
	text_add(&sql, " BEGIN SELECT RAISE(%s, 'refused'); END",
	    random_chance(&w->random, 50) ? "ABORT" : "FAIL");
	world_log(w, "%s", sql.s);
	world_must(w, sql.s);
	text_free(&sql);
	w->reckless = true;
	step_transaction(w);
	world_must(w, "DROP TRIGGER property_refuses");
	taint(w);
}

static bool
has_over(const struct schema *s)
{
	for (int i = 0; i < s->n_tables; i++)
		for (int k = 0; k < s->tables[i].n_maintained; k++)
			if (s->tables[i].maintained[k].over)
				return true;
	return false;
}

/* A maintained column at the edge of its type, or NULL, in the rows of some keys. */
static void
push(struct world *w, int table, int column)
{
	const struct table *t = &w->schema->tables[table];
	const struct maintained *m = &t->maintained[column];
	struct text sql = { 0 };
	int64_t edge = m->column.type == CC_INT16 ? INT16_MAX : m->column.type == CC_INT32
	    ? INT32_MAX : INT64_MAX;

	if (m->kind != LINEAR || m->column.type > CC_INT64 || m->keep
	    || has_over(w->schema))        /* others would fail along with it */
		return;
	text_add(&sql, "UPDATE ");
	text_identifier(&sql, t->sql);
	text_add(&sql, " SET ");
	text_identifier(&sql, m->column.sql);
	if (m->column.nullable && random_chance(&w->random, 40))
		text_add(&sql, " = NULL");
	else
		text_add(&sql, " = %" PRId64, random_chance(&w->random, 70) ? edge : -edge);
	if (!t->without_rowid)
		text_add(&sql, " WHERE rowid %% 2 = %d", random_below(&w->random, 2));
	world_log(w, "%s", sql.s);
	world_must(w, sql.s);
	text_free(&sql);
}

void
drift_edges(struct world *w)
{
	int table = pick_holder(w), rc;

	if (table < 0)
		return;
	for (int i = 0; i < w->schema->tables[table].n_maintained; i++)
		if (random_chance(&w->random, 50))
			push(w, table, i);
	w->reckless = true;
	step_transaction(w);
	if (w->failed)
		return;
	rc = cc_repair(w->cc, NULL, NULL);
	world_log(w, "cc_repair -> %s", cc_result_name(rc));
	if (rc != CC_OK)
		world_fail(w, "cc_repair: %s: %s", cc_result_name(rc), cc_errmsg(w->cc));
	reconcile(w, NULL);
	taint(w);
}

/* ---- raw SQL, then every way of putting it right ---- */

static void
wrong_counters(struct world *w)
{
	int table = pick_holder(w);
	const struct table *t = table < 0 ? NULL : &w->schema->tables[table];
	const struct maintained *m;
	struct text sql = { 0 };

	if (t == NULL)
		return;
	m = &t->maintained[random_below(&w->random, t->n_maintained)];
	if (m->kind == TALLY || m->column.type == CC_DECIMAL || m->column.type == CC_BOOL
	    || m->column.type == CC_DATE || m->column.type == CC_TIMESTAMP)
		return;
	text_add(&sql, "UPDATE ");
	text_identifier(&sql, t->sql);
	text_add(&sql, " SET ");
	text_identifier(&sql, m->column.sql);
	if (m->column.type == CC_TEXT || m->column.type == CC_UUID || m->column.type == CC_JSONB)
		text_add(&sql, " = '{\"wrong\":1}'");
	else {
		text_add(&sql, " = coalesce(");
		text_identifier(&sql, m->column.sql);
		text_add(&sql, ", 0) + %d", random_below(&w->random, 5) - 2);
	}
	world_log(w, "%s", sql.s);
	world_must(w, sql.s);
	text_free(&sql);
}

static void
wrong_children(struct world *w)
{
	int table;
	struct row row, after;

	do
		table = random_below(&w->random, w->schema->n_tables);
	while (w->schema->tables[table].singleton);
	world_log(w, "raw changes of %s", w->schema->tables[table].name);
	rows_random(w, table, &row);
	rows_insert(w, table, &row);
	if (rows_pick(w, table, &row)) {
		after = row;
		for (int c = 0; c < w->schema->tables[table].n_columns; c++)
			if (!w->schema->tables[table].columns[c].touched)
				rows_change(w, table, c, &after);
		rows_update(w, table, &row, &after);
	}
	if (random_chance(&w->random, 50) && rows_pick(w, table, &row))
		rows_delete(w, table, &row);
}

static int
count_row(void *ctx, int n, char **values, char **names)
{
	int *count = ctx;

	(void)n, (void)values, (void)names;
	++*count;
	return 0;
}

/* Runs a generated file; how many rows it printed. */
static int
run_file(struct world *w, const char *what)
{
	char *sql = world_file(w, what), *message = NULL;
	int n = 0;

	if (sqlite3_exec(w->db, sql, count_row, &n, &message) != SQLITE_OK) {
		world_parsed(message);
		world_fail(w, "%s.sql: %s", what, message);
		sqlite3_free(message);
		sqlite3_exec(w->db, "ROLLBACK", NULL, NULL, NULL);
	}
	world_log(w, "%s.sql printed %d rows", what, n);
	free(sql);
	return n;
}

/*
 * Counters over counters are verified over what is stored below them, so that one fault may be
 * found in fewer places; rows that are to be created are no mismatch of a column.
 */
static bool
exact(const struct schema *s)
{
	for (int i = 0; i < s->n_tables; i++)
		for (int k = 0; k < s->tables[i].n_maintained; k++)
			if (s->tables[i].maintained[k].over || s->tables[i].upsert)
				return false;
	return true;
}

static void
verify(struct world *w, int differences)
{
	struct cc_recount_report report = { 0 };
	int rc, rows;

	w->drift_events = 0;
	rc = cc_verify(w->cc, NULL, &report);
	world_log(w, "cc_verify -> %s, %d mismatches", cc_result_name(rc), (int)report.mismatches);
	if (rc != (differences > 0 ? CC_DRIFT : CC_OK))
		world_fail(w, "cc_verify: %s, differences are %d: %s", cc_result_name(rc),
		    differences, cc_errmsg(w->cc));
	if ((exact(w->schema) && report.mismatches != (uint64_t)differences)
	    || w->drift_events != report.mismatches)
		world_fail(w, "cc_verify reports %d and tells of %d, differences are %d",
		    (int)report.mismatches, (int)w->drift_events, differences);
	rows = run_file(w, "verify");
	if (exact(w->schema) ? rows != differences : (rows > 0) != (differences > 0))
		world_fail(w, "verify.sql finds %d, differences are %d", rows, differences);
	if (report.mismatches != (uint64_t)rows)
		world_fail(w, "verify.sql finds %d, cc_verify %d", rows, (int)report.mismatches);
}

/* One parent after the other, by its key. */
static void
recount_each(struct world *w)
{
	for (int i = 0; i < w->schema->n_tables; i++) {
		const struct table *t = &w->schema->tables[i];
		union cc_part key[CC_KEY_PARTS];
		sqlite3_stmt *stmt;
		struct text sql = { 0 };
		struct row row = { 0 };
		int rc = CC_OK;

		if (t->n_maintained == 0)
			continue;
		text_add(&sql, "SELECT ");
		for (int k = 0; k < t->n_key; k++) {
			text_add(&sql, k == 0 ? "" : ", ");
			text_identifier(&sql, t->columns[t->key[k]].sql);
		}
		text_add(&sql, " FROM ");
		text_identifier(&sql, t->sql);
		text_add(&sql, " ORDER BY 1 LIMIT 1 OFFSET ?");
		stmt = world_prepare(w, sql.s);
		for (int n = 0; rc == CC_OK; n++) {
			sqlite3_reset(stmt);
			sqlite3_bind_int(stmt, 1, n);
			if (sqlite3_step(stmt) != SQLITE_ROW)
				break;
			for (int k = 0; k < t->n_key; k++)
				value_fetch(stmt, k, &t->columns[t->key[k]], &row.v[t->key[k]]);
			sqlite3_reset(stmt);
			rows_key(w, i, &row, key);
			rc = cc_row_recount(w->cc, w->tables[i], key);
			if (rc == CC_NOTFOUND && t->has_scope)
				rc = CC_OK;
			if (rc != CC_OK)
				world_fail(w, "cc_row_recount: %s: %s", cc_result_name(rc),
				    cc_errmsg(w->cc));
		}
		sqlite3_finalize(stmt);
		text_free(&sql);
	}
}

static void
mark_all_dirty(struct world *w)
{
	for (int i = 0; i < w->schema->n_tables; i++) {
		const struct table *t = &w->schema->tables[i];
		struct text sql = { 0 };

		if (t->n_maintained == 0)
			continue;
		text_add(&sql, "INSERT OR REPLACE INTO cc_dirty (table_name, key, reason, at) SELECT ");
		text_string(&sql, t->sql);
		text_add(&sql, ", ");
		recount_key(t, &sql);
		text_add(&sql, ", 'property', 0 FROM ");
		text_identifier(&sql, t->sql);
		text_add(&sql, " AS p");
		world_must(w, sql.s);
		text_free(&sql);
	}
}

static void
mend(struct world *w)
{
	struct cc_recount_options small = { .batch = 1 + (size_t)random_below(&w->random, 3),
		.memory = 1 };
	int rc;

	switch (random_below(&w->random, 6)) {
	case 0:
		reconcile(w, NULL);
		break;
	case 1:
		reconcile(w, &small);
		break;
	case 2:
		world_log(w, "one recount per parent");
		recount_each(w);
		break;
	case 3:
		world_log(w, "all parents marked dirty, then repair");
		mark_all_dirty(w);
		rc = cc_repair(w->cc, NULL, NULL);
		if (rc != CC_OK || recount_dirty(w))
			world_fail(w, "cc_repair: %s: %s", cc_result_name(rc), cc_errmsg(w->cc));
		break;
	case 4:
		for (int i = 0; i < w->schema->n_tables; i++) {
			const char *tables[] = { w->schema->tables[i].name, NULL };
			struct cc_recount_options one = { .tables = tables };

			if (w->schema->tables[i].n_maintained > 0)
				reconcile(w, &one);
		}
		break;
	default:
		run_file(w, "reconcile");
	}
}

void
drift_injected(struct world *w)
{
	int differences;

	for (int n = random_below(&w->random, 4); n > 0; n--)
		if (random_chance(&w->random, 50))
			wrong_counters(w);
		else
			wrong_children(w);
	differences = recount_differences(w, true);
	verify(w, differences);
	if (w->failed)
		return;
	if (random_chance(&w->random, 20)) {
		struct cc_recount_options dry = { .dry_run = true };

		reconcile(w, &dry);
		if (recount_differences(w, false) != differences)
			world_fail(w, "a dry run changed something");
	}
	mend(w);
	if (w->failed)
		return;
	if (recount_differences(w, true) > 0)
		world_fail(w, "differences are left after mending");
	verify(w, 0);
	recount_resync(w);
}
