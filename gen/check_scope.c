/*
 * check_scope.c - what the language has and this release does not generate.
 *
 * A last pass over a schema that has been judged: each refusal names the construct and its
 * place, and what does instead where there is something.  Generating a construct means deleting
 * its refusal here and nothing else in check.
 */
#include "check.h"
#include "expr.h"

enum { KEY_COLUMNS = 16, MOST = 65000, EXACT_DIGITS = 18 };

/*
 * Where an expression stands: a definition may be computed from sources, what says which row it is
 * and where it belongs is read from columns of that row alone.
 */
enum reader { OF_DEFINITION, OF_ANY_ROW, OF_ITS_ROW, OF_KEY };

static void __attribute__((format(printf, 4, 5)))
refuse(struct check *check, struct span span, const char *hint, const char *format, ...)
{
	va_list args;
	char what[256];
	struct diagnostic *d;

	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	d = source_error(check->source, span, "not-generated",
	    "%s is not generated in this release", what);
	if (hint)
		source_hint(check->source, d, "%s", hint);
}

/* ---- expressions ------------------------------------------------------------------------ */

static void expression(struct check *check, const struct expr *expr, enum reader reader);

/* By its names: those of a table that comes later are not resolved yet. */
static bool
has_path(const struct expr *expr)
{
	if (expr->kind == EXPR_NAME && expr->n_names > 1)
		return true;
	for (const struct expr *a = expr->args; a; a = a->next)
		if (has_path(a))
			return true;
	return false;
}

static bool
climbs(const struct reference *reference)
{
	for (const struct expr *e = reference->exprs; e; e = e->next)
		if (has_path(e))
			return true;
	return false;
}

static void
name(struct check *check, const struct expr *expr, enum reader reader)
{
	if (reader < OF_ITS_ROW)
		return;
	for (size_t i = 0; i < expr->n_path; i++)
		if (climbs(expr->path[i]))
			refuse(check, expr->span, NULL, "a value behind reference '%s', whose key "
			    "is read from other rows", expr->path[i]->name.text);
	if (expr->n_path > 0 && reader != OF_KEY)
		refuse(check, expr->span, "keep a copy of it in the row itself",
		    "a value of another row ('%s.…')", expr->names[0].text);
	else if (expr->column && expr->column->kind != COLUMN_PLAIN && reader != OF_KEY)
		refuse(check, expr->span, NULL, "a reference or scope by maintained column '%s'",
		    expr->column->name.text);
	else if (expr->condition)
		expression(check, expr->condition->expr, reader);
}

static void
expression(struct check *check, const struct expr *expr, enum reader reader)
{
	if (expr->type.kind == TYPE_DECIMAL && expr->type.scale > EXACT_DIGITS
	    && expr->kind != EXPR_SOURCE)
		refuse(check, expr->span, "round() leaves fewer digits",
		    "a decimal of more than %d digits after the point", EXACT_DIGITS);
	else if (expr->kind != EXPR_NAME && expr->type.kind == TYPE_NONE)
		;                          /* it has an error already, but its parts may be good */
	else if (expr->kind == EXPR_NAME)
		name(check, expr, reader);
	else if (expr->kind == EXPR_NOW && reader >= OF_ITS_ROW)
		refuse(check, expr->span, "use it in the conditions of what is counted",
		    "now() in a reference or scope");
	for (const struct expr *a = expr->args; a; a = a->next)
		expression(check, a, reader);
}

/*
 * Most expressions are so small that they can be printed whatever they are made of, which is
 * quicker to see than to try.
 */
static bool
is_small(const struct expr *expr, unsigned depth, size_t *nodes)
{
	bool boolean = expr->type.kind == TYPE_BOOL;

	if (depth > 4 || ++*nodes > 30)
		return false;
	if (expr->kind == EXPR_CALL && expr->function == FUNCTION_LOWER)
		return false;
	if (expr->kind == EXPR_NAME && expr->condition)
		return is_small(expr->condition->expr, depth, nodes);
	for (const struct expr *a = expr->args; a; a = a->next)
		if (!is_small(a, boolean ? depth : depth + 1, nodes))
			return false;
	return true;
}

static bool conditions(struct check *check, const struct expr *expr);

/* A whole expression; hooks: it is evaluated in C as well. */
static void
whole(struct check *check, const struct expr *expr, enum reader reader, bool hooks)
{
	size_t nodes = 0, errors = check->source->errors;
	const char *problem;
	struct diagnostic *d;

	expression(check, expr, reader);
	if (expr->type.kind == TYPE_NONE || !conditions(check, expr)
	    || check->source->errors > errors || is_small(expr, 0, &nodes))
		return;
	problem = expr_problem(expr, hooks);
	if (!problem)
		return;
	d = source_error(check->source, expr->span, "not-generated", "the expression %s", problem);
	source_hint(check->source, d, "keep a part of it in a column of its own");
}

/* Each condition is judged once, before what uses it. */
static void
condition(struct check *check, struct condition *condition)
{
	size_t errors = check->source->errors;

	if (condition->mark & CONDITION_JUDGED)
		return;
	condition->mark |= CONDITION_JUDGED;
	whole(check, condition->expr, OF_ANY_ROW, true);
	if (check->source->errors > errors)
		condition->mark |= CONDITION_REFUSED;
}

/* False: it uses one that has an error. */
static bool
conditions(struct check *check, const struct expr *expr)
{
	bool good = true;

	if (expr->kind == EXPR_NAME && expr->condition) {
		condition(check, expr->condition);
		good = (expr->condition->mark & CONDITION_REFUSED) == 0;
	}
	for (const struct expr *a = expr->args; a; a = a->next)
		good = conditions(check, a) && good;
	return good;
}

/* ---- sources ---------------------------------------------------------------------------- */

