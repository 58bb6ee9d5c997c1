/*
 * fmt_role.c - how the tokens of a declaration relate: blanks between them, where a line may
 * break, and what belongs together in brackets or between `case` and `end`.
 */
#include <string.h>

#include "fmt_role.h"

/* ---- blanks --------------------------------------------------------------------------- */

bool
fmt_is_mark(const struct source *source, const struct token *token, const char *set)
{
	return token->kind == TOKEN_PUNCTUATION && fmt_length(token) == 1 &&
	    strchr(set, *fmt_at(source, token)) != NULL;
}

/* A word before '(' that it is the argument list of. */
static bool
takes_arguments(const struct fmt_item *item, size_t i)
{
	static const char *const aggregates[] = { "count", "exists", "sum", "min", "max", "avg",
		"first", NULL };
	static const char *const others[] = { "in", "and", "or", "not", "where", "when", "then",
		"else", "between", "is", "by", "distinct", "unique", "key", "desc", "from", "case",
		"null", "end", "true", "false", NULL };
	static const char *const named[] = { "references", "reference", "to", NULL };
	const struct token *token = &item->tokens[i];

	if (token->kind != TOKEN_WORD && token->kind != TOKEN_QUOTED)
		return false;
	if (fmt_is_one_of(item->source, token, aggregates))
		return true;
	/* references users (id): a list of columns, not of arguments. */
	return !fmt_is_one_of(item->source, token, others) &&
	    (i == 0 || !fmt_is_one_of(item->source, &item->tokens[i - 1], named));
}

/* A value ends with this token, so that a '-' after it subtracts. */
static bool
ends_value(const struct source *source, const struct token *token)
{
	static const char *const operators[] = { "and", "or", "not", "in", "between", "is", "from",
		"where", "when", "then", "else", "case", "by", "distinct", "desc", NULL };

	if (token->kind == TOKEN_PUNCTUATION)
		return fmt_is_mark(source, token, ")]}*+?") &&
		    !fmt_is_mark(source, token, "*+");
	return !fmt_is_one_of(source, token, operators);
}

static bool
is_unary(const struct fmt_item *item, size_t i)
{
	return fmt_is_mark(item->source, &item->tokens[i], "-") &&
	    (i == 0 || !ends_value(item->source, &item->tokens[i - 1]));
}

/* "{ [key]: value }": a bracket that begins a field. */
static bool
is_computed_key(const struct fmt_item *item, size_t i)
{
	size_t depth = 0;

	if (i == 0 || !fmt_is_mark(item->source, &item->tokens[i - 1], "{,"))
		return false;
	if (fmt_is_mark(item->source, &item->tokens[i - 1], "{"))
		return true;
	for (i--; i-- > 0;) {
		if (fmt_is_mark(item->source, &item->tokens[i], ")]}"))
			depth++;
		else if (fmt_is_mark(item->source, &item->tokens[i], "([{") && depth-- == 0)
			return fmt_is_mark(item->source, &item->tokens[i], "{");
	}
	return false;
}

struct scan {
	bool path;                     /* within the steps after "by" */
	bool where;                    /* after a "where" outside of all groups */
	bool tight_bracket[512];       /* per open bracket: no blanks inside */
	unsigned depth;
	size_t group;                  /* the innermost one; the number of tokens: none */
	size_t *outer;                 /* of the first token of each: the group around it */
	bool *between;                 /* ... its next "and" is that of a between; [n]: outside */
};

static bool
tight_inside(const struct scan *scan)
{
	return scan->depth == 0 || scan->tight_bracket[(scan->depth - 1) & 511];
}

static void
open_bracket(const struct fmt_item *item, size_t i, struct scan *scan)
{
	const struct token *token = &item->tokens[i];
	bool tight = fmt_is_mark(item->source, token, "(") ||
	    (fmt_is_mark(item->source, token, "[") && is_computed_key(item, i));

	scan->tight_bracket[scan->depth++ & 511] = tight;
}

/* No blank between token i and the one before it. */
static bool
is_tight(const struct fmt_item *item, size_t i, const struct scan *scan)
{
	const struct source *source = item->source;
	const struct token *token = &item->tokens[i], *before = &item->tokens[i - 1];

	if (fmt_is_comment(token) || fmt_is_comment(before))
		return false;
	if (fmt_is_mark(source, token, ";,.?:)"))
		return true;
	if (fmt_is_mark(source, before, ".("))
		return true;
	if (fmt_is_mark(source, before, "["))
		return tight_inside(scan);
	if (fmt_is_mark(source, token, "]"))
		return tight_inside(scan);
	if (fmt_is_mark(source, token, "("))
		return takes_arguments(item, i - 1);
	if (fmt_is_mark(source, token, "+*") && scan->path)
		return true;
	/* "--" would not be two of them. */
	return is_unary(item, i - 1) && !fmt_is_mark(source, token, "-");
}

/* ---- where it may break ------------------------------------------------------------------ */

