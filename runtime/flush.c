/*
 * flush.c - applies what is pending: one UPDATE per parent row, targets in order, keys in order.
 *
 * First every row's deltas; then rows that are to be set from a recount, so that what another
 * target's key added to them is in it.  A failing UPDATE is undone alone: see mend.c.  Where a
 * savepoint is open, emptied entries are journaled: rolling back to it makes them pending again.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

enum { FLUSH_VERY_FEW = 32, FLUSH_FEW = 256 };   /* keys, for insertion to sort them soon */

struct flush_item {
	uint64_t key;                      /* entry's; of wide keys their place */
	uint32_t index;
};

/* ---- the order ------------------------------------------------------------------------- */

static bool
flush_before(const struct cc_pool *pool, const struct flush_item *a, const struct flush_item *b)
{
	const char *x, *y;
	uint32_t n, m;
	int order;

	if (pool->narrow)
		return a->key < b->key;
	x = pool->bytes.data + a->key;
	y = pool->bytes.data + b->key;
	memcpy(&n, x, sizeof n);
	memcpy(&m, y, sizeof m);
	order = memcmp(x + sizeof n, y + sizeof m, n < m ? n : m);
	return order != 0 ? order < 0 : n < m;
}

static void
flush_insertion(const struct cc_pool *pool, struct flush_item *items, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct flush_item item = items[i];
		size_t k = i;

		for (; k > 0 && flush_before(pool, &item, &items[k - 1]); k--)
			items[k] = items[k - 1];
		items[k] = item;
	}
}

/* By eight bits of the key. */
static void
flush_turn(const struct flush_item *items, struct flush_item *to, size_t n, int shift)
{
	size_t count[257] = {0};

	for (size_t i = 0; i < n; i++)
		count[(items[i].key >> shift & 0xff) + 1]++;
	for (int b = 0; b < 256; b++)
		count[b + 1] += count[b];
	for (size_t i = 0; i < n; i++)
		to[count[items[i].key >> shift & 0xff]++] = items[i];
}

/*
 * By key, eight bits a turn; a byte that is the same in all keys costs no turn.  Of a few keys the
 * highest bits that differ say almost all.
 */
static struct flush_item *
flush_radix(const struct cc_pool *pool, struct flush_item *items, struct flush_item *spare,
    size_t n)
{
	uint64_t differ = 0;

	for (size_t i = 1; i < n; i++)
		differ |= items[i].key ^ items[0].key;
	if (n <= FLUSH_FEW) {
		flush_turn(items, spare, n, differ > 0xff ? 56 - __builtin_clzll(differ) : 0);
		flush_insertion(pool, spare, n);
		return spare;
	}
	for (int shift = 0; shift < 64; shift += 8) {
		struct flush_item *swap = items;

		if ((differ >> shift & 0xff) == 0)
			continue;
		flush_turn(items, spare, n, shift);
		items = spare;
		spare = swap;
	}
	return items;
}

/* Merges runs of doubling length. */
static struct flush_item *
flush_merge(const struct cc_pool *pool, struct flush_item *items, struct flush_item *spare,
    size_t n)
{
	for (size_t run = 1; run < n; run *= 2) {
		struct flush_item *swap = items;

		for (size_t start = 0; start < n; start += 2 * run) {
			size_t a = start, middle = start + run < n ? start + run : n;
			size_t b = middle, end = middle + run < n ? middle + run : n;

			for (size_t to = start; to < end; to++)
				if (b >= end || (a < middle &&
				    !flush_before(pool, &items[b], &items[a])))
					spare[to] = items[a++];
				else
					spare[to] = items[b++];
		}
		items = spare;
		spare = swap;
	}
	return items;
}

/* Whether an entry has one of the flags (0: is not empty). */
static bool
flush_concerns(const struct cc_pool *pool, const struct cc_entry *entry, uint32_t flags)
{
	return flags != 0 ? (entry->flags & flags) != 0 : !cc_entry_empty(pool, entry);
}

