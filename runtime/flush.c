/*
 * flush.c - applies what is pending: one UPDATE per parent row, targets in order, keys in order.
 *
 * First every row's deltas; then rows that are to be set from a recount, so that what another
 * target's key added to them is in it.  A failing UPDATE is undone alone: see mend.c.  Where a
 * savepoint is open, emptied entries are journaled: rolling back to it makes them pending again.
 */
#include "cc.h"

/* What stays until the row is recounted. */
static const uint32_t FLUSH_RECOUNT = CC_ENTRY_RECOUNT | CC_ENTRY_TOUCH;

/* ---- one parent -------------------------------------------------------------------------- */

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

	result = flush_outcome(cc, pool, entry, cc_mask, result, changes);
	if (result != CC_OK)
		return result;
	entry->flags &= FLUSH_RECOUNT;
	flush_done(pool, entry, UINT64_MAX);
	return CC_OK;
}

static int
flush_send(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry, uint64_t mask,
    cc_outcome done)
{
	union cc_part parts[CC_KEY_PARTS];
	struct cc_update *update;
	int result = cc_update_get_for(cc, pool, mask, entry, &update);

	if (result != CC_OK)
		return done(cc, pool, entry, result, 0);
	if (cc->engine->concurrent && mask & cc->holders[pool->target->table].derived) {
		result = cc_lock_entry(cc, pool, entry);
		if (result != CC_OK)
			return result;
	}
	cc->metrics.statements++;
	cc_update_bind(cc, pool, update, entry, parts);
	return cc->engine->submit(update->st, done, pool, entry);
}

/* The same for a row that others may read. */
static int
flush_told(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry, uint64_t mask,
    cc_outcome done)
{
	bool watched = pool->table->n_inputs != 0;
	union cc_part parts[CC_KEY_PARTS];
	int result = CC_OK;

	if (watched) {
		cc_entry_parts(pool, entry, parts);
		result = cc_flow_watch(cc, pool, parts, mask);
	}
	if (result == CC_OK)
		result = flush_send(cc, pool, entry, mask, done);
	return watched && result == CC_OK ? cc_flow_told(cc) : result;
}

/* ---- one parent whose columns only add up ------------------------------------------------ */

static int
flush_applied_sums(struct cc *cc, void *a, void *b, int result, int64_t changes)
{
	struct cc_pool *pool = a;
	struct cc_entry *entry = b;

	if (result != CC_OK || changes == 0 || cc_observed(cc))
		return flush_applied(cc, pool, entry, result, changes);
	cc->metrics.applied++;
	for (size_t i = 0; i < pool->table->n_columns; i++)
		entry->delta[i].i = 0;
	return CC_OK;
}

/* Those of some columns. */
static inline int
flush_sums(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry, uint64_t columns,
    cc_outcome done)
{
	union cc_part parts[CC_KEY_PARTS];
	struct cc_update *update;
	int result = cc_entry_journal(cc, (uint16_t)(pool - cc->pools), entry);

	if (result != CC_OK)
		return result;
	result = cc_update_get_sums(cc, pool, entry, columns, &update);
	if (result != CC_OK)
		return done(cc, pool, entry, result, 0);
	if (update == NULL)
		return CC_OK;
	cc->metrics.statements++;
	cc_update_bind(cc, pool, update, entry, parts);
	return cc->engine->submit(update->st, done, pool, entry);
}

/* ---- one parent -------------------------------------------------------------------------- */

static int
flush_one(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry)
{
	uint64_t mask;
	int result;

	if (pool->sums && entry->flags == 0)
		return flush_sums(cc, pool, entry, UINT64_MAX, flush_applied_sums);
	mask = cc_mask(cc, pool, entry);
	result = cc_entry_journal(cc, (uint16_t)(pool - cc->pools), entry);
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
		entry->flags &= FLUSH_RECOUNT;
		flush_done(pool, entry, UINT64_MAX);
		return CC_OK;
	}
	return flush_told(cc, pool, entry, mask, flush_applied);
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
		result = cc_recount_one(cc, pool->table, parts,
		    (entry->flags & CC_ENTRY_TOUCH) != 0);
	if (result == CC_BUSY || result == CC_ABORTED || result == CC_NOMEM)
		return result;
	if (result != CC_OK && result != CC_NOTFOUND)
		result = cc_counter_failed(cc, pool, entry, NULL);
	if (result != CC_OK && result != CC_NOTFOUND)
		return result;
	entry->flags &= ~FLUSH_RECOUNT;
	return CC_OK;
}

