/*
 * hook.c - what generated hooks call: rows that the application wrote itself, told one or many.
 */
#include "cc.h"

#include <string.h>

bool
cc_hook_begin(struct cc *cc, uint64_t rows, bool *own, int *result)
{
	*own = false;
	*result = cc_enter(cc);
	if (*result != CC_OK || cc->skip > 0)
		return false;
	cc->metrics.hooks += rows;
	if (cc_in_transaction(cc))
		return true;
	if (cc->options.flags & CC_STRICT) {
		*result = cc_fail(cc, CC_UNPROTECTED, "a hook was called outside a transaction");
		return false;
	}
	cc->metrics.unprotected++;
	cc_report(cc, &(struct cc_event){ .kind = CC_EVENT_UNPROTECTED,
	    .message = "a hook was called outside a transaction" });
	*result = cc_protect(cc, own);
	return *result == CC_OK;
}

/* One row, with the maintained columns that others read of it. */
static int
hook_count(struct cc *cc, const struct cc_table *table, const void *before, const void *after,
    bool now)
{
	int result;

	if (table->n_inputs == 0)
		return cc_count(cc, table, before, after, now);
	result = cc_flow_full(cc, table, after != NULL ? after : before, cc->after);
	if (result == CC_OK && before != NULL) {
		memcpy(cc->before, cc->after, cc_full_size(table));
		memcpy(cc->before, before, table->row_size);
	}
	return result != CC_OK ? result : cc_count(cc, table, before != NULL ? cc->before : NULL,
	    after != NULL ? cc->after : NULL, now);
}

static int
hook_run(struct cc *cc, const struct cc_table *table, const void *before, const void *after)
{
	bool own;
	int result;

	if (!cc_hook_begin(cc, 1, &own, &result))
		return result;
	result = hook_count(cc, table, before, after, true);
	return own ? cc_unprotect(cc, own, result) : result;
}

int
cc_row_inserted(struct cc *cc, const struct cc_table *table, const void *row)
{
	return hook_run(cc, table, NULL, row);
}

int
cc_row_updated(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after)
{
	return hook_run(cc, table, before, after);
}

int
cc_row_deleted(struct cc *cc, const struct cc_table *table, const void *before)
{
	return hook_run(cc, table, before, NULL);
}

/* Rows of the table lie on the paths of its own rows, which are written by now, all of them. */
static bool
hook_among_themselves(const struct cc *cc, const struct cc_table *table)
{
	for (size_t i = 0; i < table->n_roles; i++)
		if (table->roles[i].kind == CC_ROLE_TREE || table->roles[i].flags & CC_ROLE_RECURS ||
		    table->roles[i].child == cc_table_index(cc, table))
			return true;
	return false;
}

/* All rows or none: an internal mark takes back those before the one that failed. */
static int
hook_run_many(struct cc *cc, const struct cc_table *table, const char *before, const char *after,
    size_t n)
{
	bool own, among = n > 1 && hook_among_themselves(cc, table);
	size_t mark;
	int result;

	if (!cc_hook_begin(cc, n, &own, &result))
		return result;
	mark = cc->n_marks;
	result = among && before != NULL ? cc_fail(cc, CC_MISUSE, "rows of %s lie on each other's"
	    " paths: tell each right after its own statement", table->sql_name) :
	    cc_mark_push(cc, CC_MARK_INTERNAL, NULL);
	if (result != CC_OK)
		return cc_unprotect(cc, own, result);
	cc->paths.walking = among;
	for (size_t i = 0; result == CC_OK && i < n; i++) {
		size_t place = i * table->row_size;

		result = hook_count(cc, table, before != NULL ? before + place : NULL,
		    after != NULL ? after + place : NULL, false);
	}
	cc->paths.walking = false;
	if (result != CC_OK)
		cc_mark_rewind(cc, mark);
	cc_mark_pop(cc, mark);
	if (result == CC_OK)
		result = cc_flush_immediate(cc);
	return cc_unprotect(cc, own, result);
}

int
cc_rows_inserted(struct cc *cc, const struct cc_table *table, const void *rows, size_t n)
{
	return hook_run_many(cc, table, NULL, rows, n);
}

int
cc_rows_updated(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after, size_t n)
{
	return hook_run_many(cc, table, before, after, n);
}

int
cc_rows_deleted(struct cc *cc, const struct cc_table *table, const void *before, size_t n)
{
	return hook_run_many(cc, table, before, NULL, n);
}

/*
 * Is something pending that reads the database?  It has to wait until the announced row is gone,
 * and with no transaction open nobody would apply it then.
 */
static bool
hook_waits(const struct cc *cc)
{
	for (size_t i = 0; i < cc->n_filled; i++) {
		const struct cc_pool *pool = &cc->pools[cc->filled[i]];

		for (uint32_t e = 0; e < pool->n; e++) {
			const struct cc_entry *entry = cc_pool_entry(pool, e);

			if (entry->flags & CC_ENTRY_RECOUNT)
				return true;
			for (size_t c = 0; c < pool->table->n_columns; c++)
				if (pool->table->columns[c].kind == CC_DERIVED &&
				    entry->delta[c].i != 0)
					return true;
		}
	}
	return false;
}

int
cc_row_deleting(struct cc *cc, const struct cc_table *table, const union cc_part *key)
{
	size_t mark;
	bool own;
	int result;

	if (!cc_hook_begin(cc, 1, &own, &result))
		return result;
	cc_arena_reset(&cc->scratch);
	mark = cc->n_marks;
	result = cc_load(cc, table, key, cc->before, &cc->scratch);
	if (result == CC_OK)
		result = cc_mark_push(cc, CC_MARK_INTERNAL, NULL);
	if (result != CC_OK)
		return cc_unprotect(cc, own, result);
	result = cc_count_cascade(cc, table, cc->before);
	if (result == CC_OK && own && hook_waits(cc))
		result = cc_fail(cc, CC_UNPROTECTED, "a delete was announced outside a transaction, and"
		    " columns that are computed again have to wait until the row is gone");
	if (result != CC_OK && cc->n_marks > mark)
		cc_mark_rewind(cc, mark);
	if (cc->n_marks > mark)
		cc_mark_pop(cc, mark);
	cc->announced = true;
	if (result == CC_OK)
		result = cc_flush_immediate(cc);
	cc->announced = false;
	return cc_unprotect(cc, own, result);
}