/* The entries that the flags concern, in order of their keys. */
static int
flush_sort(struct cc *cc, const struct cc_pool *pool, uint32_t flags,
    struct flush_item **out, size_t *n)
{
	struct flush_item *items = cc->sort;

	if (cc->sort_capacity < pool->n) {
		size_t capacity = pool->n + pool->n / 2 + 64;

		items = realloc(cc->sort, 2 * capacity * sizeof *items);
		if (items == NULL)
			return cc_nomem(cc);
		cc->sort = items;
		cc->sort_capacity = capacity;
	}
	*n = 0;
	for (uint32_t i = 0; i < pool->n; i++) {
		const struct cc_entry *entry = cc_pool_entry(pool, i);

		if (flush_concerns(pool, entry, flags))
			items[(*n)++] = (struct flush_item){ entry->key, i };
	}
	*out = items;
	if (*n <= FLUSH_VERY_FEW)
		flush_insertion(pool, items, *n);
	else if (pool->narrow)
		*out = flush_radix(pool, items, items + cc->sort_capacity, *n);
	else
		*out = flush_merge(pool, items, items + cc->sort_capacity, *n);
	return CC_OK;
}

/* ---- one parent -------------------------------------------------------------------------- */

/* Such a delta is void where the row is set from a recount. */
static bool
flush_is_recounted(const struct cc_column *column)
{
	return column->kind == CC_LINEAR && !(column->flags & CC_COLUMN_KEEP);
}

/* The columns to set for an entry: those with a delta and those derived from them. */
static uint64_t
flush_mask(const struct cc *cc, const struct cc_pool *pool, const struct cc_entry *entry)
{
	const struct cc_table *table = pool->table;
	const struct cc_holder *holder = &cc->holders[pool->target->table];
	uint64_t mask = entry->flags & CC_ENTRY_DERIVE ? holder->derived : 0;

	for (size_t i = 0; i < table->n_columns; i++) {
		if (entry->delta[i].i == 0 || cc_amount_zero(&table->columns[i],
		    entry->delta[i]))
			continue;
		if (entry->flags & CC_ENTRY_RECOUNT && flush_is_recounted(&table->columns[i]))
			continue;
		mask |= cc_bit(i) | holder->readers[i];
	}
	/* What is stored may be anything until then. */
	if (entry->flags & CC_ENTRY_RECOUNT)
		mask &= ~(holder->derived & ~cc_bit(63));
	return mask;
}

/*
 * Immediate columns, and what goes with them.  What reads rows waits where a delete is announced,
 * which is yet to take them away or to set some of their columns NULL.
 */
static uint64_t
flush_mask_immediate(const struct cc *cc, const struct cc_pool *pool,
    const struct cc_entry *entry)
{
	const struct cc_table *table = pool->table;
	uint64_t mask = entry->flags & CC_ENTRY_DERIVE && !cc->announced ?
	    cc->holders[pool->target->table].derived : 0;

	for (size_t i = 0; i < table->n_columns; i++) {
		const struct cc_column *column = &table->columns[i];

		if (!(column->flags & CC_COLUMN_IMMEDIATE) ||
		    cc_amount_zero(column, entry->delta[i]) ||
		    (column->kind == CC_DERIVED && cc->announced))
			continue;
		mask |= cc_bit(i) | cc->holders[pool->target->table].readers[i];
		if (column->touch != CC_NONE)
			mask |= cc_bit(column->touch);
	}
	return mask;
}

/* What has been dealt with is no longer pending. */
static void
flush_done(struct cc_pool *pool, struct cc_entry *entry, uint64_t mask)
{
	for (size_t i = 0; i < pool->table->n_columns; i++)
		if (mask & cc_bit(i))
			entry->delta[i].i = 0;
}

/* After each UPDATE; mask says again what it was to set. */
static int
flush_outcome(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry,
    uint64_t (*mask)(const struct cc *, const struct cc_pool *, const struct cc_entry *),
    int result, int64_t changes)
{
	if (result == CC_OK && changes > 0)
		cc_applied(cc, pool, entry);
	else if (result == CC_OK)
		result = cc_mend(cc, pool, entry, mask(cc, pool, entry));
	else if (result != CC_BUSY && result != CC_ABORTED && result != CC_NOMEM)
		result = cc_counter_failed(cc, pool, entry, NULL);
	return result;
}

