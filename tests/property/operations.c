/*
 * operations.c - one random operation: through a verb, through the application's own SQL and the
 * hook that belongs to it, or through the typed functions where their names are plain.
 *
 * The database may refuse any write (keys taken, foreign keys): then nothing may have happened.
 */
#include <dlfcn.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "property.h"

enum { MANY = 4, ROW_SIZE = 1024 };

typedef int row_function(struct cc *cc, const void *row);

/* The typed function, when this call should go through it. */
static row_function *
typed(struct world *w, int table, const char *verb)
{
	char name[128];
	void *symbol;
	row_function *function = NULL;

	if (w->library == NULL || random_chance(&w->random, 50))
		return NULL;
	snprintf(name, sizeof name, "%s_%s_%s", w->schema->name, w->schema->tables[table].name,
	    verb);
	symbol = dlsym(w->library, name);
	memcpy(&function, &symbol, sizeof function);
	return function;
}

/* Judges what a call returned; true when it did its work. */
static bool
judge(struct world *w, const char *what, int rc)
{
	if (rc != CC_OK)
		world_log(w, "  %s -> %s: %s", what, cc_result_name(rc), cc_errmsg(w->cc));
	if (rc == CC_OK || rc == CC_NOTFOUND || rc == CC_CONSTRAINT)
		return rc == CC_OK;
	if (rc == CC_COUNTER && w->strict && w->reckless) {
		w->lost = true;
		return false;
	}
	world_fail(w, "%s: %s: %s", what, cc_result_name(rc), cc_errmsg(w->cc));
	return false;
}

/* The application's write has happened: the hook must do its part. */
static void
judge_hook(struct world *w, const char *what, int rc)
{
	if (!judge(w, what, rc) && !w->lost)
		world_fail(w, "hook %s: %s", what, cc_result_name(rc));
}

static bool
verbs_only(const struct world *w)
{
	return w->mode == OUTSIDE && w->strict;
}

/* Whether this write should go through a verb. */
static bool
use_verb(struct world *w, int table, int percent)
{
	return w->verbs[table] && (verbs_only(w) || random_chance(&w->random, percent));
}

static void
show(struct world *w, const char *what, int table, const struct row *row)
{
	struct text text = { 0 };

	rows_show(w, table, row, &text);
	world_log(w, "%s %s", what, text.s);
	text_free(&text);
}

static int
pick_table(struct world *w)
{
	int i;

	do
		i = random_below(&w->random, w->schema->n_tables);
	while (w->schema->tables[i].singleton);
	return i;
}

static bool
key_taken(struct world *w, int table, const struct row *row)
{
	struct text sql = { 0 };
	bool taken;

	if (w->schema->tables[table].n_key == 0)
		return false;
	text_add(&sql, "SELECT count(*) FROM ");
	text_identifier(&sql, w->schema->tables[table].sql);
	text_add(&sql, " WHERE ");
	rows_where(w->schema, table, row, &sql);
	taken = world_number(w, sql.s) > 0;
	text_free(&sql);
	return taken;
}

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
		show(w, "insert, for _inserted_many", table, &rows[n]);
		if (rows_insert(w, table, &rows[n])) {
			inserted(w, table, &rows[n]);
			n++;
		}
	}
	for (int i = 0; i < n; i++)
		rows_struct(w, table, &rows[i], data + (size_t)i * d->row_size);
	judge_hook(w, "inserted_many", cc_rows_inserted(w->cc, d, data, (size_t)n));
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
		if (!key_taken(w, table, &row))
			break;
	}
	rows_struct(w, table, &row, data);
	if (use_verb(w, table, 40)) {
		if (rows_close_circle(w, table, NULL, &row))
			return;
		show(w, "verb insert", table, &row);
		function = typed(w, table, "insert");
		if (judge(w, "insert", function != NULL ? function(w->cc, data)
		    : cc_row_insert(w->cc, d, data)))
			inserted(w, table, &row);
		return;
	}
	if (random_chance(&w->random, 25)) {
		insert_many(w, table);
		return;
	}
	show(w, "insert", table, &row);
	if (!rows_insert(w, table, &row))
		return;
	function = typed(w, table, "inserted");
	judge_hook(w, "inserted", function != NULL ? function(w->cc, data)
	    : cc_row_inserted(w->cc, d, data));
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
	judge_hook(w, "load_for_update", rc);
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

	show(w, loaded ? "update, before by load_for_update" : "update, before", table, before);
	show(w, "  after", table, after);
	rows_struct(w, table, before, old);
	if (loaded)
		load(w, table, before, old);
	rows_struct(w, table, after, new);
	if (!rows_update(w, table, before, after))
		return;
	judge_hook(w, "updated", cc_row_updated(w->cc, w->tables[table], old, new));
}

