/*
 * plan.c - tables, row fields, references and targets of the plan.
 *
 * First pass: every table gets its fields and key, so that the second can point at them: the
 * references, then what is maintained (plan_column.c).  Last the targets are put in the order in
 * which they are flushed, and each table is told which functions it gets.
 *
 * It does not judge: whatever reaches it passed check_schema.
 */
#include <stdlib.h>
#include <string.h>

#include "plan.h"

/* ---- types and names --------------------------------------------------------------- */

struct plan_type
plan_type(const struct type *type, bool nullable)
{
	static const struct {
		const char *c, *c_null, *cc;
		enum plan_part part;
		bool real;
	} types[] = {
		[TYPE_BOOL] = { "bool ", "struct cc_bool ", "CC_BOOL", PLAN_PART_I, false },
		[TYPE_INT16] = { "int16_t ", "struct cc_int16 ", "CC_INT16", PLAN_PART_I, false },
		[TYPE_INT32] = { "int32_t ", "struct cc_int32 ", "CC_INT32", PLAN_PART_I, false },
		[TYPE_INT64] = { "int64_t ", "struct cc_int64 ", "CC_INT64", PLAN_PART_I, false },
		[TYPE_FLOAT32] = { "float ", "struct cc_float32 ", "CC_FLOAT32", PLAN_PART_I, true },
		[TYPE_FLOAT64] = { "double ", "struct cc_float64 ", "CC_FLOAT64", PLAN_PART_I, true },
		[TYPE_DECIMAL] = { "const char *", "const char *", "CC_DECIMAL", PLAN_PART_S, false },
		[TYPE_TEXT] = { "const char *", "const char *", "CC_TEXT", PLAN_PART_S, false },
		[TYPE_UUID] = { "const char *", "const char *", "CC_UUID", PLAN_PART_S, false },
		[TYPE_TIMESTAMP] = { "int64_t ", "struct cc_int64 ", "CC_TIMESTAMP", PLAN_PART_I, false },
		[TYPE_DATE] = { "int32_t ", "struct cc_int32 ", "CC_DATE", PLAN_PART_I, false },
		[TYPE_JSONB] = { "const char *", "const char *", "CC_JSONB", PLAN_PART_S, false },
	};
	static const char *const storages[] = {
		[STORAGE_DEFAULT] = "CC_PLAIN", [STORAGE_SECONDS] = "CC_SECONDS",
		[STORAGE_MILLIS] = "CC_MILLIS", [STORAGE_TEXT] = "CC_ISO",
		[STORAGE_UNITS] = "CC_UNITS", [STORAGE_LOCAL] = "CC_PLAIN",
	};

	return (struct plan_type){
		.c = nullable ? types[type->kind].c_null : types[type->kind].c,
		.cc = types[type->kind].cc,
		.storage = storages[type->storage],
		.scale = type->kind == TYPE_DECIMAL ? type->scale : 0,
		.part = types[type->kind].part,
		.real = types[type->kind].real,
	};
}

const char *
plan_sql_name(struct arena *arena, const struct column *column)
{
	struct text name = { .arena = arena };

	text_sql_name(&name, column_sql_name(column));
	return text_end(&name);
}

/* ---- finding ------------------------------------------------------------------------ */

static int
by_table_name(const void *a, const void *b)
{
	const struct plan_table *const *x = a, *const *y = b;

	return strcmp((*x)->table->name.text, (*y)->table->name.text);
}

struct plan_table *
plan_find_table(const struct plan *plan, const struct table *table)
{
	struct plan_table key = { .table = table }, *at = &key, **found;

	found = bsearch(&at, plan->by_name, plan->n_tables, sizeof(at), by_table_name);
	return found == NULL ? NULL : *found;
}

struct plan_field *
plan_find_field(const struct plan_table *table, const struct column *column)
{
	unsigned i;

	for (i = 0; i < table->n_fields + table->n_extra; i++) {
		if (table->fields[i].column == column)
			return &table->fields[i];
	}
	return NULL;
}

struct plan_reference *
plan_find_reference(const struct plan *plan, const struct reference *reference)
{
	struct plan_reference *found = plan_find_table(plan, reference->table)->references;

	while (found != NULL && found->reference != reference)
		found = found->next;
	return found;
}

struct plan_column *
plan_find_column(const struct plan_table *table, const struct column *column)
{
	unsigned i;

	for (i = 0; i < table->n_columns; i++) {
		if (table->columns[i].column == column)
			return &table->columns[i];
	}
	return NULL;
}

