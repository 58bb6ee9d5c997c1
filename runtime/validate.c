/*
 * validate.c - what events were judged by is looked at again before anything is applied.
 *
 * Where others write beside an open transaction, a row that a hook read may have been moved, flipped
 * or deleted by the time of the flush, by somebody who could not see what the hook counted.  So the
 * flush locks each such row, and each parent that it will write, in one order for all: tables as
 * they are flushed, those without maintained columns first, and by key.  If one is not what it
 * was, the transaction's events are judged once more, and all parents that they concern now or
 * concerned then are set from a recount: whoever added to such a parent holds its lock until that
 * is committed, so that a recount under the lock sees it.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

int
cc_validate_tell(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after)
{
	struct cc_paths *paths = &cc->paths;
	struct cc_told *told;

	if (!cc->engine->concurrent)
		return CC_OK;
	told = cc_arena_get(&paths->told_memory, sizeof *told);
	if (told == NULL)
		return cc_nomem(cc);
	*told = (struct cc_told){ .before = paths->told, .table = table };
	if (before != NULL)
		told->was = cc_row_copy(table, before, &paths->told_memory);
	if (after != NULL)
		told->is = cc_row_copy(table, after, &paths->told_memory);
	if ((before != NULL && told->was == NULL) || (after != NULL && told->is == NULL))
		return cc_nomem(cc);
	paths->told = told;
	return CC_OK;
}

/* ---- locks in one order ------------------------------------------------------------------------ */

/* A row that was read, or a parent that will be written. */
struct validate_item {
	uint32_t rank;                    /* 0: no maintained columns; else 1 + its pool */
	uint16_t table;
	const char *key;
	size_t length;
	struct cc_passed *passed;
	struct cc_entry *entry;
};

struct validate {
	struct cc *cc;
	struct validate_item *items;
	size_t n;
	struct cc_arena keys;
};

static int
validate_compare(const void *left, const void *right)
{
	const struct validate_item *a = left, *b = right;
	size_t n = a->length < b->length ? a->length : b->length;
	int order;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->table != b->table)
		return a->table < b->table ? -1 : 1;
	order = n == 0 ? 0 : memcmp(a->key, b->key, n);
	return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static size_t
validate_gather_passed(struct validate *validate)
{
	const struct cc_paths *paths = &validate->cc->paths;
	size_t n = 0;

	for (size_t i = 0; i < paths->passed_capacity; i++) {
		struct cc_passed *passed = paths->passed[i];
		struct validate_item *item = &validate->items[validate->n];
		uint16_t pool;

		if (passed == NULL || passed->locked || !passed->read)
			continue;
		pool = validate->cc->holders[passed->by->parent].pool;
		*item = (struct validate_item){ .rank = pool == CC_NONE ? 0 : 1u + pool,
			.table = passed->by->parent, .key = passed->key,
			.length = passed->length, .passed = passed };
		validate->n++;
		n++;
	}
	return n;
}

static int
validate_gather_entry(struct validate *validate, uint16_t index, struct cc_entry *entry)
{
	struct cc *cc = validate->cc;
	const struct cc_pool *pool = &cc->pools[index];
	struct validate_item *item = &validate->items[validate->n++];
	union cc_part parts[CC_KEY_PARTS];
	char *key;

	cc_entry_parts(pool, entry, parts);
	cc_text_clear(&cc->key);
	cc_key_encode(&cc->key, pool->table->fields, pool->target->fields, pool->target->n_fields,
	    parts);
	key = cc_arena_get(&validate->keys, cc->key.length + 1);
	if (key == NULL || cc->key.failed)
		return cc_nomem(cc);
	if (cc->key.length > 0)
		memcpy(key, cc->key.data, cc->key.length);
	*item = (struct validate_item){ .rank = 1u + index, .table = pool->target->table,
		.key = key, .length = cc->key.length, .entry = entry };
	return CC_OK;
}

