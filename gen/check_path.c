/*
 * check_path.c - climbing references: a.b.c in an expression, and the path after `by`.
 *
 * A name may stand for several references (one column, several kinds of parent), so a path is
 * followed to all its ends at once; the name that comes next, or the table where it has to end,
 * decides.  Each level keeps one entry per table, so that no path takes exponential time.
 */
#include <string.h>

#include "check.h"

/* A table that a path has come to, and how. */
struct spot {
	struct table *table;
	struct reference *reference;       /* climbed to get here; NULL: the start */
	const struct spot *below;
	unsigned ways;                     /* 1, or 2 for several */
	struct spot *next;
};

static bool
called(const struct reference *reference, const char *name)
{
	return strcmp(reference->name.text, name) == 0;
}

static void
arrive(struct check *check, struct spot **level, const struct spot *from,
    struct reference *reference)
{
	struct spot *spot;

	for (; *level; level = &(*level)->next) {
		if ((*level)->table == reference->parent) {
			(*level)->ways = 2;
			return;
		}
	}
	spot = arena_alloc(check->arena, sizeof *spot);
	*spot = (struct spot){ reference->parent, reference, from, from->ways, NULL };
	*level = spot;
}

/* What one step of a path found. */
struct climbed {
	struct spot *level;
	bool unknown;                      /* a reference whose parent is not known was met */
	bool found;                        /* any reference of that name */
};

static struct climbed
climb(struct check *check, const struct spot *from, const char *name, bool self)
{
	struct climbed climbed = { 0 };

	for (; from; from = from->next) {
		for (struct reference *r = from->table->references; r; r = r->next) {
			if (!called(r, name))
				continue;
			climbed.found = true;
			if (!r->parent)
				climbed.unknown = true;
			else if (!self || r->parent == from->table)
				arrive(check, &climbed.level, from, r);
		}
	}
	return climbed;
}

/* ---- messages ------------------------------------------------------------------------ */

static void
no_reference(struct check *check, const struct table *table, const struct name *name)
{
	struct choice choice = { 0 };
	struct column *column = table_find_column(table, name->text);
	struct diagnostic *d;

	for (const struct reference *r = table->references; r; r = r->next)
		if (!r->prev->next || !called(r, r->prev->name.text))
			check_choose(check, &choice, r->name.text);
	if (column) {
		d = source_error(check->source, name->span, "unknown-reference",
		    "column '%s' of '%s' is not a reference", name->text, table->name.text);
		check_note_name(check, d, &column->name);
		source_hint(check->source, d, "say which table it refers to: '%s %s references …'",
		    name->text, type_word(column->type.kind));
		return;
	}
	d = source_error(check->source, name->span, "unknown-reference",
	    "table '%s' has no reference '%s'", table->name.text, name->text);
	check_note_name(check, d, &table->name);
	check_hint_near(check, d, name->text, &choice);
}

static void
ambiguous(struct check *check, struct span span, const struct spot *from, const char *name)
{
	struct diagnostic *d = source_error(check->source, span, "path-ambiguous",
	    "the path may lead several ways");

	for (; from; from = from->next)
		for (const struct reference *r = from->table->references; r; r = r->next)
			if (called(r, name))
				source_note(check->source, d, r->span, "to '%s'",
				    r->target.text);
}

/* ---- a.b.c ------------------------------------------------------------------------------ */

static bool
ends(const struct table *table, const char *name)
{
	return table_find_column(table, name) || table_find_condition(table, name);
}

static void
no_such_name(struct check *check, const struct table *table, const struct name *name)
{
	struct choice choice = { 0 };
	struct diagnostic *d;

	for (const struct reference *r = table->references; r; r = r->next) {
		if (!called(r, name->text))
			continue;
		d = source_error(check->source, name->span, "unknown-column",
		    "'%s' is a reference, not a value", name->text);
		check_note_name(check, d, &r->name);
		source_hint(check->source, d, "name a column behind it: '%s.…'", name->text);
		return;
	}
	for (const struct column *c = table->columns; c; c = c->next)
		check_choose(check, &choice, c->name.text);
	for (const struct condition *c = table->conditions; c; c = c->next)
		check_choose(check, &choice, c->name.text);
	d = source_error(check->source, name->span, "unknown-column",
	    "table '%s' has no column '%s'", table->name.text, name->text);
	check_note_name(check, d, &table->name);
	check_hint_near(check, d, name->text, &choice);
}

