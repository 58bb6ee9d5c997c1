/*
 * open.c - makes a handle and frees it; what follows from the schema alone is computed here.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

struct cc *
cc_new(const struct cc_schema *schema, const struct cc_schema_sql *sql,
    const struct cc_options *options)
{
	struct cc *cc = calloc(1, sizeof *cc);

	if (cc == NULL)
		return NULL;
	cc->schema = schema;
	cc->sql = sql;
	if (options != NULL)
		cc->options = *options;
	return cc;
}

static bool
open_same_key(const struct cc_table *table, const struct cc_target *target)
{
	if (target->n_fields == 0)
		return table->flags & CC_TABLE_SINGLETON;
	return target->n_fields == table->n_key && memcmp(target->fields, table->key,
	    table->n_key * sizeof table->key[0]) == 0;
}

static int
open_readers(struct cc *cc, const struct cc_table *table, struct cc_holder *holder)
{
	holder->readers = calloc(2u * table->n_columns, sizeof *holder->readers);
	if (holder->readers == NULL)
		return cc_nomem(cc);
	holder->late = holder->readers + table->n_columns;
	for (size_t i = 0; i < table->n_columns; i++) {
		const struct cc_column *column = &table->columns[i];
		bool batch = column->flags & CC_COLUMN_BATCH;

		if (column->kind != CC_DERIVED)
			continue;
		if (!batch)
			holder->derived |= cc_bit(i);
		if (!batch && column->form == CC_AGAIN)
			holder->again |= cc_bit(i);
		for (size_t k = 0; k < column->n_inputs; k++)
			(batch ? holder->late : holder->readers)[column->inputs[k]] |= cc_bit(i);
	}
	return CC_OK;
}

static uint64_t
open_immediate(const struct cc_table *table)
{
	uint64_t immediate = 0;

	for (size_t i = 0; i < table->n_columns; i++)
		if (table->columns[i].flags & CC_COLUMN_IMMEDIATE)
			immediate |= cc_bit(i);
	return immediate;
}

static int
open_holder(struct cc *cc, uint16_t index)
{
	const struct cc_table *table = &cc->schema->tables[index];
	struct cc_holder *holder = &cc->holders[index];

	holder->pool = CC_NONE;
	if (table->n_columns == 0)
		return CC_OK;
	for (uint16_t i = 0; i < cc->schema->n_targets; i++) {
		const struct cc_target *target = &cc->schema->targets[i];

		if (target->table != index)
			continue;
		cc->pools[i].immediate = open_immediate(table);
		cc->immediate |= cc->pools[i].immediate != 0;
		if (holder->pool == CC_NONE && open_same_key(table, target)) {
			holder->pool = i;
			cc->pools[i].primary = true;
		}
	}
	if (holder->pool == CC_NONE)
		return cc_fail(cc, CC_SCHEMA, "%s has no target by its primary key",
		    table->sql_name);
	return open_readers(cc, table, holder);
}

/* No row can refer to one that is yet to be inserted. */
static bool
open_all_enforced(const struct cc *cc, uint16_t parent)
{
	for (size_t t = 0; t < cc->schema->n_tables; t++) {
		const struct cc_table *table = &cc->schema->tables[t];

		for (size_t r = 0; r < table->n_references; r++)
			if (table->references[r].parent == parent &&
			    !table->references[r].enforced)
				return false;
	}
	return true;
}

/* Rows may count for one of the link's parents before it is inserted. */
static bool
open_may_precede(const struct cc *cc, const struct cc_table *table, const struct cc_link *link)
{
	const struct cc_pool *pool = &cc->pools[link->target];

	if (link->flags & CC_LINK_SELF)
		return false;
	if (link->climbs && !pool->table->references[link->climb].enforced)
		return true;
	if (link->n_hops > 0 || link->flags & CC_LINK_ASKED)
		return !open_all_enforced(cc, pool->target->table);
	return link->reference == CC_NONE || !table->references[link->reference].enforced;
}

/* What a child table's references and links mean for their parents and for itself. */
static void
open_child(struct cc *cc, uint16_t index)
{
	const struct cc_table *table = &cc->schema->tables[index];

	for (size_t i = 0; i < table->n_references; i++) {
		const struct cc_reference *reference = &table->references[i];

		if (reference->on_delete == CC_CASCADE || reference->on_delete == CC_SET_NULL)
			cc->holders[reference->parent].referred = true;
	}
	cc->holders[index].far = table->n_roles > 0 || table->n_inputs > 0;
	for (size_t i = 0; i < table->n_links; i++) {
		const struct cc_link *link = &table->links[i];
		uint16_t parent = cc->schema->targets[link->target].table;

		cc->holders[index].far |= cc_link_is_far(link) ||
		    (link->moving && cc->engine != NULL && cc->engine->concurrent) ||
		    (cc->pools[link->target].immediate != 0 &&
		    (cc->schema->tables[parent].n_inputs > 0 ||
		    cc->schema->tables[parent].flags & CC_TABLE_UPSERT));
		cc->holders[index].rolls |= parent == index && table->n_inputs > 0;
		cc->holders[parent].recount_inserted |= open_may_precede(cc, table, link);
	}
}

