/*
 * bulk.c - verbs over all rows that name one parent.
 */
#include <inttypes.h>
#include <string.h>

#include "operations.h"

/* The generated reference, where it has such verbs; CC_NONE: it has none. */
static uint16_t
generated(struct world *w, int table, const struct reference *f)
{
	const struct cc_table *d = w->tables[table];
	char name[64];

	snprintf(name, sizeof name, "%s.%s", w->schema->tables[table].name, f->name);
	for (uint16_t i = 0; i < d->n_references; i++) {
		const struct cc_reference *r = &d->references[i];
		bool plain = strcmp(r->name, name) == 0
		    && &w->generated->tables[r->parent] == w->tables[f->parent];

		for (int k = 0; k < r->n_fields; k++)
			plain = plain && r->fields[k] != CC_NONE;
		if (plain)
			return i;
	}
	return CC_NONE;
}

static bool
plain(const struct reference *f)
{
	for (int i = 0; i < f->n_parts; i++)
		if (f->columns[i] < 0)
			return false;
	return true;
}

/* The key that a row names its parent by, in the generated order; false: a part is NULL. */
static bool
key_of(struct world *w, int table, const struct reference *f, uint16_t reference,
    const struct row *row, union cc_part *key)
{
	const struct cc_reference *r = &w->tables[table]->references[reference];

	for (int k = 0; k < r->n_fields; k++)
		for (int i = 0; i < f->n_parts; i++) {
			const struct value *v = &row->v[f->columns[i]];

			if (w->fields[table][f->columns[i]] != r->fields[k])
				continue;
			if (v->kind == V_NULL)
				return false;
			if (v->kind == V_TEXT)
				key[k].s = v->s;
			else
				key[k].i = v->i;
		}
	return true;
}

/* How many rows name the parent that the row names. */
static int64_t
rows_beside(struct world *w, int table, const struct reference *f, const struct row *row)
{
	const struct table *t = &w->schema->tables[table];
	struct text sql = { 0 };
	int64_t n;

	text_add(&sql, "SELECT count(*) FROM ");
	text_identifier(&sql, t->sql);
	text_add(&sql, " AS c WHERE 1");
	for (int i = 0; i < f->n_parts; i++) {
		text_add(&sql, " AND c.");
		text_identifier(&sql, t->columns[f->columns[i]].sql);
		text_add(&sql, " = ");
		value_stored(&sql, &t->columns[f->columns[i]], &row->v[f->columns[i]]);
	}
	if (f->has_when) {
		text_add(&sql, " AND (");
		text_aliased(&sql, f->when.sql.s, "c");
		text_add(&sql, ")");
	}
	n = world_number(w, sql.s);
	text_free(&sql);
	return n;
}

/* Without closing a circle, be it of rows that come into their scope. */
static bool
may_be_set(const struct world *w, int table, int column)
{
	const struct table *t = &w->schema->tables[table];

	if (t->has_scope && path_tree(w->schema, table) != NULL)
		return false;
	for (int k = 0; k < t->n_references; k++)
		for (int i = 0; t->references[k].tree && i < t->references[k].n_parts; i++)
			if (t->references[k].columns[i] == column)
				return false;
	return !t->columns[column].key && !t->columns[column].touched
	    && w->fields[table][column] >= 0;
}

static int
set_all(struct world *w, int table, uint16_t reference, const union cc_part *key,
    struct row *row, int64_t *n)
{
	const struct table *t = &w->schema->tables[table];
	_Alignas(max_align_t) char data[ROW_SIZE];
	int column = random_below(&w->random, t->n_columns);
	int field = w->fields[table][column];
	struct text shown = { 0 };
	struct row after = *row;

	if (!may_be_set(w, table, column)) {
		*n = -1;
		return CC_OK;
	}
	rows_change(w, table, column, &after);
	value_show(&shown, &after.v[column]);
	world_log(w, "  %s to %s", t->columns[column].name, shown.s);
	text_free(&shown);
	rows_struct(w, table, &after, data);
	return cc_rows_set(w->cc, w->tables[table], reference, key, (uint16_t)field,
	    data + w->tables[table]->fields[field].offset, n);
}

void
operation_bulk(struct world *w, int table)
{
	const struct table *t = &w->schema->tables[table];
	const struct reference *f;
	union cc_part key[CC_KEY_PARTS];
	uint16_t reference;
	struct row row;
	int64_t n = 0, expected;
	int rc;

	if ((w->schema->features & 1u << F_BULK) == 0 || t->n_references == 0 || !w->verbs[table] || t->upsert
	    || twin_of(w->schema, table) >= 0)
		return;
	f = &t->references[random_below(&w->random, t->n_references)];
	reference = plain(f) ? generated(w, table, f) : CC_NONE;
	if (reference == CC_NONE || !rows_pick(w, table, &row)
	    || !key_of(w, table, f, reference, &row, key))
		return;
	for (int i = 0; i < w->schema->n_tables; i++)
		w->tainted[i] = true;
	expected = rows_beside(w, table, f, &row);
	calls_show(w, "bulk, as", table, &row);
	world_log(w, "  by %s", f->name);
	if (random_chance(&w->random, 70))
		rc = set_all(w, table, reference, key, &row, &n);
	else {
		world_log(w, "  deleted");
		rc = cc_rows_delete(w->cc, w->tables[table], reference, key, &n);
	}
	if (calls_judge(w, "bulk", rc) && n >= 0 && n != expected)
		world_fail(w, "bulk: %" PRId64 " rows, should be %" PRId64, n, expected);
}
