/*
 * fmt_item.c - one declaration laid out: blanks between its tokens, and where a long one breaks.
 *
 * It goes on one line if it fits.  Otherwise it breaks at its clauses, coarse ones first, and
 * only then anywhere.  What decides is the tokens, and whether a comment stood on a line of its
 * own: so laying out the result changes nothing.
 */
#include <string.h>

#include "fmt_item.h"

enum {
	DEEPEST_BASE = 52,             /* definitions further right continue near the margin */
	LAST_RANK = 4
};

/* ---- blanks --------------------------------------------------------------------------- */

/* How the tokens of an item relate: filled in once, read by spacing and breaking. */
struct role {
	unsigned depth;                /* brackets open around the token */
	bool tight;                    /* no blank before it */
	unsigned rank;                 /* it may begin a line: the lower the sooner; 0 not */
};

static bool
is_punctuation(const struct source *source, const struct token *token, const char *set)
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
		return is_punctuation(source, token, ")]}*+?") &&
		    !is_punctuation(source, token, "*+");
	return !fmt_is_one_of(source, token, operators);
}

static bool
is_unary(const struct fmt_item *item, size_t i)
{
	return is_punctuation(item->source, &item->tokens[i], "-") &&
	    (i == 0 || !ends_value(item->source, &item->tokens[i - 1]));
}

/* "{ [key]: value }": a bracket that begins a field. */
static bool
is_computed_key(const struct fmt_item *item, size_t i)
{
	size_t depth = 0;

	if (i == 0 || !is_punctuation(item->source, &item->tokens[i - 1], "{,"))
		return false;
	if (is_punctuation(item->source, &item->tokens[i - 1], "{"))
		return true;
	for (i--; i-- > 0;) {
		if (is_punctuation(item->source, &item->tokens[i], ")]}"))
			depth++;
		else if (is_punctuation(item->source, &item->tokens[i], "([{") && depth-- == 0)
			return is_punctuation(item->source, &item->tokens[i], "{");
	}
	return false;
}

struct scan {
	bool path;                     /* within the steps after "by" */
	bool tight_bracket[512];       /* per open bracket: no blanks inside */
	unsigned depth;
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
	bool tight = is_punctuation(item->source, token, "(") ||
	    (is_punctuation(item->source, token, "[") && is_computed_key(item, i));

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
	if (is_punctuation(source, token, ";,.?:)"))
		return true;
	if (is_punctuation(source, before, ".("))
		return true;
	if (is_punctuation(source, before, "["))
		return tight_inside(scan);
	if (is_punctuation(source, token, "]"))
		return tight_inside(scan);
	if (is_punctuation(source, token, "("))
		return takes_arguments(item, i - 1);
	if (is_punctuation(source, token, "+*") && scan->path)
		return true;
	/* "--" would not be two of them. */
	return is_unary(item, i - 1) && !is_punctuation(source, token, "-");
}

/* ---- where it may break ------------------------------------------------------------------ */

static unsigned
break_rank(const struct fmt_item *item, size_t i, const struct scan *scan, bool condition)
{
	static const char *const first[] = { "references", "to", NULL };
	static const char *const second[] = { "where", "never", "touch", "using", "watching",
		NULL };
	static const char *const third[] = { "and", "or", NULL };
	const struct token *token = &item->tokens[i];

	if (scan->depth == 0 && is_punctuation(item->source, token, "+-") && !is_unary(item, i) &&
	    !scan->path)
		return LAST_RANK;
	if (scan->depth != 0 || token->kind != TOKEN_WORD || i == 0)
		return 0;
	if (fmt_is_one_of(item->source, token, first) || (fmt_is(item->source, token, "from") &&
	    is_punctuation(item->source, &item->tokens[i - 1], "}]")))
		return 1;
	if (fmt_is_one_of(item->source, token, second))
		return 2;
	return condition && fmt_is_one_of(item->source, token, third) ? 3 : 0;
}

