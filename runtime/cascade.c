/*
 * cascade.c - a row goes: what the database deletes with it, and what it sets NULL.
 *
 * Walks the references declared `on delete cascade` breadth first, each row once however many
 * ways lead to it (cycles, diamonds, two references of one row), and takes the contributions of
 * every row that goes.  Then the rows that refer to one of those with `set null` and do not go
 * themselves count as updated, once, with all of their references that were cut.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

struct cascade_row {
	const struct cc_table *table;
	const char *key;                   /* identity, in the arena; NULL: none */
	size_t key_length;
	bool going;                        /* deleted; else set NULL */
	void *before, *after;              /* after: of a row set NULL */
	struct cascade_row *next;          /* in the order found, by kind */
};

enum { CASCADE_FEW = 64 };             /* rows in a table of this size need no memory */

struct cascade {
	struct cc *cc;
	struct cc_arena *arena;
	struct cascade_row **slots;        /* rows by identity; few at first */
	struct cascade_row *few[CASCADE_FEW];
	size_t n_slots, n_rows;
	struct cascade_row *going, **going_end;
	struct cascade_row *cut, **cut_end;
};

/* ---- rows by identity --------------------------------------------------------------------- */

static size_t
cascade_hash(const struct cc_table *table, const char *key, size_t n)
{
	size_t hash = (uintptr_t)table;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)key[i]) * (size_t)0x100000001b3;
	return hash ^ hash >> 29;
}

static struct cascade_row **
cascade_slot(const struct cascade *walk, const struct cc_table *table, const char *key, size_t n)
{
	size_t mask = walk->n_slots - 1, i = cascade_hash(table, key, n) & mask;

	for (; walk->slots[i] != NULL; i = (i + 1) & mask)
		if (walk->slots[i]->table == table && walk->slots[i]->key_length == n &&
		    memcmp(walk->slots[i]->key, key, n) == 0)
			break;
	return &walk->slots[i];
}

static int
cascade_grow(struct cascade *walk)
{
	struct cascade_row **old = walk->slots;
	size_t n_old = walk->n_slots, n = n_old * 2;
	struct cascade_row **slots = calloc(n, sizeof(struct cascade_row *));

	if (slots == NULL)
		return cc_nomem(walk->cc);
	walk->slots = slots;
	walk->n_slots = n;
	for (size_t i = 0; i < n_old; i++)
		if (old[i] != NULL)
			*cascade_slot(walk, old[i]->table, old[i]->key,
			    old[i]->key_length) = old[i];
	if (old != walk->few)
		free(old);
	return CC_OK;
}

/* Into cc->key: the primary key, or the rowid that follows the fields; false: no identity. */
static bool
cascade_identity(struct cc *cc, const struct cc_table *table, const void *row,
    struct cc_statement *st)
{
	union cc_part key[CC_KEY_PARTS];

	cc_text_clear(&cc->key);
	if (table->n_key > 0 && cc_row_key(table, row, key))
		cc_key_encode(&cc->key, table->fields, table->key, table->n_key, key);
	else if (st != NULL && cc->engine->columns(st) > cc_n_fields(table)) {
		int64_t rowid = cc_get_int(st, cc_n_fields(table));

		cc_text_bytes(&cc->key, &rowid, sizeof rowid);
	} else
		return false;
	return true;
}

/* The row, new or known; *known tells which.  st: where it is read from, or NULL. */
static int
cascade_find(struct cascade *walk, const struct cc_table *table, const void *row,
    struct cc_statement *st, bool going, struct cascade_row **out)
{
	struct cc *cc = walk->cc;
	bool identified = cascade_identity(cc, table, row, st);
	struct cascade_row **slot = NULL, *found;

	if (cc->key.failed ||
	    (walk->n_rows * 2 >= walk->n_slots && cascade_grow(walk) != CC_OK))
		return cc_nomem(cc);
	if (identified) {
		slot = cascade_slot(walk, table, cc->key.data, cc->key.length);
		*out = *slot;
		if (*slot != NULL)
			return CC_OK;
	}
	found = cc_arena_get(walk->arena, sizeof *found);
	if (found == NULL)
		return cc_nomem(cc);
	*found = (struct cascade_row){ .table = table, .going = going };
	found->before = cc_row_copy(table, row, walk->arena);
	if (identified) {
		char *key = cc_arena_get(walk->arena, cc->key.length + 1);

		if (key != NULL)
			memcpy(key, cc->key.data, cc->key.length);
		found->key = key;
		found->key_length = cc->key.length;
	}
	if (found->before == NULL || (identified && found->key == NULL))
		return cc_nomem(cc);
	if (slot != NULL) {
		*slot = found;
		walk->n_rows++;
	}
	*(going ? walk->going_end : walk->cut_end) = found;
	if (going)
		walk->going_end = &found->next;
	else
		walk->cut_end = &found->next;
	*out = found;
	return CC_OK;
}

/* ---- the walk -------------------------------------------------------------------------------- */

