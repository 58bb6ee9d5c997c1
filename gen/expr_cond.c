/*
 * expr_cond.c - C conditions as small trees, so that they print as a person would write them.
 *
 * Constants vanish, a test is not repeated in one chain of && or ||, negation moves inwards, and
 * two comparisons that cannot both hold (compilers warn of them) become a constant.  A part that
 * may fail is never moved or dropped: what fails must not depend on this.
 */
#include <stddef.h>
#include <string.h>

#include "expr_parts.h"

enum { NEARBY = 32 };                  /* parts of a chain that are compared with each other */

static const struct cond always = { .kind = COND_TRUE }, never = { .kind = COND_FALSE };

const struct cond *
cond_constant(bool value)
{
	return value ? &always : &never;
}

const struct cond *
cond_atom(struct arena *arena, const char *text, int bind, const char *not_text, int not_bind,
    bool fails)
{
	struct cond *made = arena_alloc(arena, sizeof(*made));

	made->kind = COND_ATOM;
	made->text = text;
	made->bind = bind;
	made->not_text = not_text;
	made->not_bind = not_bind;
	made->fails = fails;
	return made;
}

static enum expr_kind
inverse(enum expr_kind op)
{
	static const enum expr_kind inverses[] = {
		[EXPR_EQ] = EXPR_NE, [EXPR_NE] = EXPR_EQ, [EXPR_LT] = EXPR_GE, [EXPR_GE] = EXPR_LT,
		[EXPR_GT] = EXPR_LE, [EXPR_LE] = EXPR_GT
	};

	return inverses[op];
}

const struct cond *
cond_not(struct arena *arena, const struct cond *a)
{
	struct cond *made;
	size_t i;

	if (a->kind == COND_TRUE || a->kind == COND_FALSE)
		return cond_constant(a->kind == COND_FALSE);
	made = arena_alloc(arena, sizeof(*made));
	*made = *a;
	if (a->kind == COND_ATOM) {
		made->text = a->not_text;
		made->bind = a->not_bind;
		made->not_text = a->text;
		made->not_bind = a->bind;
		if (a->subject != NULL)
			made->op = inverse(a->op);
		return made;
	}
	if (a->kind != COND_CHOICE)
		made->kind = a->kind == COND_AND ? COND_OR : COND_AND;
	made->parts = arena_alloc(arena, a->n * sizeof(a->parts[0]));
	made->capacity = a->n;
	for (i = 0; i < a->n; i++)
		made->parts[i] = i == 0 && a->kind == COND_CHOICE ? a->parts[0] :
		    cond_not(arena, a->parts[i]);
	return made;
}

/* ---- chains ------------------------------------------------------------------------------ */

/* Can `subject a.op a.constant` and the same of b never both hold? */
static bool
apart(enum expr_kind a_op, int64_t a, enum expr_kind b_op, int64_t b)
{
	if (a_op == EXPR_NE || b_op == EXPR_NE)
		return (a_op == EXPR_EQ || b_op == EXPR_EQ) && a == b;
	if (a_op == EXPR_EQ && b_op == EXPR_EQ)
		return a != b;
	if (b_op == EXPR_EQ || a_op == EXPR_GT || a_op == EXPR_GE) {
		enum expr_kind op = a_op;
		int64_t constant = a;

		a_op = b_op, a = b;
		b_op = op, b = constant;
	}
	/* Now a is =, < or <=, or both are > or >=. */
	if (a_op == EXPR_EQ)
		return b_op == EXPR_LT ? a >= b : b_op == EXPR_LE ? a > b : b_op == EXPR_GT ? a <= b : a < b;
	if ((a_op != EXPR_LT && a_op != EXPR_LE) || (b_op != EXPR_GT && b_op != EXPR_GE))
		return false;
	return a_op == EXPR_LE && b_op == EXPR_GE ? a < b : a <= b;
}

/* In a chain of `kind`: does b decide it, given a? */
static bool
decides(enum cond_kind kind, const struct cond *a, const struct cond *b)
{
	if (a->kind != COND_ATOM || b->kind != COND_ATOM || a->fails || b->fails)
		return false;
	if (strcmp(a->text, b->not_text) == 0)
		return true;
	if (a->subject == NULL || b->subject == NULL || strcmp(a->subject, b->subject) != 0)
		return false;
	if (kind == COND_AND)
		return apart(a->op, a->constant, b->op, b->constant);
	return apart(inverse(a->op), a->constant, inverse(b->op), b->constant);
}

/*
 * Adds a part to a chain and returns what the chain now is.  `constant` decides the chain: FALSE
 * one of &&, TRUE one of ||.
 */