static struct role *
find_roles(struct arena *arena, const struct fmt_item *item)
{
	struct role *roles = arena_alloc(arena, item->n * sizeof(*roles));
	struct scan *scan = arena_alloc(arena, sizeof(*scan));
	const struct source *source = item->source;
	bool between = false;
	size_t i;

	for (i = 0; i < item->n; i++) {
		const struct token *token = &item->tokens[i];

		if (scan->path && !(token->kind == TOKEN_QUOTED ||
		    (token->kind == TOKEN_WORD && (fmt_is(source, token - 1, "by") ||
		    is_punctuation(source, token - 1, "."))) ||
		    is_punctuation(source, token, ".+*")))
			scan->path = false;
		roles[i].tight = i > 0 && is_tight(item, i, scan);
		if (is_punctuation(source, token, ")]}") && scan->depth > 0)
			scan->depth--;
		roles[i].rank = break_rank(item, i, scan, !between);
		roles[i].depth = scan->depth;
		if (is_punctuation(source, token, "([{"))
			open_bracket(item, i, scan);
		/* The "and" of a between is not one that joins conditions. */
		if (fmt_is(source, token, "between"))
			between = true;
		else if (fmt_is(source, token, "and") && scan->depth == 0)
			between = false;
		if (fmt_is(source, token, "by") && i > 0 && !fmt_is(source, token - 1, "order"))
			scan->path = true;
	}
	return roles;
}

/* ---- laying out ---------------------------------------------------------------------------- */

struct flow {
	struct text *out;
	const struct fmt_item *item;
	const struct role *roles;
	unsigned column;               /* where the next token would go */
	unsigned base;                 /* where a definition begins */
	unsigned widest;               /* column that any line reached, comments apart */
	unsigned rank;                 /* breaks at this rank and those before it */
	bool fill;                     /* break anywhere when a line is full */
};

static void
new_line(struct flow *flow, unsigned column)
{
	unsigned i;

	while (flow->out->length > 0 && flow->out->data[flow->out->length - 1] == ' ')
		flow->out->length--;
	text_add_char(flow->out, '\n');
	for (i = 0; i < column; i++)
		text_add_char(flow->out, ' ');
	flow->column = column;
}

static void
add_token(struct flow *flow, const struct token *token)
{
	const struct source *source = flow->item->source;
	size_t before = flow->out->length, length;
	const char *added, *newline;

	if (fmt_is_comment(token))
		fmt_comment(flow->out, source, token);
	else
		text_add_bytes(flow->out, fmt_at(source, token), fmt_length(token));
	added = flow->out->data + before;
	length = flow->out->length - before;
	for (; (newline = memchr(added, '\n', length)) != NULL; added = newline + 1) {
		length -= (size_t)(newline + 1 - added);
		flow->column = 0;
	}
	flow->column += fmt_width(added, length);
	if (!fmt_ends_line(token) && flow->column > flow->widest)
		flow->widest = flow->column;
}

/* The column of a line that begins with token i. */
static unsigned
continuation(const struct flow *flow, size_t i)
{
	switch (flow->roles[i].rank) {
	case 1:
		return fmt_is(flow->item->source, &flow->item->tokens[i], "from") ? flow->base :
		    flow->item->indent + FMT_INDENT;
	case 2:
		return flow->base + 4;
	case 3:
		return flow->base + 6;
	case LAST_RANK:
		return flow->base;
	default:
		return flow->base + 8;
	}
}

/* Columns up to the next place where a line may end, from token i on. */
static unsigned
unbreakable(const struct flow *flow, size_t i)
{
	unsigned width = 0;

	do
		width += fmt_width(fmt_at(flow->item->source, &flow->item->tokens[i]),
		    fmt_length(&flow->item->tokens[i]));
	while (++i < flow->item->n && flow->roles[i].tight);
	return width;
}

static void
place(struct flow *flow, size_t i)
{
	const struct fmt_item *item = flow->item;
	const struct token *token = &item->tokens[i], *before = i > 0 ? token - 1 : NULL;
	const struct role *role = &flow->roles[i];
	unsigned gap;

	if (before == NULL) {
		add_token(flow, token);
		return;
	}
	gap = fmt_ends_line(token) ? 2 : !role->tight;
	if (fmt_ends_line(before) ||
	    (fmt_ends_line(token) && fmt_breaks(item->source, before, token) > 0) ||
	    (role->rank != 0 && role->rank <= flow->rank) ||
	    (flow->fill && gap != 0 && !fmt_ends_line(token) &&
	    flow->column + gap + unbreakable(flow, i) > FMT_WIDTH)) {
		new_line(flow, continuation(flow, i));
	} else {
		flow->column += gap;
		text_add(flow->out, gap == 2 ? "  " : gap == 1 ? " " : "");
	}
	add_token(flow, token);
}

