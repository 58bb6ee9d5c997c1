/*
 * steps.c - transactions of random operations, and the check after each.
 *
 * A transaction is the library's (cc_begin) or the application's own (BEGIN, then cc_flush before
 * COMMIT, savepoints mirrored by marks).  Both nest, roll back in part and as a whole.
 */
#include <string.h>

#include "property.h"

static void
nested(struct world *w)
{
	int rc;

	world_log(w, "cc_begin, nested");
	rc = cc_begin(w->cc);
	if (rc != CC_OK)
		world_fail(w, "nested cc_begin: %s", cc_result_name(rc));
	step_body(w);
	if (w->failed || w->lost)
		return;
	if (random_chance(&w->random, 50)) {
		world_log(w, "cc_rollback, nested");
		rc = cc_rollback(w->cc);
	} else {
		world_log(w, "cc_commit, nested");
		rc = cc_commit(w->cc);
	}
	if (rc == CC_COUNTER && w->strict && w->reckless)
		w->lost = true;
	else if (rc != CC_OK)
		world_fail(w, "end of a nested transaction: %s", cc_result_name(rc));
}

static void
savepoint(struct world *w)
{
	char name[16];

	snprintf(name, sizeof name, "s%d", random_below(&w->random, 2));
	if (!operation_savepoint(w, name))
		return;
	step_body(w);
	if (w->failed || w->lost)
		return;
	if (random_chance(&w->random, 50) && operation_rollback_to(w, name)
	    && random_chance(&w->random, 50))
		operation_random(w);
	if (!w->lost)
		operation_release(w, name);
}

static void
flush(struct world *w)
{
	int rc = cc_flush(w->cc);

	world_log(w, "cc_flush -> %s", cc_result_name(rc));
	if (rc == CC_COUNTER && w->strict && w->reckless)
		w->lost = true;
	else if (rc != CC_OK)
		world_fail(w, "cc_flush: %s: %s", cc_result_name(rc), cc_errmsg(w->cc));
}

void
step_body(struct world *w)
{
	w->depth++;
	for (int n = 1 + random_below(&w->random, 5); n > 0 && !w->failed && !w->lost; n--) {
		int kind = random_below(&w->random, 100);

		if (kind < 12 && w->depth < 4)
			savepoint(w);
		else if (kind < 18 && w->depth < 4 && w->mode == OURS)
			nested(w);
		else if (kind < 23)
			flush(w);
		else
			operation_random(w);
	}
	w->depth--;
}

/* After a rollback everything is as the shadows remember it. */
static void
ended(struct world *w, const char *how)
{
	struct cc_metrics metrics;

	world_log(w, "%s", how);
	w->mode = OUTSIDE;
	w->lost = false;
	cc_metrics(w->cc, &metrics);
	if (sqlite3_get_autocommit(w->db) == 0)
		world_fail(w, "a transaction is still open");
	if (metrics.pending != 0)
		world_fail(w, "deltas are pending outside any transaction");
}

static void
ours(struct world *w, bool commit)
{
	int rc = cc_begin(w->cc);

	world_log(w, "cc_begin -> %s", cc_result_name(rc));
	if (rc != CC_OK)
		world_fail(w, "cc_begin: %s: %s", cc_result_name(rc), cc_errmsg(w->cc));
	w->mode = OURS;
	step_body(w);
	if (w->failed)
		return;
	rc = CC_COUNTER;
	if (commit && !w->lost) {
		rc = cc_commit(w->cc);
		if (rc != CC_OK && !(rc == CC_COUNTER && w->strict && w->reckless))
			world_fail(w, "cc_commit: %s: %s", cc_result_name(rc), cc_errmsg(w->cc));
	}
	while (rc != CC_OK && sqlite3_get_autocommit(w->db) == 0 && !w->failed)
		if (cc_rollback(w->cc) != CC_OK)
			world_fail(w, "cc_rollback: %s", cc_errmsg(w->cc));
	ended(w, rc == CC_OK ? "cc_commit" : "cc_rollback");
}

static void
theirs(struct world *w, bool commit)
{
	world_log(w, "BEGIN");
	world_must(w, random_chance(&w->random, 50) ? "BEGIN" : "BEGIN IMMEDIATE");
	w->mode = THEIRS;
	step_body(w);
	if (commit && !w->lost && !w->failed)
		flush(w);
	if (w->failed)
		return;
	commit = commit && !w->lost;
	world_must(w, commit ? "COMMIT" : "ROLLBACK");
	ended(w, commit ? "COMMIT" : "ROLLBACK");
}

