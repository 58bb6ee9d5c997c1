/*
 * path.c - the rows that have to be read before a row can be judged.
 *
 * Each is read once per transaction, by the key that names it, and kept until a row of its table
 * changes.  The row that the event is about is never read: which of its images counts is the
 * event's to say, and a hook comes after the write where a verb comes before it.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

/* ---- the cache ---------------------------------------------------------------------------- */

int
cc_path_open(struct cc *cc)
{
	struct cc_paths *paths = &cc->paths;
	size_t hops = 0, slots = 0;

	for (size_t i = 0; i < cc->schema->n_tables; i++) {
		const struct cc_table *table = &cc->schema->tables[i];

		for (size_t k = 0; k < table->n_links; k++) {
			const struct cc_link *link = &table->links[k];

			hops = link->n_hops > hops ? link->n_hops : hops;
			slots = link->n_slots > slots ? link->n_slots : slots;
		}
	}
	paths->versions = calloc((size_t)cc->schema->n_tables + 1, sizeof *paths->versions);
	paths->hops = calloc(hops + 1, sizeof *paths->hops);
	paths->tables = calloc(hops + 1, sizeof(const struct cc_table *));
	paths->forced = calloc(slots + 1, sizeof *paths->forced);
	paths->amounts = calloc(slots + 1, sizeof *paths->amounts);
	if (paths->versions == NULL || paths->hops == NULL || paths->tables == NULL ||
	    paths->forced == NULL || paths->amounts == NULL)
		return cc_nomem(cc);
	return CC_OK;
}

void
cc_path_free(struct cc *cc)
{
	struct cc_paths *paths = &cc->paths;

	cc_anchors_free(cc);
	cc_arena_free(&paths->rows);
	cc_arena_free(&paths->told_memory);
	free(paths->passed);
	free(paths->versions);
	free(paths->hops);
	free(paths->tables);
	free(paths->forced);
	free(paths->amounts);
}

void
cc_path_forget(struct cc *cc, const struct cc_table *table)
{
	cc->paths.versions[cc_table_index(cc, table)]++;
}

/* What events were judged by stays for the flush to look at, but is to be read and locked anew. */
void
cc_path_forget_all(struct cc *cc)
{
	struct cc_paths *paths = &cc->paths;

	if (paths->told == NULL) {
		cc_path_clear(cc);
		return;
	}
	for (size_t i = 0; i < cc->schema->n_tables; i++)
		paths->versions[i]++;
	for (size_t i = 0; i < paths->passed_capacity; i++)
		if (paths->passed[i] != NULL)
			paths->passed[i]->locked = false;
}

void
cc_path_settled(struct cc *cc)
{
	if (cc->paths.told != NULL)
		cc_arena_reset(&cc->paths.told_memory);
	cc->paths.told = NULL;
}

void
cc_path_clear(struct cc *cc)
{
	struct cc_paths *paths = &cc->paths;

	paths->suspect = false;
	if (paths->told != NULL) {
		paths->told = NULL;
		cc_arena_reset(&paths->told_memory);
	}
	if (paths->n_passed == 0)
		return;
	memset(paths->passed, 0, paths->passed_capacity * sizeof(struct cc_passed *));
	paths->n_passed = 0;
	cc_arena_reset(&paths->rows);
}

static uint64_t
path_hash(const struct cc_reference *by, const char *bytes, size_t n)
{
	uint64_t hash = (uintptr_t)by;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 29;
}

/* The place of a key in the table, which is never full. */
static struct cc_passed **
path_slot(const struct cc_paths *paths, const struct cc_reference *by, uint64_t hash,
    const char *key, size_t n)
{
	size_t mask = paths->passed_capacity - 1, i = hash & mask;

	for (; paths->passed[i] != NULL; i = (i + 1) & mask) {
		const struct cc_passed *passed = paths->passed[i];

		if (passed->hash == hash && passed->by == by && passed->length == n &&
		    memcmp(passed->key, key, n) == 0)
			break;
	}
	return &paths->passed[i];
}

