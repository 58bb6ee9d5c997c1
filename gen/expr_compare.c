/*
 * expr_compare.c - comparisons of values as C conditions.
 *
 * What the operands' ranges decide is not printed: compilers warn of tests that are always true.
 */
#include <stddef.h>
#include <string.h>

#include "expr_parts.h"

struct comparison {
	struct printer *p;
	enum expr_kind op;                 /* as asked: true where `a op b` holds */
	const struct expr *a, *b;
	struct form form;
	struct val va, vb;
};

static enum expr_kind
turned(enum expr_kind op)              /* a op b as b op a */
{
	return op == EXPR_LT ? EXPR_GT : op == EXPR_GT ? EXPR_LT : op == EXPR_LE ? EXPR_GE :
	    op == EXPR_GE ? EXPR_LE : op;
}

static enum expr_kind
inverted(enum expr_kind op)
{
	return op == EXPR_LT ? EXPR_GE : op == EXPR_GE ? EXPR_LT : op == EXPR_LE ? EXPR_GT :
	    op == EXPR_GT ? EXPR_LE : op == EXPR_EQ ? EXPR_NE : EXPR_EQ;
}

static const char *
sign(enum expr_kind op)
{
	static const char *const signs[] = { [EXPR_EQ] = "==", [EXPR_NE] = "!=", [EXPR_LT] = "<",
		[EXPR_LE] = "<=", [EXPR_GT] = ">", [EXPR_GE] = ">=" };

	return signs[op];
}

