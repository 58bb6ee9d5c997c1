/*
 * print.c - a description as a .ccdl file and as CREATE TABLE statements.
 *
 * The application's tables hold more than the .ccdl file declares: for each maintained column a
 * shadow, which keeps what it held after the last step (see recount.c).
 */
#include <string.h>

#include "property.h"

static void
print_type(const struct column *c, struct text *out)
{
	static const char *const words[] = {
		[CC_BOOL] = "bool", [CC_INT16] = "int16", [CC_INT32] = "int32",
		[CC_INT64] = "int64", [CC_FLOAT32] = "float32", [CC_FLOAT64] = "float64",
		[CC_DECIMAL] = "decimal", [CC_TEXT] = "text", [CC_UUID] = "uuid",
		[CC_JSONB] = "jsonb", [CC_TIMESTAMP] = "timestamp", [CC_DATE] = "date",
	};

	text_add(out, " %s", words[c->type]);
	if (c->type == CC_DECIMAL)
		text_add(out, "(%d,%d%s)", c->precision, c->scale,
		    c->storage == CC_UNITS ? ",units" : "");
	else if (c->type == CC_TIMESTAMP && c->storage != CC_PLAIN)
		text_add(out, "(%s)", c->storage == CC_SECONDS ? "seconds"
		    : c->storage == CC_MILLIS ? "millis" : "text");
	if (c->nullable)
		text_add(out, "?");
}

static void
print_column_head(const struct column *c, struct text *out)
{
	text_add(out, "\t");
	text_identifier(out, c->name);
	print_type(c, out);
	if (strcmp(c->name, c->sql) != 0) {
		text_add(out, " as ");
		text_identifier(out, c->sql);
	}
}

static void
print_target(const struct schema *s, const struct reference *f, struct text *out)
{
	const struct table *p = &s->tables[f->parent];

	text_identifier(out, p->name);
	if (!f->to_key) {
		text_add(out, " (");
		text_identifier(out, p->columns[f->parent_columns[0]].name);
		text_add(out, ")");
	}
	if (f->has_when)
		text_add(out, " when %s", f->when.ccdl.s);
	if (f->on_delete == CC_CASCADE)
		text_add(out, " on delete cascade");
	else if (f->on_delete == CC_SET_NULL)
		text_add(out, " on delete set null");
	else if (f->on_delete == CC_RESTRICT)
		text_add(out, " on delete restrict");
}

static void
print_column(const struct schema *s, const struct table *t, int i, struct text *out)
{
	const struct column *c = &t->columns[i];
	int n = 0;

	print_column_head(c, out);
	if (t->n_key == 1 && t->key[0] == i)
		text_add(out, " primary key");
	else if (c->unique)
		text_add(out, " unique");
	for (int k = 0; k < t->n_references; k++) {
		const struct reference *f = &t->references[k];

		if (f->named || f->columns[0] != i)
			continue;
		text_add(out, n++ == 0 ? " references " : ", references ");
		print_target(s, f, out);
	}
	text_add(out, ";\n");
}

static void
print_links(const struct schema *s, const struct table *t, struct text *out)
{
	for (int k = 0; k < t->n_references; k++) {
		const struct reference *f = &t->references[k];

		if (!f->named)
			continue;
		text_add(out, "\treference ");
		text_identifier(out, f->name);
		for (int i = 0; i < f->n_parts; i++)
			text_add(out, "%s%s", i == 0 ? " (" : ", ", f->parts[i].ccdl.s);
		text_add(out, ") to ");
		print_target(s, f, out);
		text_add(out, ";\n");
	}
	for (int i = 0; t->n_key > 1 && i < t->n_key; i++) {
		text_add(out, i == 0 ? "\tprimary key (" : ", ");
		text_identifier(out, t->columns[t->key[i]].name);
		text_add(out, i + 1 == t->n_key ? ");\n" : "");
	}
	for (int i = 0; i < t->n_conditions; i++) {
		text_add(out, "\tcondition ");
		text_identifier(out, t->conditions[i].name);
		text_add(out, " where %s;\n", t->conditions[i].phrase.ccdl.s);
	}
}