static int
flush_applied(struct cc *cc, void *a, void *b, int result, int64_t changes)
{
	struct cc_pool *pool = a;
	struct cc_entry *entry = b;

	result = flush_outcome(cc, pool, entry, flush_mask, result, changes);
	if (result != CC_OK)
		return result;
	entry->flags &= CC_ENTRY_RECOUNT;
	flush_done(pool, entry, UINT64_MAX);
	return CC_OK;
}

static int
flush_send(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry, uint64_t mask,
    cc_outcome done)
{
	union cc_part parts[CC_KEY_PARTS];
	struct cc_update *update;
	int result = cc_update_get(cc, pool, mask, true, &update);

	if (result != CC_OK)
		return done(cc, pool, entry, result, 0);
	cc->metrics.statements++;
	cc_update_bind(cc, pool, update, entry, parts);
	return cc->engine->submit(update->st, done, pool, entry);
}

static int
flush_one(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry)
{
	uint64_t mask = flush_mask(cc, pool, entry);
	int result = cc_entry_journal(cc, (uint16_t)(pool - cc->pools), entry);

	if (result != CC_OK)
		return result;
	cc->recounts |= (entry->flags & CC_ENTRY_RECOUNT) != 0;
	if (entry->flags & CC_ENTRY_FAILED) {
		cc_fail(cc, CC_COUNTER, "an amount of a child row is out of range");
		result = cc_counter_failed(cc, pool, entry, NULL);
		if (result != CC_OK)
			return result;
	}
	if (mask == 0) {
		entry->flags &= CC_ENTRY_RECOUNT;
		flush_done(pool, entry, UINT64_MAX);
		return CC_OK;
	}
	return flush_send(cc, pool, entry, mask, flush_applied);
}

static int
flush_recount(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry)
{
	union cc_part parts[CC_KEY_PARTS];
	int result;

	cc_entry_parts(pool, entry, parts);
	if (pool->target->n_fields == 0 && pool->table->n_key > 0) {
		result = cc_find_row(cc, pool, parts);
		if (result == CC_OK)
			cc_row_key(pool->table, cc->found, parts);
	} else
		result = CC_OK;
	if (result == CC_OK)
		result = cc_recount_one(cc, pool->table, parts);
	if (result == CC_BUSY || result == CC_ABORTED || result == CC_NOMEM)
		return result;
	if (result != CC_OK && result != CC_NOTFOUND)
		result = cc_counter_failed(cc, pool, entry, NULL);
	if (result != CC_OK && result != CC_NOTFOUND)
		return result;
	entry->flags &= ~(uint32_t)CC_ENTRY_RECOUNT;
	return CC_OK;
}

/* ---- all ------------------------------------------------------------------------------------ */

static int
flush_pool(struct cc *cc, struct cc_pool *pool, uint32_t flags,
    int (*each)(struct cc *, struct cc_pool *, struct cc_entry *))
{
	struct flush_item *items = NULL;
	struct cc_entry *only;
	size_t n = 0;
	int result;

	if (pool->n == 1) {
		only = cc_pool_entry(pool, 0);
		return flush_concerns(pool, only, flags) ? each(cc, pool, only) : CC_OK;
	}
	result = flush_sort(cc, pool, flags, &items, &n);
	for (size_t i = 0; result == CC_OK && i < n; i++)
		result = each(cc, pool, cc_pool_entry(pool, items[i].index));
	return result;
}

/* Rows that are to be set from a recount, of which there are few. */
static int
flush_recounts(struct cc *cc)
{
	int result = CC_OK;

	for (size_t i = 0; result == CC_OK && i < cc->n_filled; i++)
		if (cc->pools[cc->filled[i]].primary)
			result = flush_pool(cc, &cc->pools[cc->filled[i]], CC_ENTRY_RECOUNT,
			    flush_recount);
	return result;
}

