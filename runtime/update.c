/*
 * update.c - composes and caches the UPDATE of some maintained columns of one row.
 *
 * Which columns a flush changes differs from row to row, so each pool keeps a statement per set
 * of columns, a set being bits of a word; columns from the 64th on share the last bit and are
 * then set together.  The guarded form adds to the WHERE that every new value is fine.
 */
#include "cc.h"

#include <stdlib.h>

enum {
	UPDATE_KEPT = 64,                 /* statements per pool; the least used makes room */
	UPDATE_NEAR = 8                   /* these are found soon enough wherever they stand */
};

uint64_t
cc_update_reads(const struct cc_pool *pool, uint64_t mask)
{
	const struct cc_table *table = pool->table;
	uint64_t reads = mask;

	for (size_t i = 0; i < table->n_columns; i++) {
		const struct cc_column *column = &table->columns[i];

		if (!(mask & cc_bit(i)) || column->kind != CC_DERIVED)
			continue;
		for (size_t k = 0; k < column->n_inputs; k++)
			reads |= cc_bit(column->inputs[k]);
	}
	return reads;
}

/* One of many that share a bit is set along with them; a touch then only when it is meant. */
static void
update_value(struct cc_text *sql, const struct cc_pool *pool, size_t column)
{
	const struct cc_column_sql *texts = &pool->sql->columns[column];

	if (column < 63 || pool->table->columns[column].kind != CC_TOUCH) {
		cc_text_add(sql, texts->value);
		return;
	}
	cc_text_add(sql, "CASE WHEN ?");
	cc_text_int(sql, (int64_t)column + 1);
	cc_text_add(sql, " IS NULL THEN ");
	cc_text_add(sql, texts->name);
	cc_text_add(sql, " ELSE ");
	cc_text_add(sql, texts->value);
	cc_text_add(sql, " END");
}

static int
update_compose(struct cc *cc, const struct cc_pool *pool, uint64_t mask, bool guarded,
    struct cc_statement **out)
{
	struct cc_text sql = {0};
	const char *before = "";
	int result;

	cc_text_add(&sql, "UPDATE ");
	cc_text_add(&sql, pool->sql->name);
	cc_text_add(&sql, " SET ");
	for (size_t i = 0; i < pool->table->n_columns; i++) {
		if (!(mask & cc_bit(i)))
			continue;
		cc_text_add(&sql, before);
		cc_text_add(&sql, pool->sql->columns[i].name);
		cc_text_add(&sql, " = ");
		update_value(&sql, pool, i);
		before = ", ";
	}
	cc_text_add(&sql, " WHERE ");
	cc_text_add(&sql, pool->where);
	for (size_t i = 0; guarded && i < pool->table->n_columns; i++) {
		if (!(mask & cc_bit(i)) || pool->sql->columns[i].guard == NULL)
			continue;
		cc_text_add(&sql, " AND (");
		cc_text_add(&sql, pool->sql->columns[i].guard);
		cc_text_add(&sql, ")");
	}
	result = sql.failed ? cc_nomem(cc) :
	    cc_prepare_once(cc, out, pool->sql->tag, sql.data);
	cc_text_free(&sql);
	return result;
}

/* Whether what the columns read is their own deltas, all integers. */
static bool
update_plain(const struct cc_pool *pool, uint64_t mask)
{
	if (mask & cc_bit(63))
		return false;
	for (size_t i = 0; i < pool->table->n_columns; i++)
		if (mask & cc_bit(i) && (cc_column_is_float(&pool->table->columns[i]) ||
		    (pool->table->columns[i].kind != CC_LINEAR &&
		    pool->table->columns[i].kind != CC_TALLY)))
			return false;
	return true;
}

/* One that is looked for comes nearer. */
static struct cc_update *
update_find(struct cc_pool *pool, uint64_t mask, bool guarded)
{
	struct cc_update *updates = pool->updates, swap;
	size_t i = 0;

	while (i < pool->n_updates && (updates[i].mask != mask || updates[i].guarded != guarded))
		i++;
	if (i == pool->n_updates)
		return NULL;
	if (i < UPDATE_NEAR)
		return &updates[i];
	swap = updates[i];
	updates[i] = updates[i / 2];
	updates[i / 2] = swap;
	return &updates[i / 2];
}

