/*
 * plan_role.c - where rows of a table stand in links other than as their child.
 *
 * When such a row changes, what the rows below it add changes as well: the row on the path moves,
 * flips or goes, and so does one beside it or the holder, as far as conditions and values read
 * them.  Maintained columns that are read so become fields of their rows ("extra").
 */
#include <stdlib.h>
#include <string.h>

#include "plan.h"

/* ---- maintained columns that are read ---------------------------------------------------------- */

static void
add_extra(struct plan *plan, struct plan_table *table, const struct column *column)
{
	const struct plan_column *maintained = plan_find_column(table, column);
	struct plan_field *field;

	if (plan_find_field(table, column) != NULL)
		return;
	field = &table->fields[table->n_fields + table->n_extra];
	field->index = table->n_fields + table->n_extra++;
	field->column = column;
	field->maintained = true;
	field->nullable = column->type.nullable;
	field->type = plan_type(&column->type, field->nullable);
	field->name = maintained->name;
	field->sql = maintained->sql;
	field->collation = "";
	field->param = field->name;
	field->note = "";
	field->scanned = true;
	table->full = arena_format(plan->arena, "%s_full", table->name);
}

struct visited {
	struct plan *plan;
	const struct plan_link *link;
};

static void
visit_extra(const struct join_row *row, const struct column *column, void *ctx)
{
	const struct visited *visited = ctx;

	if (column->kind == COLUMN_PLAIN || (visited->link->self && row == visited->link->join->rows))
		return;
	add_extra(visited->plan, plan_find_table(visited->plan, row->table), column);
}

static int
by_name(const void *a, const void *b)
{
	const struct plan_field *x = a, *y = b;

	return strcmp(x->column->name.text, y->column->name.text);
}

static void
order_extra(struct plan_table *table)
{
	unsigned i;

	if (table->n_extra > 1)
		qsort(table->fields + table->n_fields, table->n_extra, sizeof(table->fields[0]), by_name);
	for (i = table->n_fields; i < table->n_fields + table->n_extra; i++)
		table->fields[i].index = i;
}

/* ---- what is read of a row ----------------------------------------------------------------------- */

struct reading {
	struct plan_table *table;
	const struct join_row *row;
	bool *seen;                        /* by field */
	unsigned n;
};

static void
read_field(struct reading *reading, const struct plan_field *field)
{
	if (field == NULL || reading->seen[field->index])
		return;
	reading->seen[field->index] = true;
	reading->n++;
}

static void
visit_row(const struct join_row *row, const struct column *column, void *ctx)
{
	struct reading *reading = ctx;

	if (row == reading->row)
		read_field(reading, plan_find_field(reading->table, column));
}

/* What a row's own columns read of others of its table: it may be its own parent. */
static void
visit_others(const struct join_row *row, const struct column *column, void *ctx)
{
	struct reading *reading = ctx;

	if (row != reading->row && row->table == reading->table->table)
		read_field(reading, plan_find_field(reading->table, column));
}

static void
visit_column(const struct column *column, void *ctx)
{
	struct reading *reading = ctx;

	read_field(reading, plan_find_field(reading->table, column));
}

/* What decides which row the reference names. */
static void
read_reference(struct reading *reading, const struct reference *reference)
{
	const struct expr *part;

	for (part = reference->exprs; part != NULL; part = part->next)
		plan_reads(part, visit_column, reading);
	plan_reads(reference->when, visit_column, reading);
}

static struct reading
start_reading(struct plan *plan, struct plan_table *table, const struct join_row *row)
{
	return (struct reading){ .table = table, .row = row,
	    .seen = arena_alloc(plan->arena, (table->n_fields + table->n_extra) * sizeof(bool)) };
}

static struct plan_field **
fields_read(struct plan *plan, const struct reading *reading)
{
	struct plan_field **fields = arena_alloc(plan->arena, (reading->n + 1) * sizeof(fields[0]));
	unsigned i, n = 0;

	for (i = 0; i < reading->table->n_fields + reading->table->n_extra; i++) {
		if (reading->seen[i])
			fields[n++] = &reading->table->fields[i];
	}
	return fields;
}

static void
slot_reads(struct plan *plan, struct plan_link *link, struct plan_slot *slot)
{
	struct reading reading = start_reading(plan, link->child, link->join->rows);
	const struct join_row *row;
	const struct plan_term *term;
	unsigned i;

	if (link->asked)
		plan_walk(link, visit_row, &reading);
	else
		plan_walk_slot(link, slot, link->self ? visit_others : visit_row, &reading);
	for (term = slot->terms; term != NULL; term = term->next_in_slot) {
		if (term->inner && link->climb != NULL && link->anchor == 0 && link->reference != NULL)
			read_reference(&reading, link->reference->reference);
		for (i = 0; term->watched && i < link->child->n_fields; i++)
			read_field(&reading, &link->child->fields[i]);
	}
	/* By another row it may reach the same parent, and read other things on the way. */
	for (row = link->join->rows; row != NULL && !link->self; row = row->next) {
		if (row->from == link->join->rows)
			read_reference(&reading, row->reference);
	}
	slot->reads = fields_read(plan, &reading);
	slot->n_reads = reading.n;
}

/* ---- roles ------------------------------------------------------------------------------------------ */