static void
set_one(struct world *w, int table, const struct row *row)
{
	const struct table *t = &w->schema->tables[table];
	_Alignas(max_align_t) char data[ROW_SIZE];
	union cc_part key[CC_KEY_PARTS];
	struct row after = *row;
	int c = random_below(&w->random, t->n_columns);
	int field = w->fields[table][c];

	if (t->columns[c].key || t->columns[c].touched || field < 0)
		return;
	rows_change(w, table, c, &after);
	w->tainted[table] = w->tainted[table] || t->has_scope || t->columns[c].unique;
	if (rows_close_circle(w, table, row, &after))
		return;
	show(w, "verb set", table, row);
	show(w, "  after", table, &after);
	rows_key(w, table, row, key);
	rows_struct(w, table, &after, data);
	judge(w, "set", cc_row_set(w->cc, w->tables[table], key, (uint16_t)field,
	    data + w->tables[table]->fields[field].offset));
}

static void
update(struct world *w, int table)
{
	const struct table *t = &w->schema->tables[table];
	_Alignas(max_align_t) char data[ROW_SIZE];
	struct row row, after;
	row_function *function;

	if (!rows_pick(w, table, &row) || (t->n_key == 0 && verbs_only(w)))
		return;
	if (t->n_key > 0 && w->verbs[table] && random_chance(&w->random, 30)) {
		set_one(w, table, &row);
		return;
	}
	after = row;
	change_some(w, table, &after);
	if (t->n_key == 0 || !use_verb(w, table, 40)) {
		update_by_hook(w, table, &row, &after);
		return;
	}
	if (rows_close_circle(w, table, &row, &after))
		return;
	show(w, "verb update, before", table, &row);
	show(w, "  after", table, &after);
	rows_struct(w, table, &after, data);
	function = typed(w, table, "update");
	judge(w, "update", function != NULL ? function(w->cc, data)
	    : cc_row_update(w->cc, w->tables[table], data));
}

static void
rekey(struct world *w, int table)
{
	const struct table *t = &w->schema->tables[table];
	struct row row, after;

	if (t->n_key == 0 || t->upsert || verbs_only(w) || !rows_pick(w, table, &row))
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

	show(w, "delete, after _deleting", table, row);
	rows_key(w, table, row, key);
	if (!operation_savepoint(w, "before"))
		return;
	judge_hook(w, "deleting", cc_row_deleting(w->cc, w->tables[table], key));
	if (!rows_delete(w, table, row))
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
	if (t->n_key > 0 && use_verb(w, table, announced && w->mode == OUTSIDE ? 100 : 40)) {
		show(w, "verb delete", table, &row);
		rows_key(w, table, &row, key);
		if (judge(w, "delete", cc_row_delete(w->cc, w->tables[table], key))
		    && cc_row_delete(w->cc, w->tables[table], key) != CC_NOTFOUND && !w->lost)
			world_fail(w, "the second delete of a row found it");
	} else if (t->n_key > 0 && w->verbs[table] && w->mode != OUTSIDE
	    && (announced || random_chance(&w->random, 40)))
		delete_announced(w, table, &row);
	else if (!announced && !verbs_only(w)) {
		show(w, "delete", table, &row);
		rows_struct(w, table, &row, data);
		if (rows_delete(w, table, &row))
			judge_hook(w, "deleted", cc_row_deleted(w->cc, w->tables[table], data));
	}
}

/* ---- the others ---- */

