/*
 * rows.c - rows, written and read by the application's own SQL, and as generated structs.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "property.h"

static void
select_columns(const struct table *t, struct text *out)
{
	text_add(out, "SELECT %s", t->without_rowid ? "0" : "rowid");
	for (int i = 0; i < t->n_columns; i++) {
		text_add(out, ", ");
		text_identifier(out, t->columns[i].sql);
	}
	text_add(out, " FROM ");
	text_identifier(out, t->sql);
}

int
rows_count(struct world *w, int table)
{
	struct text sql = { 0 };
	int n;

	text_add(&sql, "SELECT count(*) FROM ");
	text_identifier(&sql, w->schema->tables[table].sql);
	n = (int)world_number(w, sql.s);
	text_free(&sql);
	return n;
}

/* Any row of the table; false when it has none. */
bool
rows_pick(struct world *w, int table, struct row *out)
{
	const struct table *t = &w->schema->tables[table];
	int n = rows_count(w, table);
	struct text sql = { 0 };
	sqlite3_stmt *stmt;

	if (n == 0)
		return false;
	select_columns(t, &sql);
	text_add(&sql, " ORDER BY 2, 1 LIMIT 1 OFFSET %d", random_below(&w->random, n));
	stmt = world_prepare(w, sql.s);
	sqlite3_step(stmt);
	out->rowid = sqlite3_column_int64(stmt, 0);
	for (int i = 0; i < t->n_columns; i++)
		value_fetch(stmt, i + 1, &t->columns[i], &out->v[i]);
	sqlite3_finalize(stmt);
	text_free(&sql);
	return true;
}

/* Takes the key of an existing parent of the reference over into the row. */
static void
refer(struct world *w, const struct table *t, const struct reference *f, struct row *row)
{
	struct row parent;

	if (!rows_pick(w, f->parent, &parent))
		return;
	for (int i = 0; i < f->n_parts; i++)
		if (f->columns[i] >= 0
		    && (parent.v[f->parent_columns[i]].kind != V_NULL
		    || t->columns[f->columns[i]].nullable))
			row->v[f->columns[i]] = parent.v[f->parent_columns[i]];
}

static const struct reference *
reference_of(const struct table *t, int column)
{
	for (int k = 0; k < t->n_references; k++)
		for (int i = 0; i < t->references[k].n_parts; i++)
			if (t->references[k].columns[i] == column)
				return &t->references[k];
	return NULL;
}

void
rows_random(struct world *w, int table, struct row *out)
{
	const struct table *t = &w->schema->tables[table];
	struct random *r = &w->random;

	*out = (struct row){ 0 };
	for (int i = 0; i < t->n_columns; i++) {
		value_random(r, &t->columns[i], &out->v[i]);
		if (t->columns[i].touched)
			out->v[i].kind = V_NULL;
	}
	for (int k = 0; k < t->n_references; k++)
		if (random_chance(r, t->references[k].enforced ? 92 : 75)
		    && !(out->v[t->references[k].columns[0] < 0 ? 0
		    : t->references[k].columns[0]].kind == V_NULL && random_chance(r, 60)))
			refer(w, t, &t->references[k], out);
}

/* Another value for one column. */
void
rows_change(struct world *w, int table, int column, struct row *row)
{
	const struct table *t = &w->schema->tables[table];
	const struct reference *f = reference_of(t, column);

	if (f != NULL && random_chance(&w->random, f->enforced ? 85 : 70))
		refer(w, t, f, row);
	else
		value_random(&w->random, &t->columns[column], &row->v[column]);
}

void
rows_where(const struct schema *s, int table, const struct row *row, struct text *out)
{
	rows_is(s, table, row, "", out);
}

void
rows_is(const struct schema *s, int table, const struct row *row, const char *of, struct text *out)
{
	const struct table *t = &s->tables[table];

	if (t->n_key == 0)
		text_add(out, "%srowid = %" PRId64, of, row->rowid);
	for (int i = 0; i < t->n_key; i++) {
		text_add(out, "%s%s", i == 0 ? "" : " AND ", of);
		text_identifier(out, t->columns[t->key[i]].sql);
		text_add(out, " = ");
		value_stored(out, &t->columns[t->key[i]], &row->v[t->key[i]]);
	}
}

/* Runs a statement with every column bound; false when the database refuses. */
typedef bool runner(struct world *w, int table, const struct row *row, const char *sql);

