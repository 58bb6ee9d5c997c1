/*
 * anchor.c - the parents that one event concerns through one link, and by how much on each side.
 *
 * What was is gathered as minus, what is as plus; only where they differ is anything applied, so
 * that the common ancestors of a subtree's old and new place stay untouched.  A tree is climbed row
 * by row; one that is met twice, or too many of them, ends the climb: those rows are then set from a
 * recount.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

struct cc_anchor {
	struct cc_anchor *next;
	uint64_t hash;
	uint32_t length;
	uint32_t climb;                    /* the last one that came by */
	uint32_t flags;                    /* CC_ENTRY_… */
	const char *key;                   /* encoded */
	union cc_number amounts[];         /* plus by slot, minus by slot */
};

/* ---- finding ------------------------------------------------------------------------------- */

void
cc_anchors_free(struct cc *cc)
{
	free(cc->paths.anchors);
	cc_arena_free(&cc->paths.memory);
}

void
cc_anchors_begin(struct cc *cc, const struct cc_link *link)
{
	struct cc_paths *paths = &cc->paths;

	paths->link = link;
	paths->first = NULL;
	paths->end = &paths->first;
	if (paths->n_anchors > 0)
		memset(paths->anchors, 0, paths->anchors_capacity * sizeof(struct cc_anchor *));
	paths->n_anchors = 0;
	paths->circle = false;
	cc_arena_reset(&paths->memory);
	memset(paths->forced, 0, link->n_slots * sizeof *paths->forced);
}

static struct cc_anchor **
anchor_slot(const struct cc_paths *paths, uint64_t hash, const char *key, size_t n)
{
	size_t mask = paths->anchors_capacity - 1, i = hash & mask;

	for (; paths->anchors[i] != NULL; i = (i + 1) & mask) {
		const struct cc_anchor *anchor = paths->anchors[i];

		if (anchor->hash == hash && anchor->length == n &&
		    (n == 0 || memcmp(anchor->key, key, n) == 0))   /* 0: a singleton's */
			break;
	}
	return &paths->anchors[i];
}

static int
anchor_grow(struct cc *cc)
{
	struct cc_paths *paths = &cc->paths;
	size_t n = paths->anchors_capacity == 0 ? 64 : paths->anchors_capacity * 2;
	struct cc_anchor **fresh = calloc(n, sizeof(struct cc_anchor *));

	if (fresh == NULL)
		return cc_nomem(cc);
	free(paths->anchors);
	paths->anchors = fresh;
	paths->anchors_capacity = n;
	for (struct cc_anchor *anchor = paths->first; anchor != NULL; anchor = anchor->next)
		*anchor_slot(paths, anchor->hash, anchor->key, anchor->length) = anchor;
	return CC_OK;
}

static int
anchor_add(struct cc *cc, struct cc_anchor **slot, uint64_t hash)
{
	struct cc_paths *paths = &cc->paths;
	size_t amounts = 2 * (size_t)paths->link->n_slots * sizeof(union cc_number);
	struct cc_anchor *anchor = cc_arena_get(&paths->memory, sizeof *anchor + amounts);
	char *key = cc_arena_get(&paths->memory, cc->key.length + 1);

	if (anchor == NULL || key == NULL)
		return cc_nomem(cc);
	memset(anchor, 0, sizeof *anchor + amounts);
	anchor->hash = hash;
	anchor->length = (uint32_t)cc->key.length;
	anchor->key = key;
	if (cc->key.length > 0)
		memcpy(key, cc->key.data, cc->key.length);
	*slot = anchor;
	*paths->end = anchor;
	paths->end = &anchor->next;
	paths->n_anchors++;
	return CC_OK;
}

static int
anchor_find(struct cc *cc, const union cc_part *key, struct cc_anchor **out)
{
	struct cc_paths *paths = &cc->paths;
	const struct cc_pool *pool = &cc->pools[paths->link->target];
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	struct cc_anchor **slot;
	int result = CC_OK;

	cc_text_clear(&cc->key);
	cc_key_encode(&cc->key, pool->table->fields, pool->target->fields,
	    pool->target->n_fields, key);
	if (cc->key.failed ||
	    (paths->n_anchors * 2 >= paths->anchors_capacity && anchor_grow(cc) != CC_OK))
		return cc_nomem(cc);
	for (size_t i = 0; i < cc->key.length; i++)
		hash = (hash ^ (unsigned char)cc->key.data[i]) * UINT64_C(0x100000001b3);
	hash ^= hash >> 29;
	slot = anchor_slot(paths, hash, cc->key.data, cc->key.length);
	if (*slot == NULL)
		result = anchor_add(cc, slot, hash);
	*out = *slot;
	return result;
}