/* The end of the path among the tables of the last level. */
static const struct spot *
choose_end(struct check *check, const struct expr *expr, const struct spot *level,
    const struct spot *before)
{
	const struct name *last = &expr->names[expr->n_names - 1];
	const struct spot *end = NULL;

	for (const struct spot *s = level; s; s = s->next) {
		if (!ends(s->table, last->text))
			continue;
		if (end || s->ways > 1) {
			ambiguous(check, expr->span, before, expr->names[expr->n_names - 2].text);
			return NULL;
		}
		end = s;
	}
	if (!end)
		no_such_name(check, level->table, last);
	return end;
}

static void
write_path(struct check *check, struct expr *expr, const struct spot *end)
{
	size_t n = expr->n_names - 1;

	expr->n_path = n;
	expr->path = n ? arena_alloc(check->arena, n * sizeof *expr->path) : NULL;
	for (; n > 0; n--, end = end->below)
		expr->path[n - 1] = end->reference;
}

bool
check_name(struct check *check, const struct place *place, struct expr *expr)
{
	struct spot start = { .table = place->table, .ways = 1 };
	const struct spot *level = &start, *before = NULL, *end;
	const char *last = expr->names[expr->n_names - 1].text;
	struct climbed climbed;

	for (size_t i = 0; i + 1 < expr->n_names; i++) {
		climbed = climb(check, level, expr->names[i].text, false);
		if (climbed.unknown)
			return false;
		if (!climbed.found) {
			no_reference(check, level->table, &expr->names[i]);
			return false;
		}
		before = level;
		level = climbed.level;
	}
	end = choose_end(check, expr, level, before);
	if (!end)
		return false;
	write_path(check, expr, end);
	expr->column = table_find_column(end->table, last);
	if (expr->column)
		return true;
	expr->condition = table_find_condition(end->table, last);
	if (!check_condition(check, end->table, expr->condition, place->depth + 1)) {
		expr->condition = NULL;    /* so that no walk goes round for ever */
		return false;
	}
	return expr->condition->expr->type.kind != TYPE_NONE;
}

/* ---- by -------------------------------------------------------------------------------- */

static void
not_a_tree(struct check *check, const struct table *table, const struct step *step)
{
	struct diagnostic *d = source_error(check->source, step->name.span, "not-a-tree",
	    "'%c' needs a reference of a table to itself", step->repeat);

	for (const struct reference *r = table->references; r; r = r->next)
		if (called(r, step->name.text))
			source_note(check->source, d, r->span, "'%s' leads from '%s' to '%s'",
			    step->name.text, table->name.text, r->target.text);
}

static void
wrong_end(struct check *check, const struct step *first, const struct step *last,
    const struct spot *level, const struct table *holder)
{
	struct span span = { first->name.span.start, last->name.span.end };
	struct diagnostic *d = source_error(check->source, span, "path-end",
	    "the path ends at '%s', not at '%s'", level->table->name.text, holder->name.text);

	if (level->reference)
		source_note(check->source, d, level->reference->span, "this leads to '%s'",
		    level->table->name.text);
	for (const struct reference *r = level->table->references; r; r = r->next)
		if (r->parent == holder) {
			source_hint(check->source, d, "one more step, '.%s', leads there",
			    r->name.text);
			return;
		}
}