int
cc_update_get(struct cc *cc, struct cc_pool *pool, uint64_t mask, bool guarded,
    struct cc_update **out)
{
	struct cc_update fresh;
	int result;

	*out = update_find(pool, mask, guarded);
	if (*out != NULL)
		return CC_OK;
	fresh = (struct cc_update){ .mask = mask, .guarded = guarded,
		.binds = cc_update_reads(pool, mask), .plain = update_plain(pool, mask) };
	if (pool->updates == NULL) {
		pool->updates = calloc(UPDATE_KEPT, sizeof *pool->updates);
		if (pool->updates == NULL)
			return cc_nomem(cc);
	}
	result = update_compose(cc, pool, mask, guarded, &fresh.st);
	if (result != CC_OK)
		return result;
	if (pool->n_updates == UPDATE_KEPT)
		cc_finalize(pool->updates[--pool->n_updates].st);
	pool->updates[pool->n_updates] = fresh;
	*out = &pool->updates[pool->n_updates++];
	return CC_OK;
}

/*
 * What arrived and left: values of which one is kept, or places in a shape.  Of the columns that share a bit only those
 * that the statement sets have a parameter.
 */
static void
update_bind_valued(const struct cc_update *update, size_t i, const struct cc_column *column,
    const struct cc_entry *entry)
{
	union cc_number delta = { .i = 0 };

	if (!(update->mask & cc_bit(i)) && i >= 63)
		return;
	if (update->mask & cc_bit(i))
		delta = entry->flags & CC_ENTRY_BORN ? cc_valued_unsure(column) : entry->delta[i];
	cc_valued_bind(update->st, (int)i + 1, column, delta);
}

/* A touched column: the time where something touched it, else NULL. */
static void
update_bind_touch(struct cc *cc, struct cc_statement *st, int i, bool touched, int64_t *now)
{
	if (touched && *now == 0)
		*now = cc_now(cc);
	if (touched)
		cc_bind_int(st, i, *now);
	else
		cc_bind_text(st, i, NULL);
}

void
cc_update_bind_key(const struct cc_pool *pool, struct cc_statement *st,
    const struct cc_entry *entry, union cc_part *parts)
{
	int at = pool->table->n_columns + 1;

	cc_entry_parts(pool, entry, parts);
	if (pool->plain) {
		cc_bind_int(st, at, parts[0].i);
		return;
	}
	for (int i = 0; i < pool->target->n_fields; i++)
		cc_bind_part(st, at + i, &pool->table->fields[pool->target->fields[i]], parts[i]);
}

static void
update_bind_columns(struct cc *cc, const struct cc_pool *pool, const struct cc_update *update,
    const struct cc_entry *entry)
{
	const struct cc_column *columns = pool->table->columns;
	union cc_number none = { .i = 0 };
	int64_t now = 0;

	for (size_t i = 0; i < pool->table->n_columns; i++) {
		if (update->binds & cc_bit(i) && cc_column_is_valued(&columns[i]))
			update_bind_valued(update, i, &columns[i], entry);
		if (!(update->binds & cc_bit(i)) || columns[i].kind == CC_DERIVED)
			continue;
		if (columns[i].kind == CC_TOUCH)
			update_bind_touch(cc, update->st, (int)i + 1, entry->delta[i].i != 0, &now);
		else
			cc_bind_amount(update->st, (int)i + 1, &columns[i],
			    update->mask & cc_bit(i) ? entry->delta[i] : none);
	}
}

void
cc_update_bind(struct cc *cc, const struct cc_pool *pool, const struct cc_update *update,
    const struct cc_entry *entry, union cc_part *parts)
{
	if (!update->plain)
		update_bind_columns(cc, pool, update, entry);
	else
		for (uint64_t left = update->mask; left != 0; left &= left - 1) {
			int i = __builtin_ctzll(left);

			cc_bind_int(update->st, i + 1, entry->delta[i].i);
		}
	cc_update_bind_key(pool, update->st, entry, parts);
}

void
cc_updates_free(struct cc_pool *pool)
{
	for (size_t i = 0; i < pool->n_updates; i++)
		cc_finalize(pool->updates[i].st);
	free(pool->updates);
}
