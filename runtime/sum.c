/*
 * sum.c - what rows add to their parents, link by link; by itself where that is integers alone.
 *
 * Nearly all links are such: this is the quick way of what count.c does for any kind of column.
 * What goes is turned into what comes with the opposite sign, so that a change says one number a
 * slot.  As there, every parent's entry is found before any is changed.
 */
#include "cc.h"

/* False: the row counts nowhere through this link. */
static inline bool
sum_contribute(const struct cc *cc, const struct cc_link *link, const void *row,
    union cc_number *amounts, struct cc_contribution *to)
{
	to->amount = amounts;
	to->moments = cc->moments;
	to->failed = false;
	for (size_t i = 0; i < link->n_slots; i++)
		amounts[i] = cc->zeros[i];
	return link->contribute(row, to);
}

/* from - what becomes what; false: a difference has no value. */
static bool
sum_subtract(const struct cc_link *link, const union cc_number *from, union cc_number *what)
{
	for (size_t i = 0; i < link->n_slots; i++)
		if (__builtin_sub_overflow(from[i].i, what[i].i, &what[i].i))
			return false;
	return true;
}

/* The next change: what is to be added to the parent with this key. */
static inline int
sum_change(struct cc *cc, const struct cc_link *link, const union cc_part *key,
    const union cc_number *sums, size_t *n)
{
	struct cc_entry *entry;
	int64_t any = 0;

	for (size_t i = 0; i < link->n_slots; i++)
		any |= sums[i].i;
	if (any == 0)
		return CC_OK;
	entry = cc_entry_get(cc, link->target, key);
	if (entry == NULL)
		return CC_NOMEM;
	cc->changes[(*n)++] = (struct cc_change){ .entry = entry, .pool = link->target,
		.link = link, .sums = sums };
	return CC_OK;
}

/* A row that came, or went. */
static int
sum_one(struct cc *cc, const struct cc_table *table, const struct cc_link *link, const void *row,
    bool went, union cc_number *amounts, size_t *n)
{
	struct cc_contribution to;
	bool counts = sum_contribute(cc, link, row, amounts, &to);

	if (to.failed || (counts && went && !sum_subtract(link, cc->zeros, amounts)))
		return cc_count_failed(cc, table, link, row, NULL, n);
	return counts ? sum_change(cc, link, to.key, amounts, n) : CC_OK;
}

/* A row that changed; amounts has room for twice its slots. */
static int
sum_two(struct cc *cc, const struct cc_table *table, const struct cc_link *link,
    const void *before, const void *after, union cc_number *amounts, size_t *n)
{
	const struct cc_pool *pool = &cc->pools[link->target];
	struct cc_contribution old, new;
	bool has_old = sum_contribute(cc, link, before, amounts, &old);
	bool has_new = sum_contribute(cc, link, after, amounts + link->n_slots, &new);
	bool stays = has_old && has_new && cc_key_equal(pool->table->fields,
	    pool->target->fields, pool->target->n_fields, old.key, new.key);
	int result = CC_OK;

	if (old.failed || new.failed ||
	    (has_old && !sum_subtract(link, stays ? new.amount : cc->zeros, old.amount)))
		return cc_count_failed(cc, table, link, before, after, n);
	if (has_old)
		result = sum_change(cc, link, old.key, old.amount, n);
	if (result == CC_OK && has_new && !stays)
		result = sum_change(cc, link, new.key, new.amount, n);
	return result;
}

int
cc_count_links(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after, bool insert, size_t *n)
{
	uint64_t sums = cc->holders[cc_table_index(cc, table)].sums;
	const void *row = before != NULL ? before : after;
	union cc_number *amounts = cc->amounts;
	int result = CC_OK;

	if (row == NULL)
		return CC_OK;
	cc_arena_reset(&cc->amounts_memory);
	for (size_t i = 0; result == CC_OK && i < table->n_links; i++, sums >>= 1) {
		const struct cc_link *link = &table->links[i];

		if (cc_link_is_far(link))
			continue;
		if (!(sums & 1))
			result = cc_count_link(cc, table, link, before, after, amounts, insert, n);
		else if (before != NULL && after != NULL)
			result = sum_two(cc, table, link, before, after, amounts, n);
		else
			result = sum_one(cc, table, link, row, before != NULL, amounts, n);
		amounts += 2 * link->n_slots;
	}
	return result;
}

void
cc_sum_add(const struct cc_change *change)
{
	const struct cc_link *link = change->link;
	struct cc_entry *entry = change->entry;

	for (size_t i = 0; i < link->n_slots; i++) {
		union cc_number *delta = &entry->delta[link->slots[i]];

		if (__builtin_add_overflow(delta->i, change->sums[i].i, &delta->i))
			entry->flags |= CC_ENTRY_FAILED;
	}
}

/* ---- where that is so --------------------------------------------------------------------- */

static bool
sum_column(const struct cc_column *column)
{
	return (column->kind == CC_LINEAR || column->kind == CC_TALLY) &&
	    !cc_column_is_float(column) && column->touch == CC_NONE &&
	    !(column->flags & (CC_COLUMN_KEEP | CC_COLUMN_BATCH));
}

static bool
sum_table(const struct cc_table *table)
{
	for (size_t i = 0; i < table->n_columns; i++)
		if (!sum_column(&table->columns[i]))
			return false;
	return table->n_columns < 64 && table->n_inputs == 0;
}

static bool
sum_link(const struct cc_table *parent, const struct cc_link *link)
{
	for (size_t i = 0; i < link->n_slots; i++)
		if (!sum_column(&parent->columns[link->slots[i]]))
			return false;
	return !cc_link_is_far(link);
}

void
cc_sum_open(struct cc *cc)
{
	for (size_t i = 0; i < cc->schema->n_targets; i++)
		cc->pools[i].sums = sum_table(cc->pools[i].table);
	for (size_t t = 0; t < cc->schema->n_tables; t++) {
		const struct cc_table *table = &cc->schema->tables[t];

		for (size_t i = 0; i < table->n_links && i < 64; i++)
			if (sum_link(cc->pools[table->links[i].target].table, &table->links[i]))
				cc->holders[t].sums |= UINT64_C(1) << i;
	}
}
