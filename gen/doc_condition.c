/*
 * doc_condition.c - conditions in words: what they say of a row, and what makes them come true.
 *
 * A condition is taken apart at its `and`s.  Each part that has a usual form (x is null, x = 1,
 * a named condition, a window that moves with now()) gets words of its own; any other is quoted.
 */
#include <string.h>

#include <utlist.h>

#include "doc_parts.h"

const char *
doc_expr(const struct doc_maker *maker, const struct expr *expr)
{
	struct text out = { .arena = maker->arena };
	size_t i;

	if (expr->kind != EXPR_NAME)
		return source_words(maker->source, expr->span);
	for (i = 0; i < expr->n_names; i++)
		text_format(&out, "%s%s", i > 0 ? "." : "", expr->names[i].text);
	return text_string(&out);
}

const char *
doc_expr_code(const struct doc_maker *maker, const struct expr *expr)
{
	return doc_code(maker->arena, doc_expr(maker, expr));
}

/* ---- notes ------------------------------------------------------------------------------- */

bool
doc_note(struct doc_maker *maker, const char *phrase)
{
	struct doc_note *note;

	DL_FOREACH(maker->table->notes, note)
		if (strcmp(note->phrase, phrase) == 0)
			return false;
	note = arena_alloc(maker->arena, sizeof *note);
	note->phrase = phrase;
	DL_APPEND(maker->table->notes, note);
	return true;
}

static void
note_condition(struct doc_maker *maker, const struct table *table,
    const struct condition *condition)
{
	const char *doc = doc_comment(maker->arena, condition->doc);

	if (doc_note(maker, arena_format(maker->arena, "%s are %s where %s%s%s",
	    doc_capital(maker->arena, doc_plural(maker->arena, table->name.text)),
	    doc_code(maker->arena, condition->name.text), doc_expr_code(maker, condition->expr),
	    doc != NULL ? ": " : "", doc != NULL ? doc : "")))
		doc_note_conditions(maker, table, condition->expr);
}

void
doc_note_conditions(struct doc_maker *maker, const struct table *table, const struct expr *expr)
{
	const struct expr *a;

	if (expr->kind == EXPR_NAME && expr->condition != NULL)
		note_condition(maker, expr->n_path > 0 ? expr->path[expr->n_path - 1]->parent : table,
		    expr->condition);
	for (a = expr->args; a != NULL; a = a->next)
		doc_note_conditions(maker, table, a);
}

void
doc_note_scope(struct doc_maker *maker, const struct table *table)
{
	if (table->scope == NULL)
		return;
	doc_note(maker, arena_format(maker->arena, "%s are there only where %s",
	    doc_capital(maker->arena, doc_plural(maker->arena, table->name.text)),
	    doc_expr_code(maker, table->scope)));
	doc_note_conditions(maker, table, table->scope);
}

/* ---- the usual forms ------------------------------------------------------------------------ */

static bool
is_constant(const struct expr *expr)
{
	return (expr->kind >= EXPR_BOOL && expr->kind <= EXPR_TEXT) ||
	    (expr->kind == EXPR_NEGATE && is_constant(expr->args));
}

static void
is_now(const struct expr *leaf, void *ctx)
{
	bool *found = ctx;

	*found = *found || leaf->kind == EXPR_NOW;
}

static bool
has_now(const struct doc_maker *maker, const struct expr *expr)
{
	bool found = false;

	doc_each_leaf(maker->arena, expr, false, is_now, &found);
	return found;
}

/* A column that is TRUE, or FALSE. */
static void
boolean(const struct doc_maker *maker, const struct expr *name, bool wanted,
    struct doc_flip *flip)
{
	const char *code = doc_expr_code(maker, name), *word = wanted ? "true" : "false";

	flip->manner = DOC_WITH;
	flip->state = arena_format(maker->arena, "%s %s", code, word);
	flip->on = arena_format(maker->arena, "%s becomes %s", code, word);
	flip->off = name->type.nullable ? arena_format(maker->arena, "%s no longer %s", code, word) :
	    arena_format(maker->arena, "%s becomes %s", code, wanted ? "false" : "true");
}

static void
named(const struct doc_maker *maker, const struct expr *name, bool wanted, struct doc_flip *flip)
{
	const char *code = doc_expr_code(maker, name);

	if (name->n_path > 0) {
		boolean(maker, name, wanted, flip);
		return;
	}
	flip->manner = DOC_WHILE;
	flip->state = wanted ? code : arena_format(maker->arena, "not %s", code);
	flip->on = arena_format(maker->arena, wanted ? "becomes %s" : "no longer %s", code);
	flip->off = arena_format(maker->arena, wanted ? "no longer %s" : "becomes %s", code);
}

static void
null(const struct doc_maker *maker, const struct expr *expr, struct doc_flip *flip)
{
	const char *code = doc_expr_code(maker, expr->args);
	const char *set = arena_format(maker->arena, "%s set", code);
	const char *cleared = arena_format(maker->arena, "%s cleared", code);

	flip->manner = expr->negated ? DOC_WITH : DOC_WITHOUT;
	flip->state = code;
	flip->on = expr->negated ? set : cleared;
	flip->off = expr->negated ? cleared : set;
}

