/*
 * reader.c - the typed reader, and tallies: columns that are bumped and set by calls.
 *
 * Where something is pending for the row the reader selects the same `value` fragments that the
 * UPDATE would set, with that bound, so that a transaction sees its own changes and derived columns
 * follow them.  Else derived columns are read as they are stored.
 */
#include "cc.h"

#include <string.h>

/* SELECT of every maintained column by the primary key; derive: derived ones anew. */
static int
reader_compose(struct cc *cc, const struct cc_table *table, struct cc_holder *holder, bool derive)
{
	const struct cc_column_sql *columns = cc_sql(cc, table)->columns;
	struct cc_text sql = {0};
	const char *before = "SELECT ";

	for (size_t i = 0; i < table->n_columns; i++) {
		if (table->columns[i].kind == CC_TOUCH)
			continue;
		cc_text_add(&sql, before);
		cc_text_add(&sql, derive || table->columns[i].kind != CC_DERIVED ?
		    columns[i].value : columns[i].name);
		before = ", ";
	}
	cc_text_add(&sql, " FROM ");
	cc_text_add(&sql, cc_sql(cc, table)->name);
	for (size_t i = 0; i < cc->pools[holder->pool].target->n_fields; i++) {
		cc_text_add(&sql, i == 0 ? " WHERE " : " AND ");
		cc_text_name(&sql, table->fields[table->key[i]].name);
		cc_text_add(&sql, " = ?");
		cc_text_int(&sql, (int64_t)(table->n_columns + i) + 1);
	}
	holder->counters[derive] = cc_keep(cc, &sql);
	cc_text_free(&sql);
	return holder->counters[derive] != NULL ? CC_OK : cc_nomem(cc);
}

/* What arrived and left. */
static int
reader_join(struct cc *cc, const struct cc_table *table, const struct cc_entry *entry, size_t i)
{
	if (entry->flags & CC_ENTRY_BORN)
		cc->amounts[i] = cc_valued_unsure(&table->columns[i]);
	return cc_valued_join(cc, &table->columns[i], &cc->amounts[i], entry->delta[i]);
}

/* Adds one pool's pending deltas of the row to cc->amounts; *derive: there is something. */
static int
reader_add(struct cc *cc, uint16_t index, const union cc_part *key, bool *derive)
{
	const struct cc_table *table = cc->pools[index].table;
	const struct cc_entry *entry = cc_entry_find(cc, index, key);

	int result = CC_OK;

	*derive |= entry != NULL && !cc_entry_empty(&cc->pools[index], entry);
	for (size_t i = 0; result == CC_OK && entry != NULL && i < table->n_columns; i++)
		if (cc_column_is_valued(&table->columns[i]))
			result = reader_join(cc, table, entry, i);
		else if (cc_delta_is_float(&table->columns[i]))
			cc->amounts[i].f += entry->delta[i].f;
		else if (__builtin_add_overflow(cc->amounts[i].i, entry->delta[i].i,
		    &cc->amounts[i].i))
			cc->amounts[i].i = entry->delta[i].i < 0 ? INT64_MIN : INT64_MAX;
	return result;
}

/* What is pending for the row under its other keys. */
static int
reader_other_keys(struct cc *cc, const struct cc_table *table, uint16_t primary,
    const union cc_part *key, bool *derive)
{
	bool found = false;
	int result = CC_OK;

	for (uint16_t i = 0; result == CC_OK && i < cc->schema->n_targets; i++) {
		const struct cc_pool *pool = &cc->pools[i];
		union cc_part other[CC_KEY_PARTS];
		size_t n = 0;

		if (pool->table != table || i == primary || pool->n == 0)
			continue;
		if (!found) {
			result = cc_find_row(cc, &cc->pools[primary], key);
			if (result != CC_OK)
				return result;
			found = true;
		}
		while (n < pool->target->n_fields && cc_field_part(
		    &table->fields[pool->target->fields[n]], cc->found, &other[n]))
			n++;
		if (n == pool->target->n_fields)
			result = reader_add(cc, i, other, derive);
	}
	return result;
}

/* Something is pending for columns that other rows read, perhaps this one. */
static bool
reader_inputs(const struct cc *cc)
{
	for (size_t i = 0; i < cc->n_filled; i++)
		if (cc->pools[cc->filled[i]].table->n_inputs > 0)
			return cc_pending(cc);
	return false;
}