static struct plan_role *
add_role(struct plan *plan, struct plan_link *link, const struct join_row *row,
    struct plan_reference *reference)
{
	struct plan_role *role = arena_alloc(plan->arena, sizeof(*role));
	struct plan_table *table = reference->parent;
	const char *parts[] = { table->name, "role", arena_format(plan->arena, "%u", table->n_roles) };

	role->link = link;
	role->table = table;
	role->row = row;
	role->referrer = reference->table;
	role->reference = reference;
	role->c_name = plan_name(plan, parts, 3);
	*table->roles_end = role;
	table->roles_end = &role->next;
	table->n_roles++;
	return role;
}

static void
read_own(const struct column *column, void *ctx)
{
	struct reading *reading = ctx;

	read_field(reading, plan_find_field(reading->table, column));
}

/* What the place of a row in a tree is read from, as far as it is the row's own. */
static void
read_place(struct reading *reading, const struct reference *tree)
{
	const struct expr *part;

	for (part = tree->exprs; part != NULL; part = part->next)
		plan_reads(part, read_own, reading);
	plan_reads(tree->when, read_own, reading);
	if (expr_scope_asks(tree->table))
		plan_reads(tree->table->scope, read_own, reading);
}

static void
role_reads(struct plan *plan, struct plan_role *role)
{
	struct reading reading = start_reading(plan, role->table, role->row);
	unsigned i;

	for (i = 0; i < role->reference->n_fields; i++)
		read_field(&reading, role->reference->parent_fields[i]);
	if (role->row == NULL || role->row == role->link->join->rows)
		read_place(&reading, role->reference->reference);
	else
		plan_walk(role->link, visit_row, &reading);
	role->reads = fields_read(plan, &reading);
	role->n_reads = reading.n;
}

/* Where it is more than once, sums are not taken apart; what is computed again is anyway. */
static unsigned
times(const struct plan_link *link, const struct table *table)
{
	const struct join_row *row;
	unsigned n = link->climb != NULL && link->holder->table == table;

	for (row = link->join->rows->next; row != NULL; row = row->next)
		n += row->table == table;
	return n;
}

/*
 * Below a row whose scope only the database tells, and below one that such a scope reads, all is told
 * that may count; so where the rows below and above it may be the row itself.
 */
static bool
is_reached(const struct plan_link *link, const struct join_row *row)
{
	if (!row->by && (row->within != NULL || expr_scope_asks(row->table)))
		return true;
	return link->asked && times(link, row->table) + (link->child->table == row->table) > 1;
}

/*
 * Rows that are climbed past have a role of their own.  Behind the child, of which they are others;
 * behind another row they may be what that is, but the tree names them: neither does that row's
 * foreign key keep them from being there before what they name, nor do they go with it.
 */
static void
tree_roles(struct plan *plan, struct plan_link *link)
{
	const struct join_row *row;
	struct plan_role *role;

	for (row = link->join->rows->next; row != NULL; row = row->next) {
		if (row->repeat == 0 || (row->from != link->join->rows &&
		    (!row->by || row->from->reference == row->reference)))
			continue;
		role = add_role(plan, link, row->from, plan_find_reference(plan, row->reference));
		role->reached = true;
		role_reads(plan, role);
	}
}

static void
gate_roles(struct plan *plan, struct plan_link *link, const struct plan_gate *gate)
{
	const struct join_row *row;
	struct plan_role *role;

	for (row = gate->join->rows->next; row != NULL; row = row->next) {
		role = add_role(plan, link, row, plan_find_reference(plan, row->reference));
		role->gate = gate;
		role->optional = true;
		role_reads(plan, role);
	}
}

static void
link_roles(struct plan *plan, struct plan_link *link)
{
	const struct plan_gate *gate;
	const struct join_row *row;
	struct plan_role *role;

	for (row = link->join->rows->next; row != NULL; row = row->next) {
		role = add_role(plan, link, row, plan_find_reference(plan, row->reference));
		role->optional = !row->by;
		role->reached = is_reached(link, row);
		role->recurs = link->n_linear > 0 && times(link, row->table) > 1;
		role_reads(plan, role);
	}
	tree_roles(plan, link);
	for (gate = link->gates; gate != NULL; gate = gate->next)
		gate_roles(plan, link, gate);
	if (link->climb == NULL)
		return;
	role = add_role(plan, link, NULL, link->climb);
	role->recurs = link->n_linear > 0 && times(link, link->holder->table) > 1;
	role_reads(plan, role);
}

void
plan_roles(struct plan *plan)
{
	struct visited visited = { .plan = plan };
	struct plan_link *link;
	struct plan_slot *slot;
	unsigned i;

	for (i = 0; i < plan->n_tables; i++) {
		for (link = plan->tables[i].links; link != NULL; link = link->next) {
			visited.link = link;
			plan_walk(link, visit_extra, &visited);
		}
	}
	for (i = 0; i < plan->n_tables; i++)
		order_extra(&plan->tables[i]);
	for (i = 0; i < plan->n_tables; i++) {
		for (link = plan->tables[i].links; link != NULL; link = link->next) {
			for (slot = link->slots; slot != NULL; slot = slot->next) {
				if (slot->derived)
					slot_reads(plan, link, slot);
			}
			link_roles(plan, link);
		}
	}
}