/* x = 1, x in (1, 2), and their negations. */
static bool
among(const struct doc_maker *maker, const struct expr *expr, bool not, struct doc_flip *flip)
{
	struct text list = { .arena = maker->arena };
	const struct expr *name = expr->args, *a = name->next;
	const char *code, *values;

	if (expr->kind != EXPR_IN && name->kind != EXPR_NAME && a->kind == EXPR_NAME) {
		name = a;
		a = expr->args;
	}
	if (name->kind != EXPR_NAME || !name->column)
		return false;
	for (; a != NULL && (expr->kind == EXPR_IN || list.length == 0); a = a->next) {
		if (!is_constant(a))
			return false;
		text_format(&list, "%s%s", list.length == 0 ? "" : a->next != NULL ? ", " : " or ",
		    doc_expr_code(maker, a));
	}
	code = doc_expr_code(maker, name);
	values = text_string(&list);
	flip->manner = DOC_WITH;
	flip->state = arena_format(maker->arena, not ? "%s other than %s" : "%s %s", code, values);
	flip->on = arena_format(maker->arena, not ? "%s changes from %s" : "%s becomes %s", code,
	    values);
	flip->off = arena_format(maker->arena, not ? "%s becomes %s" : "%s changes from %s", code,
	    values);
	return true;
}

/* x > 0 of numbers. */
static bool
limit(const struct doc_maker *maker, const struct expr *expr, struct doc_flip *flip)
{
	static const struct {
		const char *state, *on, *off;
	} words[] = {
		[EXPR_LT - EXPR_LT] = { "%s below %s", "%s falls below %s", "%s rises to %s or more" },
		[EXPR_LE - EXPR_LT] = { "%s at most %s", "%s falls to %s or less", "%s rises above %s" },
		[EXPR_GT - EXPR_LT] = { "%s above %s", "%s rises above %s", "%s falls to %s or less" },
		[EXPR_GE - EXPR_LT] = { "%s at least %s", "%s rises to %s or more", "%s falls below %s" },
	};
	const struct expr *name = expr->args, *value = name->next;
	const char *code, *number;
	size_t i = (size_t)(expr->kind - EXPR_LT);

	if (name->kind != EXPR_NAME || !name->column || !type_is_number(name->type.kind) ||
	    !is_constant(value))
		return false;
	code = doc_expr_code(maker, name);
	number = doc_expr_code(maker, value);
	flip->manner = DOC_WITH;
	flip->state = arena_format(maker->arena, words[i].state, code, number);
	flip->on = arena_format(maker->arena, words[i].on, code, number);
	flip->off = arena_format(maker->arena, words[i].off, code, number);
	return true;
}

/* ---- windows of time ---------------------------------------------------------------------------- */

/* now(), now() - 30 days, now() + 30 days; *shift: the interval or NULL. */
static bool
is_moment(const struct expr *expr, const struct expr **shift)
{
	*shift = NULL;
	if (expr->kind == EXPR_NOW)
		return true;
	if ((expr->kind != EXPR_ADD && expr->kind != EXPR_SUBTRACT) ||
	    expr->args->kind != EXPR_NOW || expr->args->next->kind != EXPR_INTERVAL)
		return false;
	*shift = expr->args->next;
	return true;
}

/* name > moment: rows leave as time passes; name < moment: they enter. */
static void
window(const struct doc_maker *maker, const char *name, const struct expr *moment, bool leaves,
    struct doc_flip *flip)
{
	struct arena *arena = maker->arena;
	const struct expr *shift;
	const char *when, *far, *passes = leaves ? "aged out by a sweep" : "taken in by a sweep";

	is_moment(moment, &shift);
	far = shift != NULL ? doc_expr(maker, shift) : "";
	flip->manner = DOC_WITH;
	if (shift == NULL) {
		flip->state = arena_format(arena, "%s in the %s", name, leaves ? "future" : "past");
		when = arena_format(arena, "%s once %s is past", passes, name);
	} else if (moment->kind == EXPR_SUBTRACT) {
		flip->state = arena_format(arena, leaves ? "%s in the last %s" : "%s over %s ago", name,
		    far);
		when = arena_format(arena, "%s %s after %s", passes, far, name);
	} else {
		flip->state = arena_format(arena, leaves ? "%s over %s ahead" : "%s less than %s ahead",
		    name, far);
		when = arena_format(arena, "%s %s before %s", passes, far, name);
	}
	flip->on = arena_format(arena, "%s moved %s", name, leaves ? "later" : "earlier");
	flip->off = arena_format(arena, "%s moved %s", name, leaves ? "earlier" : "later");
	if (leaves)
		flip->leaves = when;
	else
		flip->enters = when;
}