/* Follows the steps from `child`; true when they end at `holder`, each with its reference. */
static bool
follow(struct check *check, struct step *steps, struct table *child, struct table *holder)
{
	struct spot start = { .table = child, .ways = 1 };
	const struct spot *level = &start, *before = level, *end;
	struct climbed climbed;
	struct step *step = steps;

	for (; step; step = step->next) {
		climbed = climb(check, level, step->name.text, step->repeat != 0);
		if (climbed.unknown)
			return false;
		if (!climbed.found) {
			no_reference(check, level->table, &step->name);
			return false;
		}
		if (!climbed.level) {
			not_a_tree(check, level->table, step);
			return false;
		}
		before = level;
		level = climbed.level;
	}
	for (end = level; end && end->table != holder; end = end->next)
		;
	step = steps->prev;
	if (!end) {
		wrong_end(check, steps, step, level, holder);
		return false;
	}
	if (end->ways > 1) {
		ambiguous(check, (struct span){ steps->name.span.start, step->name.span.end },
		    before, step->name.text);
		return false;
	}
	for (; end->below; end = end->below, step = step->prev)
		step->reference = end->reference;
	return true;
}

/* Path not written: the only reference from child to holder. */
static void
no_way(struct check *check, const struct source_clause *source)
{
	const struct table *child = source->child, *holder = source->holder;
	struct diagnostic *d = source_error(check->source, source->from.span, "path-missing",
	    "no reference leads from '%s' to '%s'", child->name.text, holder->name.text);

	check_note_name(check, d, &child->name);
	for (const struct reference *r = child->references; r; r = r->next) {
		for (const struct reference *up = r->parent->references; up; up = up->next) {
			if (up->parent != holder)
				continue;
			source_hint(check->source, d, "did you mean 'by %s.%s'?", r->name.text,
			    up->name.text);
			return;
		}
	}
	source_hint(check->source, d,
	    "the column of '%s' that holds the key of '%s' is declared with 'references %s'",
	    child->name.text, holder->name.text, holder->name.text);
}

static void
several_ways(struct check *check, const struct source_clause *source)
{
	const struct table *child = source->child, *holder = source->holder;
	struct text names = { .arena = check->arena };
	const char *last = NULL;
	struct diagnostic *d = source_error(check->source, source->from.span, "path-ambiguous",
	    "several references lead from '%s' to '%s'", child->name.text, holder->name.text);

	for (const struct reference *r = child->references; r; r = r->next) {
		if (r->parent != holder)
			continue;
		source_note(check->source, d, r->span, "'%s' is one", r->name.text);
		if (!last || strcmp(last, r->name.text) != 0)
			text_format(&names, "%s'by %s'", last ? " or " : "", r->name.text);
		last = r->name.text;
	}
	source_hint(check->source, d, "add %s", text_string(&names));
}

static bool
find_path(struct check *check, struct source_clause *source)
{
	struct reference *found = NULL;
	struct step *step;
	size_t n = 0;

	for (struct reference *r = source->child->references; r; r = r->next) {
		if (!r->parent)
			return false;
		if (r->parent == source->holder) {
			n++;
			found = r;
		}
	}
	if (n == 0)
		no_way(check, source);
	else if (n > 1)
		several_ways(check, source);
	if (n != 1)
		return false;
	step = arena_alloc(check->arena, sizeof *step);
	step->name = (struct name){ found->name.text, source->from.span };
	step->reference = found;
	step->prev = step;
	source->by = step;
	return true;
}

bool
check_by(struct check *check, struct source_clause *source)
{
	struct diagnostic *d;

	if (source->holder->singleton) {
		if (!source->by)
			return true;
		d = source_error(check->source, source->by->name.span, "singleton-path",
		    "every row counts for the singleton '%s': there is no path to it",
		    source->holder->name.text);
		check_note_name(check, d, &source->holder->name);
		source_hint(check->source, d, "leave out 'by'");
		return false;
	}
	if (!source->by)
		return find_path(check, source);
	return follow(check, source->by, source->child, source->holder);
}

bool
check_watch(struct check *check, struct watch *watch, struct table *holder)
{
	static struct value count = { .kind = VALUE_COUNT };
	struct source_clause *source;
	struct table *table = check_table(check, &watch->table);

	if (!table)
		return false;
	if (table == holder && !watch->by)
		return true;
	source = arena_alloc(check->arena, sizeof *source);
	source->span = watch->table.span;
	source->value = &count;
	source->from = watch->table;
	source->by = watch->by;
	source->child = table;
	source->holder = holder;
	watch->source = source;
	return check_by(check, source);
}