static int
path_grow(struct cc *cc)
{
	struct cc_paths *paths = &cc->paths;
	struct cc_passed **old = paths->passed;
	size_t n_old = paths->passed_capacity, n = n_old == 0 ? 64 : n_old * 2;
	struct cc_passed **fresh = calloc(n, sizeof(struct cc_passed *));

	if (fresh == NULL)
		return cc_nomem(cc);
	paths->passed = fresh;
	paths->passed_capacity = n;
	for (size_t i = 0; i < n_old; i++)
		if (old[i] != NULL)
			*path_slot(paths, old[i]->by, old[i]->hash, old[i]->key,
			    old[i]->length) = old[i];
	free(old);
	return CC_OK;
}

/* The row with this key, as known or as yet to be read. */
static int
path_find(struct cc *cc, const struct cc_table *table, const struct cc_reference *by,
    const struct cc_table *parent, const union cc_part *key, struct cc_passed **out)
{
	struct cc_paths *paths = &cc->paths;
	struct cc_passed **slot;
	uint64_t hash;

	cc_text_clear(&cc->key);
	cc_key_encode(&cc->key, parent->fields, by->parent_fields, by->n_fields, key);
	if (cc->key.failed ||
	    (paths->n_passed * 2 >= paths->passed_capacity && path_grow(cc) != CC_OK))
		return cc_nomem(cc);
	hash = path_hash(by, cc->key.data, cc->key.length);
	slot = path_slot(paths, by, hash, cc->key.data, cc->key.length);
	if (*slot == NULL) {
		struct cc_passed *passed = cc_arena_get(&paths->rows,
		    sizeof *passed + cc->key.length);
		void *row = cc_arena_get(&paths->rows, cc_full_size(parent));

		if (passed == NULL || row == NULL)
			return cc_nomem(cc);
		*passed = (struct cc_passed){ .from = table, .by = by, .hash = hash, .length = cc->key.length,
			.version = paths->versions[by->parent] - 1, .row = row };
		memcpy(passed->key, cc->key.data, cc->key.length);
		*slot = passed;
		paths->n_passed++;
	}
	*out = *slot;
	return CC_OK;
}

static bool
path_differs(const struct cc_table *table, const void *a, const void *b)
{
	for (size_t i = 0; i < cc_n_fields(table); i++)
		if (!cc_field_equal(&table->fields[i], a, b))
			return true;
	return false;
}

/* The row that the statement finds: events may have been judged by another one. */
static int
path_take(struct cc *cc, const struct cc_table *parent, struct cc_statement *st,
    struct cc_passed *passed)
{
	struct cc_paths *paths = &cc->paths;
	void *row = passed->row;
	int result = cc_step(st);
	bool there = result == CC_ROW;

	if (passed->read && cc->engine->concurrent)
		row = cc_arena_get(&paths->rows, cc_full_size(parent));
	if (row == NULL)
		return cc_nomem(cc);
	if (there)
		result = cc_row_read(st, 0, parent, row, &paths->rows);
	if (result != CC_OK)
		return result;
	if (row != passed->row && (there != passed->there ||
	    (there && path_differs(parent, row, passed->row))))
		paths->suspect = true;
	passed->row = row;
	passed->there = there;
	passed->read = true;
	passed->version = paths->versions[passed->by->parent];
	return CC_OK;
}

/* How a row is locked: as one that will be written, where it may be. */
static bool
path_is_written(struct cc *cc, const struct cc_table *parent, const struct cc_passed *passed)
{
	uint16_t pool = cc->holders[cc_table_index(cc, parent)].pool;
	const struct cc_entry *entry = NULL;
	union cc_part key[CC_KEY_PARTS];

	if (pool == CC_NONE || !passed->there)
		return false;
	if (cc->flow.any)
		return true;
	if (cc_row_key(parent, passed->row, key))
		entry = cc_entry_find(cc, pool, key);
	return entry != NULL && !cc_entry_empty(&cc->pools[pool], entry);
}

static int
path_load(struct cc *cc, const union cc_part *key, struct cc_passed *passed, bool lock)
{
	const struct cc_reference *by = passed->by;
	const struct cc_table *parent = &cc->schema->tables[by->parent];
	const struct cc_table_sql *sql = cc_sql(cc, passed->from);
	size_t reference = (size_t)(by - passed->from->references);
	bool written = lock && path_is_written(cc, parent, passed);
	struct cc_statement *st;
	int result;

	if (sql->parents == NULL || sql->parents[reference] == NULL)
		return cc_fail(cc, CC_MISUSE, "%s cannot be followed", by->name);
	result = cc_prepare_ending(cc, &st, sql->tag, sql->parents[reference],
	    written ? CC_ENDING_LOCK : CC_ENDING_SHARE,
	    !lock ? "" : written ? cc->engine->lock : cc->engine->share);
	if (result != CC_OK)
		return result;
	for (int i = 0; i < by->n_fields; i++)
		cc_bind_part(st, i + 1, &parent->fields[by->parent_fields[i]], key[i]);
	result = path_take(cc, parent, st, passed);
	cc_reset(st);
	passed->locked = result == CC_OK && lock && passed->there;
	return result;
}