static bool
moving(const struct doc_maker *maker, const struct expr *expr, struct doc_flip *flip)
{
	const struct expr *a = expr->args, *b = a != NULL ? a->next : NULL, *shift;
	bool greater = expr->kind == EXPR_GT || expr->kind == EXPR_GE;

	if (expr->kind < EXPR_LT || expr->kind > EXPR_GE)
		return false;
	if (a->kind == EXPR_NAME && is_moment(b, &shift))
		window(maker, doc_expr_code(maker, a), b, greater, flip);
	else if (b->kind == EXPR_NAME && is_moment(a, &shift))
		window(maker, doc_expr_code(maker, b), a, !greater, flip);
	else
		return false;
	return true;
}

/* ---- any condition --------------------------------------------------------------------------------- */

static bool
usual(const struct doc_maker *maker, const struct expr *expr, struct doc_flip *flip)
{
	const struct expr *a = expr->args;

	switch (expr->kind) {
	case EXPR_NAME:
		(expr->column != NULL ? boolean : named)(maker, expr, true, flip);
		return true;
	case EXPR_NOT:
		if (a->kind != EXPR_NAME)
			return false;
		(a->column != NULL ? boolean : named)(maker, a, false, flip);
		return true;
	case EXPR_IS_NULL:
		if (a->kind != EXPR_NAME)
			return false;
		null(maker, expr, flip);
		return true;
	case EXPR_EQ:
	case EXPR_NE:
		if (a->kind == EXPR_NAME && a->column != NULL && a->next->kind == EXPR_BOOL) {
			boolean(maker, a, a->next->boolean == (expr->kind == EXPR_EQ), flip);
			return true;
		}
		return among(maker, expr, expr->kind == EXPR_NE, flip);
	case EXPR_IN:
		return among(maker, expr, expr->negated, flip);
	case EXPR_IS_DISTINCT:
		return among(maker, expr, !expr->negated, flip);
	case EXPR_LT:
	case EXPR_LE:
	case EXPR_GT:
	case EXPR_GE:
		return moving(maker, expr, flip) || limit(maker, expr, flip);
	default:
		return false;
	}
}

static void
quoted(const struct doc_maker *maker, const struct expr *expr, struct doc_flip *flip)
{
	const char *code = doc_expr_code(maker, expr);

	flip->manner = DOC_WHERE;
	flip->state = code;
	flip->on = arena_format(maker->arena, "%s becomes true", code);
	flip->off = arena_format(maker->arena, "%s no longer true", code);
}

struct flips {
	struct doc_maker *maker;
	const struct table *table;
	bool scope;
	struct doc_flip **list;
	struct doc_met *met;               /* conditions whose parts are in the list */
};

static void
add_flips(struct flips *flips, const struct expr *expr)
{
	struct doc_maker *maker = flips->maker;
	struct doc_flip *flip;
	const struct expr *a;

	if (expr->kind == EXPR_AND) {
		for (a = expr->args; a != NULL; a = a->next)
			add_flips(flips, a);
		return;
	}
	/* Only its parts tell what time does. */
	if (expr->kind == EXPR_NAME && expr->condition != NULL && expr->n_path == 0 &&
	    has_now(maker, expr)) {
		if (doc_meet(maker->arena, &flips->met, expr->condition))
			add_flips(flips, expr->condition->expr);
		return;
	}
	flip = arena_alloc(maker->arena, sizeof *flip);
	if (!usual(maker, expr, flip))
		quoted(maker, expr, flip);
	if (flip->enters == NULL && flip->leaves == NULL && has_now(maker, expr)) {
		flip->enters = "taken in by a sweep";
		flip->leaves = "aged out by a sweep";
	}
	flip->scope = flips->scope;
	if (!flips->scope)
		doc_note_conditions(maker, flips->table, expr);
	DL_APPEND(*flips->list, flip);
}

void
doc_flips(struct doc_maker *maker, const struct table *table, const struct expr *expr, bool scope,
    struct doc_flip **list)
{
	struct flips flips = { maker, table, scope, list, NULL };

	add_flips(&flips, expr);
}

const char *
doc_states(const struct doc_maker *maker, const struct doc_flip *flips, bool purpose)
{
	static const char *const words[] = { [DOC_WHILE] = "while", [DOC_WITH] = "with",
		[DOC_WITHOUT] = "without", [DOC_WHERE] = "where" };
	struct text out = { .arena = maker->arena };
	const struct doc_flip *flip;
	int manner;

	for (manner = DOC_WHILE; manner <= DOC_WHERE; manner++) {
		bool first = true;

		DL_FOREACH(flips, flip) {
			if (flip->scope || (int)flip->manner != manner)
				continue;
			if (first)
				text_format(&out, "%s %s ", out.length > 0 ? "," : "",
				    purpose && manner == DOC_WHILE ? "that are" : words[manner]);
			text_format(&out, "%s%s", first ? "" : " and ", flip->state);
			first = false;
		}
	}
	return text_string(&out);
}
