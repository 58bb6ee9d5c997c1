/*
 * calls.c - what the operations share: how a call's result is judged, which way a write goes,
 * savepoints of either kind.
 */
#include <dlfcn.h>
#include <string.h>

#include "operations.h"

/* The typed function, when this call should go through it. */
row_function *
calls_typed(struct world *w, int table, const char *verb)
{
	char name[128];
	void *symbol;
	row_function *function = NULL;

	if (w->library == NULL || random_chance(&w->random, 50))
		return NULL;
	snprintf(name, sizeof name, "%s_%s_%s", w->schema->name, w->schema->tables[table].name,
	    verb);
	symbol = dlsym(w->library, name);
	memcpy(&function, &symbol, sizeof function);
	return function;
}

/* Judges what a call returned; true when it did its work. */
bool
calls_judge(struct world *w, const char *what, int rc)
{
	if (rc != CC_OK)
		world_log(w, "  %s -> %s: %s", what, cc_result_name(rc), cc_errmsg(w->cc));
	if (rc == CC_OK || rc == CC_NOTFOUND || rc == CC_CONSTRAINT)
		return rc == CC_OK;
	if (rc == CC_COUNTER && w->strict && w->reckless) {
		w->lost = true;
		return false;
	}
	world_fail(w, "%s: %s: %s", what, cc_result_name(rc), cc_errmsg(w->cc));
	return false;
}

/* The application's write has happened: the hook must do its part. */
void
calls_hook(struct world *w, const char *what, int rc)
{
	if (!calls_judge(w, what, rc) && !w->lost)
		world_fail(w, "hook %s: %s", what, cc_result_name(rc));
}

bool
calls_verbs_only(const struct world *w)
{
	return w->mode == OUTSIDE && w->strict;
}

/* Whether this write should go through a verb. */
bool
calls_use_verb(struct world *w, int table, int percent)
{
	return w->verbs[table] && (calls_verbs_only(w) || random_chance(&w->random, percent));
}

void
calls_show(struct world *w, const char *what, int table, const struct row *row)
{
	struct text text = { 0 };

	rows_show(w, table, row, &text);
	world_log(w, "%s %s", what, text.s);
	text_free(&text);
}

bool
calls_key_taken(struct world *w, int table, const struct row *row)
{
	struct text sql = { 0 };
	bool taken;

	if (w->schema->tables[table].n_key == 0)
		return false;
	text_add(&sql, "SELECT count(*) FROM ");
	text_identifier(&sql, w->schema->tables[table].sql);
	text_add(&sql, " WHERE ");
	rows_where(w->schema, table, row, &sql);
	taken = world_number(w, sql.s) > 0;
	text_free(&sql);
	return taken;
}

/* ---- savepoints of either kind ---- */

static bool
both(struct world *w, const char *sql, const char *name, int (*ours)(struct cc *, const char *),
    int (*mirror)(struct cc *, const char *))
{
	char statement[100];

	world_log(w, "%s %s", sql, name);
	if (w->mode == OURS) {
		calls_hook(w, sql, ours(w->cc, name));
	} else {
		snprintf(statement, sizeof statement, "%s %s", sql, name);
		world_must(w, statement);
		calls_hook(w, sql, mirror(w->cc, name));
	}
	return !w->failed && !w->lost;
}

bool
operation_savepoint(struct world *w, const char *name)
{
	return both(w, "SAVEPOINT", name, cc_savepoint, cc_mark);
}

bool
operation_release(struct world *w, const char *name)
{
	return both(w, "RELEASE", name, cc_release, cc_unmark);
}

bool
operation_rollback_to(struct world *w, const char *name)
{
	return both(w, "ROLLBACK TO", name, cc_rollback_to, cc_rewind);
}

int
calls_pick_table(struct world *w)
{
	int i;

	do
		i = random_below(&w->random, w->schema->n_tables);
	while (w->schema->tables[i].singleton);
	return i;
}