static void
print_by(const struct schema *s, const struct source *source, struct text *out)
{
	const struct table *t = &s->tables[source->child];

	for (int i = 0; i < source->n_steps; i++) {
		const struct reference *f = &t->references[source->steps[i].reference];

		text_add(out, i == 0 ? " by " : ".");
		text_identifier(out, f->name);
		if (source->steps[i].repeat != '\0')
			text_add(out, "%c", source->steps[i].repeat);
		t = &s->tables[f->parent];
	}
}

void
print_source(const struct schema *s, const struct source *source, struct text *out)
{
	static const char *const words[] = { [COUNT] = "count(*", [SUM] = "sum(",
		[DISTINCT] = "count(distinct ", [MIN] = "min(", [MAX] = "max(", [AVG] = "avg(",
		[FIRST] = "first(", [EXISTS] = "exists(*", [SHAPE] = "" };

	text_add(out, "%s", words[source->aggregate]);
	for (int i = 0; i < source->n_values; i++)
		text_add(out, "%s%s", i == 0 ? "" : ", ", source->values[i].ccdl.s);
	if (source->aggregate == FIRST)
		text_add(out, " order by %s", source->order.ccdl.s);
	text_add(out, source->aggregate == SHAPE ? "" : ")");
	if (source->has_else)
		text_add(out, " else %s", source->otherwise.ccdl.s);
	if (source->keep_else)
		text_add(out, " else keep");
	text_add(out, " from ");
	text_identifier(out, s->tables[source->child].name);
	if (source->say_by)
		print_by(s, source, out);
	if (source->has_where)
		text_add(out, " where %s", source->where.ccdl.s);
}

static void
print_linear(const struct schema *s, const struct maintained *m, struct text *out)
{
	if (m->n_sources == 1 && m->constant == 0 && m->sources[0].factor == 1) {
		print_source(s, &m->sources[0], out);
		return;
	}
	for (int i = 0; i < m->n_sources; i++) {
		int factor = m->sources[i].factor;

		text_add(out, "%s", i == 0 ? (factor < 0 ? "-" : "") : factor < 0 ? " - " : " + ");
		text_add(out, "(");
		print_source(s, &m->sources[i], out);
		text_add(out, ")");
		if (factor < -1 || factor > 1)
			text_add(out, " * %d", factor < 0 ? -factor : factor);
	}
	if (m->constant != 0)
		text_add(out, " + %d", m->constant);
}

static void
print_maintained(const struct schema *s, const struct table *t, const struct maintained *m,
    struct text *out)
{
	print_column_head(&m->column, out);
	if (m->kind == TALLY) {
		text_add(out, " tally;\n");
		return;
	}
	text_add(out, " = ");
	if (m->derived.ccdl.s != NULL)
		text_add(out, "%s", m->derived.ccdl.s);
	else
		print_linear(s, m, out);
	if (m->keep)
		text_add(out, " never decrement");
	if (m->touch >= 0) {
		text_add(out, " touch ");
		text_identifier(out, t->columns[m->touch].name);
	}
	if (m->immediate)
		text_add(out, " using immediate");
	if (m->batch || m->incremental)
		text_add(out, m->batch ? " using batch" : " using incremental");
	text_add(out, ";\n");
}

void
print_ccdl(const struct schema *s, struct text *out)
{
	text_add(out, "schema %s;\n", s->name);
	for (int i = 0; i < s->n_tables; i++) {
		const struct table *t = &s->tables[i];

		text_add(out, "\ntable ");
		text_identifier(out, t->name);
		if (strcmp(t->name, t->sql) != 0) {
			text_add(out, " as ");
			text_identifier(out, t->sql);
		}
		text_add(out, "%s%s", t->singleton ? " singleton" : "", t->upsert ? " upsert" : "");
		if (t->has_scope)
			text_add(out, " where %s", t->scope.ccdl.s);
		text_add(out, " {\n");
		for (int k = 0; k < t->n_columns; k++)
			print_column(s, t, k, out);
		print_links(s, t, out);
		for (int k = 0; k < t->n_maintained; k++)
			print_maintained(s, t, &t->maintained[k], out);
		text_add(out, "}\n");
	}
}