static void
bump(struct world *w)
{
	int table = pick_table(w), column = -1;
	const struct table *t = &w->schema->tables[table];
	int by = random_below(&w->random, 8) - 2;
	bool assign = random_chance(&w->random, 25);
	union cc_part key[CC_KEY_PARTS];
	struct text sql = { 0 };
	struct row row;
	int slot = -1, rc;

	for (int i = 0; i < t->n_maintained; i++)
		if (t->maintained[i].kind == TALLY)
			column = i;
	if (column < 0 || t->has_scope || w->skipping > 0 || verbs_only(w)
	    || !rows_pick(w, table, &row))
		return;
	for (int i = 0; i < w->tables[table]->n_columns; i++)
		if (strcmp(w->tables[table]->columns[i].name, t->maintained[column].column.sql) == 0)
			slot = i;
	rows_key(w, table, &row, key);
	show(w, assign ? "assign tally" : "bump tally", table, &row);
	rc = assign
	    ? cc_row_assign(w->cc, w->tables[table], key, (uint16_t)slot,
	    (union cc_number){ .i = by })
	    : cc_row_bump(w->cc, w->tables[table], key, (uint16_t)slot,
	    (union cc_number){ .i = by });
	/* To assign is a write of the application's own, which may be refused. */
	if (!judge(w, "tally", rc)) {
		if (!assign && !w->lost)
			world_fail(w, "bump: %s", cc_result_name(rc));
		return;
	}
	text_add(&sql, "UPDATE ");
	text_identifier(&sql, t->sql);
	if (assign)
		text_add(&sql, " SET shadow_%d = %d WHERE ", column, by);
	else
		text_add(&sql, " SET shadow_%d = coalesce(shadow_%d, 0) + %d WHERE ", column, column,
		    by);
	rows_where(w->schema, table, &row, &sql);
	world_must(w, sql.s);
	text_free(&sql);
}

/* A key that is nobody's. */
static void
missing(struct world *w)
{
	int table = pick_table(w), rc;
	union cc_part key[CC_KEY_PARTS];
	struct row row;

	rows_random(w, table, &row);
	if (!w->verbs[table] || w->schema->tables[table].n_key == 0 || key_taken(w, table, &row))
		return;
	rows_key(w, table, &row, key);
	show(w, "verb delete of a row that is not there", table, &row);
	rc = cc_row_delete(w->cc, w->tables[table], key);
	if (rc != CC_NOTFOUND)
		world_fail(w, "delete: %s: %s", cc_result_name(rc), cc_errmsg(w->cc));
}

void
operation_random(struct world *w)
{
	int table = pick_table(w), kind = random_below(&w->random, 100);
	int n = rows_count(w, table);

	w->operation++;
	if (w->failed || w->lost || (verbs_only(w) && !w->verbs[table]))
		return;
	if (n < 3 || (kind < 36 && n < 20))
		insert(w, table);
	else if (kind < 66)
		update(w, table);
	else if (kind < 72)
		rekey(w, table);
	else if (kind < 88)
		delete(w, table);
	else if (kind < 95)
		bump(w);
	else
		missing(w);
	if (w->mode != OUTSIDE && !w->lost && !w->failed && random_chance(&w->random, 50))
		recount_reader(w);
}

/* ---- savepoints of either kind ---- */

static bool
both(struct world *w, const char *sql, const char *name, int (*ours)(struct cc *, const char *),
    int (*mirror)(struct cc *, const char *))
{
	char statement[100];

	world_log(w, "%s %s", sql, name);
	if (w->mode == OURS) {
		judge_hook(w, sql, ours(w->cc, name));
	} else {
		snprintf(statement, sizeof statement, "%s %s", sql, name);
		world_must(w, statement);
		judge_hook(w, sql, mirror(w->cc, name));
	}
	return !w->failed && !w->lost;
}

bool
operation_savepoint(struct world *w, const char *name)
{
	return both(w, "SAVEPOINT", name, cc_savepoint, cc_mark);
}

bool
operation_release(struct world *w, const char *name)
{
	return both(w, "RELEASE", name, cc_release, cc_unmark);
}

bool
operation_rollback_to(struct world *w, const char *name)
{
	return both(w, "ROLLBACK TO", name, cc_rollback_to, cc_rewind);
}
