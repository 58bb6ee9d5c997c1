/*
 * mend.c - when a counter's UPDATE did not do what it should: who is it, why, what is left to do.
 *
 * No row changed: there is no such parent (an orphan), it is outside its scope, a column is NULL
 * (it counts as 0 and is healed), a count went below zero (the proof of drift: applied, reported,
 * marked dirty), or a value is out of range (that column is left, the others are applied).
 */
#include "cc.h"

#include <string.h>

/* ---- the parent ---------------------------------------------------------------------------- */

static int
mend_compose_find(struct cc *cc, struct cc_pool *pool)
{
	struct cc_text sql = {0};
	const struct cc_table *table = pool->table;

	cc_text_add(&sql, "SELECT ");
	for (size_t i = 0; i < cc_n_fields(table); i++) {
		cc_text_add(&sql, i > 0 ? ", " : "");
		cc_text_name(&sql, table->fields[i].name);
	}
	if (table->n_fields == 0)
		cc_text_add(&sql, "1");
	cc_text_add(&sql, " FROM ");
	cc_text_add(&sql, pool->sql->name);
	for (size_t i = 0; i < pool->target->n_fields; i++) {
		cc_text_add(&sql, i == 0 ? " WHERE " : " AND ");
		cc_text_name(&sql, table->fields[pool->target->fields[i]].name);
		cc_text_add(&sql, " = ?");
		cc_text_int(&sql, (int64_t)i + 1);
	}
	pool->find = cc_keep(cc, &sql);
	cc_text_free(&sql);
	return pool->find != NULL ? CC_OK : cc_nomem(cc);
}

int
cc_find_row(struct cc *cc, struct cc_pool *pool, const union cc_part *key)
{
	return cc_find_row_into(cc, pool, key, cc->found, &cc->scratch);
}

static int
mend_find(struct cc *cc, struct cc_pool *pool, const union cc_part *key, void *out,
    struct cc_arena *arena, const char *lock)
{
	struct cc_statement *st;
	int result = pool->find == NULL ? mend_compose_find(cc, pool) : CC_OK;

	if (result == CC_OK)
		result = cc_prepare_ending(cc, &st, pool->sql->tag, pool->find, CC_ENDING_LOCK, lock);
	if (result != CC_OK)
		return result;
	for (size_t i = 0; i < pool->target->n_fields; i++)
		cc_bind_part(st, (int)i + 1, &pool->table->fields[pool->target->fields[i]],
		    key[i]);
	result = cc_step(st);
	if (result == CC_ROW)
		result = cc_row_read(st, 0, pool->table, out, arena);
	else if (result == CC_OK)
		result = cc_fail(cc, CC_NOTFOUND, "there is no such row of %s",
		    pool->table->sql_name);
	cc_reset(st);
	return result;
}

int
cc_find_row_into(struct cc *cc, struct cc_pool *pool, const union cc_part *key, void *out,
    struct cc_arena *arena)
{
	return mend_find(cc, pool, key, out, arena, "");
}

int
cc_find_row_locked(struct cc *cc, struct cc_pool *pool, const union cc_part *key, void *out,
    struct cc_arena *arena)
{
	return mend_find(cc, pool, key, out, arena, cc->engine->lock);
}

int
cc_entry_json(struct cc *cc, struct cc_pool *pool, const struct cc_entry *entry)
{
	const struct cc_table *table = pool->table;
	union cc_part parts[CC_KEY_PARTS];
	int result = CC_OK;

	cc_entry_parts(pool, entry, parts);
	if (!pool->primary || pool->target->n_fields == 0) {
		result = cc_find_row(cc, pool, parts);
		if (result == CC_OK && !cc_row_key(table, cc->found, parts))
			result = cc_fail(cc, CC_NOTFOUND, "a row of %s has a NULL key",
			    table->sql_name);
	}
	if (result != CC_OK)
		return result;
	cc_text_clear(&cc->json);
	if (pool->primary && pool->target->n_fields != 0)
		cc_key_json(&cc->json, table->fields, pool->target->fields,
		    pool->target->n_fields, parts);
	else
		cc_key_json(&cc->json, table->fields, table->key, table->n_key, parts);
	return cc->json.failed ? cc_nomem(cc) : CC_OK;
}

/* ---- events ---------------------------------------------------------------------------------- */