/* ---- fields -------------------------------------------------------------------------- */

static bool
has_column(struct arena *arena, const struct table *table, const char *c_name)
{
	const struct column *column;

	for (column = table->columns; column != NULL; column = column->next) {
		if (strcmp(name_c(arena, column->name.text), c_name) == 0)
			return true;
	}
	return false;
}

/* Not one that generated functions use for themselves, nor that of another column. */
static const char *
parameter_name(struct arena *arena, const struct table *table, const char *name)
{
	static const char *const ours[] = { "out", "by", "value", "row", "rows", "n", "cc",
		"tables" };
	const char *made;
	size_t i;
	int again = 1;

	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		if (strcmp(name, ours[i]) != 0)
			continue;
		made = arena_format(arena, "%s_", name);
		while (has_column(arena, table, made))
			made = arena_format(arena, "%s_%d", name, ++again);
		return made;
	}
	return name;
}

static const char *
field_note(struct arena *arena, const struct plan_table *table, const struct plan_field *field)
{
	struct text note = { .arena = arena };
	const struct reference *reference;
	const char *separator = "references ";

	if (field->key)
		text_add(&note, "primary key");
	for (reference = table->table->references; reference != NULL; reference = reference->next) {
		if (reference->exprs == NULL || reference->exprs->next != NULL ||
		    reference->exprs->column != field->column)
			continue;
		if (note.length > 0)
			text_add(&note, ", ");
		text_add(&note, separator);
		text_add(&note, reference->parent->name.text);
		separator = "";
	}
	return text_end(&note);
}

static int
by_key_and_name(const void *a, const void *b)
{
	const struct plan_field *x = a, *y = b;

	if (x->key != y->key)
		return x->key ? -1 : 1;
	if (x->key && x->index != y->index)
		return x->index < y->index ? -1 : 1;
	return strcmp(x->column->name.text, y->column->name.text);
}

/* Until they are sorted, `index` of a key field is its place in the key. */
static void
add_field(struct arena *arena, struct plan_table *table, struct column *column)
{
	struct plan_field *field = &table->fields[table->n_fields++];
	size_t i;

	field->column = column;
	for (i = 0; i < table->table->n_primary_key; i++) {
		if (table->table->primary_key[i] == column) {
			field->key = true;
			field->index = (unsigned)i;
		}
	}
	field->nullable = column->type.nullable && !field->key;
	field->type = plan_type(&column->type, field->nullable);
	field->name = name_c(arena, column->name.text);
	field->sql = plan_sql_name(arena, column);
	field->collation = (column->type.kind == TYPE_TEXT || column->type.kind == TYPE_UUID) &&
	    table->plan->dialect == SQL_SQLITE ? " COLLATE BINARY" : "";
	field->param = parameter_name(arena, table->table, field->name);
	field->note = field_note(arena, table, field);
}

static void
make_fields(struct plan *plan, struct plan_table *table)
{
	struct arena *arena = plan->arena;
	struct column *column;
	unsigned n = 0, all = 0, i;

	for (column = table->table->columns; column != NULL; column = column->next) {
		n += column->kind == COLUMN_PLAIN;
		all++;
	}
	table->fields = arena_alloc(arena, all * sizeof(*table->fields));
	table->declared = arena_alloc(arena, n * sizeof(struct plan_field *));
	for (column = table->table->columns; column != NULL; column = column->next) {
		if (column->kind == COLUMN_PLAIN)
			add_field(arena, table, column);
	}
	qsort(table->fields, n, sizeof(*table->fields), by_key_and_name);
	for (i = 0; i < n; i++)
		table->fields[i].index = i;
	n = 0;
	for (column = table->table->columns; column != NULL; column = column->next) {
		if (column->kind == COLUMN_PLAIN)
			table->declared[n++] = plan_find_field(table, column);
	}
	table->n_key = table->table->singleton ? 0 : (unsigned)table->table->n_primary_key;
	table->key = arena_alloc(arena, table->n_key * sizeof(struct plan_field *));
	for (i = 0; i < table->n_key; i++)
		table->key[i] = &table->fields[i];
}

/* ---- references ------------------------------------------------------------------------ */