int
cc_path_lock(struct cc *cc, struct cc_passed *passed)
{
	const struct cc_reference *by = passed->by;
	union cc_part key[CC_KEY_PARTS];

	cc_key_decode(passed->key, cc->schema->tables[by->parent].fields, by->parent_fields,
	    by->n_fields, key);
	return path_load(cc, key, passed, true);
}

static bool
path_has_key(const struct cc_table *parent, const void *row, const struct cc_reference *by,
    const union cc_part *key)
{
	union cc_part own[CC_KEY_PARTS];

	for (size_t i = 0; i < by->n_fields; i++)
		if (!cc_field_part(&parent->fields[by->parent_fields[i]], row, &own[i]))
			return false;
	return cc_key_equal(parent->fields, by->parent_fields, by->n_fields, own, key);
}

/* The row that changes, or on the side before one of those that change with it; or NULL. */
static const void *
path_changing(const struct cc *cc, const struct cc_side *self, const struct cc_table *parent,
    const struct cc_reference *by, const union cc_part *key)
{
	const struct cc_paths *paths = &cc->paths;

	if (self->table == parent && self->row != NULL &&
	    path_has_key(parent, self->row, by, key))
		return self->row;
	for (size_t i = 0; paths->many == parent && !self->plus && i < paths->n_befores; i++) {
		const void *row = paths->befores + i * cc_full_size(parent);

		if (path_has_key(parent, row, by, key))
			return row;
	}
	return NULL;
}

/*
 * The key is that of the row on the other side alone: here nothing has it, whatever is stored.  Of
 * many rows that have changed another may have taken it.
 */
static bool
path_elsewhere(const struct cc *cc, const struct cc_side *self, const struct cc_table *parent,
    const struct cc_reference *by, const union cc_part *key)
{
	return self->table == parent && self->other != NULL &&
	    !(self->plus && cc->paths.many == parent) &&
	    path_has_key(parent, self->other, by, key);
}

int
cc_path_read(struct cc *cc, const struct cc_table *table, const struct cc_reference *by,
    const union cc_part *key, const struct cc_side *self, const void **out)
{
	const struct cc_table *parent = &cc->schema->tables[by->parent];
	struct cc_passed *passed = NULL;
	int result;

	*out = path_changing(cc, self, parent, by, key);
	if (*out != NULL || path_elsewhere(cc, self, parent, by, key))
		return CC_OK;
	result = path_find(cc, table, by, parent, key, &passed);
	if (result == CC_OK && passed->version != cc->paths.versions[by->parent])
		result = path_load(cc, key, passed, cc->paths.locking);
	if (result == CC_OK && passed->there)
		*out = passed->row;
	return result;
}

/* ---- judging -------------------------------------------------------------------------------- */

/* One hop, into paths->hops[at]: NULL where the row is not there or outside its scope. */
static int
path_hop(struct cc *cc, const struct cc_hop *hop, const struct cc_side *of, size_t at)
{
	struct cc_paths *paths = &cc->paths;
	const struct cc_table *table = paths->tables[hop->from];
	const struct cc_reference *by = &table->references[hop->reference];
	const struct cc_table *parent = &cc->schema->tables[by->parent];
	union cc_part key[CC_KEY_PARTS];
	int result;

	paths->tables[at] = parent;
	paths->hops[at] = NULL;
	if (paths->hops[hop->from] == NULL || !by->key(paths->hops[hop->from], key))
		return CC_OK;
	result = cc_path_read(cc, table, by, key, of, &paths->hops[at]);
	if (result != CC_OK)
		return result;
	if (paths->hops[at] == NULL)
		cc->strays |= by->enforced;
	else if (parent->in_scope != NULL && !parent->in_scope(paths->hops[at]))
		paths->hops[at] = NULL;
	return CC_OK;
}

