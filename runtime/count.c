/*
 * count.c - rows came, changed, went: the difference of their contributions becomes pending.
 *
 * A hook first gathers what it will change, finding or adding every entry, and only then adds:
 * a hook that runs out of memory has changed nothing.  What a holder's own row needs (a recount,
 * its derived columns anew, nothing pending any more) is gathered with the rest.
 */
#include "cc.h"

#include <string.h>

/* ---- contributions -------------------------------------------------------------------- */

/* False: the row counts nowhere through this link. */
static bool
count_contribute(struct cc *cc, const struct cc_link *link, const void *row,
    struct cc_contribution *to, union cc_number *amounts)
{
	to->amount = amounts;
	to->moments = cc->moments;
	to->memory = &cc->amounts_memory;
	to->failed = false;
	if (row == NULL)
		return false;
	for (size_t i = 0; i < link->n_slots; i++)
		amounts[i].i = 0;
	return link->contribute(row, to);
}

static bool
count_same(const struct cc_link *link, const union cc_number *a, const union cc_number *b)
{
	for (size_t i = 0; i < link->n_slots; i++)
		if (a[i].i != b[i].i)
			return false;
	return true;
}

/* The next change: of the entry with this key, as yet without amounts. */
static int
count_flag(struct cc *cc, uint16_t pool, const union cc_part *key, uint32_t flags, size_t *n)
{
	struct cc_entry *entry = cc_entry_get(cc, pool, key);

	if (entry == NULL)
		return CC_NOMEM;
	cc->changes[(*n)++] = (struct cc_change){ .entry = entry, .pool = pool, .flags = flags };
	return CC_OK;
}

/* The target's key out of the reference's own, when contribute did not come to say it. */
bool
cc_reference_key(const struct cc *cc, const struct cc_table *table, const struct cc_link *link,
    const void *row, union cc_part *key)
{
	const struct cc_target *target = &cc->schema->targets[link->target];
	const struct cc_reference *reference;
	union cc_part parts[CC_KEY_PARTS];

	if (row == NULL)
		return false;
	if (link->reference == CC_NONE)
		return true;
	reference = &table->references[link->reference];
	if (!reference->key(row, parts))
		return false;
	for (size_t i = 0; i < target->n_fields; i++)
		for (size_t k = 0; k < reference->n_fields; k++)
			if (reference->parent_fields[k] == target->fields[i])
				key[i] = parts[k];
	return true;
}

int
cc_count_failed(struct cc *cc, const struct cc_table *table, const struct cc_link *link,
    const void *before, const void *after, size_t *n)
{
	const void *rows[2] = { before, after };
	int result = CC_OK;

	for (int i = 0; result == CC_OK && i < 2; i++) {
		union cc_part key[CC_KEY_PARTS];

		if (cc_reference_key(cc, table, link, rows[i], key))
			result = count_flag(cc, link->target, key, CC_ENTRY_FAILED, n);
	}
	return result;
}

static int
count_add(struct cc *cc, const struct cc_link *link, const union cc_part *key,
    const union cc_number *plus, const union cc_number *minus, bool insert, size_t *n)
{
	struct cc_entry *entry;

	if (count_same(link, plus, minus))
		return CC_OK;
	entry = cc_entry_get(cc, link->target, key);
	if (entry == NULL)
		return CC_NOMEM;
	cc->changes[(*n)++] = (struct cc_change){ .entry = entry, .pool = link->target,
		.link = link, .plus = plus, .minus = minus, .insert = insert };
	return CC_OK;
}

/*
 * Derived columns for which the row counts before and after, at the same parent: one that reads a
 * field which differs is to be derived again, so that the old amount is made to differ too.
 */