/* The key for an event: an event goes out without it rather than not at all. */
static const char *
mend_key(struct cc *cc, struct cc_pool *pool, const struct cc_entry *entry)
{
	return cc_entry_json(cc, pool, entry) == CC_OK ? cc->json.data : NULL;
}

void
cc_applied(struct cc *cc, struct cc_pool *pool, const struct cc_entry *entry)
{
	cc->metrics.applied++;
	if (cc_observed(cc))
		cc_report(cc, &(struct cc_event){ .kind = CC_EVENT_APPLIED,
		    .table = pool->table->sql_name, .key = mend_key(cc, pool, entry) });
}

int
cc_counter_failed(struct cc *cc, struct cc_pool *pool, const struct cc_entry *entry,
    const char *column)
{
	char message[sizeof cc->message];
	const char *key;
	int result = CC_OK;

	memcpy(message, cc->message, sizeof message);
	cc->metrics.failures++;
	key = mend_key(cc, pool, entry);
	cc_report(cc, &(struct cc_event){ .kind = CC_EVENT_FAILURE,
	    .table = pool->table->sql_name, .column = column, .key = key,
	    .message = message });
	if (cc->options.flags & CC_STRICT)
		return cc_fail(cc, CC_COUNTER, "%s %s: %s", pool->table->sql_name,
		    key != NULL ? key : "", message);
	if (key != NULL)
		result = cc_mark_dirty(cc, pool->table, key, message);
	if (result != CC_ABORTED && result != CC_BUSY && result != CC_NOMEM)
		result = CC_OK;
	return result;
}

static int
mend_negative(struct cc *cc, struct cc_pool *pool, const struct cc_entry *entry,
    const struct cc_column *column)
{
	const char *key = mend_key(cc, pool, entry);
	int result = CC_OK;

	cc->metrics.negatives++;
	cc_report(cc, &(struct cc_event){ .kind = CC_EVENT_NEGATIVE,
	    .table = pool->table->sql_name, .column = column->name, .key = key,
	    .message = "a count went below zero" });
	if (key != NULL)
		result = cc_mark_dirty(cc, pool->table, key, "a count went below zero");
	return result == CC_ABORTED || result == CC_BUSY || result == CC_NOMEM ? result : CC_OK;
}

int
cc_mend_settled(struct cc *cc, const struct cc_table *table, const union cc_part *key)
{
	struct cc_statement *st;
	int result = cc_prepare(cc, &st, NULL, "DELETE FROM cc_dirty WHERE table_name = ?1"
	    " AND key = ?2 AND reason = 'a count went below zero'");

	if (result != CC_OK)
		return result;
	cc_text_clear(&cc->json);
	cc_key_json(&cc->json, table->fields, table->key, table->n_key, key);
	if (cc->json.failed)
		return cc_nomem(cc);
	cc_bind_text(st, 1, table->sql_name);
	cc_bind_text(st, 2, cc->json.data);
	return cc_run(st);
}

static void
mend_orphan(struct cc *cc, struct cc_pool *pool, const struct cc_entry *entry)
{
	union cc_part parts[CC_KEY_PARTS];

	cc->metrics.orphans++;
	cc->strays = true;
	cc_entry_parts(pool, entry, parts);
	cc_text_clear(&cc->json);
	cc_key_json(&cc->json, pool->table->fields, pool->target->fields,
	    pool->target->n_fields, parts);
	cc_report(cc, &(struct cc_event){ .kind = CC_EVENT_ORPHAN,
	    .table = pool->table->sql_name,
	    .key = cc->json.failed ? NULL : cc->json.data });
}

/* ---- the columns ------------------------------------------------------------------------------- */

/* SELECT of the new values, as the UPDATE would set them. */
static int
mend_values(struct cc *cc, struct cc_pool *pool, const struct cc_entry *entry, uint64_t mask,
    struct cc_statement **out)
{
	struct cc_text sql = {0};
	union cc_part parts[CC_KEY_PARTS];
	const char *before = "SELECT ";
	int result;