/* Room for the largest row, the most links, the most amounts of any table. */
static int
open_room(struct cc *cc)
{
	size_t row = 1, changes = 0, amounts = 0;

	for (size_t i = 0; i < cc->schema->n_tables; i++) {
		const struct cc_table *table = &cc->schema->tables[i];
		size_t slots = 0;

		for (size_t k = 0; k < table->n_links; k++)
			slots += table->links[k].n_slots;
		if (slots < table->n_columns)
			slots = table->n_columns;
		row = cc_full_size(table) > row ? cc_full_size(table) : row;
		changes = table->n_links > changes ? table->n_links : changes;
		amounts = slots > amounts ? slots : amounts;
	}
	changes = 2 * changes + cc->schema->n_targets + 2;
	cc->before = calloc(1, row);
	cc->after = calloc(1, row);
	cc->found = calloc(1, row);
	cc->changes = calloc(changes, sizeof *cc->changes);
	cc->amounts = calloc(3 * amounts + 1, sizeof *cc->amounts);
	if (cc->before == NULL || cc->after == NULL || cc->found == NULL ||
	    cc->changes == NULL || cc->amounts == NULL)
		return cc_nomem(cc);
	cc->zeros = cc->amounts + 2 * amounts;
	return CC_OK;
}

int
cc_prepare_schema(struct cc *cc)
{
	int result = cc_accumulator_open(cc);

	if (result != CC_OK)
		return result;
	cc->holders = calloc((size_t)cc->schema->n_tables + 1, sizeof *cc->holders);
	if (cc->holders == NULL)
		return cc_nomem(cc);
	for (uint16_t i = 0; result == CC_OK && i < cc->schema->n_tables; i++)
		result = open_holder(cc, i);
	for (uint16_t i = 0; result == CC_OK && i < cc->schema->n_tables; i++)
		open_child(cc, i);
	cc_sum_open(cc);
	if (result == CC_OK)
		result = cc_path_open(cc);
	if (result == CC_OK)
		result = cc_moments_open(cc);
	if (result == CC_OK)
		result = cc_flow_open(cc);
	return result == CC_OK ? open_room(cc) : result;
}

int
cc_check_schema(struct cc *cc, const char *engine)
{
	if (cc->schema->abi != CCRT_ABI)
		return cc_fail(cc, CC_SCHEMA, "schema %s was generated for version %d of the"
		    " interface, this runtime has %d: run ccgen again", cc->schema->name,
		    cc->schema->abi, CCRT_ABI);
	if (cc->sql == NULL)
		return cc_fail(cc, CC_SCHEMA, "schema %s was not generated for %s",
		    cc->schema->name, engine);
	return CC_OK;
}

int
cc_check_singleton(struct cc *cc, const struct cc_table *table)
{
	struct cc_text sql = {0};
	struct cc_statement *st = NULL;
	int64_t n = 0;
	int result;

	cc_text_add(&sql, "SELECT count(*) FROM ");
	cc_text_add(&sql, cc_sql(cc, table)->name);
	result = sql.failed ? cc_nomem(cc) : cc_prepare_once(cc, &st, NULL, sql.data);
	cc_text_free(&sql);
	if (result != CC_OK)
		return result;
	result = cc_step(st);
	if (result == CC_ROW)
		n = cc_get_int(st, 0);
	cc_finalize(st);
	if (result == CC_ROW && n != 1)
		return cc_fail(cc, CC_SCHEMA, "the singleton %s has %lld rows, not one",
		    table->sql_name, (long long)n);
	return result == CC_ROW ? CC_OK : result;
}

void
cc_close(struct cc *cc)
{
	if (cc == NULL)
		return;
	if (cc->engine != NULL && cc->pools != NULL && cc->holders != NULL)
		cc_leave(cc);
	if (cc->engine != NULL)
		cc->engine->close(cc);
	cc_statements_free(cc);
	cc_accumulator_free(cc);
	cc_path_free(cc);
	free(cc->moments);
	cc_flow_free(cc);
	cc_owed_clear(cc);
	free(cc->owed);
	for (size_t i = 0; cc->holders != NULL && i < cc->schema->n_tables; i++)
		free(cc->holders[i].readers);
	free(cc->holders);
	free(cc->changes);
	free(cc->amounts);
	free(cc->before);
	free(cc->after);
	free(cc->found);
	free(cc->sort);
	cc_text_free(&cc->key);
	cc_text_free(&cc->json);
	cc_text_free(&cc->text);
	cc_arena_free(&cc->kept);
	cc_arena_free(&cc->scratch);
	cc_arena_free(&cc->walk);
	cc_arena_free(&cc->values);
	cc_arena_free(&cc->amounts_memory);
	cc_arena_free(&cc->loaded);
	free(cc);
}