static void
count_reads(const struct cc_table *table, const struct cc_link *link, const void *before,
    const void *after, struct cc_contribution *old, const struct cc_contribution *new)
{
	for (size_t i = 0; i < link->n_slots; i++) {
		const uint16_t *field = link->reads[i];

		if (field == NULL || old->amount[i].i != CC_UNSURE || new->amount[i].i != CC_UNSURE)
			continue;
		while (*field != CC_NONE && cc_field_equal(&table->fields[*field], before, after))
			field++;
		if (*field != CC_NONE)
			old->amount[i].i = 0;
	}
}

int
cc_count_link(struct cc *cc, const struct cc_table *table, const struct cc_link *link,
    const void *before, const void *after, union cc_number *amounts, bool insert, size_t *n)
{
	const struct cc_target *target = &cc->schema->targets[link->target];
	struct cc_contribution old, new;
	bool has_old = count_contribute(cc, link, before, &old, amounts);
	bool has_new = count_contribute(cc, link, after, &new, amounts + link->n_slots);
	int result = CC_OK;

	if (old.failed || new.failed)
		return cc_count_failed(cc, table, link, before, after, n);
	if (has_old && has_new && cc_key_equal(cc->pools[link->target].table->fields,
	    target->fields, target->n_fields, old.key, new.key)) {
		if (link->reads != NULL)
			count_reads(table, link, before, after, &old, &new);
		return count_add(cc, link, new.key, new.amount, old.amount, insert, n);
	}
	if (has_old)
		result = count_add(cc, link, old.key, cc->zeros, old.amount, insert, n);
	if (result == CC_OK && has_new)
		result = count_add(cc, link, new.key, new.amount, cc->zeros, insert, n);
	return result;
}

/* ---- the row as a holder ------------------------------------------------------------------ */

static bool
count_keys_differ(const struct cc_pool *pool, const void *before, const void *after)
{
	for (size_t i = 0; i < pool->target->n_fields; i++)
		if (!cc_field_equal(&pool->table->fields[pool->target->fields[i]], before,
		    after))
			return true;
	return false;
}

static bool
count_watched_differ(const struct cc_table *table, const void *before, const void *after)
{
	for (size_t i = 0; i < table->n_fields; i++)
		if (table->fields[i].flags & CC_FIELD_WATCHED &&
		    !cc_field_equal(&table->fields[i], before, after))
			return true;
	return false;
}

/* What is pending under the row's key in one pool is void. */
static int
count_drop(struct cc *cc, uint16_t index, const void *row, size_t *n)
{
	const struct cc_pool *pool = &cc->pools[index];
	union cc_part key[CC_KEY_PARTS];
	struct cc_entry *entry;

	for (size_t i = 0; i < pool->target->n_fields; i++)
		if (!cc_field_part(&pool->table->fields[pool->target->fields[i]], row,
		    &key[i]))
			return CC_OK;
	entry = cc_entry_find(cc, index, key);
	if (entry == NULL)
		return CC_OK;
	cc->changes[(*n)++] = (struct cc_change){ .entry = entry, .pool = index, .drop = true };
	return cc_entry_journal(cc, index, entry);
}

static int
count_flag_row(struct cc *cc, const struct cc_table *table, const struct cc_holder *holder,
    const void *row, uint32_t flags, size_t *n)
{
	union cc_part key[CC_KEY_PARTS];

	if (flags == 0 || (cc->pools[holder->pool].target->n_fields != 0 &&
	    !cc_row_key(table, row, key)))
		return CC_OK;
	return count_flag(cc, holder->pool, key, flags, n);
}

/* Under a deferred foreign key children may come first, and have been flushed as orphans. */
static uint32_t
count_inserted_flags(const struct cc *cc, const struct cc_holder *holder)
{
	return holder->recount_inserted || cc->strays ? CC_ENTRY_RECOUNT :
	    holder->derived != 0 ? CC_ENTRY_DERIVE | CC_ENTRY_BORN : 0;
}

