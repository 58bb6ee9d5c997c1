/*
 * operations.c - one random operation: through a verb, through the application's own SQL and the
 * hook that belongs to it, or through the typed functions where their names are plain.
 *
 * The database may refuse any write (keys taken, foreign keys): then nothing may have happened.
 */
#include <stdlib.h>
#include <string.h>

#include "operations.h"

enum { MANY = 4 };

/* ---- insert ---- */

static void
inserted(struct world *w, int table, struct row *row)
{
	struct text sql = { 0 };

	w->tainted[table] = true;
	if (w->skipping > 0)
		return;
	if (w->schema->tables[table].n_key == 0) {
		text_add(&sql, "SELECT max(rowid) FROM ");
		text_identifier(&sql, w->schema->tables[table].sql);
		row->rowid = world_number(w, sql.s);
		text_free(&sql);
	}
	recount_inserted(w, table, row);
	if (twin_of(w->schema, table) >= 0)
		recount_inserted(w, twin_of(w->schema, table), row);
}

/* The other table over the same rows is told as well. */
static void
tell_twin(struct world *w, int table, const struct row *before, const struct row *after)
{
	int twin = w->lost || w->failed ? -1 : twin_of(w->schema, table);
	_Alignas(max_align_t) char old[ROW_SIZE], new[ROW_SIZE];
	const struct cc_table *d = twin < 0 ? NULL : w->tables[twin];

	if (twin < 0)
		return;
	if (before != NULL)
		rows_struct(w, twin, before, old);
	if (after != NULL)
		rows_struct(w, twin, after, new);
	calls_hook(w, "the twin's hook", before == NULL ? cc_row_inserted(w->cc, d, new)
	    : after == NULL ? cc_row_deleted(w->cc, d, old) : cc_row_updated(w->cc, d, old, new));
}

static void
insert_many(struct world *w, int table)
{
	const struct cc_table *d = w->tables[table];
	struct row rows[MANY];
	char *data = calloc(MANY, d->row_size + 16);
	int n = 0;

	for (int i = 0; i < MANY; i++) {
		rows_random(w, table, &rows[n]);
		calls_show(w, "insert, for _inserted_many", table, &rows[n]);
		if (rows_insert(w, table, &rows[n])) {
			inserted(w, table, &rows[n]);
			n++;
		}
	}
	for (int i = 0; i < n; i++)
		rows_struct(w, table, &rows[i], data + (size_t)i * d->row_size);
	calls_hook(w, "inserted_many", cc_rows_inserted(w->cc, d, data, (size_t)n));
	for (int i = 0; i < n; i++)
		tell_twin(w, table, NULL, &rows[i]);
	free(data);
}

static void
insert(struct world *w, int table)
{
	const struct cc_table *d = w->tables[table];
	_Alignas(max_align_t) char data[ROW_SIZE];
	row_function *function;
	struct row row;

	for (int i = 0; i < 5; i++) {
		rows_random(w, table, &row);
		if (!calls_key_taken(w, table, &row))
			break;
	}
	rows_struct(w, table, &row, data);
	if (calls_use_verb(w, table, 40)) {
		if (rows_close_circle(w, table, NULL, &row))
			return;
		calls_show(w, "verb insert", table, &row);
		function = calls_typed(w, table, "insert");
		if (calls_judge(w, "insert", function != NULL ? function(w->cc, data)
		    : cc_row_insert(w->cc, d, data))) {
			tell_twin(w, table, NULL, &row);
			inserted(w, table, &row);
		}
		return;
	}
	if (random_chance(&w->random, 25)) {
		insert_many(w, table);
		return;
	}
	calls_show(w, "insert", table, &row);
	if (!rows_insert(w, table, &row))
		return;
	function = calls_typed(w, table, "inserted");
	calls_hook(w, "inserted", function != NULL ? function(w->cc, data)
	    : cc_row_inserted(w->cc, d, data));
	tell_twin(w, table, NULL, &row);
	inserted(w, table, &row);
}

/* ---- update ---- */

