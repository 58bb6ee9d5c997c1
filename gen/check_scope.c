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

static void expression(struct check *check, const struct expr *expr);

static void
expression(struct check *check, const struct expr *expr)
{
	if (expr->type.kind == TYPE_DECIMAL && expr->type.scale > EXACT_DIGITS
	    && expr->kind != EXPR_SOURCE)
		refuse(check, expr->span, "round() leaves fewer digits",
		    "a decimal of more than %d digits after the point", EXACT_DIGITS);
	for (const struct expr *a = expr->args; a; a = a->next)
		expression(check, a);
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
whole(struct check *check, const struct expr *expr, bool hooks)
{
	size_t nodes = 0, errors = check->source->errors;
	const char *problem;
	struct diagnostic *d;

	expression(check, expr);
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
	whole(check, condition->expr, true);
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

static void sources(struct check *check, const struct expr *expr);

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
	whole(check, expr, hooks && !asks);
	sources(check, expr);
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
source(struct check *check, const struct source_clause *clause)
{
	value(check, clause->value);
	if (clause->where)
		part(check, clause->where, true);
	if (clause->otherwise)
		whole(check, clause->otherwise, false);
}

static void
sources(struct check *check, const struct expr *expr)
{
	if (expr->kind == EXPR_SOURCE && expr->type.kind != TYPE_NONE)
		source(check, expr->source);
	for (const struct expr *a = expr->args; a; a = a->next)
		sources(check, a);
}

/* What has left is in no definition, so that hooks have to add; they do it by judging rows. */
static void
kept(struct check *check, const struct column *column, const struct expr *expr)
{
	if (expr->kind == EXPR_SOURCE && (expr->source->value->kind == VALUE_COUNT
	    || expr->source->value->kind == VALUE_SUM) && expr->source->child
	    && expr_source_asks(expr->source))
		refuse(check, column->name.span, "count in a row that is reached by plain keys",
		    "'never decrement' where only a query tells which rows count");
	for (const struct expr *a = expr->args; a; a = a->next)
		kept(check, column, a);
}

static void
definition(struct check *check, const struct column *column)
{
	const struct expr *expr = column->definition;

	if (!expr)
		return;
	whole(check, expr, false);
	sources(check, expr);
	if (column->never_decrement)
		kept(check, column, expr);
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
		whole(check, r->when, !expr_when_asks(r));
	for (const struct expr *e = r->exprs; e; e = e->next)
		whole(check, e, true);
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
		whole(check, t->scope, !expr_scope_asks(t));
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