int
cc_flush_pending(struct cc *cc)
{
	int result = CC_OK;

	if (cc->n_filled == 0)
		return CC_OK;
	cc->metrics.flushes++;
	cc->recounts = false;
	cc_arena_reset(&cc->scratch);
	for (size_t i = 0; result == CC_OK && i < cc->n_filled; i++)
		result = flush_pool(cc, &cc->pools[cc->filled[i]], 0, flush_one);
	if (result == CC_OK)
		result = cc->engine->settle(cc);
	if (result == CC_OK && cc->recounts)
		result = flush_recounts(cc);
	if (result == CC_OK && cc->mark_epoch == 0)
		cc_pending_drop(cc);
	return result;
}

static int
flush_applied_immediate(struct cc *cc, void *a, void *b, int result, int64_t changes)
{
	struct cc_pool *pool = a;
	struct cc_entry *entry = b;
	uint64_t mask;

	result = flush_outcome(cc, pool, entry, flush_mask_immediate, result, changes);
	if (result != CC_OK)
		return result;
	mask = flush_mask_immediate(cc, pool, entry);
	if (!cc->announced)
		entry->flags &= ~(uint32_t)CC_ENTRY_DERIVE;
	flush_done(pool, entry, mask);
	return CC_OK;
}

static int
flush_one_immediate(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry)
{
	return cc_flush_entry(cc, (uint16_t)(pool - cc->pools), entry);
}

int
cc_flush_immediate(struct cc *cc)
{
	int result = CC_OK;

	for (size_t i = 0; result == CC_OK && i < cc->n_filled; i++)
		if (cc->pools[cc->filled[i]].immediate)
			result = flush_pool(cc, &cc->pools[cc->filled[i]], 0, flush_one_immediate);
	return result;
}

/*
 * Rows of the table that something is pending for under another key.  One of them may be the row
 * that is recounted at once: what is pending would come on top.
 */
static int
flush_other_keys(struct cc *cc, uint16_t index)
{
	int result = CC_OK;

	for (uint16_t i = 0; result == CC_OK && i < cc->schema->n_targets; i++) {
		struct cc_pool *pool = &cc->pools[i];

		if (i == index || pool->table != cc->pools[index].table)
			continue;
		for (uint32_t k = 0; result == CC_OK && k < pool->n; k++)
			if (!cc_entry_empty(pool, cc_pool_entry(pool, k)))
				result = flush_one(cc, pool, cc_pool_entry(pool, k));
	}
	return result == CC_OK ? cc->engine->settle(cc) : result;
}

/* As at the flush: first what no recount could say, under all of the row's keys. */
static int
flush_recount_now(struct cc *cc, uint16_t index, struct cc_entry *entry)
{
	struct cc_pool *pool = &cc->pools[index];
	int result = flush_one(cc, pool, entry);

	if (result == CC_OK)
		result = flush_other_keys(cc, index);
	return result == CC_OK ? flush_recount(cc, pool, entry) : result;
}

static int
flush_immediate(struct cc *cc, uint16_t index, struct cc_entry *entry)
{
	struct cc_pool *pool = &cc->pools[index];
	uint64_t mask = flush_mask_immediate(cc, pool, entry);
	int result;

	if (entry->flags & CC_ENTRY_RECOUNT && !cc->announced)
		return flush_recount_now(cc, index, entry);
	if (mask == 0)
		return CC_OK;
	result = cc_entry_journal(cc, index, entry);
	if (result == CC_OK)
		result = flush_send(cc, pool, entry, mask, flush_applied_immediate);
	return result == CC_OK ? cc->engine->settle(cc) : result;
}

/* The row itself is written by now: what cannot be applied yet stays pending for the flush. */
int
cc_flush_entry(struct cc *cc, uint16_t index, struct cc_entry *entry)
{
	int result = flush_immediate(cc, index, entry);

	return result == CC_NOMEM || result == CC_BUSY ? CC_OK : result;
}