static bool
run(struct world *w, int table, const struct row *row, const char *sql)
{
	const struct table *t = &w->schema->tables[table];
	sqlite3_stmt *stmt = world_prepare(w, sql);
	int rc;

	for (int i = 0; i < t->n_columns && i < sqlite3_bind_parameter_count(stmt); i++)
		value_bind(stmt, i + 1, &t->columns[i], &row->v[i]);
	rc = sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	if (rc != SQLITE_DONE)
		world_log(w, "  refused: %s", sqlite3_errmsg(w->db));
	return rc == SQLITE_DONE;
}

static bool
insert(struct world *w, int table, struct row *row, runner *run)
{
	const struct table *t = &w->schema->tables[table];
	struct text sql = { 0 };
	bool done;

	text_add(&sql, "INSERT INTO ");
	text_identifier(&sql, t->sql);
	for (int i = 0; i < t->n_columns; i++) {
		text_add(&sql, i == 0 ? " (" : ", ");
		text_identifier(&sql, t->columns[i].sql);
	}
	for (int i = 0; i < t->n_columns; i++)
		text_add(&sql, i == 0 ? ") VALUES (?" : ", ?");
	text_add(&sql, ")");
	done = run(w, table, row, sql.s);
	if (done && !t->without_rowid)
		row->rowid = sqlite3_last_insert_rowid(w->db);
	text_free(&sql);
	return done;
}

static bool
update(struct world *w, int table, const struct row *before, const struct row *after,
    runner *run)
{
	const struct table *t = &w->schema->tables[table];
	struct text sql = { 0 };
	bool done;

	text_add(&sql, "UPDATE ");
	text_identifier(&sql, t->sql);
	for (int i = 0, n = 0; i < t->n_columns; i++)
		if (!value_same(&t->columns[i], &before->v[i], &after->v[i])) {
			text_add(&sql, n++ == 0 ? " SET " : ", ");
			text_identifier(&sql, t->columns[i].sql);
			text_add(&sql, " = ?%d", i + 1);
		}
	if (strstr(sql.s, " = ?") == NULL) {
		text_add(&sql, " SET ");
		text_identifier(&sql, t->columns[0].sql);
		text_add(&sql, " = ?1");
	}
	text_add(&sql, " WHERE ");
	rows_where(w->schema, table, before, &sql);
	done = run(w, table, after, sql.s);
	text_free(&sql);
	return done;
}

/* Whether some row of a tree is its own ancestor. */
static bool
circular(struct world *w, int table)
{
	struct table keys = w->schema->tables[table];
	const struct table *t = &keys;
	struct source up = { .child = table, .n_steps = 1 };
	struct text sql = { 0 };
	bool found;

	/* what a row of another table says of the scope may change at any time */
	keys.has_scope = keys.has_scope && !keys.far;
	up.steps[0] = (struct step){ (int)(path_tree(w->schema, table)
	    - w->schema->tables[table].references), '+' };
	text_add(&sql, "SELECT count(*) FROM ");
	text_identifier(&sql, t->sql);
	text_add(&sql, " AS a WHERE ");
	path_reach(t, up.steps, 1, "a", "a", &sql);
	found = world_number(w, sql.s) > 0;
	text_free(&sql);
	return found;
}

/* Runs a statement that must leave a tree a tree; undone where it would close a circle. */
static bool
guarded(struct world *w, int table, const struct row *row, const char *sql)
{
	bool done;

	if (path_tree(w->schema, table) == NULL)
		return run(w, table, row, sql);
	world_must(w, "SAVEPOINT property_guard");
	done = run(w, table, row, sql);
	if (done && circular(w, table)) {
		world_log(w, "  undone: it would close a circle");
		done = false;
	}
	if (!done)
		world_must(w, "ROLLBACK TO property_guard");
	world_must(w, "RELEASE property_guard");
	return done;
}

bool
rows_close_circle(struct world *w, int table, const struct row *before, const struct row *after)
{
	struct row copy = *after;
	bool closes;

	if (path_tree(w->schema, table) == NULL)
		return false;
	world_must(w, "SAVEPOINT property_try");
	if (before == NULL)
		closes = !insert(w, table, &copy, run) || circular(w, table);
	else
		closes = !update(w, table, before, after, run) || circular(w, table);
	world_must(w, "ROLLBACK TO property_try");
	world_must(w, "RELEASE property_try");
	return closes;
}

bool
rows_insert(struct world *w, int table, struct row *row)
{
	return insert(w, table, row, guarded);
}

bool
rows_update(struct world *w, int table, const struct row *before, const struct row *after)
{
	return update(w, table, before, after, guarded);
}

bool
rows_update_anyway(struct world *w, int table, const struct row *before, const struct row *after)
{
	return update(w, table, before, after, run);
}

