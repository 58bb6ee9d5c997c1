/*
 * recount_load.c - parents into memory, with what their columns hold; marks of cc_dirty.
 *
 * A parent outside its scope is not loaded, so that nothing is found for it.
 */
#include <stdlib.h>
#include <string.h>

#include "recount.h"

/* ---- marks of cc_dirty --------------------------------------------------------------- */

/* The key of a singleton is no bytes, at no address. */
static int
recount_compare_bytes(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t n = a_length < b_length ? a_length : b_length;
	int order = n == 0 ? 0 : memcmp(a, b, n);

	return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

static int
recount_by_key(const void *left, const void *right)
{
	const struct recount_mark *a = left, *b = right;

	return recount_compare_bytes(a->encoded, a->length, b->encoded, b->length);
}

/* A key that is not one of this table is left alone. */
static int
recount_add_mark(struct recount *run, struct recount_holder *holder, const char *json,
    int64_t at)
{
	const struct cc_table *table = holder->table;
	union cc_part key[CC_KEY_PARTS];
	struct cc_text encoded = { 0 };
	struct recount_mark *mark;

	if (cc_key_parse(run->cc, json, table->fields, table->key, table->n_key, key,
	    &run->row) != CC_OK)
		return CC_OK;
	cc_key_encode(&encoded, table->fields, table->key, table->n_key, key);
	mark = realloc(holder->marks, (holder->n_marks + 1) * sizeof *mark);
	if (mark == NULL || encoded.failed) {
		holder->marks = mark != NULL ? mark : holder->marks;
		cc_text_free(&encoded);
		return cc_nomem(run->cc);
	}
	holder->marks = mark;
	mark = &mark[holder->n_marks++];
	*mark = (struct recount_mark){ .encoded = encoded.data, .length = encoded.length,
		.json = strdup(json), .at = at };
	return mark->json != NULL ? CC_OK : cc_nomem(run->cc);
}

static int
recount_load_marks(struct recount *run, struct recount_holder *holder)
{
	struct cc_statement *st;
	int result = cc_prepare(run->cc, &st, NULL,
	    "SELECT key, at FROM cc_dirty WHERE table_name = ?1");

	cc_recount_free_marks(holder);
	if (result != CC_OK)
		return result;
	cc_bind_text(st, 1, holder->table->sql_name);
	while ((result = cc_step(st)) == CC_ROW) {
		result = recount_add_mark(run, holder, cc_get_text(st, 0), cc_get_int(st, 1));
		if (result != CC_OK)
			break;
	}
	cc_reset(st);
	if (holder->n_marks > 1)
		qsort(holder->marks, holder->n_marks, sizeof *holder->marks, recount_by_key);
	return result;
}

const struct recount_mark *
cc_recount_mark_of(struct recount *run, const struct recount_holder *holder,
    const union cc_part *key)
{
	struct recount_mark wanted;

	if (holder->n_marks == 0)
		return NULL;
	cc_text_clear(&run->key);
	cc_key_encode(&run->key, holder->table->fields, holder->table->key,
	    holder->table->n_key, key);
	wanted = (struct recount_mark){ .encoded = run->key.data, .length = run->key.length };
	return bsearch(&wanted, holder->marks, holder->n_marks, sizeof *holder->marks,
	    recount_by_key);
}

/* ---- parents ------------------------------------------------------------------------- */

static int
recount_keep_parts(struct recount *run, const struct cc_table *table, const uint16_t *fields,
    size_t n, union cc_part *key)
{
	for (size_t i = 0; i < n; i++) {
		if (!cc_field_is_text(&table->fields[fields[i]]))
			continue;
		run->used += strlen(key[i].s) + 17;
		key[i].s = cc_arena_copy(&run->arena, key[i].s);
		if (key[i].s == NULL)
			return cc_nomem(run->cc);
	}
	return CC_OK;
}

/* The keys of the rows above it, in the trees that links climb. */
static int
recount_keep_above(struct recount *run, struct recount_holder *holder, uint32_t parent)
{
	union cc_part parts[CC_KEY_PARTS];
	int result = CC_OK;

	for (size_t i = 0; i < holder->n_climbs && result == CC_OK; i++) {
		const struct recount_climb *climb = &holder->climbs[i];
		const struct cc_target *target = climb->index->target;
		union cc_part *up = recount_up(holder, parent) + climb->first;

		if (!climb->by->key(run->parent, parts))
			continue;
		cc_path_target_key(target, climb->by, parts, up);
		recount_above(holder, parent)[i] = 1;
		result = recount_keep_parts(run, holder->table, target->fields, target->n_fields,
		    up);
	}
	return result;
}

/* What the columns of the parent's row hold, from the statement that reads it. */
static void
recount_read_stored(struct recount *run, struct recount_holder *holder,
    struct cc_statement *st, uint32_t parent)
{
	const struct cc_table *table = holder->table;
	union cc_number *stored = recount_stored(holder, parent);
	uint8_t *state = recount_state(holder, parent), *flags = recount_flags(holder, parent);
	int column = cc_n_fields(table);

	for (size_t i = 0; i < holder->n_sums; i++, column++)
		cc_recount_read_amount(st, column, &table->columns[holder->columns[i]], &stored[i],
		    &state[i]);
	for (size_t c = 0; c < table->n_columns; c++) {
		if (table->columns[c].kind != CC_DERIVED || !holder->wanted[c])
			continue;
		if (holder->blind || !cc_recount_same(st, column, &table->columns[c]))
			*flags |= RECOUNT_DERIVED;
		column += 2;
	}
	if (cc_recount_mark_of(run, holder, recount_key(holder, parent)) != NULL)
		*flags |= RECOUNT_DIRTY;
}

static int
recount_add_row(struct recount *run, struct recount_holder *holder, struct cc_statement *st)
{
	const struct cc_table *table = holder->table;
	union cc_part key[CC_KEY_PARTS];
	uint32_t parent;
	int result = cc_recount_add_parent(run, holder, &parent);

	if (result != CC_OK)
		return result;
	for (size_t i = 0; i < holder->n_indexes && result == CC_OK; i++) {
		struct recount_index *index = &holder->indexes[i];
		size_t part = 0;

		while (part < index->target->n_fields && cc_field_part(
		    &table->fields[index->target->fields[part]], run->parent, &key[part]))
			part++;
		if (part == index->target->n_fields)
			result = cc_recount_index_parent(run, holder, index, key, parent);
	}
	cc_row_key(table, run->parent, recount_key(holder, parent));
	if (result == CC_OK)
		result = recount_keep_parts(run, table, table->key, table->n_key,
		    recount_key(holder, parent));
	if (result == CC_OK)
		result = recount_keep_above(run, holder, parent);
	if (result == CC_OK)
		recount_read_stored(run, holder, st, parent);
	return result;
}

/* Memory that is there already is used to its end. */
static bool
recount_is_full(const struct recount *run, const struct recount_holder *holder)
{
	return run->used >= run->options.memory && holder->n > 0 &&
	    holder->n % RECOUNT_CHUNK == 0;
}

static int
recount_load_holder(struct recount *run, struct recount_holder *holder)
{
	struct cc_statement *st = NULL;
	union cc_part key[CC_KEY_PARTS];
	int result = cc_recount_select_parents(run, holder, &st);

	while (result == CC_OK && (result = cc_step(st)) == CC_ROW) {
		if (recount_is_full(run, holder))
			break;
		cc_arena_reset(&run->row);
		result = cc_row_read(st, 0, holder->table, run->parent, &run->row);
		if (result != CC_OK || !cc_row_key(holder->table, run->parent, key))
			continue;
		if (holder->table->in_scope == NULL || holder->table->in_scope(run->parent))
			result = recount_add_row(run, holder, st);
	}
	cc_finalize(st);
	holder->loaded = result == CC_OK;
	if (result == CC_ROW)
		result = CC_OK;
	for (size_t i = 0; i < holder->n_indexes && result == CC_OK; i++)
		result = cc_recount_index_done(run, &holder->indexes[i]);
	return result;
}

static int
recount_load_holders(struct recount *run)
{
	for (size_t i = 0; i < run->n_holders; i++) {
		struct recount_holder *holder = &run->holders[i];
		int result = CC_OK;

		if (holder->settled)
			continue;
		if (run->used >= run->options.memory)
			break;
		if (run->writes && holder->whole)
			result = recount_load_marks(run, holder);
		if (result == CC_OK)
			result = recount_load_holder(run, holder);
		if (result != CC_OK)
			return result;
		holder->present = true;
	}
	return CC_OK;
}

/*
 * One row whose stored values have no derived value (an overflow) ends the statement that reads
 * them all; then the derived columns are left to the look at each parent.
 */
int
cc_recount_load_parents(struct recount *run)
{
	int result = recount_load_holders(run);

	if (result != CC_ERROR || run->n_holders == 0 || run->holders[0].blind)
		return result;
	for (size_t i = 0; i < run->n_holders; i++)
		run->holders[i].blind = true;
	cc_recount_clear(run);
	return recount_load_holders(run);
}
