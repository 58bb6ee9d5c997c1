/*
 * others.c - operations that are not simple writes: tallies, rows that are not there, circles.
 */
#include <stdlib.h>
#include <string.h>

#include "operations.h"

void
operation_bump(struct world *w)
{
	int table = calls_pick_table(w), column = -1;
	const struct table *t = &w->schema->tables[table];
	int by = random_below(&w->random, 8) - 2;
	bool assign = random_chance(&w->random, 25);
	union cc_part key[CC_KEY_PARTS];
	struct text sql = { 0 };
	struct row row;
	int slot = -1, rc;

	for (int i = 0; i < t->n_maintained; i++)
		if (t->maintained[i].kind == TALLY)
			column = i;
	if (column < 0 || t->has_scope || w->skipping > 0 || calls_verbs_only(w)
	    || !rows_pick(w, table, &row))
		return;
	for (int i = 0; i < w->tables[table]->n_columns; i++)
		if (strcmp(w->tables[table]->columns[i].name, t->maintained[column].column.sql) == 0)
			slot = i;
	rows_key(w, table, &row, key);
	calls_show(w, assign ? "assign tally" : "bump tally", table, &row);
	rc = assign
	    ? cc_row_assign(w->cc, w->tables[table], key, (uint16_t)slot,
	    (union cc_number){ .i = by })
	    : cc_row_bump(w->cc, w->tables[table], key, (uint16_t)slot,
	    (union cc_number){ .i = by });
	/* To assign is a write of the application's own, which may be refused. */
	if (!calls_judge(w, "tally", rc)) {
		if (!assign && !w->lost)
			world_fail(w, "bump: %s", cc_result_name(rc));
		return;
	}
	text_add(&sql, "UPDATE ");
	text_identifier(&sql, t->sql);
	if (assign)
		text_add(&sql, " SET shadow_%d = %d WHERE ", column, by);
	else
		text_add(&sql, " SET shadow_%d = coalesce(shadow_%d, 0) + %d WHERE ", column, column,
		    by);
	rows_where(w->schema, table, &row, &sql);
	world_must(w, sql.s);
	text_free(&sql);
}

/* A key that is nobody's. */
void
operation_missing(struct world *w)
{
	int table = calls_pick_table(w), rc;
	union cc_part key[CC_KEY_PARTS];
	struct row row;

	rows_random(w, table, &row);
	if (!w->verbs[table] || w->schema->tables[table].n_key == 0 || calls_key_taken(w, table, &row))
		return;
	rows_key(w, table, &row, key);
	calls_show(w, "verb delete of a row that is not there", table, &row);
	rc = cc_row_delete(w->cc, w->tables[table], key);
	if (rc != CC_NOTFOUND)
		world_fail(w, "delete: %s: %s", cc_result_name(rc), cc_errmsg(w->cc));
}

static bool
climbs(const struct schema *s, const struct source *source, int table)
{
	for (int i = 0, at = source->child; i < source->n_steps; i++) {
		if (at == table && source->steps[i].repeat != '\0')
			return true;
		at = s->tables[at].references[source->steps[i].reference].parent;
	}
	return false;
}

/* Whether something climbs the tree that the table's rows are. */
static bool
climbed(const struct schema *s, int table)
{
	for (int i = 0; i < s->n_tables; i++)
		for (int k = 0; k < s->tables[i].n_maintained; k++)
			for (int n = 0; n < s->tables[i].maintained[k].n_sources; n++)
				if (climbs(s, &s->tables[i].maintained[k].sources[n], table))
					return true;
	return false;
}

void
operation_circle(struct world *w, int table, const struct row *before, const struct row *after)
{
	_Alignas(max_align_t) char old[ROW_SIZE], new[ROW_SIZE];
	int rc;

	if (w->skipping > 0 || !climbed(w->schema, table))
		return;
	rows_struct(w, table, before, old);
	rows_struct(w, table, after, new);
	calls_show(w, "closing a circle, before", table, before);
	calls_show(w, "  after", table, after);
	if (w->verbs[table] && (w->mode == OUTSIDE || random_chance(&w->random, 50))) {
		rc = cc_row_update(w->cc, w->tables[table], new);
		world_log(w, "  verb update -> %s: %s", cc_result_name(rc), cc_errmsg(w->cc));
		if (rc != CC_MISUSE && rc != CC_CONSTRAINT)
			world_fail(w, "a verb closed a circle: %s", cc_result_name(rc));
		return;
	}
	if (w->mode == OUTSIDE || w->strict || !operation_savepoint(w, "circle"))
		return;
	if (rows_update_anyway(w, table, before, after))
		calls_hook(w, "updated", cc_row_updated(w->cc, w->tables[table], old, new));
	if (operation_rollback_to(w, "circle"))
		operation_release(w, "circle");
}