bool
rows_delete(struct world *w, int table, const struct row *row)
{
	const struct table *t = &w->schema->tables[table];
	struct text sql = { 0 };
	bool done;

	text_add(&sql, "DELETE FROM ");
	text_identifier(&sql, t->sql);
	text_add(&sql, " WHERE ");
	rows_where(w->schema, table, row, &sql);
	done = run(w, table, row, sql.s);
	text_free(&sql);
	return done;
}

/* ---- structs ---- */

/* The value beside a NULL means nothing: 1 is there to be mistaken for something. */
#define PUT(type, cc, v) \
	do { \
		if (field->flags & CC_FIELD_NULLABLE) \
			*(struct cc *)at = (struct cc){ \
				value->kind == V_NULL ? (type)1 : (type)(v), \
				value->kind == V_NULL }; \
		else \
			*(type *)at = (type)(v); \
	} while (0)

static void
put(const struct cc_field *field, const struct value *value, void *row)
{
	void *at = (char *)row + field->offset;

	switch (field->type) {
	case CC_BOOL: PUT(bool, cc_bool, value->i != 0); return;
	case CC_INT16: PUT(int16_t, cc_int16, value->i); return;
	case CC_INT32: case CC_DATE: PUT(int32_t, cc_int32, value->i); return;
	case CC_INT64: case CC_TIMESTAMP: PUT(int64_t, cc_int64, value->i); return;
	case CC_FLOAT32: PUT(float, cc_float32, value->f); return;
	case CC_FLOAT64: PUT(double, cc_float64, value->f); return;
	default:
		*(const char **)at = value->kind == V_NULL ? NULL : value->s;
	}
}

/* The struct borrows the texts of the row. */
void
rows_struct(struct world *w, int table, const struct row *row, void *out)
{
	const struct cc_table *d = w->tables[table];

	memset(out, 0, d->row_size);
	for (int i = 0; i < w->schema->tables[table].n_columns; i++)
		if (w->fields[table][i] >= 0)
			put(&d->fields[w->fields[table][i]], &row->v[i], out);
}

static bool
equal(const struct cc_field *field, const void *a, const void *b)
{
	static const size_t sizes[] = { [CC_BOOL] = 1, [CC_INT16] = 2, [CC_INT32] = 4,
		[CC_INT64] = 8, [CC_FLOAT32] = 4, [CC_FLOAT64] = 8, [CC_TIMESTAMP] = 8,
		[CC_DATE] = 4 };
	size_t size = field->type < sizeof sizes / sizeof *sizes ? sizes[field->type] : 0;
	const char *x = (const char *)a + field->offset, *y = (const char *)b + field->offset;

	if (size == 0) {
		const char *s = *(const char *const *)(const void *)x;
		const char *t = *(const char *const *)(const void *)y;

		return s == NULL || t == NULL ? s == t
		    : field->type == CC_DECIMAL ? strtod(s, NULL) == strtod(t, NULL)
		    : strcmp(s, t) == 0;
	}
	if (field->flags & CC_FIELD_NULLABLE) {
		if (x[size] != y[size])
			return false;
		if (x[size])
			return true;
	}
	return memcmp(x, y, size) == 0;
}

/* Whether a struct that the library read says the same as our own row. */
bool
rows_equal_struct(struct world *w, int table, const struct row *row, const void *data)
{
	const struct cc_table *d = w->tables[table];
	void *mine = calloc(1, d->row_size + 1);
	bool same = true;

	rows_struct(w, table, row, mine);
	for (int i = 0; i < w->schema->tables[table].n_columns; i++)
		if (w->fields[table][i] >= 0
		    && !equal(&d->fields[w->fields[table][i]], mine, data)) {
			world_log(w, "  column %s differs", w->schema->tables[table].columns[i].name);
			same = false;
		}
	free(mine);
	return same;
}

void
rows_key(struct world *w, int table, const struct row *row, union cc_part *key)
{
	const struct table *t = &w->schema->tables[table];

	for (int i = 0; i < t->n_key; i++)
		if (row->v[t->key[i]].kind == V_TEXT)
			key[i].s = row->v[t->key[i]].s;
		else
			key[i].i = row->v[t->key[i]].i;
}

void
rows_show(struct world *w, int table, const struct row *row, struct text *out)
{
	const struct table *t = &w->schema->tables[table];

	text_add(out, "%s(", t->name);
	for (int i = 0; i < t->n_columns; i++) {
		text_add(out, "%s%s ", i == 0 ? "" : ", ", t->columns[i].name);
		value_show(out, &row->v[i]);
	}
	text_add(out, ")");
}