/* Tokens from `first` on, at the first rank at which every line fits. */
static void
lay_out(struct flow *flow, size_t first)
{
	size_t length = flow->out->length, i;
	unsigned column = flow->column;

	for (;;) {
		flow->widest = 0;
		for (i = first; i < flow->item->n; i++)
			place(flow, i);
		if (flow->widest <= FMT_WIDTH || flow->fill)
			return;
		flow->fill = flow->rank == LAST_RANK;
		flow->rank += flow->rank < LAST_RANK;
		flow->out->length = length;
		flow->column = column;
	}
}

/* ---- columns --------------------------------------------------------------------------------- */

void
fmt_cells(struct fmt_item *item)
{
	static const char *const others[] = { "schema", "table", "condition", "primary", "unique",
		"reference", NULL };
	const struct source *source = item->source;
	size_t i = 2;

	item->n_type = 0;
	if (item->n < 3 || fmt_is_one_of(source, &item->tokens[0], others) ||
	    fmt_is(source, &item->tokens[0], "}"))
		return;
	if (is_punctuation(source, &item->tokens[i], "("))
		while (!is_punctuation(source, &item->tokens[i++], ")"))
			;
	if (is_punctuation(source, &item->tokens[i], "?"))
		i++;
	item->n_type = i - 1;
	for (i = 0; i <= item->n_type; i++)
		if (fmt_is_comment(&item->tokens[i]))
			item->n_type = 0;
	item->plain = true;
	for (i = item->n_type + 1; item->n_type != 0 && i < item->n; i++)
		if (is_punctuation(source, &item->tokens[i], "=") ||
		    fmt_is(source, &item->tokens[i], "tally")) {
			item->plain = false;
			break;
		} else if (fmt_is(source, &item->tokens[i], "references")) {
			break;
		}
}

unsigned
fmt_name_width(const struct fmt_item *item)
{
	return fmt_width(fmt_at(item->source, &item->tokens[0]), fmt_length(&item->tokens[0]));
}

unsigned
fmt_type_width(const struct fmt_item *item)
{
	unsigned width = 0;
	size_t i;

	for (i = 1; i <= item->n_type; i++)
		width += fmt_width(fmt_at(item->source, &item->tokens[i]),
		    fmt_length(&item->tokens[i]));
	return width;
}

static void
pad(struct flow *flow, unsigned width, unsigned wanted)
{
	for (; width < wanted; width++) {
		text_add_char(flow->out, ' ');
		flow->column++;
	}
}

/* Name and type, padded; answers the token that follows them. */
static size_t
add_cells(struct flow *flow)
{
	const struct fmt_item *item = flow->item;
	size_t i;

	add_token(flow, &item->tokens[0]);
	pad(flow, fmt_name_width(item), item->name_width);
	text_add(flow->out, "  ");
	flow->column += 2;
	for (i = 1; i <= item->n_type; i++)
		add_token(flow, &item->tokens[i]);
	if (item->plain && !is_punctuation(item->source, &item->tokens[i], ";")) {
		pad(flow, fmt_type_width(item), item->type_width);
		text_add_char(flow->out, ' ');
		flow->column++;
	}
	return i;
}

void
fmt_item(struct text *out, const struct fmt_item *item)
{
	struct flow flow = { .out = out, .item = item, .column = item->indent };
	size_t first = 0, i;

	flow.roles = find_roles(out->arena, item);
	if (item->n_type != 0)
		first = add_cells(&flow);
	/* A definition continues below its beginning, just after the '='. */
	flow.base = flow.column;
	for (i = first; i < item->n && flow.roles[i].depth == 0; i++) {
		if (is_punctuation(item->source, &item->tokens[i], "="))
			break;
		if (!fmt_is_comment(&item->tokens[i]))
			flow.base += 1 + fmt_width(fmt_at(item->source, &item->tokens[i]),
			    fmt_length(&item->tokens[i]));
	}
	flow.base += 3;
	if (item->n_type == 0 || item->plain || flow.base > DEEPEST_BASE)
		flow.base = item->indent + FMT_INDENT;
	lay_out(&flow, first);
}
