/*
 * oracle.c - the recount itself on trial: made by hand, a small forum whose numbers one can count
 * on one's fingers; and for every kind of definition the SQL must say just that.
 *
 *	groups   1 <- 2 <- 3, 1 <- 4 (archived, out of scope) <- 5
 *	topics   11 and 12 (closed) of group 2, 13 of 3, 14 of nobody, 15 of group 4
 *	posts    see below; 106 is of a topic that is not there
 *
 * Definitions are drawn for random schemas; here the same structures are filled in by hand.
 */
#include <stdlib.h>
#include <string.h>

#include "describe.h"

enum { GROUPS, TOPICS, POSTS };

static const char data[] =
    "INSERT INTO groups (id, parent_id, archived, weight) VALUES"
    " (1, NULL, 0, 5), (2, 1, 0, NULL), (3, 2, 0, 1), (4, 1, 1, 1), (5, 4, 0, 2);"
    "INSERT INTO topics (id, group_id, closed) VALUES"
    " (11, 2, 0), (12, 2, 1), (13, 3, NULL), (14, NULL, 0), (15, 4, 0);"
    "INSERT INTO posts (id, topic_id, author, score) VALUES"
    " (101, 11, 'ann', 3), (102, 11, 'bob', 1), (103, 12, 'ann', NULL), (104, 13, 'Ann', 3),"
    " (105, 15, 'bob', 2), (106, 99, 'eve', 7), (107, 13, NULL, 10);";

static int
add_column(struct table *t, const char *name, enum cc_type type)
{
	struct column *c = &t->columns[t->n_columns];

	snprintf(c->name, sizeof c->name, "%s", name);
	snprintf(c->sql, sizeof c->sql, "%s", name);
	c->type = type;
	c->nullable = t->n_columns > 0;
	return t->n_columns++;
}

static struct table *
add_table(struct schema *s, const char *name)
{
	struct table *t = &s->tables[s->n_tables++];

	t->schema = s;
	strcpy(t->name, name);
	strcpy(t->sql, name);
	t->twin = -1;
	t->key[t->n_key++] = add_column(t, "id", CC_INT64);
	return t;
}

static void
add_reference(struct table *t, const char *name, int parent)
{
	struct reference *f = &t->references[t->n_references++];

	strcpy(f->name, name);
	f->columns[f->n_parts++] = add_column(t, name, CC_INT64);
	f->parent = parent;
	f->to_key = true;
	f->tree = &t->schema->tables[parent] == t;
	text_add(&f->parts[0].sql, "\1.%s", name);
}

static struct schema *
forum(void)
{
	struct schema *s = calloc(1, sizeof *s);
	struct table *t;

	if (s == NULL || (s->aliases = calloc(1, sizeof *s->aliases)) == NULL)
		abort();
	strcpy(s->name, "forum");
	s->features = ~0u;
	s->settled = true;
	t = add_table(s, "groups");
	add_reference(t, "parent_id", GROUPS);
	add_column(t, "archived", CC_BOOL);
	add_column(t, "weight", CC_INT64);
	t->has_scope = true;
	text_add(&t->scope.sql, "NOT \1.archived");
	t = add_table(s, "topics");
	add_reference(t, "group_id", GROUPS);
	add_column(t, "closed", CC_BOOL);
	t = add_table(s, "posts");
	add_reference(t, "topic_id", TOPICS);
	add_column(t, "author", CC_TEXT);
	add_column(t, "score", CC_INT64);
	return s;
}

/* ---- what the definitions must say ---------------------------------------------------- */

struct example {
	const char *what;
	int holder, child;
	const char *path;              /* "0.1+": references by number */
	enum aggregate aggregate;
	const char *value, *where, *expected;  /* \1 is the counted row; of every holder in scope */
	const char *order;
	enum { NO_SIDE, READ, ASKED } side;    /* where is of the row that reference 0 leads to */
};