/* ---- all ------------------------------------------------------------------------------------ */

/*
 * Where rows add up others of the same table, those that came last go first: a tree that grew from
 * its root is then added up in one round.
 */
static int
flush_pool(struct cc *cc, struct cc_pool *pool, uint32_t flags,
    int (*each)(struct cc *, struct cc_pool *, struct cc_entry *))
{
	struct cc_ordered *items = NULL;
	struct cc_entry *only;
	bool backwards;
	size_t n = 0;
	int result;

	if (pool->n == 1) {
		only = cc_pool_entry(pool, 0);
		return cc_entry_concerns(pool, only, flags) ? each(cc, pool, only) : CC_OK;
	}
	result = cc_order(cc, pool, flags, &items, &n);
	backwards = cc->holders[pool->target->table].rolls;
	for (size_t i = 0; result == CC_OK && i < n; i++)
		result = each(cc, pool, cc_pool_entry(pool, items[backwards ? n - 1 - i : i].index));
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

static int
flush_once(struct cc *cc)
{
	int result = CC_OK;

	cc->recounts = false;
	for (size_t i = 0; result == CC_OK && i < cc->n_filled; i++)
		result = flush_pool(cc, &cc->pools[cc->filled[i]], 0, flush_one);
	if (result == CC_OK)
		result = cc->engine->settle(cc);
	if (result == CC_OK && cc->recounts)
		result = flush_recounts(cc);
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

/* ---- rounds: what is written makes more pending, for tables that come later or the same ------- */

static int
flush_recount_all(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry)
{
	return flush_recount_now(cc, (uint16_t)(pool - cc->pools), entry);
}

/* All keys of a table, then its rows that are to be recounted; *i: a pool, then the next table's. */
static int
flush_table(struct cc *cc, size_t *i)
{
	const struct cc_table *table = cc->pools[cc->filled[*i]].table;
	int result = CC_OK;

	for (; result == CC_OK && *i < cc->n_filled &&
	    cc->pools[cc->filled[*i]].table == table; ++*i)
		result = flush_pool(cc, &cc->pools[cc->filled[*i]], 0, flush_one);
	if (result == CC_OK)
		result = cc->engine->settle(cc);
	for (size_t k = 0; result == CC_OK && k < cc->n_filled; k++)
		if (cc->pools[cc->filled[k]].table == table && cc->pools[cc->filled[k]].primary)
			result = flush_pool(cc, &cc->pools[cc->filled[k]], CC_ENTRY_RECOUNT,
			    flush_recount_all);
	return result;
}

/* Rows that read themselves through others would go on for ever. */
static int
flush_endless(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry)
{
	int result = cc_entry_journal(cc, (uint16_t)(pool - cc->pools), entry);

	if (result != CC_OK)
		return result;
	entry->flags = 0;
	flush_done(pool, entry, UINT64_MAX);
	cc_fail(cc, CC_COUNTER, "the row is counted in itself, through other rows");
	return cc_counter_failed(cc, pool, entry, NULL);
}

static int
flush_rounds(struct cc *cc)
{
	int result = CC_OK;

	if (cc->flow.lost)
		return cc_fail(cc, CC_ABORTED, "a change could not be told to those that read it");
	for (int round = 0; result == CC_OK && round <= CC_DEPTH && cc_pending(cc); round++)
		for (size_t i = 0; result == CC_OK && i < cc->n_filled;)
			result = flush_table(cc, &i);
	for (size_t i = 0; result == CC_OK && i < cc->n_filled; i++)
		result = flush_pool(cc, &cc->pools[cc->filled[i]], 0, flush_endless);
	return result;
}

/* Where others write beside. */
static int
flush_beside(struct cc *cc)
{
	int result = cc_validate(cc);

	cc->paths.locking = true;
	if (result == CC_OK && cc->n_filled > 0)
		result = cc->flow.any ? flush_rounds(cc) : flush_once(cc);
	cc->paths.locking = false;
	return result == CC_OK ? cc_recount_warn_all(cc) : result;
}

int
cc_flush_pending(struct cc *cc)
{
	int result;

	if (cc->n_filled == 0 && cc->paths.told == NULL)
		return CC_OK;
	cc->metrics.flushes++;
	cc_arena_reset(&cc->scratch);
	cc_hold(cc, true);
	result = cc->engine->concurrent ? flush_beside(cc) :
	    cc->flow.any ? flush_rounds(cc) : flush_once(cc);
	cc_hold(cc, false);
	if (result == CC_OK && cc->mark_epoch == 0) {
		cc_pending_drop(cc);
		cc_path_settled(cc);
	}
	return result;
}

static int
flush_applied_immediate(struct cc *cc, void *a, void *b, int result, int64_t changes)
{
	struct cc_pool *pool = a;
	struct cc_entry *entry = b;
	uint64_t mask;

	result = flush_outcome(cc, pool, entry, cc_mask_immediate, result, changes);
	if (result != CC_OK)
		return result;
	mask = cc_mask_immediate(cc, pool, entry);
	if (!cc->announced)
		entry->flags &= ~(uint32_t)(CC_ENTRY_DERIVE | CC_ENTRY_BORN);
	/* A derived column goes with another: once the row is gone it may read something else. */
	for (size_t i = 0; i < pool->table->n_columns; i++)
		if (mask & cc_bit(i) && !(cc->announced &&
		    pool->table->columns[i].kind == CC_DERIVED))
			entry->delta[i].i = 0;
	return CC_OK;
}

static int
flush_one_immediate(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry)
{
	return cc_flush_entry(cc, (uint16_t)(pool - cc->pools), entry);
}

static bool
flush_has_immediate(const struct cc *cc)
{
	for (size_t i = 0; i < cc->n_filled; i++)
		if (cc->pools[cc->filled[i]].immediate)
			return true;
	return false;
}

int
cc_flush_immediate(struct cc *cc)
{
	uint64_t told;
	int result = CC_OK, rounds = 0;

	if (!flush_has_immediate(cc))
		return CC_OK;
	if (cc->engine->concurrent)
		result = cc_validate(cc);
	do {
		told = cc->flow.told;
		for (size_t i = 0; result == CC_OK && i < cc->n_filled; i++)
			if (cc->pools[cc->filled[i]].immediate)
				result = flush_pool(cc, &cc->pools[cc->filled[i]], 0,
				    flush_one_immediate);
	} while (result == CC_OK && cc->flow.told != told && rounds++ < CC_DEPTH);
	return result;
}

static int
flush_columns_immediate(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry)
{
	uint64_t mask;
	int result;

	if (pool->sums && entry->flags == 0)
		return flush_sums(cc, pool, entry, pool->immediate,
		    pool->immediate == cc_bit(pool->table->n_columns) - 1 ?
		    flush_applied_sums : flush_applied_immediate);
	mask = cc_mask_immediate(cc, pool, entry);
	if (mask == 0)
		return CC_OK;
	result = cc_entry_journal(cc, (uint16_t)(pool - cc->pools), entry);
	return result != CC_OK ? result :
	    flush_told(cc, pool, entry, mask, flush_applied_immediate);
}

static int
flush_immediate(struct cc *cc, uint16_t index, struct cc_entry *entry)
{
	int result;

	if (entry->flags & CC_ENTRY_RECOUNT && !cc->announced)
		return flush_recount_now(cc, index, entry);
	result = flush_columns_immediate(cc, &cc->pools[index], entry);
	if (result == CC_OK)
		result = cc->engine->settle(cc);
	/* the row has just come into being */
	if (result == CC_OK && entry->flags & CC_ENTRY_RECOUNT && !cc->announced)
		result = flush_recount_now(cc, index, entry);
	return result;
}

/* The row itself is written by now: what cannot be applied yet stays pending for the flush. */
int
cc_flush_entry(struct cc *cc, uint16_t index, struct cc_entry *entry)
{
	int result = flush_immediate(cc, index, entry);

	return result == CC_NOMEM || result == CC_BUSY ? CC_OK : result;
}