/* Sorts the parts by the parent's field, so that one key of the parent is one target. */
static void
reference_fields(struct plan *plan, struct plan_reference *made)
{
	const struct reference *reference = made->reference;
	const struct expr *expr = reference->exprs;
	struct plan_field *parent;
	unsigned i, at;

	made->n_fields = (unsigned)reference->n_parent_columns;
	made->exprs = arena_alloc(plan->arena, made->n_fields * sizeof(struct expr *));
	made->fields = arena_alloc(plan->arena, made->n_fields * sizeof(struct plan_field *));
	made->parent_fields = arena_alloc(plan->arena, made->n_fields * sizeof(struct plan_field *));
	for (i = 0; i < made->n_fields; i++, expr = expr->next) {
		parent = plan_find_field(made->parent, reference->parent_columns[i]);
		for (at = i; at > 0 && made->parent_fields[at - 1]->index > parent->index; at--) {
			made->parent_fields[at] = made->parent_fields[at - 1];
			made->exprs[at] = made->exprs[at - 1];
		}
		made->parent_fields[at] = parent;
		made->exprs[at] = expr;
	}
	made->when = reference->when;
	made->may_fail = made->when != NULL && expr_may_fail(made->when);
	made->enforced = reference->on_delete != ON_DELETE_UNSAID && made->when == NULL;
	for (i = 0; i < made->n_fields; i++) {
		made->may_fail = made->may_fail || expr_may_fail(made->exprs[i]);
		made->far = made->far || expr_climbs(made->exprs[i]);
		if (made->exprs[i]->kind == EXPR_NAME && made->exprs[i]->column != NULL &&
		    made->exprs[i]->n_path == 0)
			made->fields[i] = plan_find_field(made->table, made->exprs[i]->column);
		made->enforced = made->enforced && made->fields[i] != NULL;
		if (reference->on_delete == ON_DELETE_SET_NULL && made->fields[i] != NULL &&
		    made->fields[i]->nullable)
			made->n_nulls++;
	}
}

/* The name alone where it is the only one of its table, else with the parent's. */
static const char *
reference_label(struct plan *plan, const struct plan_table *table,
    const struct reference *reference)
{
	const struct reference *other;

	for (other = table->table->references; other != NULL; other = other->next) {
		if (other != reference && strcmp(other->name.text, reference->name.text) == 0)
			return arena_format(plan->arena, "%s to %s", reference->name.text,
			    reference->parent->name.text);
	}
	return reference->name.text;
}

/* Bulk verbs name the rows of a parent by columns, each of them once. */
static bool
has_verbs(const struct plan_reference *made)
{
	unsigned i, other;

	for (i = 0; i < made->n_fields; i++) {
		if (made->fields[i] == NULL)
			return false;
		for (other = 0; other < i; other++) {
			if (made->fields[other] == made->fields[i])
				return false;
		}
	}
	return true;
}

static void
make_references(struct plan *plan, struct plan_table *table)
{
	const struct reference *reference;
	struct plan_reference *made, **end = &table->references;
	const char *parts[] = { table->name, NULL };

	for (reference = table->table->references; reference != NULL; reference = reference->next) {
		made = arena_alloc(plan->arena, sizeof(*made));
		made->reference = reference;
		made->table = table;
		made->parent = plan_find_table(plan, reference->parent);
		made->name = arena_format(plan->arena, "%s.%s", table->table->name.text,
		    reference->name.text);
		made->label = parts[1] = reference_label(plan, table, reference);
		made->c_name = plan_name(plan, parts, 2);
		made->index = table->n_references++;
		made->gone = reference->on_delete == ON_DELETE_CASCADE ||
		    reference->on_delete == ON_DELETE_SET_NULL;
		reference_fields(plan, made);
		made->verb = has_verbs(made) ? name_c(plan->arena, made->label) : NULL;
		made->next_referring = made->parent->referring;
		made->parent->referring = made;
		*end = made;
		end = &made->next;
	}
}

/* ---- all together ------------------------------------------------------------------------ */

static int
by_flush_order(const void *a, const void *b)
{
	const struct plan_target *x = *(struct plan_target *const *)a;
	const struct plan_target *y = *(struct plan_target *const *)b;
	unsigned i;
	int order = strcmp(x->table->table->name.text, y->table->table->name.text);

	if (x->table->level != y->table->level)
		return x->table->level < y->table->level ? -1 : 1;
	if (order == 0 && x->n_fields != y->n_fields)
		order = x->n_fields < y->n_fields ? -1 : 1;
	for (i = 0; order == 0 && i < x->n_fields; i++)
		order = strcmp(x->fields[i]->column->name.text, y->fields[i]->column->name.text);
	return order;
}

