/*
 * hook.c - what generated hooks call: rows that the application wrote itself, told one or many.
 */
#include "cc.h"

#include <string.h>

/* A hook outside any transaction has one of its own. */
static bool
hook_protect(struct cc *cc, bool *own, int *result)
{
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

bool
cc_hook_begin(struct cc *cc, uint64_t rows, bool *own, int *result)
{
	bool open = cc_undisturbed(cc);

	*own = false;
	*result = open ? CC_OK : cc_enter(cc);
	if (*result != CC_OK || cc->skip > 0)
		return false;
	cc->metrics.hooks += rows;
	return open || cc_in_transaction(cc) || hook_protect(cc, own, result);
}

/* A row as it was, with the inputs that it has. */
static void
hook_before(const struct cc_table *table, const void *full, const void *before, void *out)
{
	memcpy(out, full, cc_full_size(table));
	memcpy(out, before, table->row_size);
}

/* The same for a row whose maintained columns others read. */
static int
hook_run_full(struct cc *cc, const struct cc_table *table, const void *before, const void *after)
{
	int result = cc_flow_full(cc, table, after != NULL ? after : before, cc->after);

	if (result == CC_OK && before != NULL)
		hook_before(table, cc->after, before, cc->before);
	return result != CC_OK ? result : cc_count(cc, table, before != NULL ? cc->before : NULL,
	    after != NULL ? cc->after : NULL, true);
}

static int
hook_run(struct cc *cc, const struct cc_table *table, const void *before, const void *after)
{
	bool own;
	int result;

	if (!cc_hook_begin(cc, 1, &own, &result))
		return result;
	result = table->n_inputs == 0 ? cc_count(cc, table, before, after, true) :
	    hook_run_full(cc, table, before, after);
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

/* ---- many ------------------------------------------------------------------------------------ */

/* Rows of one call, as they were and as they are; NULL: they were not, or are not. */
struct hook_many {
	const struct cc_table *table;
	const char *before, *after;
	size_t n, size;                   /* bytes from one row to the next */
};

/* Whether rows of the table stand above one another on a path. */
static bool
hook_stands_above_itself(const struct cc *cc, const struct cc_table *table)
{
	uint16_t index = cc_table_index(cc, table);

	for (size_t i = 0; i < table->n_roles; i++)
		if (table->roles[i].kind == CC_ROLE_TREE || table->roles[i].child == index ||
		    table->roles[i].flags & CC_ROLE_RECURS)
			return true;
	for (size_t i = 0; i < table->n_links; i++)
		if (table->links[i].climbs)
			return true;
	return false;
}

/* Makes the rows full ones, in the arena of cascades. */
static int
hook_many_full(struct cc *cc, struct hook_many *many)
{
	size_t size = cc_full_size(many->table);
	char *before = NULL, *after;
	int result = CC_OK;

	cc_arena_reset(&cc->walk);
	after = cc_arena_get(&cc->walk, many->n * size + 1);
	if (many->before != NULL)
		before = cc_arena_get(&cc->walk, many->n * size + 1);
	if (after == NULL || (many->before != NULL && before == NULL))
		return cc_nomem(cc);
	for (size_t i = 0; result == CC_OK && i < many->n; i++) {
		const char *rows = many->after != NULL ? many->after : many->before;

		result = cc_flow_full(cc, many->table, rows + i * many->size, after + i * size);
		if (result == CC_OK && before != NULL)
			hook_before(many->table, after + i * size,
			    many->before + i * many->size, before + i * size);
	}
	many->before = before;
	many->after = many->after != NULL ? after : NULL;
	many->size = size;
	return result;
}

static int
hook_many_count(struct cc *cc, const struct hook_many *many)
{
	struct cc_paths *paths = &cc->paths;
	int result = CC_OK;

	if (many->n > 1 && hook_stands_above_itself(cc, many->table)) {
		paths->walking = true;
		paths->many = many->table;
		paths->befores = many->before;
		paths->n_befores = many->before != NULL ? many->n : 0;
	}
	for (size_t i = 0; result == CC_OK && i < many->n; i++)
		result = cc_count(cc, many->table,
		    many->before != NULL ? many->before + i * many->size : NULL,
		    many->after != NULL ? many->after + i * many->size : NULL, false);
	paths->walking = false;
	paths->many = NULL;
	return result;
}

/* All rows or none: an internal mark takes back those before the one that failed. */
static int
hook_many(struct cc *cc, struct hook_many many)
{
	size_t mark;
	bool own;
	int result;

	if (!cc_hook_begin(cc, many.n, &own, &result))
		return result;
	mark = cc->n_marks;
	result = cc_mark_push(cc, CC_MARK_INTERNAL, NULL);
	if (result != CC_OK)
		return cc_unprotect(cc, own, result);
	if (many.table->n_inputs > 0)
		result = hook_many_full(cc, &many);
	if (result == CC_OK)
		result = hook_many_count(cc, &many);
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
	return hook_many(cc, (struct hook_many){ table, NULL, rows, n, table->row_size });
}

int
cc_rows_updated(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after, size_t n)
{
	return hook_many(cc, (struct hook_many){ table, before, after, n, table->row_size });
}

int
cc_rows_deleted(struct cc *cc, const struct cc_table *table, const void *before, size_t n)
{
	return hook_many(cc, (struct hook_many){ table, before, NULL, n, table->row_size });
}

/* ---- before a delete --------------------------------------------------------------------------- */

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
	result = cc_load_locked(cc, table, key, cc->before, &cc->scratch, true);
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