int
cc_judge(struct cc *cc, const struct cc_link *link, const struct cc_side *of,
    struct cc_contribution *to, bool *counts)
{
	struct cc_paths *paths = &cc->paths;

	*counts = false;
	to->failed = false;
	to->moments = cc->moments;
	to->memory = &cc->amounts_memory;
	for (size_t i = 0; i < link->n_slots; i++)
		to->amount[i].i = 0;
	if (link->judge == NULL) {
		*counts = link->contribute(of->row, to);
		if (to->failed)
			*counts = cc_reference_key(cc, of->table, link, of->row, to->key);
		return CC_OK;
	}
	paths->hops[0] = of->row;
	paths->tables[0] = of->table;
	for (size_t i = 0; i < link->n_hops; i++) {
		int result = path_hop(cc, &link->hops[i], of, i + 1);

		if (result != CC_OK)
			return result;
		if (paths->hops[i + 1] == NULL && link->hops[i].required)
			return CC_OK;
	}
	*counts = link->judge(paths->hops, to);
	return CC_OK;
}

void
cc_path_target_key(const struct cc_target *target, const struct cc_reference *reference,
    const union cc_part *parts, union cc_part *key)
{
	for (size_t i = 0; i < target->n_fields; i++)
		for (size_t k = 0; k < reference->n_fields; k++)
			if (reference->parent_fields[k] == target->fields[i])
				key[i] = parts[k];
}

/* ---- trees ------------------------------------------------------------------------------------ */

bool
cc_path_grafts(const struct cc *cc, const struct cc_reference *tree, const struct cc_side *side)
{
	const struct cc_table *table = &cc->schema->tables[tree->parent];
	const void *was = cc->paths.was, *is = side->row;
	union cc_part old[CC_KEY_PARTS], new[CC_KEY_PARTS];

	if (side->table != table || is == NULL)
		return false;
	if (was == NULL || (table->in_scope != NULL && !table->in_scope(was)) ||
	    !tree->key(was, old) || !tree->key(is, new) ||
	    !cc_key_equal(table->fields, tree->parent_fields, tree->n_fields, old, new))
		return true;
	for (size_t i = 0; i < tree->n_fields; i++)
		if (!cc_field_equal(&table->fields[tree->parent_fields[i]], was, is))
			return true;
	return false;
}

static int
path_circle(struct cc *cc, const struct cc_table *table, const void *row, const char *what)
{
	union cc_part key[CC_KEY_PARTS];

	cc_text_clear(&cc->json);
	if (cc_row_key(table, row, key))
		cc_key_json(&cc->json, table->fields, table->key, table->n_key, key);
	if (cc->json.failed)
		return cc_nomem(cc);
	if (cc->paths.refuse)
		return cc_fail(cc, CC_MISUSE, "%s %s %s", table->sql_name, cc->json.data, what);
	cc_report(cc, &(struct cc_event){ .kind = CC_EVENT_CIRCLE,
	    .table = table->sql_name, .key = cc->json.data, .message = what });
	return CC_OK;
}

/* Up from the row: to the top, to itself, or round a circle that it is not in. */
static int
path_climb(struct cc *cc, const struct cc_reference *tree, const struct cc_side *side)
{
	const struct cc_table *table = side->table;
	union cc_part key[CC_KEY_PARTS];
	const void *row = side->row, *mark = NULL;
	int result;

	for (int depth = 1; (table->in_scope == NULL || table->in_scope(row)) &&
	    tree->key(row, key); depth++) {
		result = cc_path_read(cc, table, tree, key, side, &row);
		if (result != CC_OK || row == NULL || row == mark)
			return result;
		if (row == side->row)
			return path_circle(cc, table, row, "is its own ancestor");
		if (depth > CC_DEPTH)
			return path_circle(cc, table, side->row, "has too many ancestors");
		if ((depth & (depth - 1)) == 0)
			mark = row;
	}
	return CC_OK;
}

int
cc_path_trees(struct cc *cc, const struct cc_side *side)
{
	int result = CC_OK;

	for (size_t i = 0; result == CC_OK && i < side->table->n_references; i++) {
		const struct cc_reference *tree = &side->table->references[i];

		if (tree->tree && cc_path_grafts(cc, tree, side))
			result = path_climb(cc, tree, side);
	}
	return result;
}
