/*
 * flow.c - counters over counters: a maintained column that other rows read has changed.
 *
 * Whatever the runtime writes to such a row it looks at before and after; where one of its inputs
 * differs the row counts as updated.  What that adds is pending again, for parents that are flushed
 * later, or in the next round.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

/* ---- what a schema has ----------------------------------------------------------------------- */

static uint64_t
flow_inputs(const struct cc_table *table)
{
	uint64_t inputs = 0;

	for (size_t i = table->n_fields; i < cc_n_fields(table); i++)
		for (size_t c = 0; c < table->n_columns; c++)
			if (strcmp(table->columns[c].name, table->fields[i].name) == 0)
				inputs |= cc_bit(c);
	return inputs;
}

int
cc_flow_open(struct cc *cc)
{
	size_t row = 1;

	for (size_t i = 0; i < cc->schema->n_tables; i++) {
		const struct cc_table *table = &cc->schema->tables[i];

		cc->holders[i].inputs = flow_inputs(table);
		cc->flow.any |= table->n_inputs > 0;
		row = cc_full_size(table) > row ? cc_full_size(table) : row;
	}
	cc->flow.before = calloc(1, row);
	cc->flow.after = calloc(1, row);
	return cc->flow.before != NULL && cc->flow.after != NULL ? CC_OK : cc_nomem(cc);
}

void
cc_flow_free(struct cc *cc)
{
	free(cc->flow.before);
	free(cc->flow.after);
	cc_arena_free(&cc->flow.arena);
}

/* ---- watching one row ------------------------------------------------------------------------ */

int
cc_flow_watch(struct cc *cc, struct cc_pool *pool, const union cc_part *key, uint64_t mask)
{
	struct cc_flow *flow = &cc->flow;
	int result;

	flow->watched = NULL;
	if (!(mask & cc->holders[pool->target->table].inputs))
		return CC_OK;
	cc_arena_reset(&flow->arena);
	result = cc_find_row_locked(cc, pool, key, flow->before, &flow->arena);
	if (result == CC_OK)
		flow->watched = pool->table;
	return result == CC_NOTFOUND ? CC_OK : result;
}

static bool
flow_differs(const struct cc_table *table, const void *before, const void *after)
{
	for (size_t i = table->n_fields; i < cc_n_fields(table); i++)
		if (!cc_field_equal(&table->fields[i], before, after))
			return true;
	return false;
}

/* What cannot be told on cannot be made good either: the transaction must not be committed. */
static int
flow_on(struct cc *cc, const struct cc_table *table, const void *before, const void *after)
{
	int result = cc_count(cc, table, before, after, false);

	if (result != CC_OK)
		cc->flow.lost = true;
	cc->flow.told++;
	return result;
}

int
cc_flow_told(struct cc *cc)
{
	struct cc_flow *flow = &cc->flow;
	const struct cc_table *table = flow->watched;
	union cc_part key[CC_KEY_PARTS];
	int result;

	if (table == NULL)
		return CC_OK;
	flow->watched = NULL;
	result = cc->engine->settle(cc);
	if (result != CC_OK || !cc_row_key(table, flow->before, key))
		return result;
	result = cc_load(cc, table, key, flow->after, &flow->arena);
	if (result == CC_OK && flow_differs(table, flow->before, flow->after))
		return flow_on(cc, table, flow->before, flow->after);
	if (result != CC_OK && result != CC_NOTFOUND)
		cc->flow.lost = true;
	return result == CC_NOTFOUND ? CC_OK : result;
}

/* ---- rows of applications, which know nothing of inputs --------------------------------------- */

void
cc_flow_without(const struct cc_table *table, const void *row, void *out)
{
	memset(out, 0, cc_full_size(table));
	for (size_t i = table->n_fields; i < cc_n_fields(table); i++)
		cc_field_set_null(&table->fields[i], out);
	memcpy(out, row, table->row_size);
}

int
cc_flow_full(struct cc *cc, const struct cc_table *table, const void *row, void *out)
{
	union cc_part key[CC_KEY_PARTS];
	int result = cc_row_key(table, row, key) ? cc_load(cc, table, key, out, &cc->scratch) :
	    CC_NOTFOUND;

	if (result == CC_OK)
		memcpy(out, row, table->row_size);
	else if (result == CC_NOTFOUND) {
		cc_flow_without(table, row, out);
		result = CC_OK;
	}
	return result;
}

int
cc_flow_inserted(struct cc *cc, const struct cc_table *table, const void *counted)
{
	struct cc_flow *flow = &cc->flow;
	union cc_part key[CC_KEY_PARTS];
	int result;

	if (!cc_row_key(table, counted, key))
		return CC_OK;
	cc_arena_reset(&flow->arena);
	result = cc_load(cc, table, key, flow->after, &flow->arena);
	if (result == CC_NOTFOUND)
		return CC_OK;
	return result == CC_OK && flow_differs(table, counted, flow->after) ?
	    flow_on(cc, table, counted, flow->after) : result;
}