/* ---- CREATE TABLE ---- */

static const char *
affinity(const struct column *c)
{
	switch (c->type) {
	case CC_FLOAT32: case CC_FLOAT64:
		return "REAL";
	case CC_TEXT: case CC_UUID: case CC_JSONB: case CC_DATE:
		return "TEXT";
	case CC_DECIMAL:
		return c->storage == CC_UNITS ? "INTEGER" : "TEXT";
	case CC_TIMESTAMP:
		return c->storage == CC_ISO ? "TEXT" : "INTEGER";
	default:
		return "INTEGER";
	}
}

static void
ddl_default(const struct maintained *m, struct text *out)
{
	switch (m->column.type) {
	case CC_TEXT: case CC_UUID:
		text_add(out, " DEFAULT ''");
		return;
	case CC_DATE:
		text_add(out, " DEFAULT '1970-01-01'");
		return;
	case CC_TIMESTAMP:
		text_add(out, m->column.storage == CC_ISO ? " DEFAULT '1970-01-01 00:00:00'"
		    : " DEFAULT 0");
		return;
	default:
		text_add(out, " DEFAULT %d", m->constant);
	}
}

static void
ddl_maintained(const struct maintained *m, int i, struct text *out)
{
	const struct column *c = &m->column;

	if (m->installed) {
		text_add(out, ",\n\t");
		text_identifier(out, c->sql);
		text_add(out, " %s", affinity(c));
		if (!c->nullable)
			text_add(out, " NOT NULL");
		if (!m->no_default && m->kind != DERIVED)
			ddl_default(m, out);
	}
	text_add(out, ",\n\tshadow_%d", i);
}

static void
ddl_names(const struct table *t, const int *columns, int n, struct text *out)
{
	for (int i = 0; i < n; i++) {
		text_add(out, i == 0 ? "(" : ", ");
		text_identifier(out, t->columns[columns[i]].sql);
	}
	text_add(out, ")");
}

static void
ddl_foreign_key(const struct schema *s, const struct table *t, const struct reference *f,
    struct text *out)
{
	static const char *const actions[] = { [CC_NO_PROMISE] = "NO ACTION",
		[CC_RESTRICT] = "RESTRICT", [CC_CASCADE] = "CASCADE", [CC_SET_NULL] = "SET NULL" };

	text_add(out, ",\n\tFOREIGN KEY ");
	ddl_names(t, f->columns, f->n_parts, out);
	text_add(out, " REFERENCES ");
	text_identifier(out, s->tables[f->parent].sql);
	text_add(out, " ");
	ddl_names(&s->tables[f->parent], f->parent_columns, f->n_parts, out);
	text_add(out, " ON DELETE %s", actions[f->on_delete]);
	if (f->follows)
		text_add(out, " ON UPDATE CASCADE");
}

void
print_ddl(const struct schema *s, struct text *out)
{
	for (int i = 0; i < s->n_tables; i++) {
		const struct table *t = &s->tables[i];

		if (t->twin >= 0)
			continue;
		text_add(out, "CREATE TABLE ");
		text_identifier(out, t->sql);
		for (int k = 0; k < t->n_columns; k++) {
			const struct column *c = &t->columns[k];

			text_add(out, k == 0 ? " (\n\t" : ",\n\t");
			text_identifier(out, c->sql);
			text_add(out, " %s%s%s%s", affinity(c), c->nullable ? "" : " NOT NULL",
			    c->unique ? " UNIQUE" : "", c->nocase ? " COLLATE NOCASE" : "");
		}
		text_add(out, ",\n\tshadow_touch");
		for (int k = 0; k < t->n_maintained; k++)
			ddl_maintained(&t->maintained[k], k, out);
		if (t->n_key > 0) {
			text_add(out, ",\n\tPRIMARY KEY ");
			ddl_names(t, t->key, t->n_key, out);
		}
		for (int k = 0; k < t->n_references; k++)
			if (t->references[k].enforced)
				ddl_foreign_key(s, t, &t->references[k], out);
		text_add(out, "\n)%s;\n", t->without_rowid ? " WITHOUT ROWID" : "");
	}
}