static int
reader_pending(struct cc *cc, const struct cc_table *table, uint16_t pool,
    const union cc_part *key, bool *derive)
{
	const struct cc_entry *entry;
	int result;

	*derive = false;
	memset(cc->amounts, 0, table->n_columns * sizeof cc->amounts[0]);
	if (cc->n_filled == 0)
		return CC_OK;
	entry = cc_entry_find(cc, pool, key);
	if ((entry != NULL && entry->flags & CC_ENTRY_RECOUNT) ||
	    (cc->flow.any && reader_inputs(cc))) {
		result = cc_flush_pending(cc);
		memset(cc->amounts, 0, table->n_columns * sizeof cc->amounts[0]);
		return result;
	}
	result = reader_add(cc, pool, key, derive);
	return result == CC_OK ? reader_other_keys(cc, table, pool, key, derive) : result;
}

/* A nullable sum or tally is 0 where it is NULL; only a derived column is told as NULL. */
static int
reader_take(struct cc_statement *st, const struct cc_table *table, void *out)
{
	int at = 0, result = CC_OK;

	memset(out, 0, table->counters_size);
	for (size_t i = 0; result == CC_OK && i < table->n_columns; i++) {
		const struct cc_column *column = &table->columns[i];
		const struct cc_field field = { .name = column->name, .offset = column->offset,
			.type = column->type, .storage = column->storage, .scale = column->scale,
			.flags = column->kind == CC_DERIVED &&
			    column->flags & CC_COLUMN_NULLABLE ? CC_FIELD_NULLABLE : 0 };

		if (column->kind != CC_TOUCH)
			result = cc_field_read(st, at++, &field, out, &st->cc->scratch);
	}
	return result;
}

/* Text in out (decimals) lives until the next call on the handle. */
int
cc_row_counters(struct cc *cc, const struct cc_table *table, const union cc_part *key,
    void *out)
{
	struct cc_holder *holder = &cc->holders[cc_table_index(cc, table)];
	const struct cc_pool *pool = &cc->pools[holder->pool];
	struct cc_statement *st;
	bool derive;
	int result = cc_enter(cc);

	if (result != CC_OK)
		return result;
	cc_arena_reset(&cc->scratch);
	result = reader_pending(cc, table, holder->pool, key, &derive);
	if (result == CC_OK && holder->counters[derive] == NULL)
		result = reader_compose(cc, table, holder, derive);
	if (result == CC_OK)
		result = cc_prepare(cc, &st, cc_sql(cc, table)->tag, holder->counters[derive]);
	if (result != CC_OK)
		return result;
	for (size_t i = 0; i < table->n_columns; i++)
		if (table->columns[i].kind == CC_LINEAR || table->columns[i].kind == CC_TALLY)
			cc_bind_amount(st, (int)i + 1, &table->columns[i], cc->amounts[i]);
		else if (derive && cc_column_is_valued(&table->columns[i]))
			cc_valued_bind(st, (int)i + 1, &table->columns[i], cc->amounts[i]);
	for (size_t i = 0; i < pool->target->n_fields; i++)
		cc_bind_part(st, (int)(table->n_columns + i) + 1, &table->fields[table->key[i]],
		    key[i]);
	result = cc_step(st);
	if (result == CC_ROW)
		result = reader_take(st, table, out);
	else if (result == CC_OK)
		result = cc_fail(cc, CC_NOTFOUND, "there is no such row of %s",
		    table->sql_name);
	cc_reset(st);
	return result;
}

/* ---- tallies --------------------------------------------------------------------------------- */

static int
reader_bump(struct cc *cc, const struct cc_table *table, const union cc_part *key,
    uint16_t column, union cc_number by)
{
	const struct cc_column *what = &table->columns[column];
	uint16_t pool = cc->holders[cc_table_index(cc, table)].pool;
	struct cc_entry *entry;

	if (cc_amount_zero(what, by))
		return CC_OK;
	entry = cc_entry_get(cc, pool, key);
	if (entry == NULL)
		return CC_NOMEM;
	if (cc_column_is_float(what))
		entry->delta[column].f += by.f;
	else if (__builtin_add_overflow(entry->delta[column].i, by.i, &entry->delta[column].i))
		entry->flags |= CC_ENTRY_FAILED;
	if (what->touch != CC_NONE)
		entry->delta[what->touch].i++;
	return cc->pools[pool].immediate ? cc_flush_entry(cc, pool, entry) : CC_OK;
}