/* A row that refers to one that goes, read into cc->after. */
static int
cascade_take(struct cascade *walk, const struct cc_table *table,
    const struct cc_reference *reference, struct cc_statement *st)
{
	struct cc *cc = walk->cc;
	bool going = reference->on_delete == CC_CASCADE;
	union cc_part key[CC_KEY_PARTS];
	struct cascade_row *row;
	int result = cc_row_read(st, 0, table, cc->after, NULL);

	/* the same number under another `when` is another parent's */
	if (result == CC_OK && !reference->key(cc->after, key))
		return CC_OK;
	if (result == CC_OK)
		result = cascade_find(walk, table, cc->after, st, going, &row);
	if (result != CC_OK || going || row->going)
		return result;
	if (row->after == NULL) {
		row->after = cc_arena_get(walk->arena, cc_full_size(table));
		if (row->after == NULL)
			return cc_nomem(cc);
		memcpy(row->after, row->before, cc_full_size(table));
	}
	for (size_t i = 0; i < reference->n_nulls; i++)
		cc_field_set_null(&table->fields[reference->nulls[i]], row->after);
	return CC_OK;
}

/* The rows that refer to a parent through one reference. */
static int
cascade_follow(struct cascade *walk, const struct cascade_row *parent,
    const struct cc_table *table, size_t reference)
{
	struct cc *cc = walk->cc;
	const struct cc_table_sql *sql = cc_sql(cc, table);
	const struct cc_reference *by = &table->references[reference];
	struct cc_statement *st;
	int result;

	if (sql->referring == NULL || sql->referring[reference] == NULL)
		return CC_OK;
	result = cc_prepare_going(cc, &st, table, sql->referring[reference]);
	if (result != CC_OK)
		return result;
	for (int i = 0; i < by->n_fields; i++) {
		const struct cc_field *field = &parent->table->fields[by->parent_fields[i]];

		if (cc_field_null(field, parent->before))
			return CC_OK;
		cc_bind_field(st, i + 1, field, parent->before);
	}
	while ((result = cc_step(st)) == CC_ROW) {
		result = cascade_take(walk, table, by, st);
		if (result != CC_OK)
			break;
	}
	cc_reset(st);
	return result;
}

/* Every reference of the given kind to a row that goes, those that are found meanwhile too. */
static int
cascade_walk(struct cascade *walk, enum cc_on_delete kind)
{
	const struct cc_schema *schema = walk->cc->schema;
	int result = CC_OK;

	for (struct cascade_row *row = walk->going; row != NULL; row = row->next) {
		if (!walk->cc->holders[cc_table_index(walk->cc, row->table)].referred)
			continue;
		for (size_t t = 0; t < schema->n_tables; t++) {
			const struct cc_table *table = &schema->tables[t];

			for (size_t r = 0; result == CC_OK && r < table->n_references; r++)
				if (table->references[r].on_delete == kind && row->table ==
				    &schema->tables[table->references[r].parent])
					result = cascade_follow(walk, row, table, r);
		}
	}
	return result;
}

static int
cascade_count(struct cascade *walk)
{
	struct cc *cc = walk->cc;
	int result = CC_OK;

	cc->paths.walking = walk->going->next != NULL || walk->cut != NULL;
	for (struct cascade_row *row = walk->going; result == CC_OK && row != NULL;
	    row = row->next)
		result = cc_count(cc, row->table, row->before, NULL, false);
	for (struct cascade_row *row = walk->cut; result == CC_OK && row != NULL;
	    row = row->next)
		result = cc_count(cc, row->table, row->before, row->after, false);
	for (struct cascade_row *row = walk->going; result == CC_OK && row != NULL;
	    row = row->next)
		result = cc_count_drop(cc, row->table, row->before);
	cc->paths.walking = false;
	cc_path_forget_all(cc);
	return result;
}

/* Every row that goes from the first ones on, and those that stay without them. */
static int
cascade_run(struct cascade *walk)
{
	int result = cascade_walk(walk, CC_CASCADE);

	if (result == CC_OK)
		result = cascade_walk(walk, CC_SET_NULL);
	return result == CC_OK ? cascade_count(walk) : result;
}

static void
cascade_begin(struct cascade *walk, struct cc *cc)
{
	*walk = (struct cascade){ .cc = cc, .arena = &cc->walk };
	walk->going_end = &walk->going;
	walk->slots = walk->few;
	walk->n_slots = CASCADE_FEW;
	walk->cut_end = &walk->cut;
	cc_arena_reset(walk->arena);
}

static void
cascade_end(struct cascade *walk)
{
	if (walk->slots != walk->few)
		free(walk->slots);
	if (walk->n_rows > 1000)
		cc_arena_free(walk->arena);
}

int
cc_count_cascade(struct cc *cc, const struct cc_table *table, const void *row)
{
	struct cascade walk;
	struct cascade_row *first;
	int result;

	cascade_begin(&walk, cc);
	result = cascade_find(&walk, table, row, NULL, true, &first);
	if (result == CC_OK)
		result = cascade_run(&walk);
	cascade_end(&walk);
	return result;
}

int
cc_count_cascades(struct cc *cc, const struct cc_table *table, const struct cc_reference *by,
    struct cc_statement *st, int64_t *n)
{
	struct cascade walk;
	struct cascade_row *row;
	union cc_part key[CC_KEY_PARTS];
	int result;

	cascade_begin(&walk, cc);
	*n = 0;
	while ((result = cc_step(st)) == CC_ROW) {
		result = cc_row_read(st, 0, table, cc->after, NULL);
		if (result == CC_OK && by->key(cc->after, key)) {
			++*n;
			result = cascade_find(&walk, table, cc->after, st, true, &row);
		}
		if (result != CC_OK)
			break;
	}
	cc_reset(st);
	if (result == CC_OK && walk.going != NULL)
		result = cascade_run(&walk);
	cascade_end(&walk);
	return result;
}