	for (size_t i = 0; i < pool->table->n_columns; i++) {
		if (!(mask & cc_bit(i)))
			continue;
		cc_text_add(&sql, before);
		cc_text_add(&sql, pool->sql->columns[i].value);
		before = ", ";
	}
	cc_text_add(&sql, " FROM ");
	cc_text_add(&sql, pool->sql->name);
	cc_text_add(&sql, " WHERE ");
	cc_text_add(&sql, pool->where);
	result = sql.failed ? cc_nomem(cc) : cc_prepare_once(cc, out, pool->sql->tag, sql.data);
	cc_text_free(&sql);
	if (result != CC_OK)
		return result;
	cc_update_bind(cc, pool, &(struct cc_update){ .st = *out, .mask = mask,
	    .binds = cc_update_reads(pool, mask) }, entry, parts);
	result = cc_step(*out);
	return result == CC_ROW ? CC_OK : result == CC_OK ? CC_NOTFOUND : result;
}

/* Whether the column can hold its new value. */
static bool
mend_fits(struct cc_statement *st, int at, const struct cc_column *column, union cc_number *value)
{
	if (column->kind == CC_TOUCH || cc_get_type(st, at) == CC_VALUE_NULL)
		return column->kind != CC_LINEAR && column->kind != CC_TALLY;
	if (!cc_get_amount(st, at, column, value))
		return column->kind == CC_DERIVED && !cc_column_is_integer(column);
	return cc_column_is_float(column) ||
	    (value->i >= column->min && value->i <= column->max);
}

/* Drops the columns that fail from the entry and the mask, tells of those below zero. */
static int
mend_columns(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry,
    struct cc_statement *st, uint64_t *mask)
{
	int at = 0, result = CC_OK;
	uint64_t all = *mask;

	for (size_t i = 0; result == CC_OK && i < pool->table->n_columns; i++) {
		const struct cc_column *column = &pool->table->columns[i];
		union cc_number value = { .i = 0 };

		if (!(all & cc_bit(i)))
			continue;
		if (!mend_fits(st, at, column, &value)) {
			cc_fail(cc, CC_COUNTER, "the value of %s is out of range", column->name);
			result = cc_counter_failed(cc, pool, entry, column->name);
			entry->delta[i].i = 0;
			*mask &= i < 63 ? ~cc_bit(i) : UINT64_MAX;
		} else if (column->flags & CC_COLUMN_COUNT && value.i < 0)
			result = mend_negative(cc, pool, entry, column);
		at++;
	}
	return result;
}

static int
mend_apply(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry, uint64_t mask)
{
	union cc_part parts[CC_KEY_PARTS];
	struct cc_update *update;
	int result;

	if (mask == 0)
		return CC_OK;
	result = cc_update_get(cc, pool, mask, false, &update);
	if (result != CC_OK)
		return result;
	cc->metrics.statements++;
	cc_update_bind(cc, pool, update, entry, parts);
	result = cc_run(update->st);
	if (result == CC_OK && cc_changes(cc) == 0)
		return cc_fail(cc, CC_ERROR, "the row did not take the UPDATE: does a trigger"
		    " ignore it?");
	if (result == CC_OK)
		cc_applied(cc, pool, entry);
	return result;
}

/*
 * The columns that the row just found need not hold yet: it awaits a recount in this same flush,
 * which will say them all, so that a count below zero proves nothing.
 */
static uint64_t
mend_awaited(struct cc *cc, const struct cc_table *table)
{
	uint16_t primary = cc->holders[cc_table_index(cc, table)].pool;
	const struct cc_entry *entry = NULL;
	union cc_part parts[CC_KEY_PARTS];
	uint64_t mask = 0;

	if (cc_row_key(table, cc->found, parts))
		entry = cc_entry_find(cc, primary, parts);
	if (entry == NULL || !(entry->flags & CC_ENTRY_RECOUNT))
		return 0;
	for (size_t i = 0; i < table->n_columns && i < 63; i++)
		if (table->columns[i].kind == CC_DERIVED || (table->columns[i].kind == CC_LINEAR &&
		    !(table->columns[i].flags & CC_COLUMN_KEEP)))
			mask |= cc_bit(i);
	return mask;
}

/* ---- rows that come into being with their first contribution ----------------------------------- */

static int
mend_insert(struct cc *cc, const struct cc_pool *pool, const union cc_part *key)
{
	struct cc_statement *st;
	int result = cc_prepare(cc, &st, pool->sql->tag,
	    cc->sql->targets[pool - cc->pools].create);

	if (result != CC_OK)
		return result;
	for (size_t i = 0; i < pool->target->n_fields; i++)
		cc_bind_part(st, (int)i + 1, &pool->table->fields[pool->target->fields[i]],
		    key[i]);
	cc->metrics.statements++;
	return cc_run(st);
}