int
cc_row_bump(struct cc *cc, const struct cc_table *table, const union cc_part *key,
    uint16_t column, union cc_number by)
{
	bool own;
	int result;

	if (!cc_hook_begin(cc, 1, &own, &result))
		return result;
	return cc_unprotect(cc, own, reader_bump(cc, table, key, column, by));
}

static int
reader_assign_sql(struct cc *cc, const struct cc_table *table, uint16_t column,
    struct cc_statement **out)
{
	const struct cc_pool *pool = &cc->pools[cc->holders[cc_table_index(cc, table)].pool];
	struct cc_text sql = {0};
	int result;

	cc_text_add(&sql, "UPDATE ");
	cc_text_add(&sql, cc_sql(cc, table)->name);
	cc_text_add(&sql, " SET ");
	cc_text_add(&sql, cc_sql(cc, table)->columns[column].name);
	cc_text_add(&sql, " = ?1");
	for (size_t i = 0; i < pool->target->n_fields; i++) {
		cc_text_add(&sql, i == 0 ? " WHERE " : " AND ");
		cc_text_name(&sql, table->fields[table->key[i]].name);
		cc_text_add(&sql, " = ?");
		cc_text_int(&sql, (int64_t)i + 2);
	}
	result = sql.failed ? cc_nomem(cc) :
	    cc_prepare_once(cc, out, cc_sql(cc, table)->tag, sql.data);
	cc_text_free(&sql);
	return result;
}

/* What is pending for the column is void; what reads it is written again. */
static int
reader_assigned(struct cc *cc, const struct cc_table *table, const union cc_part *key,
    uint16_t column)
{
	const struct cc_holder *holder = &cc->holders[cc_table_index(cc, table)];
	struct cc_entry *entry = cc_entry_get(cc, holder->pool, key);

	if (entry == NULL)
		return CC_NOMEM;
	entry->delta[column].i = 0;
	if (holder->readers[column] != 0)
		entry->flags |= CC_ENTRY_DERIVE;
	if (table->columns[column].touch != CC_NONE)
		entry->delta[table->columns[column].touch].i++;
	return cc->pools[holder->pool].immediate ?
	    cc_flush_entry(cc, holder->pool, entry) : CC_OK;
}

static int
reader_assign(struct cc *cc, const struct cc_table *table, const union cc_part *key,
    uint16_t column, union cc_number value)
{
	const struct cc_column *what = &table->columns[column];
	struct cc_pool *pool = &cc->pools[cc->holders[cc_table_index(cc, table)].pool];
	struct cc_statement *st = NULL;
	char decimal[32];
	int result = reader_assign_sql(cc, table, column, &st);

	if (result != CC_OK)
		return result;
	if (what->type == CC_DECIMAL && (what->storage != CC_UNITS || cc->engine->native)) {
		cc_decimal_print(value.i, what->scale, decimal);
		cc_bind_text(st, 1, decimal);
	} else
		cc_bind_amount(st, 1, what, value);
	for (size_t i = 0; i < pool->target->n_fields; i++)
		cc_bind_part(st, (int)i + 2, &table->fields[table->key[i]], key[i]);
	result = cc_flow_watch(cc, pool, key, cc_bit(column));
	if (result == CC_OK)
		result = cc_run(st);
	if (result == CC_OK && cc_changes(cc) == 0)
		result = cc_fail(cc, CC_NOTFOUND, "there is no such row of %s",
		    table->sql_name);
	cc_finalize(st);
	if (result == CC_OK)
		result = cc_flow_told(cc);
	return result == CC_OK ? reader_assigned(cc, table, key, column) : result;
}

int
cc_row_assign(struct cc *cc, const struct cc_table *table, const union cc_part *key,
    uint16_t column, union cc_number value)
{
	bool own;
	int result = cc_enter(cc);

	if (result == CC_OK)
		result = cc_protect(cc, &own);
	if (result != CC_OK)
		return result;
	cc_arena_reset(&cc->scratch);
	return cc_unprotect(cc, own, reader_assign(cc, table, key, column, value));
}