/* The anchor is where the climb begins, so that a tree ends the path; an inner one goes on. */
static void
path(struct check *check, const struct source_clause *clause, bool inner)
{
	const struct step *step = clause->by;

	for (; step && step->reference; step = step->next) {
		if (climbs(step->reference) && (step->next || step->repeat || inner))
			refuse(check, step->name.span, "keep its key in the row itself",
			    "a path through reference '%s', whose key is read from other rows",
			    step->name.text);
		if (step->repeat && (step->next || inner)) {
			refuse(check, step->name.span, "keep the key of the last table in the tree's rows",
			    "a path that goes on behind a tree ('%s%c')", step->name.text,
			    step->repeat);
			return;
		}
	}
}

static void sources(struct check *check, const struct expr *expr, bool inner);

/* Hooks judge what no database has to be asked for, of the conditions that are joined by `and`. */
static void
part(struct check *check, const struct expr *expr, bool hooks)
{
	bool asks = check_has_source(expr) || expr_asks(expr);

	if (asks && expr->kind == EXPR_AND) {
		for (const struct expr *a = expr->args; a; a = a->next)
			part(check, a, hooks);
		return;
	}
	whole(check, expr, OF_ANY_ROW, hooks && !asks);
	sources(check, expr, true);
}

/* Sums are added up in C as well, everything else is computed by SQL alone. */
static void
value(struct check *check, const struct value *v)
{
	for (const struct expr *e = v->args; e; e = e->next)
		part(check, e, v->kind == VALUE_SUM);
	for (const struct term *t = v->order; t; t = t->next)
		part(check, t->expr, false);
	for (const struct json_field *f = v->fields; f; f = f->next) {
		if (f->computed)
			part(check, f->computed, false);
		value(check, f->value);
	}
	if (v->element)
		value(check, v->element);
}

static void
source(struct check *check, const struct source_clause *clause, bool inner)
{
	value(check, clause->value);
	path(check, clause, inner);
	if (clause->where)
		part(check, clause->where, true);
	if (clause->otherwise)
		whole(check, clause->otherwise, OF_ANY_ROW, false);
}

static void
sources(struct check *check, const struct expr *expr, bool inner)
{
	if (expr->kind == EXPR_SOURCE && expr->type.kind != TYPE_NONE)
		source(check, expr->source, inner);
	for (const struct expr *a = expr->args; a; a = a->next)
		sources(check, a, inner);
}

static void
definition(struct check *check, const struct column *column)
{
	const struct expr *expr = column->definition;

	if (!expr)
		return;
	whole(check, expr, OF_DEFINITION, false);
	sources(check, expr, false);
	if (column->never_decrement && column->type.kind == TYPE_JSONB)
		refuse(check, column->name.span, NULL, "'never decrement' of jsonb");
}

/* ---- columns and tables --------------------------------------------------------------------- */

static void
column(struct check *check, const struct column *c)
{
	const struct type *type = &c->type;

	if (type->kind == TYPE_DECIMAL && type->precision == 0)
		refuse(check, type->span, "say how many digits it has, as in 'decimal(18,2)'",
		    "a decimal without digits");
	else if (type->kind == TYPE_DECIMAL && type->precision > EXACT_DIGITS)
		refuse(check, type->span, "decimal(18,…) is the largest that is exact in 64 bits",
		    "a decimal of more than %d digits", EXACT_DIGITS);
	if (c->kind == COLUMN_MAINTAINED)
		definition(check, c);
	if (check_strategy_fits(c) && c->strategy == STRATEGY_LEDGER)
		refuse(check, c->strategy_span, "leave it out, or say 'using immediate'",
		    "'using ledger'");
}

static bool
inexact(enum type_kind kind)
{
	return kind == TYPE_FLOAT32 || kind == TYPE_FLOAT64 || kind == TYPE_DECIMAL;
}

static void
reference(struct check *check, const struct reference *r)
{
	if (r->when)
		whole(check, r->when, OF_ITS_ROW, true);
	for (const struct expr *e = r->exprs; e; e = e->next)
		whole(check, e, OF_KEY, true);
	for (size_t i = 0; r->parent && i < r->n_parent_columns; i++)
		if (r->parent_columns[i] && inexact(r->parent_columns[i]->type.kind)) {
			refuse(check, r->target.span, NULL, "a reference by %s column '%s'",
			    type_word(r->parent_columns[i]->type.kind),
			    r->parent_columns[i]->name.text);
			break;
		}
	if (r->parent && r->n_parent_columns > KEY_COLUMNS)
		refuse(check, r->target.span, NULL, "a reference by more than %d columns",
		    KEY_COLUMNS);
}

void
check_scope(struct check *check, const struct table *t)
{
	size_t n = 0;

	if (t->scope)
		whole(check, t->scope, OF_ITS_ROW, true);
	for (struct condition *c = t->conditions; c; c = c->next)
		condition(check, c);
	for (const struct column *c = t->columns; c; c = c->next) {
		column(check, c);
		if (++n == MOST + 1)
			refuse(check, c->name.span, NULL, "a table of more than %d columns", MOST);
	}
	for (const struct reference *r = t->references; r; r = r->next)
		reference(check, r);
	for (size_t i = 0; i < t->n_primary_key; i++)
		if (inexact(t->primary_key[i]->type.kind))
			refuse(check, t->primary_key[i]->type.span, NULL, "a primary key of %s",
			    type_word(t->primary_key[i]->type.kind));
	if (t->n_primary_key > KEY_COLUMNS)
		refuse(check, t->name.span, NULL, "a primary key of more than %d columns",
		    KEY_COLUMNS);
	if (++check->n_tables == MOST + 1)
		refuse(check, t->name.span, NULL, "a schema of more than %d tables", MOST);
}