static void
order_targets(struct plan *plan)
{
	struct plan_target *target;
	unsigned i;

	plan->targets = arena_alloc(plan->arena, plan->n_targets * sizeof(struct plan_target *));
	plan->n_targets = 0;
	for (i = 0; i < plan->n_tables; i++) {
		for (target = plan->tables[i].targets; target != NULL; target = target->next)
			plan->targets[plan->n_targets++] = target;
	}
	qsort(plan->targets, plan->n_targets, sizeof(plan->targets[0]), by_flush_order);
	for (i = 0; i < plan->n_targets; i++)
		plan->targets[i]->index = i;
}

/* A table matters when its rows count, are counted in, or take such rows along when they go. */
static void
involve(struct plan_table *table)
{
	const struct plan_reference *reference;

	if (table->involved)
		return;
	table->involved = true;
	for (reference = table->references; reference != NULL; reference = reference->next) {
		if (reference->gone)
			involve(reference->parent);
	}
}

static void
choose_functions(struct plan_table *table)
{
	const struct plan_reference *reference;

	table->keyed = table->involved && table->n_key > 0;
	table->deleting = table->keyed && (table->n_roles > 0 || table->n_extra > 0);
	for (reference = table->referring; reference != NULL; reference = reference->next_referring) {
		if (reference->gone && table->keyed)
			table->deleting = true;
	}
}

static void
make_tables(struct plan *plan)
{
	struct table *table;
	struct plan_table *made;
	unsigned i;

	for (table = plan->schema->tables; table != NULL; table = table->next)
		plan->n_tables++;
	plan->tables = arena_alloc(plan->arena, plan->n_tables * sizeof(*plan->tables));
	plan->by_name = arena_alloc(plan->arena, plan->n_tables * sizeof(struct plan_table *));
	made = plan->tables;
	for (table = plan->schema->tables, i = 0; table != NULL; table = table->next, i++, made++) {
		made->table = table;
		made->index = i;
		made->doc = table->doc;
		plan->spaced |= strchr(table_sql_name(table), ' ') != NULL;
		plan_name_table(plan, made);
		made->links_end = &made->links;
		made->plan = plan;
		made->upsert = table->upsert && !table->singleton;
		made->counted_by_end = &made->counted_by;
		made->roles_end = &made->roles;
		make_fields(plan, made);
		made->rowid = made->n_key > 0 ? NULL : table_rowid(table, plan->dialect);
		plan->by_name[i] = made;
	}
	for (i = 0; i < plan->n_tables; i++)
		plan_name_conditions(plan, &plan->tables[i]);
	qsort(plan->by_name, plan->n_tables, sizeof(plan->by_name[0]), by_table_name);
}

static const char *
file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

struct plan *
plan_make(struct schema *schema, enum sql_dialect dialect)
{
	struct plan *plan = arena_alloc(schema->arena, sizeof(*plan));
	struct plan_link *link;
	unsigned i;

	plan->arena = schema->arena;
	plan->dialect = dialect;
	plan->meaning.arena = schema->arena;
	plan->schema = schema;
	plan->name = name_c(schema->arena, schema->name.text);
	plan->file = file_name(schema->source->path);
	make_tables(plan);
	for (i = 0; i < plan->n_tables; i++)
		plan_columns(plan, &plan->tables[i]);
	for (i = 0; i < plan->n_tables; i++)
		make_references(plan, &plan->tables[i]);
	for (i = 0; i < plan->n_tables; i++)
		plan_terms(plan, plan->by_name[i]);
	for (i = 0; i < plan->n_tables; i++) {
		for (link = plan->tables[i].links; link != NULL; link = link->next)
			plan_hops(plan, link);
	}
	plan_roles(plan);
	plan_moments(plan);
	plan_levels(plan);
	order_targets(plan);
	for (i = 0; i < plan->n_tables; i++) {
		if (plan->tables[i].n_links > 0 || plan->tables[i].n_maintained > 0 ||
		    plan->tables[i].n_roles > 0)
			involve(&plan->tables[i]);
	}
	for (i = 0; i < plan->n_tables; i++) {
		plan_mark_reads(&plan->tables[i]);
		choose_functions(&plan->tables[i]);
	}
	return plan;
}