void
step_transaction(struct world *w)
{
	bool commit = random_chance(&w->random, 80);

	if (random_chance(&w->random, 60))
		ours(w, commit);
	else
		theirs(w, commit);
}

/* Whether no row of the table has an effect that is felt at once or leaves a trace. */
static bool
quiet(const struct schema *s, int table)
{
	if (s->features != 0 || s->tables[table].singleton || s->tables[table].n_maintained > 0)
		return false;
	for (int i = 0; i < s->n_tables; i++)
		for (int k = 0; k < s->tables[i].n_maintained; k++) {
			const struct maintained *m = &s->tables[i].maintained[k];

			if (m->immediate || m->keep || m->touch >= 0)
				return false;
		}
	return true;
}

/* What comes and goes in one transaction nets to nothing: no statement is sent. */
static void
nothing(struct world *w)
{
	int table = random_below(&w->random, w->schema->n_tables);
	_Alignas(max_align_t) char data[1024];
	struct cc_metrics before, after;
	struct row row;

	if (!quiet(w->schema, table))
		return;
	rows_random(w, table, &row);
	rows_struct(w, table, &row, data);
	cc_metrics(w->cc, &before);
	world_log(w, "a row of %s comes and goes", w->schema->tables[table].name);
	if (cc_begin(w->cc) != CC_OK || cc_row_inserted(w->cc, w->tables[table], data) != CC_OK
	    || cc_row_deleted(w->cc, w->tables[table], data) != CC_OK
	    || cc_commit(w->cc) != CC_OK)
		world_fail(w, "net zero: %s", cc_errmsg(w->cc));
	cc_metrics(w->cc, &after);
	if (after.statements != before.statements)
		world_fail(w, "%d statements for what nets to nothing",
		    (int)(after.statements - before.statements));
}

/* Later, at a time that rows have to the microsecond, or an interval away from one. */
static int64_t
next_crossing(int64_t clock, int64_t interval)
{
	return clock + interval - (clock - VALUE_TIME) % interval;
}

/* Time has passed: rows cross the line, none of them written by anybody. */
static void
sweep(struct world *w)
{
	struct cc_sweep_options options = { 0 };
	struct text sql = { 0 };
	int rc;

	w->clock += (int64_t)random_below(&w->random, 6) * 3600000000;
	if (random_chance(&w->random, 50))
		w->clock = next_crossing(w->clock, random_chance(&w->random, 50) ? 21600000000 : 5400000000);
	if (random_chance(&w->random, 30))
		options.moment = w->clock;
	rc = cc_sweep(w->cc, random_chance(&w->random, 50) || options.moment != 0 ? &options : NULL);
	world_log(w, "cc_sweep at %lld -> %s", (long long)w->clock, cc_result_name(rc));
	if (rc != CC_OK)
		world_fail(w, "cc_sweep: %s: %s", cc_result_name(rc), cc_errmsg(w->cc));
	text_add(&sql, "SELECT at FROM cc_window WHERE schema = '%s' AND moment = 'now()'",
	    w->schema->name);
	if (w->generated->n_moments > 0 && world_number(w, sql.s) != w->clock)
		world_fail(w, "the window was not swept to the clock's time");
	text_free(&sql);
}

void
step_random(struct world *w)
{
	int kind = random_below(&w->random, 100);

	w->operation = 0;
	w->clock += 1000000 + random_below(&w->random, 5000000);
	w->started = w->clock;
	w->reckless = false;
	if ((w->schema->features & 1u << F_NOW) != 0 && random_chance(&w->random, 15))
		sweep(w);
	else if (kind < 22)
		operation_random(w);
	else if (kind < 25)
		nothing(w);
	else if (kind < 80)
		step_transaction(w);
	else if (kind < 84)
		drift_skipped(w);
	else if (kind < 87)
		drift_forgotten(w);
	else if (kind < 91)
		drift_refused(w);
	else if (kind < 94)
		drift_edges(w);
	else {
		drift_injected(w);
		return;
	}
	if (!w->failed)
		recount_check(w);
}