static unsigned
break_rank(const struct fmt_item *item, size_t i, const struct scan *scan, bool joins)
{
	static const char *const first[] = { "references", "to", NULL };
	static const char *const second[] = { "where", "never", "touch", "using", "watching",
		NULL };
	static const char *const engines[] = { "sqlite", "postgres", NULL };
	const struct token *token = &item->tokens[i];

	if (scan->group != item->n || i == 0)
		return 0;
	if (joins)
		return token->kind == TOKEN_WORD ? 3 : scan->where ? 0 : FMT_LAST_RANK;
	if (token->kind == TOKEN_STRING)
		return fmt_is(item->source, token - 1, "sql") ? 2 : 0;
	if (token->kind != TOKEN_WORD)
		return 0;
	if (fmt_is_one_of(item->source, token, first) || (fmt_is(item->source, token, "from") &&
	    fmt_is_mark(item->source, token - 1, "}]")))
		return 1;
	if (fmt_is_one_of(item->source, token, second) || (i + 1 < item->n &&
	    token[1].kind == TOKEN_STRING && fmt_is_one_of(item->source, token, engines)))
		return 2;
	return fmt_is(item->source, token, "by") && !fmt_is(item->source, token - 1, "order")
	    ? FMT_BY_RANK : 0;
}

/* ---- what belongs together -------------------------------------------------------------- */

/* A word as the name of a field is no keyword. */
static bool
is_keyword(const struct fmt_item *item, size_t i, const char *word)
{
	return item->tokens[i].kind == TOKEN_WORD && fmt_is(item->source, &item->tokens[i], word) &&
	    !(i + 1 < item->n && fmt_is_mark(item->source, &item->tokens[i + 1], ":"));
}

static enum fmt_group
begins(const struct fmt_item *item, size_t i)
{
	const struct token *token = &item->tokens[i];

	if (is_keyword(item, i, "case"))
		return FMT_CASE;
	if (fmt_is_mark(item->source, token, "("))
		return i > 0 && takes_arguments(item, i - 1) ? FMT_LIST : FMT_BRACKETS;
	if (fmt_is_mark(item->source, token, "[{"))
		return is_computed_key(item, i) ? FMT_BRACKETS : FMT_LIST;
	return FMT_NO_GROUP;
}

/* Joins operands: the "and" of a between does not, nor does the sign of a number. */
static bool
joins(const struct fmt_item *item, size_t i, struct scan *scan)
{
	const struct token *token = &item->tokens[i];
	bool *between = &scan->between[scan->group];

	if (fmt_is_mark(item->source, token, "+-"))
		return !scan->path && !is_unary(item, i);
	if (is_keyword(item, i, "between"))
		*between = true;
	if (is_keyword(item, i, "or"))
		return true;
	if (!is_keyword(item, i, "and"))
		return false;
	if (!*between)
		return true;
	*between = false;
	return false;
}

/* The token as the beginning or the end of a group. */
static void
find_group(const struct fmt_item *item, size_t i, struct role *roles, struct scan *scan)
{
	roles[i].group = scan->group == item->n ? i : scan->group;
	if (scan->group != item->n && (is_keyword(item, i, "end")
	    ? roles[scan->group].kind == FMT_CASE
	    : fmt_is_mark(item->source, &item->tokens[i], ")]}"))) {
		roles[scan->group].end = i;
		scan->group = scan->outer[scan->group];
	}
	roles[i].kind = begins(item, i);
	if (roles[i].kind != FMT_NO_GROUP) {
		scan->outer[i] = scan->group;
		scan->group = i;
	}
}

/* A group without an end is none: the text is canonical before it is complete. */
static void
drop_open(const struct fmt_item *item, struct role *roles)
{
	for (size_t i = 0; i < item->n; i++)
		if (roles[i].end == 0)
			roles[i].kind = FMT_NO_GROUP;
}

struct role *
fmt_roles(struct arena *arena, const struct fmt_item *item)
{
	struct role *roles = arena_alloc(arena, item->n * sizeof(*roles));
	struct scan *scan = arena_alloc(arena, sizeof(*scan));
	const struct source *source = item->source;

	scan->group = item->n;
	scan->outer = arena_alloc(arena, (item->n + 1) * sizeof(*scan->outer));
	scan->between = arena_alloc(arena, (item->n + 1) * sizeof(*scan->between));
	for (size_t i = 0; i < item->n; i++) {
		const struct token *token = &item->tokens[i];

		if (scan->path && !(token->kind == TOKEN_QUOTED ||
		    (token->kind == TOKEN_WORD && (fmt_is(source, token - 1, "by") ||
		    fmt_is_mark(source, token - 1, "."))) ||
		    fmt_is_mark(source, token, ".+*")))
			scan->path = false;
		roles[i].tight = i > 0 && is_tight(item, i, scan);
		if (fmt_is_mark(source, token, ")]}") && scan->depth > 0)
			scan->depth--;
		roles[i].joins = i > 0 && joins(item, i, scan);
		roles[i].rank = break_rank(item, i, scan, roles[i].joins);
		roles[i].depth = scan->depth;
		find_group(item, i, roles, scan);
		if (fmt_is_mark(source, token, "([{"))
			open_bracket(item, i, scan);
		if (fmt_is(source, token, "by") && i > 0 && !fmt_is(source, token - 1, "order"))
			scan->path = true;
		if (fmt_is(source, token, "where") && scan->group == item->n)
			scan->where = true;
	}
	drop_open(item, roles);
	return roles;
}
