/*
 * update.c - composes and caches the UPDATE of some maintained columns of one row.
 *
 * Which columns a flush changes differs from row to row, so each pool keeps a statement per set
 * of columns, a set being bits of a word; columns from the 64th on share the last bit and are
 * then set together.  The guarded form adds to the WHERE that every new value is fine.
 *
 * Nearly all counts go up or down by one: as long as there is room for such statements, that is
 * written out instead of bound.  The guards of all counts are one: together they have no bit that
 * none of them may have.
 */
#include "cc.h"

#include <stdlib.h>

enum {
	UPDATE_KEPT = 96,                 /* statements per pool; the least used makes room */
	UPDATE_NEAR = 8,                  /* these are found soon enough wherever they stand */
	UPDATE_WRITTEN = 32,              /* while there are fewer, ones are written out */
	UPDATE_WIDE = 62                  /* bits of a 64-bit count that a guard lets pass */
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
	cc_text_add(sql, "CASE WHEN CAST(?");
	cc_text_int(sql, (int64_t)column + 1);
	cc_text_add(sql, " AS BIGINT) IS NULL THEN ");
	cc_text_add(sql, texts->name);
	cc_text_add(sql, " ELSE ");
	cc_text_add(sql, texts->value);
	cc_text_add(sql, " END");
}

/*
 * The bits that a count may have; 0: not an integer that counts, or the engine does not let bits
 * be a condition.  A sum beyond 64 bits is a float, and where bits are asked for INT64_MAX: the
 * guard lets no count pass that is anywhere near, which is then looked at and set all the same.
 */
static int
update_bits(const struct cc *cc, const struct cc_column *column)
{
	if (!cc->engine->untyped || !(column->flags & CC_COLUMN_COUNT) ||
	    column->kind != CC_LINEAR)
		return 0;
	switch (column->type) {
	case CC_INT16:
		return 15;
	case CC_INT32:
		return 31;
	case CC_INT64:
		return UPDATE_WIDE;
	default:
		return 0;
	}
}

/* A count's new value, where it is not NULL. */
static void
update_sum(struct cc_text *sql, const struct cc_pool *pool, const struct cc_update *update,
    size_t column)
{
	cc_text_add(sql, pool->sql->columns[column].name);
	if (update->up & cc_bit(column))
		cc_text_add(sql, " + 1");
	else if (update->down & cc_bit(column))
		cc_text_add(sql, " - 1");
	else {
		cc_text_add(sql, " + ?");
		cc_text_int(sql, (int64_t)column + 1);
	}
}

/* The guard of all counts of so many bits: none is NULL, negative or too great. */
static void
update_guard_counts(const struct cc *cc, struct cc_text *sql, const struct cc_pool *pool,
    const struct cc_update *update, int bits)
{
	const char *before = " AND NOT ((";

	for (size_t i = 0; i < pool->table->n_columns; i++) {
		if (!(update->mask & cc_bit(i)) || update_bits(cc, &pool->table->columns[i]) != bits)
			continue;
		cc_text_add(sql, before);
		/* one more does not bring it from below the guard's end to the type's */
		if (bits == UPDATE_WIDE && update->up & cc_bit(i))
			cc_text_add(sql, pool->sql->columns[i].name);
		else
			update_sum(sql, pool, update, i);
		before = " | ";
	}
	if (before[1] == '|') {
		cc_text_add(sql, ") >> ");
		cc_text_int(sql, bits);
		cc_text_add(sql, ")");
	}
}

static void
update_guard(const struct cc *cc, struct cc_text *sql, const struct cc_pool *pool,
    const struct cc_update *update)
{
	for (size_t i = 0; i < pool->table->n_columns; i++) {
		if (!(update->mask & cc_bit(i)) || pool->sql->columns[i].guard == NULL ||
		    update_bits(cc, &pool->table->columns[i]) != 0)
			continue;
		cc_text_add(sql, " AND (");
		cc_text_add(sql, pool->sql->columns[i].guard);
		cc_text_add(sql, ")");
	}
	update_guard_counts(cc, sql, pool, update, 15);
	update_guard_counts(cc, sql, pool, update, 31);
	update_guard_counts(cc, sql, pool, update, UPDATE_WIDE);
}