static const struct example examples[] = {
	{ "one step", TOPICS, POSTS, "0", COUNT, NULL, NULL, "11:2 12:1 13:2 14:0 15:1", 0, 0 },
	{ "two steps, a middle row out of nothing", GROUPS, POSTS, "0.0", COUNT, NULL, NULL,
	    "1:0 2:3 3:2 5:0", 0, 0 },
	{ "the whole subtree", GROUPS, GROUPS, "0+", COUNT, NULL, NULL, "1:2 2:1 3:0 5:0", 0, 0 },
	{ "the subtree and the row", GROUPS, GROUPS, "0*", COUNT, NULL, NULL, "1:3 2:2 3:1 5:1", 0,
	    0 },
	{ "of a row beside, and up its tree", GROUPS, TOPICS, "0.0*", COUNT, NULL, NULL,
	    "1:3 2:3 3:1 5:0", 0, 0 },
	{ "above it only", GROUPS, TOPICS, "0.0+", COUNT, NULL, NULL, "1:3 2:1 3:0 5:0", 0, 0 },
	{ "three steps up a tree", GROUPS, POSTS, "0.0.0*", SUM, "\1.score", NULL,
	    "1:17 2:17 3:13 5:0", 0, 0 },
	{ "NULL is not false", TOPICS, POSTS, "0", COUNT, NULL, "NOT \1.score > 2",
	    "11:1 12:0 13:0 14:0 15:1", 0, 0 },
	{ "a row beside", GROUPS, POSTS, "0.0", COUNT, NULL, "\1.closed", "1:0 2:1 3:0 5:0", 0, READ },
	{ "not of a row beside", GROUPS, POSTS, "0.0", COUNT, NULL, "NOT \1.closed",
	    "1:0 2:2 3:0 5:0", 0, READ },
	{ "a row beside that is out of scope is missing", TOPICS, TOPICS, NULL, COUNT, NULL,
	    "\1.weight IS NULL", NULL, 0, ASKED },
	{ "distinct", GROUPS, POSTS, "0.0", DISTINCT, "\1.author", NULL, "1:0 2:2 3:1 5:0", 0, 0 },
	{ "least", TOPICS, POSTS, "0", MIN, "\1.score", NULL, "11:1 12:- 13:3 14:- 15:2", 0, 0 },
	{ "greatest text", TOPICS, POSTS, "0", MAX, "\1.author", NULL,
	    "11:bob 12:ann 13:Ann 14:- 15:bob", 0, 0 },
	{ "average", GROUPS, POSTS, "0.0", AVG, "\1.score", NULL, "1:- 2:2.0 3:6.5 5:-", 0, 0 },
	{ "first of the highest", TOPICS, POSTS, "0", FIRST, "\1.id", NULL,
	    "11:101 12:103 13:107 14:- 15:105", "\1.score DESC NULLS LAST, \1.id", 0 },
	{ "first may be NULL", TOPICS, POSTS, "0", FIRST, "\1.author", NULL,
	    "11:ann 12:ann 13:- 14:- 15:bob", "\1.score DESC NULLS LAST, \1.id", 0 },
	{ "computed keys, shorter first", GROUPS, POSTS, "0.0", SHAPE, "0", NULL,
	    "1:{} 2:{\"1\":1,\"3\":1} 3:{\"3\":1,\"10\":1} 5:{}", 0, 0 },
	{ "groups, NULL last", GROUPS, POSTS, "0.0", SHAPE, "1", NULL,
	    "1:[] 2:[{\"n\":2,\"author\":\"ann\"},{\"n\":1,\"author\":\"bob\"}]"
	    " 3:[{\"n\":1,\"author\":\"Ann\"},{\"n\":1,\"author\":null}] 5:[]", 0, 0 },
	{ "an object in one with fixed keys", GROUPS, POSTS, "0.0", SHAPE, "2", NULL,
	    "1:{\"by\":{},\"total\":0} 2:{\"by\":{\"ann\":3,\"bob\":1},\"total\":3}"
	    " 3:{\"by\":{\"Ann\":3},\"total\":2} 5:{\"by\":{},\"total\":0}", 0, 0 },
	{ "values in order", GROUPS, POSTS, "0.0", SHAPE, "3", NULL,
	    "1:[] 2:[3,1,null] 3:[10,3] 5:[]", 0, 0 },
	{ "exists", TOPICS, POSTS, "0", EXISTS, NULL, "\1.score > 2", "11:1 12:0 13:1 14:0 15:0", 0,
	    0 },
};

static void
fill(const struct schema *s, const struct example *e, struct source *source)
{
	struct path side = { .start = (struct table *)&s->tables[e->child], .n = 1 };

	*source = (struct source){ .child = e->child, .aggregate = e->aggregate, .factor = 1 };
	for (const char *c = e->path == NULL ? "" : e->path; *c != '\0'; c++)
		if (*c == '+' || *c == '*')
			source->steps[source->n_steps - 1].repeat = *c;
		else if (*c != '.')
			source->steps[source->n_steps++].reference = *c - '0';
	if (e->aggregate == SHAPE)
		source->shape = shape_example(e->value[0] - '0');
	else if (e->value != NULL) {
		source->n_values = 1;
		text_add(&source->values[0].sql, "%s", e->value);
	}
	if (e->order != NULL)
		text_add(&source->order.sql, "%s", e->order);
	source->has_where = e->where != NULL;
	if (e->side != NO_SIDE)
		path_read(&side, e->where, e->side == ASKED, &source->where.sql);
	else if (e->where != NULL)
		text_add(&source->where.sql, "%s", e->where);
}