/* The new row counts as inserted; what it holds comes from a recount, in this same flush. */
static int
mend_inserted(struct cc *cc, struct cc_pool *pool, const union cc_part *key)
{
	uint16_t primary = cc->holders[pool->target->table].pool;
	union cc_part parts[CC_KEY_PARTS];
	struct cc_entry *entry;
	int result;

	cc_arena_reset(&cc->flow.arena);
	result = cc_find_row_into(cc, pool, key, cc->flow.after, &cc->flow.arena);
	if (result != CC_OK)
		return result;
	result = cc_count(cc, pool->table, NULL, cc->flow.after, false);
	if (result != CC_OK || !cc_row_key(pool->table, cc->flow.after, parts))
		return result;
	entry = cc_entry_get(cc, primary, parts);
	if (entry == NULL)
		return CC_NOMEM;
	entry->flags |= CC_ENTRY_RECOUNT;
	cc->recounts = true;
	return CC_OK;
}

/* CC_NOTFOUND: the table's rows are the application's to insert. */
static int
mend_create(struct cc *cc, struct cc_pool *pool, const union cc_part *key, uint64_t mask)
{
	int result;

	if (!(pool->table->flags & CC_TABLE_UPSERT) ||
	    cc->sql->targets[pool - cc->pools].create == NULL)
		return CC_NOTFOUND;
	result = mend_insert(cc, pool, key);
	if (result == CC_OK)
		result = mend_inserted(cc, pool, key);
	if (result == CC_OK)
		result = cc_find_row(cc, pool, key);
	return result == CC_OK ? cc_flow_watch(cc, pool, key, mask) : result;
}

static int
mend_ask_scope(struct cc *cc, const struct cc_pool *pool, const union cc_part *key, bool *in)
{
	struct cc_text sql = { 0 };
	struct cc_statement *st = NULL;
	int result;

	cc_text_add(&sql, "SELECT 1 FROM ");
	cc_text_add(&sql, pool->sql->name);
	cc_text_add(&sql, " WHERE ");
	cc_text_add(&sql, pool->where);
	result = sql.failed ? cc_nomem(cc) : cc_prepare_once(cc, &st, pool->sql->tag, sql.data);
	cc_text_free(&sql);
	if (result != CC_OK)
		return result;
	for (size_t i = 0; i < pool->target->n_fields; i++)
		cc_bind_part(st, (int)(pool->table->n_columns + i + 1),
		    &pool->table->fields[pool->target->fields[i]], key[i]);
	result = cc_step(st);
	*in = result == CC_ROW;
	cc_finalize(st);
	return result == CC_ROW ? CC_OK : result;
}

/* Is the row, which is in cc->found, within its default scope? */
static int
mend_in_scope(struct cc *cc, const struct cc_pool *pool, const union cc_part *key, bool *in)
{
	*in = pool->table->in_scope == NULL || pool->table->in_scope(cc->found);
	return pool->sql->scope == NULL ? CC_OK : mend_ask_scope(cc, pool, key, in);
}

int
cc_mend(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry, uint64_t mask)
{
	struct cc_statement *st = NULL;
	union cc_part parts[CC_KEY_PARTS];
	bool in = true;
	int result;

	cc_entry_parts(pool, entry, parts);
	result = cc_find_row(cc, pool, parts);
	if (result == CC_NOTFOUND)
		result = mend_create(cc, pool, parts, mask);
	if (result == CC_NOTFOUND) {
		mend_orphan(cc, pool, entry);
		return CC_OK;
	}
	if (result == CC_OK)
		result = mend_in_scope(cc, pool, parts, &in);
	if (result == CC_OK && !in)
		return CC_OK;
	if (result == CC_OK) {
		mask &= ~mend_awaited(cc, pool->table);
		if (mask == 0)
			return CC_OK;
		result = mend_values(cc, pool, entry, mask, &st);
	}
	if (result == CC_OK)
		result = mend_columns(cc, pool, entry, st, &mask);
	else if (result == CC_NOTFOUND) {
		cc_finalize(st);
		return CC_OK;
	}
	cc_finalize(st);
	if (result == CC_OK)
		result = mend_apply(cc, pool, entry, mask);
	if (result == CC_OK || result == CC_BUSY || result == CC_ABORTED ||
	    result == CC_NOMEM || result == CC_COUNTER)
		return result;
	return cc_counter_failed(cc, pool, entry, NULL);
}