static bool
holds(enum expr_kind op, int order)    /* order: sign of a - b */
{
	switch (op) {
	case EXPR_EQ:
		return order == 0;
	case EXPR_NE:
		return order != 0;
	case EXPR_LT:
		return order < 0;
	case EXPR_LE:
		return order <= 0;
	case EXPR_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

static const struct cond *
relation(struct comparison *c, enum expr_kind op)
{
	struct printer *p = c->p;
	const char *a = val_in(p, c->va, BIND_ADD), *b = val_in(p, c->vb, BIND_ADD);
	const char *is = arena_format(p->arena, "%s %s %s", a, sign(op), b);
	int bind = op == EXPR_EQ || op == EXPR_NE ? BIND_EQUAL : BIND_LESS;
	bool fails = c->va.fails || c->vb.fails;

	/* With a NaN both a < b and a >= b are false. */
	if (c->form.kind == FORM_FLOAT && (expr_is_nullable(c->a) || expr_is_nullable(c->b)))
		return cond_atom(p->arena, is, bind, arena_format(p->arena, "!(%s)", is), BIND_UNARY, fails);
	return cond_atom(p->arena, is, bind, arena_format(p->arena, "%s %s %s", a,
	    sign(inverted(op)), b), bind, fails);
}

/* ---- integers, decimals, times ------------------------------------------------------------ */

/*
 * A choice that came down to one short column ("case when true then h else l end") beside a
 * constant out of the column's range: compilers warn unless it is cast.
 */
static void
widen_beside(struct comparison *c, struct val *val, const struct expr *expr, int64_t low,
    int64_t high)
{
	if (expr->kind == EXPR_NAME || val->wide || low != high ||
	    (low >= INT16_MIN && low <= INT16_MAX))
		return;
	val->text = arena_format(c->p->arena, "(int64_t)%s", val_in(c->p, *val, BIND_UNARY));
	val->bind = BIND_UNARY;
	val->wide = true;
}

static const struct cond *
of_integers(struct comparison *c)
{
	int64_t a_low, a_high, b_low, b_high;
	bool below, above, always, never;
	struct cond *made;

	expr_range_in(c->a, c->form, &a_low, &a_high);
	expr_range_in(c->b, c->form, &b_low, &b_high);
	if (!c->va.fails && !c->vb.fails) {
		/* The order of a and b is one of those that are possible. */
		below = a_low < b_high;
		above = a_high > b_low;
		always = (!below || holds(c->op, -1)) && (!above || holds(c->op, 1)) &&
		    (a_low > b_high || a_high < b_low || holds(c->op, 0));
		never = (!below || !holds(c->op, -1)) && (!above || !holds(c->op, 1)) &&
		    (a_low > b_high || a_high < b_low || !holds(c->op, 0));
		if (always || never)
			return cond_constant(always);
	}
	widen_beside(c, &c->va, c->a, b_low, b_high);
	widen_beside(c, &c->vb, c->b, a_low, a_high);
	made = arena_alloc(c->p->arena, sizeof(*made));
	*made = *relation(c, c->op);
	if (a_low == a_high || b_low == b_high) {
		made->subject = b_low == b_high ? c->va.text : c->vb.text;
		made->op = b_low == b_high ? c->op : turned(c->op);
		made->constant = b_low == b_high ? b_low : a_low;
	}
	return made;
}

/* ---- floats -------------------------------------------------------------------------------- */

static const struct cond *
of_floats(struct comparison *c)
{
	if (c->op != EXPR_NE)
		return relation(c, c->op);
	/* != would hold for NaN. */
	return cond_or(c->p->arena, relation(c, EXPR_LT), relation(c, EXPR_GT));
}

/* ---- text ------------------------------------------------------------------------------------- */

static const struct cond *
of_texts(struct comparison *c)
{
	struct printer *p = c->p;
	bool equality = c->op == EXPR_EQ || c->op == EXPR_NE, lowers;
	bool fails = c->va.fails || c->vb.fails;
	struct val swapped;
	const char *call, *word;

	if (!c->va.lower && c->vb.lower) {
		swapped = c->va;
		c->va = c->vb;
		c->vb = swapped;
		c->op = turned(c->op);
	}
	lowers = c->va.lower && c->vb.lower;
	word = lowers ? "lowers" : c->va.lower ? "lower" : "text";
	call = arena_format(p->arena, "cc_%s_%s(%s, %s)", word, equality ? "equal" : "compare",
	    c->va.text, c->vb.text);
	if (!equality)
		return cond_atom(p->arena, arena_format(p->arena, "%s %s 0", call, sign(c->op)), BIND_LESS,
		    arena_format(p->arena, "%s %s 0", call, sign(inverted(c->op))), BIND_LESS, fails);
	if (c->op == EXPR_EQ)
		return cond_atom(p->arena, call, BIND_PRIMARY, arena_format(p->arena, "!%s", call),
		    BIND_UNARY, fails);
	return cond_atom(p->arena, arena_format(p->arena, "!%s", call), BIND_UNARY, call,
	    BIND_PRIMARY, fails);
}

static bool
has_lower(const struct expr *expr)
{
	const struct expr *arg;

	if (expr->kind != EXPR_CALL && expr->kind != EXPR_CASE)
		return false;
	if (expr->function == FUNCTION_LOWER)
		return true;
	for (arg = expr->args; arg != NULL; arg = arg->next)
		if (has_lower(arg))
			return true;
	return false;
}

/* coalesce, nullif, least and greatest of two as a case, which a comparison can be moved into. */
static const struct expr *
as_case(struct printer *p, const struct expr *expr)
{
	const struct expr *a = expr->args, *b = a->next;
	struct expr *made, *rest, *test;

	if (expr->kind == EXPR_CASE)
		return expr;
	made = expr_make(p->arena, EXPR_CASE, expr_make(p->arena, EXPR_IS_NULL, a, NULL), a);
	made->type = expr->type;
	if (expr->function == FUNCTION_NULLIF) {
		made->args->next->kind = EXPR_NULL;
		made->args->next->type.kind = TYPE_NULL;
		test = expr_make(p->arena, EXPR_EQ, a, b);
		expr_append(p->arena, made, test);
		expr_append(p->arena, made, made->args->next);
		return expr_append(p->arena, made, a);
	}
	rest = arena_alloc(p->arena, sizeof(*rest));
	if (b->next != NULL) {
		*rest = *expr;
		rest->args = NULL;
		for (; b != NULL; b = b->next)
			expr_append(p->arena, rest, b);
	} else {
		*rest = *b;
	}
	made->args = NULL;
	expr_append(p->arena, made, expr_make(p->arena, EXPR_IS_NULL, a, NULL));
	expr_append(p->arena, made, rest);
	if (expr->function != FUNCTION_COALESCE) {
		test = expr_make(p->arena, expr->function == FUNCTION_LEAST ? EXPR_LT : EXPR_GT, rest, a);
		expr_append(p->arena, made, test);
		expr_append(p->arena, made, rest);
	}
	return expr_append(p->arena, made, a);
}

/* (case when w then x else y end) op b  as  case when w then x op b else y op b end. */
static const struct cond *
moved_in(struct comparison *c, bool first, bool negated)
{
	struct printer *p = c->p;
	const struct expr *from = as_case(p, first ? c->a : c->b), *arg;
	struct expr *made = arena_alloc(p->arena, sizeof(*made)), *compared;
	const struct cond *known;
	size_t i = 0;

	made->kind = EXPR_CASE;
	made->span = from->span;
	made->type.kind = TYPE_BOOL;
	made->type.nullable = true;
	for (arg = from->args; arg != NULL; arg = arg->next, i++) {
		if (i % 2 == 0 && arg->next != NULL) {
			expr_append(p->arena, made, arg);
			continue;
		}
		compared = expr_make(p->arena, c->op, first ? arg : c->a, first ? c->b : arg);
		expr_append(p->arena, made, compared);
	}
	known = cond_constant(true);
	if (expr_may_fail(c->a) || expr_may_fail(c->b))
		known = cond_not(p->arena, cond_or(p->arena, view_null(p, c->a), view_null(p, c->b)));
	return cond_and(p->arena, known, negated ? view_false(p, made) : view_true(p, made));
}

/* ---- all of them --------------------------------------------------------------------------------- */

static const struct cond *
of_bools(struct comparison *c, bool negated)
{
	bool equal = (c->op == EXPR_EQ) != negated;

	if (c->b->kind == EXPR_BOOL)
		return equal == c->b->boolean ? view_true(c->p, c->a) : view_false(c->p, c->a);
	if (c->a->kind == EXPR_BOOL)
		return equal == c->a->boolean ? view_true(c->p, c->b) : view_false(c->p, c->b);
	return NULL;
}

static bool
is_choice(const struct expr *expr)
{
	return expr->kind == EXPR_CASE || (expr->kind == EXPR_CALL &&
	    expr->function != FUNCTION_LOWER);
}

const struct cond *
view_compare(struct printer *p, enum expr_kind op, const struct expr *a, const struct expr *b,
    bool negated)
{
	struct comparison c = { .p = p, .op = op, .a = a, .b = b };
	const struct cond *known, *is = NULL;
	const struct cond *(*null)(struct printer *, const struct expr *) = view_null;

	if (!printer_step(p))
		return cond_constant(false);
	c.form = form_both(form_of(&a->type), form_of(&b->type));
	if (c.form.kind == FORM_BOOL && (is = of_bools(&c, negated)) != NULL)
		return is;
	if (c.form.kind == FORM_TEXT && ((is_choice(a) && has_lower(a)) ||
	    (is_choice(b) && has_lower(b))))
		return moved_in(&c, is_choice(a) && has_lower(a), negated);
	if (negated)
		c.op = inverted(op);
	c.va = view_value(p, a, c.form);
	c.vb = view_value(p, b, c.form);
	/* NaN makes relations false, NULL pointers are equal to nothing. */
	if (c.form.kind == FORM_FLOAT && !c.va.fails && !c.vb.fails)
		null = view_flags;
	known = cond_not(p->arena, cond_or(p->arena, null(p, a), null(p, b)));
	if (!c.va.fails && !c.vb.fails && c.va.lower == c.vb.lower &&
	    (strcmp(c.va.text, c.vb.text) == 0 || expr_equal(a, b)))
		return cond_and(p->arena, cond_not(p->arena, cond_or(p->arena, view_null(p, a),
		    view_null(p, b))), cond_constant(holds(c.op, 0)));
	if (c.form.kind == FORM_TEXT && a->kind == EXPR_TEXT && b->kind == EXPR_TEXT)
		return cond_constant(holds(c.op, strcmp(a->text, b->text)));
	if (known->kind == COND_FALSE)
		return known;
	if (c.form.kind == FORM_TEXT)
		is = of_texts(&c);
	else if (c.form.kind == FORM_FLOAT)
		is = of_floats(&c);
	else if (c.form.kind == FORM_BOOL)
		is = relation(&c, c.op);
	else
		is = of_integers(&c);
	if (c.form.kind == FORM_TEXT && c.op == EXPR_EQ && !c.va.fails && !c.vb.fails)
		return is;
	return cond_and(p->arena, known, is);
}