/* ---- gathering ------------------------------------------------------------------------------ */

static void
anchor_sum(const struct cc *cc, struct cc_anchor *anchor, const struct cc_side *side,
    const union cc_number *amounts)
{
	const struct cc_link *link = cc->paths.link;
	const struct cc_table *table = cc->pools[link->target].table;
	union cc_number *sums = anchor->amounts + (side->plus ? 0 : link->n_slots);

	anchor->flags |= side->flags;
	for (size_t i = 0; side->flags == 0 && i < link->n_slots; i++)
		if (cc_column_is_valued(&table->columns[link->slots[i]]))
			sums[i] = cc_valued_better(&table->columns[link->slots[i]], sums[i],
			    amounts[i]);
		else if (cc_delta_is_float(&table->columns[link->slots[i]]))
			sums[i].f += amounts[i].f;
		else if (__builtin_add_overflow(sums[i].i, amounts[i].i, &sums[i].i))
			anchor->flags |= CC_ENTRY_FAILED;
}

/* The row was met before: those of this climb are to be recounted, or the write is refused. */
static int
anchor_circle(struct cc *cc, const struct cc_side *side, const char *what, bool own)
{
	struct cc_paths *paths = &cc->paths;
	const struct cc_pool *pool = &cc->pools[paths->link->target];
	union cc_part key[CC_KEY_PARTS];
	struct cc_anchor *first = NULL;

	paths->circle = true;
	for (struct cc_anchor *anchor = paths->first; anchor != NULL; anchor = anchor->next)
		if (anchor->climb == paths->climbs) {
			anchor->flags |= CC_ENTRY_RECOUNT;
			first = first == NULL ? anchor : first;
		}
	cc_text_clear(&cc->json);
	cc_key_decode(first->key, pool->table->fields, pool->target->fields,
	    pool->target->n_fields, key);
	cc_key_json(&cc->json, pool->table->fields, pool->target->fields,
	    pool->target->n_fields, key);
	if (cc->json.failed)
		return cc_nomem(cc);
	if (paths->refuse && side->plus && own &&
	    cc_path_grafts(cc, &pool->table->references[paths->link->climb], side))
		return cc_fail(cc, CC_MISUSE, "%s %s %s", pool->table->sql_name, cc->json.data,
		    what);
	cc_report(cc, &(struct cc_event){ .kind = CC_EVENT_CIRCLE,
	    .table = pool->table->sql_name, .key = cc->json.data, .message = what });
	return CC_OK;
}

/* The next row up; *key: its key in the target's order; *more: there is one. */
static int
anchor_up(struct cc *cc, const struct cc_side *side, union cc_part *key, bool *more, bool *own)
{
	const struct cc_pool *pool = &cc->pools[cc->paths.link->target];
	const struct cc_table *table = pool->table;
	const struct cc_reference *by = &table->references[cc->paths.link->climb];
	union cc_part parts[CC_KEY_PARTS];
	const void *row;
	int result;

	for (size_t i = 0; i < by->n_fields; i++)
		for (size_t k = 0; k < pool->target->n_fields; k++)
			if (by->parent_fields[i] == pool->target->fields[k])
				parts[i] = key[k];
	result = cc_path_read(cc, table, by, parts, side, &row);
	*more = result == CC_OK && row != NULL &&
	    (table->in_scope == NULL || table->in_scope(row)) && by->key(row, parts);
	*own |= row != NULL && row == side->row;
	if (*more)
		cc_path_target_key(pool->target, by, parts, key);
	return result;
}