static int
validate_gather(struct validate *validate)
{
	struct cc *cc = validate->cc;
	size_t n = cc->paths.n_passed;
	int result = CC_OK;

	for (size_t i = 0; i < cc->n_filled; i++)
		n += cc->pools[cc->filled[i]].n;
	validate->items = calloc(n + 1, sizeof *validate->items);
	if (validate->items == NULL)
		return cc_nomem(cc);
	if (validate_gather_passed(validate) == 0)
		return CC_OK;
	for (size_t i = 0; i < cc->n_filled; i++) {
		const struct cc_pool *pool = &cc->pools[cc->filled[i]];

		for (uint32_t k = 0; result == CC_OK && k < pool->n; k++)
			if (!cc_entry_empty(pool, cc_pool_entry(pool, k)))
				result = validate_gather_entry(validate, cc->filled[i],
				    cc_pool_entry(pool, k));
	}
	qsort(validate->items, validate->n, sizeof *validate->items, validate_compare);
	return result;
}

static int
validate_lock(struct cc *cc)
{
	struct validate validate = { .cc = cc };
	int result = validate_gather(&validate);

	for (size_t i = 0; result == CC_OK && i < validate.n; i++) {
		const struct validate_item *item = &validate.items[i];

		if (item->entry != NULL) {
			result = cc_lock_entry(cc, &cc->pools[item->rank - 1], item->entry);
			continue;
		}
		result = cc->engine->settle(cc);       /* those before it */
		if (result == CC_OK)
			result = cc_path_lock(cc, item->passed);
	}
	if (result == CC_OK)
		result = cc->engine->settle(cc);
	free(validate.items);
	cc_arena_free(&validate.keys);
	return result;
}

/* ---- once more ----------------------------------------------------------------------------------- */

/* Whether rows reach the pool's parents through others, or as time passes. */
static bool
validate_is_far(const struct cc *cc, uint16_t pool)
{
	for (size_t t = 0; t < cc->schema->n_tables; t++)
		for (size_t l = 0; l < cc->schema->tables[t].n_links; l++) {
			const struct cc_link *link = &cc->schema->tables[t].links[l];

			if (cc->schema->targets[link->target].table ==
			    cc->schema->targets[pool].table && (cc_link_is_far(link) || link->moving))
				return true;
		}
	return false;
}

/* Every parent that the transaction has met so far. */
static int
validate_flag_met(struct cc *cc)
{
	uint16_t filled[64];
	size_t n = cc->n_filled < 64 ? cc->n_filled : 64;
	int result = CC_OK;

	memcpy(filled, cc->filled, n * sizeof filled[0]);
	for (size_t i = 0; i < n; i++) {
		const struct cc_pool *pool = &cc->pools[filled[i]];
		uint32_t met = pool->n;

		for (uint32_t k = 0; result == CC_OK && k < met && validate_is_far(cc, filled[i]); k++) {
			union cc_part key[CC_KEY_PARTS];

			cc_entry_parts(pool, cc_pool_entry(pool, k), key);
			result = cc_anchor_recount(cc, filled[i], key);
		}
	}
	return result;
}

static int
validate_again(struct cc *cc)
{
	int result = validate_flag_met(cc);

	for (const struct cc_told *told = cc->paths.told; result == CC_OK && told != NULL;
	    told = told->before)
		result = cc_count_again(cc, told);
	return result;
}

int
cc_validate(struct cc *cc)
{
	struct cc_paths *paths = &cc->paths;
	int result;

	if (paths->told == NULL)
		return CC_OK;
	result = cc_moments_hold(cc, &paths->suspect);
	if (result == CC_OK)
		result = validate_lock(cc);
	paths->locking = true;
	/* rows that are read under a lock stay as they are: the second time none is another */
	for (int i = 0; result == CC_OK && paths->suspect && i < 3; i++) {
		paths->suspect = false;
		result = validate_again(cc);
	}
	paths->locking = false;
	return result;
}