static bool
right(const struct schema *s, sqlite3 *db, const struct example *e)
{
	const struct table *t = &s->tables[e->holder];
	/* Counted without a holder: three topics whose group is missing or archived, or has no weight. */
	const char *expected = e->expected == NULL ? "4" : e->expected;
	struct text sql = { 0 }, is = { 0 };
	struct source source;
	sqlite3_stmt *stmt;
	bool good;

	fill(s, e, &source);
	text_add(&sql, "SELECT group_concat(v, ' ') FROM (SELECT p.id || ':' || coalesce(");
	expected_source(s, &source, "p", &sql);
	text_add(&sql, ", '-') AS v FROM %s AS p WHERE 1", t->name);
	path_scope(t, "p", &sql);
	text_add(&sql, " ORDER BY p.id)");
	if (e->expected == NULL) {
		text_free(&sql);
		text_add(&sql, "SELECT ");
		expected_source(s, &source, "p", &sql);
	}
	if (sqlite3_prepare_v2(db, sql.s, -1, &stmt, NULL) != SQLITE_OK
	    || sqlite3_step(stmt) != SQLITE_ROW) {
		printf("FAIL oracle: %s: %s\n%s\n", e->what, sqlite3_errmsg(db), sql.s);
		return false;
	}
	text_add(&is, "%s", (const char *)sqlite3_column_text(stmt, 0));
	good = strcmp(is.s, expected) == 0;
	if (!good)
		printf("FAIL oracle: %s: says %s, should say %s\n%s\n", e->what, is.s, expected,
		    sql.s);
	sqlite3_finalize(stmt);
	source_free(&source);
	text_free(&sql);
	text_free(&is);
	return good;
}

/* ---- on random schemas: it must be SQL ---------------------------------------------------- */

static bool
runs(sqlite3 *db, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &message) == SQLITE_OK)
		return true;
	printf("FAIL oracle: %s\n%s\n", message, sql);
	sqlite3_free(message);
	return false;
}

bool
oracle_speaks(uint64_t seed, uint32_t features)
{
	struct schema *s = describe(seed, features);
	struct text sql = { 0 };
	sqlite3 *db;
	bool good;

	sqlite3_open(":memory:", &db);
	print_ddl(s, &sql);
	good = runs(db, sql.s) && runs(db, "CREATE TABLE cc_window (schema, moment, at)");
	for (int i = 0; i < s->n_tables && good; i++)
		for (int k = 0; k < s->tables[i].n_maintained && good; k++) {
			if (s->tables[i].maintained[k].kind == TALLY)
				continue;
			text_free(&sql);
			text_add(&sql, "SELECT ");
			expected_column(s, i, k, "p", &sql);
			text_add(&sql, " FROM ");
			text_identifier(&sql, s->tables[i].sql);
			text_add(&sql, " AS p");
			good = runs(db, sql.s);
		}
	text_free(&sql);
	sqlite3_close(db);
	describe_free(s);
	return good;
}

/* Nested deeper than the engine parses?  It says so before it looks at a name. */
bool
oracle_fits(const struct schema *s, int table, int column)
{
	struct text sql = { 0 };
	sqlite3 *db;
	bool fits;

	sqlite3_open(":memory:", &db);
	text_add(&sql, "SELECT k FROM (SELECT 1 AS k, 2 AS a, ");
	expected_column(s, table, column, "p", &sql);
	text_add(&sql, " AS b FROM p) WHERE a IS NOT b");
	sqlite3_prepare_v2(db, sql.s, -1, &(sqlite3_stmt *){ NULL }, NULL);
	fits = strstr(sqlite3_errmsg(db), "stack overflow") == NULL;
	text_free(&sql);
	sqlite3_close(db);
	return fits;
}

bool
oracle_right(void)
{
	struct schema *s = forum();
	struct text ddl = { 0 };
	sqlite3 *db;
	bool good;

	sqlite3_open(":memory:", &db);
	print_ddl(s, &ddl);
	good = runs(db, ddl.s) && runs(db, data);
	for (size_t i = 0; i < sizeof examples / sizeof *examples && good; i++)
		good = right(s, db, &examples[i]);
	text_free(&ddl);
	sqlite3_close(db);
	describe_free(s);
	return good;
}