static void
change_some(struct world *w, int table, struct row *row)
{
	const struct table *t = &w->schema->tables[table];

	for (int n = 1 + random_below(&w->random, 3); n > 0; n--) {
		int c = random_below(&w->random, t->n_columns);

		if (t->columns[c].key || t->columns[c].touched)
			continue;
		rows_change(w, table, c, row);
		if (t->columns[c].unique)
			w->tainted[table] = true;
	}
	if (t->has_scope)
		w->tainted[table] = true;
}

static void
load(struct world *w, int table, const struct row *row, char *data)
{
	union cc_part key[CC_KEY_PARTS];
	int rc;

	rows_key(w, table, row, key);
	rc = cc_row_load_for_update(w->cc, w->tables[table], key, data);
	calls_hook(w, "load_for_update", rc);
	if (rc == CC_OK && !rows_equal_struct(w, table, row, data))
		world_fail(w, "load_for_update read another row");
}

/* By our own SQL, then the hook; also where the key changes. */
static void
update_by_hook(struct world *w, int table, const struct row *before, const struct row *after)
{
	_Alignas(max_align_t) char old[ROW_SIZE], new[ROW_SIZE];
	bool loaded = w->schema->tables[table].n_key > 0 && w->mode != OUTSIDE && w->verbs[table]
	    && random_chance(&w->random, 50);

	calls_show(w, loaded ? "update, before by load_for_update" : "update, before", table, before);
	calls_show(w, "  after", table, after);
	rows_struct(w, table, before, old);
	if (loaded)
		load(w, table, before, old);
	rows_struct(w, table, after, new);
	if (!rows_update(w, table, before, after))
		return;
	calls_hook(w, "updated", cc_row_updated(w->cc, w->tables[table], old, new));
	tell_twin(w, table, before, after);
}

static void
set_one(struct world *w, int table, const struct row *row)
{
	const struct table *t = &w->schema->tables[table];
	_Alignas(max_align_t) char data[ROW_SIZE];
	union cc_part key[CC_KEY_PARTS];
	struct row after = *row, changed = *row;
	int c = random_below(&w->random, t->n_columns);
	int field = w->fields[table][c];

	if (t->columns[c].key || t->columns[c].touched || field < 0)
		return;
	rows_change(w, table, c, &changed);
	after.v[c] = changed.v[c];
	w->tainted[table] = w->tainted[table] || t->has_scope || t->columns[c].unique;
	if (rows_close_circle(w, table, row, &after))
		return;
	calls_show(w, "verb set", table, row);
	calls_show(w, "  after", table, &after);
	rows_key(w, table, row, key);
	rows_struct(w, table, &after, data);
	if (calls_judge(w, "set", cc_row_set(w->cc, w->tables[table], key, (uint16_t)field,
	    data + w->tables[table]->fields[field].offset)))
		tell_twin(w, table, row, &after);
}

static void
update(struct world *w, int table)
{
	const struct table *t = &w->schema->tables[table];
	_Alignas(max_align_t) char data[ROW_SIZE];
	struct row row, after;
	row_function *function;

	bool verb = t->n_key > 0 && w->tables[table]->n_fields > w->tables[table]->n_key;

	if ((!verb && calls_verbs_only(w)) || !rows_pick(w, table, &row))
		return;
	if (t->n_key > 0 && w->verbs[table] && random_chance(&w->random, 30)) {
		set_one(w, table, &row);
		return;
	}
	after = row;
	change_some(w, table, &after);
	if (rows_close_circle(w, table, &row, &after)) {
		operation_circle(w, table, &row, &after);
		return;
	}
	if (!verb || !calls_use_verb(w, table, 40)) {
		update_by_hook(w, table, &row, &after);
		return;
	}
	calls_show(w, "verb update, before", table, &row);
	calls_show(w, "  after", table, &after);
	rows_struct(w, table, &after, data);
	function = calls_typed(w, table, "update");
	if (calls_judge(w, "update", function != NULL ? function(w->cc, data)
	    : cc_row_update(w->cc, w->tables[table], data)))
		tell_twin(w, table, &row, &after);
}