static int
update_compose(struct cc *cc, const struct cc_pool *pool, struct cc_update *update)
{
	struct cc_text sql = {0};
	const char *before = " SET ";
	int result;

	cc_text_add(&sql, "UPDATE ");
	cc_text_add(&sql, pool->sql->name);
	for (size_t i = 0; i < pool->table->n_columns; i++) {
		if (!(update->mask & cc_bit(i)))
			continue;
		cc_text_add(&sql, before);
		cc_text_add(&sql, pool->sql->columns[i].name);
		cc_text_add(&sql, " = ");
		if (update->guarded && update_bits(cc, &pool->table->columns[i]) != 0)
			update_sum(&sql, pool, update, i);
		else
			update_value(&sql, pool, i);
		before = ", ";
	}
	cc_text_add(&sql, " WHERE ");
	cc_text_add(&sql, pool->where);
	if (update->guarded)
		update_guard(cc, &sql, pool, update);
	result = sql.failed ? cc_nomem(cc) :
	    cc_prepare_once(cc, &update->st, pool->sql->tag, sql.data);
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
update_nearer(struct cc_update *updates, size_t i)
{
	struct cc_update swap = updates[i];

	updates[i] = updates[i / 2];
	updates[i / 2] = swap;
	return &updates[i / 2];
}

static struct cc_update *
update_find(struct cc_pool *pool, uint64_t mask, uint64_t up, uint64_t down, bool guarded)
{
	struct cc_update *updates = pool->updates;
	size_t n = pool->n_updates;

	for (size_t i = 0; i < n; i++)
		if (updates[i].up == up && updates[i].mask == mask && updates[i].down == down &&
		    updates[i].guarded == guarded)
			return i < UPDATE_NEAR ? &updates[i] : update_nearer(updates, i);
	return NULL;
}

static int
update_add(struct cc *cc, struct cc_pool *pool, struct cc_update *fresh, struct cc_update **out)
{
	int result;

	fresh->plain = update_plain(pool, fresh->mask);
	fresh->binds = cc_update_reads(pool, fresh->mask) & ~(fresh->up | fresh->down);
	if (pool->updates == NULL) {
		pool->updates = calloc(UPDATE_KEPT, sizeof *pool->updates);
		if (pool->updates == NULL)
			return cc_nomem(cc);
	}
	result = update_compose(cc, pool, fresh);
	if (result != CC_OK)
		return result;
	if (pool->n_updates == UPDATE_KEPT)
		cc_finalize(pool->updates[--pool->n_updates].st);
	pool->updates[pool->n_updates] = *fresh;
	*out = &pool->updates[pool->n_updates++];
	return CC_OK;
}

int
cc_update_get(struct cc *cc, struct cc_pool *pool, uint64_t mask, bool guarded,
    struct cc_update **out)
{
	*out = update_find(pool, mask, 0, 0, guarded);
	return *out != NULL ? CC_OK : update_add(cc, pool, &(struct cc_update){ .mask = mask,
	    .guarded = guarded }, out);
}

/* A guarded one with steps of one written out, where there is room for it. */
static int
update_get_like(struct cc *cc, struct cc_pool *pool, uint64_t mask, uint64_t up, uint64_t down,
    struct cc_update **out)
{
	*out = update_find(pool, mask, up, down, true);
	if (*out != NULL)
		return CC_OK;
	if (pool->n_updates >= UPDATE_WRITTEN)
		return cc_update_get(cc, pool, mask, true, out);
	return update_add(cc, pool, &(struct cc_update){ .mask = mask, .up = up, .down = down,
	    .guarded = true }, out);
}

int
cc_update_get_for(struct cc *cc, struct cc_pool *pool, uint64_t mask,
    const struct cc_entry *entry, struct cc_update **out)
{
	uint64_t up = 0, down = 0;

	for (uint64_t left = mask & pool->counts; left != 0; left &= left - 1) {
		int i = __builtin_ctzll(left);

		up |= (uint64_t)(entry->delta[i].i == 1) << i;
		down |= (uint64_t)(entry->delta[i].i == -1) << i;
	}
	return update_get_like(cc, pool, mask, up, down, out);
}

int
cc_update_get_sums(struct cc *cc, struct cc_pool *pool, const struct cc_entry *entry,
    uint64_t columns, struct cc_update **out)
{
	uint64_t mask = 0, up = 0, down = 0;

	for (uint64_t i = 0, bit = 1; i < pool->table->n_columns; i++, bit <<= 1) {
		int64_t delta = entry->delta[i].i;

		if (delta == 0)
			continue;
		mask |= bit;
		if (delta == 1)
			up |= bit;
		else if (delta == -1)
			down |= bit;
	}
	*out = NULL;
	mask &= columns;
	columns &= pool->counts;
	return mask == 0 ? CC_OK : update_get_like(cc, pool, mask, up & columns, down & columns,
	    out);
}

/* Counts whose delta nothing else reads: steps of one can be written out. */
static uint64_t
update_counts(const struct cc *cc, const struct cc_table *table)
{
	const struct cc_holder *holder = &cc->holders[cc_table_index(cc, table)];
	uint64_t counts = 0;

	for (size_t i = 0; i < table->n_columns && i < 63; i++)
		if (update_bits(cc, &table->columns[i]) != 0 && holder->readers[i] == 0 &&
		    holder->late[i] == 0)
			counts |= cc_bit(i);
	return counts;
}

void
cc_update_open(struct cc *cc)
{
	for (size_t i = 0; i < cc->schema->n_targets; i++)
		cc->pools[i].counts = update_counts(cc, cc->pools[i].table);
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

	if (pool->plain) {
		cc_bind_int(st, at, cc_entry_narrow(entry));
		return;
	}
	cc_entry_parts(pool, entry, parts);
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
		for (uint64_t left = update->binds; left != 0; left &= left - 1) {
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