/* in_before, in_after: in the table's scope. */
static int
count_holder(struct cc *cc, const struct cc_table *table, const void *before, bool in_before,
    const void *after, bool in_after, size_t *n)
{
	const struct cc_holder *holder = &cc->holders[cc_table_index(cc, table)];
	uint32_t flags = 0;
	size_t dropped;
	int result = CC_OK;

	if (before != NULL)
		for (uint16_t i = 0; result == CC_OK && i < cc->schema->n_targets; i++) {
			if (cc->pools[i].table != table)
				continue;
			if (after != NULL && !count_keys_differ(&cc->pools[i], before, after))
				continue;
			flags = CC_ENTRY_RECOUNT | CC_ENTRY_TOUCH;
			result = count_drop(cc, i, before, n);
		}
	if (result != CC_OK || after == NULL || !in_after)
		return result;
	if (before == NULL)
		flags = count_inserted_flags(cc, holder);
	else if (!in_before)
		flags = CC_ENTRY_RECOUNT | CC_ENTRY_TOUCH;
	else if (cc_sql(cc, table)->scope != NULL && count_watched_differ(table, before, after))
		flags = CC_ENTRY_RECOUNT | CC_ENTRY_TOUCH;
	else if (flags == 0 && holder->again != 0 &&
	    count_watched_differ(table, before, after))
		flags = CC_ENTRY_DERIVE;
	if (before == NULL && !(flags & CC_ENTRY_RECOUNT) &&
	    cc_recount_warn(cc, table) == CC_ABORTED)
		return CC_ABORTED;
	dropped = *n;
	result = count_flag_row(cc, table, holder, after, flags, n);
	for (size_t i = 0; before != NULL && *n > dropped && i < dropped; i++)
		if (cc->changes[i].drop)
			cc->changes[i].heir = cc->changes[dropped].entry;
	return result;
}

int
cc_count_drop(struct cc *cc, const struct cc_table *table, const void *row)
{
	size_t n = 0;
	int result = CC_OK;

	if (table->n_columns == 0)
		return CC_OK;
	result = count_holder(cc, table, row, true, NULL, false, &n);
	for (size_t i = 0; result == CC_OK && i < n; i++) {
		cc->changes[i].entry->flags = 0;
		memset(cc->changes[i].entry->delta, 0,
		    table->n_columns * sizeof(union cc_number));
	}
	return result;
}

/* ---- adding --------------------------------------------------------------------------------- */

/* False: the sum has no value. */
static bool
count_sum(const struct cc_column *column, union cc_number *delta, union cc_number plus,
    union cc_number minus)
{
	if (cc_delta_is_float(column)) {
		delta->f += plus.f - minus.f;
		return true;
	}
	return !__builtin_sub_overflow(delta->i, minus.i, &delta->i) &&
	    !__builtin_add_overflow(delta->i, plus.i, &delta->i);
}

/*
 * Where nothing is ever subtracted only new rows count; a greatest value sees to that itself.
 * What a recount corrects counts for what only recounts write, too: it may have been there before.
 */
static bool
count_counts(const struct cc *cc, const struct cc_column *column, const struct cc_change *change)
{
	return (!(column->flags & CC_COLUMN_BATCH) || cc->correcting) &&
	    (!(column->flags & CC_COLUMN_KEEP) || change->insert || cc_column_is_extreme(column));
}

static void
count_apply(struct cc *cc, const struct cc_pool *pool, const struct cc_change *change)
{
	const struct cc_link *link = change->link;
	struct cc_entry *entry = change->entry;

	for (size_t i = 0; i < link->n_slots; i++) {
		const struct cc_column *column = &pool->table->columns[link->slots[i]];
		union cc_number *delta = &entry->delta[link->slots[i]];

		if (change->plus[i].i == change->minus[i].i || !count_counts(cc, column, change))
			continue;
		if (column->kind == CC_DERIVED) {
			if (!cc_derived_change(cc, column, delta, change->plus[i], change->minus[i]))
				continue;
		} else if (!count_sum(column, delta, change->plus[i], change->minus[i]))
			entry->flags |= CC_ENTRY_FAILED;
		if (column->touch != CC_NONE)
			entry->delta[column->touch].i++;
	}
}