static void
rekey(struct world *w, int table)
{
	const struct table *t = &w->schema->tables[table];
	struct row row, after;

	if (t->n_key == 0 || t->upsert || calls_verbs_only(w) || !rows_pick(w, table, &row))
		return;
	after = row;
	rows_change(w, table, t->key[random_below(&w->random, t->n_key)], &after);
	if (random_chance(&w->random, 30))
		change_some(w, table, &after);
	w->tainted[table] = true;
	update_by_hook(w, table, &row, &after);
}

/* ---- delete ---- */

/* Whether others hang on the rows of a table: then a delete is announced before it happens. */
static bool
hung_on(const struct schema *s, int table)
{
	for (int i = 0; i < s->n_tables; i++)
		for (int k = 0; k < s->tables[i].n_references; k++) {
			const struct reference *f = &s->tables[i].references[k];

			if (f->parent == table && (s->features != 0 || f->on_delete == CC_CASCADE
			    || f->on_delete == CC_SET_NULL))
				return true;
		}
	return s->features != 0 && s->tables[table].n_maintained > 0;
}

static void
delete_announced(struct world *w, int table, const struct row *row)
{
	union cc_part key[CC_KEY_PARTS];

	calls_show(w, "delete, after _deleting", table, row);
	rows_key(w, table, row, key);
	if (!operation_savepoint(w, "before"))
		return;
	calls_hook(w, "deleting", cc_row_deleting(w->cc, w->tables[table], key));
	if (rows_delete(w, table, row))
		tell_twin(w, table, row, NULL);
	else
		operation_rollback_to(w, "before");
	if (!w->lost)
		operation_release(w, "before");
}

static void
delete(struct world *w, int table)
{
	const struct table *t = &w->schema->tables[table];
	_Alignas(max_align_t) char data[ROW_SIZE];
	union cc_part key[CC_KEY_PARTS];
	bool announced = hung_on(w->schema, table);
	struct row row;

	if (t->upsert || !rows_pick(w, table, &row))
		return;
	for (int i = 0; i < w->schema->n_tables; i++)
		w->tainted[i] = w->tainted[i] || (announced && w->schema->tables[i].has_scope);
	if (t->n_key > 0 && calls_use_verb(w, table, announced && w->mode == OUTSIDE ? 100 : 40)) {
		calls_show(w, "verb delete", table, &row);
		rows_key(w, table, &row, key);
		if (!calls_judge(w, "delete", cc_row_delete(w->cc, w->tables[table], key)))
			return;
		tell_twin(w, table, &row, NULL);
		if (!w->lost && cc_row_delete(w->cc, w->tables[table], key) != CC_NOTFOUND)
			world_fail(w, "the second delete of a row found it");
	} else if (t->n_key > 0 && w->verbs[table] && w->mode != OUTSIDE
	    && (announced || random_chance(&w->random, 40)))
		delete_announced(w, table, &row);
	else if (!announced && !calls_verbs_only(w)) {
		calls_show(w, "delete", table, &row);
		rows_struct(w, table, &row, data);
		if (!rows_delete(w, table, &row))
			return;
		calls_hook(w, "deleted", cc_row_deleted(w->cc, w->tables[table], data));
		tell_twin(w, table, &row, NULL);
	}
}

/* ---- any of them ---- */

void
operation_random(struct world *w)
{
	int table = calls_pick_table(w), kind = random_below(&w->random, 100);
	int n = rows_count(w, table);

	w->operation++;
	if (w->failed || w->lost || (calls_verbs_only(w)
	    && (!w->verbs[table] || twin_of(w->schema, table) >= 0)))
		return;
	if (n < 3 || (kind < 36 && n < 20))
		insert(w, table);
	else if (kind < 60)
		update(w, table);
	else if (kind < 66)
		operation_bulk(w, table);
	else if (kind < 72)
		rekey(w, table);
	else if (kind < 88)
		delete(w, table);
	else if (kind < 95)
		operation_bump(w);
	else
		operation_missing(w);
	if (w->mode != OUTSIDE && !w->lost && !w->failed && random_chance(&w->random, 50))
		recount_reader(w);
}