static const struct cond *
chain_add(struct arena *arena, struct cond *chain, const struct cond *part)
{
	const struct cond *end = cond_constant(chain->kind == COND_OR), **grown;
	size_t i;

	if (part->kind == end->kind && !chain->fails)
		return end;
	if (part->kind == end->kind)
		part = cond_atom(arena, chain->kind == COND_OR ? "true" : "false", BIND_PRIMARY,
		    chain->kind == COND_OR ? "false" : "true", BIND_PRIMARY, false);
	else if (part->kind == COND_TRUE || part->kind == COND_FALSE)
		return chain;
	for (i = chain->n > NEARBY ? chain->n - NEARBY : 0; i < chain->n; i++) {
		if (!chain->fails && decides(chain->kind, chain->parts[i], part))
			return end;
		if (part->kind == COND_ATOM && chain->parts[i]->kind == COND_ATOM &&
		    strcmp(part->text, chain->parts[i]->text) == 0)
			return chain;
	}
	if (chain->n == chain->capacity) {
		chain->capacity = chain->capacity == 0 ? 4 : chain->capacity * 2;
		grown = arena_alloc(arena, chain->capacity * sizeof(grown[0]));
		if (chain->n > 0)
			memcpy(grown, chain->parts, chain->n * sizeof(grown[0]));
		chain->parts = grown;
	}
	chain->parts[chain->n++] = part;
	chain->fails = chain->fails || part->fails;
	return chain;
}

static const struct cond *
chain(struct arena *arena, enum cond_kind kind, const struct cond *a, const struct cond *b)
{
	const struct cond *both[] = { a, b }, *now;
	struct cond *made = arena_alloc(arena, sizeof(*made));
	size_t i, j, n;

	made->kind = kind;
	for (i = 0; i < 2; i++) {
		n = both[i]->kind == kind ? both[i]->n : 1;
		for (j = 0; j < n; j++) {
			now = chain_add(arena, made, both[i]->kind == kind ? both[i]->parts[j] : both[i]);
			if (now != made)
				return now;
		}
	}
	if (made->n == 0)
		return cond_constant(kind == COND_AND);
	return made->n == 1 ? made->parts[0] : made;
}

const struct cond *
cond_and(struct arena *arena, const struct cond *a, const struct cond *b)
{
	return chain(arena, COND_AND, a, b);
}

const struct cond *
cond_or(struct arena *arena, const struct cond *a, const struct cond *b)
{
	return chain(arena, COND_OR, a, b);
}

const struct cond *
cond_choice(struct arena *arena, const struct cond *test, const struct cond *a,
    const struct cond *b)
{
	struct cond *made;

	if (test->kind == COND_TRUE)
		return a;
	if (test->kind == COND_FALSE)
		return b;
	if (b->kind == COND_FALSE)
		return cond_and(arena, test, a);
	if (a->kind == COND_TRUE)
		return cond_or(arena, test, b);
	if (a->kind == COND_FALSE)
		return cond_and(arena, cond_not(arena, test), b);
	if (b->kind == COND_TRUE)
		return cond_or(arena, cond_not(arena, test), a);
	made = arena_alloc(arena, sizeof(*made));
	made->kind = COND_CHOICE;
	made->parts = arena_alloc(arena, 3 * sizeof(made->parts[0]));
	made->n = made->capacity = 3;
	made->parts[0] = test;
	made->parts[1] = a;
	made->parts[2] = b;
	made->fails = test->fails || a->fails || b->fails;
	return made;
}

/* ---- printing ------------------------------------------------------------------------------ */

static int
bind_of(const struct cond *cond)
{
	switch (cond->kind) {
	case COND_ATOM:
		return cond->bind;
	case COND_AND:
		return BIND_AND;
	case COND_OR:
		return BIND_OR;
	case COND_CHOICE:
		return BIND_CHOICE;
	default:
		return BIND_PRIMARY;
	}
}

static void
print_parts(struct text *out, const struct cond *cond)
{
	size_t i;

	if (cond->kind == COND_CHOICE) {
		cond_print(out, cond->parts[0], BIND_OR);
		text_add(out, " ? ");
		cond_print(out, cond->parts[1], BIND_OR);
		text_add(out, " : ");
		cond_print(out, cond->parts[2], BIND_CHOICE);
		return;
	}
	/* A chain in a chain is put in parentheses, which compilers ask for. */
	for (i = 0; i < cond->n; i++) {
		if (i > 0)
			text_add(out, cond->kind == COND_AND ? " && " : " || ");
		cond_print(out, cond->parts[i], BIND_AND + 1);
	}
}

void
cond_print(struct text *out, const struct cond *cond, int bind)
{
	bool enclosed = bind_of(cond) < bind;

	if (out->length > EXPR_LENGTH)    /* shared parts can multiply: the caller gives up */
		return;
	if (enclosed)
		text_add_char(out, '(');
	switch (cond->kind) {
	case COND_TRUE:
		text_add(out, "true");
		break;
	case COND_FALSE:
		text_add(out, "false");
		break;
	case COND_ATOM:
		text_add(out, cond->text);
		break;
	default:
		print_parts(out, cond);
		break;
	}
	if (enclosed)
		text_add_char(out, ')');
}
