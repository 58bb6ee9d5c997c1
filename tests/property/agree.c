/*
 * agree.c - two recounts of the same rows: the one of this test, and the compiler's own
 * definitions as SQL (printed by tests/definition/print.c), which know nothing of each other.
 *
 * Where they differ one of them is wrong.  Random rows, no library: nothing is maintained here.
 */
#include <stdlib.h>
#include <string.h>

#include "describe.h"

enum { ROWS = 70 };

/* Counters that others read are there, as they should be. */
static void
settle(struct world *w)
{
	for (int round = 0; round < 3; round++)
		for (int i = 0; i < w->schema->n_tables; i++)
			for (int k = 0; k < w->schema->tables[i].n_maintained; k++) {
				const struct table *t = &w->schema->tables[i];
				struct text sql = { 0 };

				if (t->maintained[k].kind == TALLY
				    || t->maintained[k].column.type > CC_INT64)
					continue;
				text_add(&sql, "UPDATE ");
				text_identifier(&sql, t->sql);
				text_add(&sql, " AS p SET ");
				text_identifier(&sql, t->maintained[k].column.sql);
				text_add(&sql, " = ");
				expected_column(w->schema, i, k, "p", &sql);
				if (t->has_scope) {
					text_add(&sql, " WHERE ");
					text_aliased(&sql, t->scope.sql.s, "p");
				}
				world_sql(w, sql.s);
				text_free(&sql);
			}
}

static void
prepare_rows(struct world *w, struct schema *s)
{
	static const char *const moments[] = { "now()", "now() - 1 day", "now() - 6 hours",
		"now() + 12 hours", "now() - 90 minutes", "now() - 1 month" };
	static const long long micros[] = { 0, -86400000000, -21600000000, 43200000000, -5400000000,
		-31 * 86400000000 };           /* from the last of December to the last of November */
	struct text sql = { 0 };

	for (int i = 0; i < w->schema->n_tables; i++)
		for (int k = 0; k < w->schema->tables[i].n_maintained; k++)
			s->tables[i].maintained[k].installed = true;
	print_ddl(s, &sql);
	world_must(w, sql.s);
	world_must(w, "CREATE TABLE cc_window (schema, moment, at)");
	for (int i = 0; i < 6; i++) {
		text_free(&sql);
		text_add(&sql, "INSERT INTO cc_window VALUES ('%s', '%s', %lld)", w->schema->name,
		    moments[i], VALUE_TIME + 5 * VALUE_TIME_STEP + micros[i]);
		world_must(w, sql.s);
	}
	text_free(&sql);
	for (int i = 0; i < ROWS; i++) {
		int table = i < w->schema->n_tables ? i : random_below(&w->random, w->schema->n_tables);
		struct row row;

		rows_random(w, table, &row);
		rows_insert(w, table, &row);
	}
	settle(w);
}

/* key and value of every holder in scope, one per line. */
static void
values(struct world *w, const char *sql, struct text *out)
{
	sqlite3_stmt *stmt;
	const char *value;

	if (sqlite3_prepare_v2(w->db, sql, -1, &stmt, NULL) != SQLITE_OK) {
		text_add(out, "%s", sqlite3_errmsg(w->db));
		return;
	}
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		value = (const char *)sqlite3_column_text(stmt, 2);
		if (value != NULL && sqlite3_column_type(stmt, 2) == SQLITE_FLOAT)
			text_add(out, "%s: %.9g\n", sqlite3_column_text(stmt, 1),
			    sqlite3_column_double(stmt, 2));
		else
			text_add(out, "%s: %s\n", sqlite3_column_text(stmt, 1),
			    value == NULL ? "NULL" : value);
	}
	sqlite3_finalize(stmt);
}

/* Our own query of a column, in the form of the other one. */
static void
own_query(const struct schema *s, int table, int column, struct text *out)
{
	const struct table *t = &s->tables[table];

	text_add(out, "SELECT '', printf('%%s' ");
	for (int i = 1; i < t->n_key; i++)
		text_add(out, "|| ',%%s'");
	for (int i = 0; i < t->n_key; i++) {
		text_add(out, ", p.");
		text_identifier(out, t->columns[t->key[i]].sql);
	}
	text_add(out, "), ");
	expected_column(s, table, column, "p", out);
	text_add(out, " FROM ");
	text_identifier(out, t->sql);
	text_add(out, " AS p WHERE 1");
	path_scope(t, "p", out);
	text_add(out, " ORDER BY 2");
}

/* The line of the file that is about a column; the caller frees it. */
static char *
their_query(const char *queries, const struct table *t, const struct maintained *m)
{
	struct text head = { 0 };
	const char *found, *end;
	char *line = NULL;

	text_add(&head, "SELECT '%s.%s', ", t->name, m->column.name);
	found = strpbrk(t->name, "'") != NULL || strpbrk(m->column.name, "'") != NULL ? NULL
	    : strstr(queries, head.s);
	if (found != NULL) {
		end = strstr(found, " ORDER BY 2;\n");
		line = strndup(found, (size_t)(end - found) + 11);
	}
	text_free(&head);
	return line;
}

static bool
agrees(struct world *w, int table, int column, const char *queries)
{
	const struct table *t = &w->schema->tables[table];
	const struct maintained *m = &t->maintained[column];
	char *theirs = their_query(queries, t, m);
	struct text sql = { 0 }, mine = { 0 }, other = { 0 };
	bool same = true;

	if (theirs != NULL) {
		own_query(w->schema, table, column, &sql);
		values(w, sql.s, &mine);
		values(w, theirs, &other);
		same = mine.s == NULL || strcmp(mine.s, other.s == NULL ? "" : other.s) == 0;
		if (!same)
			printf("FAIL agree: %s.%s\nthis test:\n%s\nthe compiler:\n%s\n%s\n\n%s\n",
			    t->name, m->column.name, mine.s, other.s, sql.s, theirs);
	}
	free(theirs);
	text_free(&sql);
	text_free(&mine);
	text_free(&other);
	return same;
}

bool
agree(uint64_t seed, uint32_t features, const char *path)
{
	struct schema *s = describe(seed, features);
	struct world w = { .schema = s, .random = { seed * 17 + 3 } };
	char *queries = calloc(1, 1 << 22);
	FILE *f = fopen(path, "r");
	bool good = f != NULL && queries != NULL;

	if (good)
		fread(queries, 1, (1 << 22) - 1, f);
	if (f != NULL)
		fclose(f);
	sqlite3_open(":memory:", &w.db);
	prepare_rows(&w, s);
	for (int i = 0; i < s->n_tables && good; i++)
		for (int k = 0; k < s->tables[i].n_maintained && good; k++)
			if (!(s->tables[i].maintained[k].n_sources == 1
			    && s->tables[i].maintained[k].sources[0].keep_else))
				good = agrees(&w, i, k, queries);
	text_free(&w.log);
	sqlite3_close(w.db);
	free(queries);
	describe_free(s);
	return good;
}
