/*
 * mask.c - which columns the UPDATE of an entry is to set, as bits: those with a delta and those
 * that are derived from them.
 */
#include "cc.h"

/* Such a delta is void where the row is set from a recount. */
static bool
mask_is_recounted(const struct cc_column *column)
{
	return column->kind == CC_LINEAR && !(column->flags & CC_COLUMN_KEEP);
}

/* Those to be derived again because the row itself says so. */
static uint64_t
mask_derived(const struct cc_holder *holder, const struct cc_entry *entry)
{
	if (entry->flags & CC_ENTRY_BORN)
		return holder->derived;
	return entry->flags & CC_ENTRY_DERIVE ? holder->again : 0;
}

/* The columns to set for an entry: those with a delta and those derived from them. */
uint64_t
cc_mask(const struct cc *cc, const struct cc_pool *pool, const struct cc_entry *entry)
{
	const struct cc_table *table = pool->table;
	const struct cc_holder *holder = &cc->holders[pool->target->table];
	uint64_t mask = mask_derived(holder, entry);

	for (size_t i = 0; i < table->n_columns; i++) {
		if (entry->delta[i].i == 0 || cc_amount_zero(&table->columns[i],
		    entry->delta[i]))
			continue;
		if (entry->flags & CC_ENTRY_RECOUNT && mask_is_recounted(&table->columns[i]))
			continue;
		mask |= cc_bit(i) | holder->readers[i];
		if (cc->correcting && !(entry->flags & CC_ENTRY_RECOUNT))
			mask |= holder->late[i];
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
uint64_t
cc_mask_immediate(const struct cc *cc, const struct cc_pool *pool,
    const struct cc_entry *entry)
{
	const struct cc_table *table = pool->table;
	uint64_t mask = cc->announced ? 0 :
	    mask_derived(&cc->holders[pool->target->table], entry);

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