/* What no recount could say goes with the row when its key changes. */
static void
count_inherit(const struct cc_table *table, const struct cc_change *change)
{
	for (size_t i = 0; i < table->n_columns; i++) {
		const struct cc_column *column = &table->columns[i];

		if (column->kind == CC_TALLY || column->kind == CC_TOUCH ||
		    (column->kind == CC_LINEAR && column->flags & CC_COLUMN_KEEP))
			if (!count_sum(column, &change->heir->delta[i], change->entry->delta[i],
			    (union cc_number){ .i = 0 }))
				change->heir->flags |= CC_ENTRY_FAILED;
	}
}

/* What the row's own columns derive again touches, unless the row is new. */
static void
count_touch(const struct cc *cc, const struct cc_pool *pool, const struct cc_change *change)
{
	const struct cc_table *table = pool->table;
	uint64_t again = cc->holders[pool->target->table].again;

	if (!(change->flags & CC_ENTRY_DERIVE) || change->flags & CC_ENTRY_BORN)
		return;
	for (size_t i = 0; i < table->n_columns; i++)
		if (again & cc_bit(i) && table->columns[i].kind == CC_DERIVED &&
		    table->columns[i].touch != CC_NONE)
			change->entry->delta[table->columns[i].touch].i++;
}

void
cc_change_entry(struct cc *cc, const struct cc_change *change)
{
	const struct cc_pool *pool = &cc->pools[change->pool];

	if (change->link != NULL)
		count_apply(cc, pool, change);
	change->entry->flags |= change->flags;
	count_touch(cc, pool, change);
	if (!change->drop)
		return;
	if (change->heir != NULL)
		count_inherit(pool->table, change);
	change->entry->flags = 0;
	memset(change->entry->delta, 0, pool->table->n_columns * sizeof(union cc_number));
}

int
cc_count_immediate(struct cc *cc)
{
	int result = CC_OK;

	cc_hold(cc, true);
	for (size_t i = 0; result == CC_OK && i < cc->n_changes; i++)
		if (cc->pools[cc->changes[i].pool].immediate)
			result = cc_flush_entry(cc, cc->changes[i].pool, cc->changes[i].entry);
	cc_hold(cc, false);
	return result;
}

int
cc_count_near(struct cc *cc, const struct cc_table *table, const void *before, const void *after,
    bool now)
{
	bool in_before = before != NULL && (table->in_scope == NULL || table->in_scope(before));
	bool in_after = after != NULL && (table->in_scope == NULL || table->in_scope(after));
	size_t n = 0;
	int result = cc_count_links(cc, table, in_before ? before : NULL, in_after ? after : NULL,
	    before == NULL, &n);

	if (result == CC_OK && table->n_columns != 0)
		result = count_holder(cc, table, before, in_before, after, in_after, &n);
	cc->n_changes = 0;
	if (result != CC_OK)
		return result;
	cc->n_changes = n;
	for (size_t i = 0; i < n; i++)
		if (cc->changes[i].sums != NULL)
			cc_sum_add(&cc->changes[i]);
		else
			cc_change_entry(cc, &cc->changes[i]);
	return now && cc->immediate ? cc_count_immediate(cc) : CC_OK;
}

int
cc_count(struct cc *cc, const struct cc_table *table, const void *before, const void *after,
    bool now)
{
	int result = cc_moments_know(cc);

	if (result != CC_OK)
		return result;
	if (!cc->holders[cc_table_index(cc, table)].far)
		return cc_count_near(cc, table, before, after, now);
	result = cc_count_event(cc, table, before, after);
	return result == CC_OK && now ? cc_flush_immediate(cc) : result;
}