static int
anchor_climb(struct cc *cc, const struct cc_side *side, const union cc_part *from,
    const union cc_number *amounts)
{
	const struct cc_pool *pool = &cc->pools[cc->paths.link->target];
	union cc_part key[CC_KEY_PARTS];
	struct cc_anchor *anchor;
	bool more = true, own = false;
	int result = CC_OK;

	memcpy(key, from, pool->target->n_fields * sizeof key[0]);
	cc->paths.climbs++;
	for (int depth = 0; more; depth++) {
		result = anchor_find(cc, key, &anchor);
		if (result != CC_OK)
			return result;
		if (anchor->climb == cc->paths.climbs)
			return anchor_circle(cc, side, "is its own ancestor", own);
		anchor->climb = cc->paths.climbs;
		anchor_sum(cc, anchor, side, amounts);
		if (depth == CC_DEPTH)
			return anchor_circle(cc, side, "has too many ancestors", true);
		result = anchor_up(cc, side, key, &more, &own);
		if (result != CC_OK)
			return result;
	}
	return CC_OK;
}

int
cc_anchors_add(struct cc *cc, const struct cc_side *side, const union cc_part *key,
    const union cc_number *amounts)
{
	struct cc_anchor *anchor;
	int result;

	if (cc->paths.link->climbs)
		return anchor_climb(cc, side, key, amounts);
	result = anchor_find(cc, key, &anchor);
	if (result == CC_OK)
		anchor_sum(cc, anchor, side, amounts);
	return result;
}

/* ---- applying -------------------------------------------------------------------------------- */

/* Whether the sides differ; of derived columns, plus becomes how often they are touched. */
static bool
anchor_differs(const struct cc *cc, struct cc_anchor *anchor)
{
	const struct cc_link *link = cc->paths.link;
	const struct cc_table *table = cc->pools[link->target].table;
	union cc_number *plus = anchor->amounts, *minus = plus + link->n_slots;
	bool differs = false;

	for (size_t i = 0; i < link->n_slots; i++) {
		if (cc_column_is_valued(&table->columns[link->slots[i]])) {
			if (cc->paths.forced[i] && plus[i].i == CC_UNSURE)
				minus[i].i = 0;
		} else if (table->columns[link->slots[i]].kind == CC_DERIVED) {
			plus[i].i = plus[i].i != minus[i].i ||
			    (cc->paths.forced[i] && plus[i].i != 0);
			minus[i].i = 0;
		}
		differs |= plus[i].i != minus[i].i;
	}
	return differs;
}

int
cc_anchor_recount(struct cc *cc, uint16_t index, const union cc_part *key)
{
	struct cc_pool *pool = &cc->pools[index];
	union cc_part primary[CC_KEY_PARTS];
	struct cc_entry *entry;

	if (!pool->primary) {
		int result = cc_find_row(cc, pool, key);

		if (result == CC_NOTFOUND)
			return CC_OK;
		if (result != CC_OK)
			return result;
		index = cc->holders[pool->target->table].pool;
		if (!cc_row_key(pool->table, cc->found, primary))
			return CC_OK;
		key = primary;
	}
	entry = cc_entry_get(cc, index, key);
	if (entry == NULL)
		return CC_NOMEM;
	entry->flags |= CC_ENTRY_RECOUNT | CC_ENTRY_TOUCH;
	return CC_OK;
}

static int
anchor_apply(struct cc *cc, struct cc_anchor *anchor, bool insert)
{
	const struct cc_link *link = cc->paths.link;
	const struct cc_pool *pool = &cc->pools[link->target];
	struct cc_change change = { .link = link, .pool = link->target, .insert = insert,
		.plus = anchor->amounts, .minus = anchor->amounts + link->n_slots };
	union cc_part key[CC_KEY_PARTS];

	cc_key_decode(anchor->key, pool->table->fields, pool->target->fields,
	    pool->target->n_fields, key);
	if (anchor->flags & CC_ENTRY_RECOUNT)
		return cc_anchor_recount(cc, link->target, key);
	if (anchor->flags & CC_ENTRY_FAILED) {
		change.link = NULL;
		change.flags = CC_ENTRY_FAILED;
	} else if (!anchor_differs(cc, anchor))
		return CC_OK;
	change.entry = cc_entry_get(cc, link->target, key);
	if (change.entry == NULL)
		return CC_NOMEM;
	cc_change_entry(cc, &change);
	return CC_OK;
}

int
cc_anchors_apply(struct cc *cc, bool insert)
{
	int result = CC_OK;

	for (struct cc_anchor *anchor = cc->paths.first; result == CC_OK && anchor != NULL;
	    anchor = anchor->next)
		result = anchor_apply(cc, anchor, insert);
	return result;
}
