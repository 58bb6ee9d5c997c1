/*
 * fmt_item.c - one declaration laid out: blanks between its tokens, and where a long one breaks.
 *
 * It goes on one line if it fits.  Otherwise it breaks at its clauses, coarse ones first, then
 * within its cases and brackets, outer ones first, and only then anywhere.  What decides is the
 * tokens, and whether a comment stood on a line of its own: so laying out the result changes
 * nothing.
 */
#include <string.h>

#include "fmt_role.h"

enum {
	DEEPEST_BASE = 52,             /* definitions further right continue near the margin */
	TOO_WIDE = 1000000
};

/* ---- laying out ---------------------------------------------------------------------------- */

/* A group as it is laid out. */
struct nest {
	bool broken;                   /* its parts have lines of their own */
	bool arm;                      /* of a case: so has what the present when leads to */
	unsigned operands;             /* column of lines that operands begin; 0: they begin none */
	unsigned indent;               /* of the line that it begins on */
};

struct flow {
	struct text *out;
	const struct fmt_item *item;
	const struct role *roles;
	struct nest *nests;            /* by the first token */
	unsigned column;               /* where the next token would go */
	unsigned line;                 /* indentation of the line; of the first one: base */
	unsigned base;                 /* where a definition begins */
	unsigned widest;               /* column that any line reached, comments apart */
	unsigned rank;                 /* breaks at this rank and those before it */
	bool nested;                   /* breaks within groups that do not fit */
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
	flow->column = flow->line = column;
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
	size_t group = flow->roles[i].group;

	switch (flow->roles[i].rank) {
	case 1:
		return fmt_is(flow->item->source, &flow->item->tokens[i], "from") ? flow->base :
		    flow->item->indent + FMT_INDENT;
	case 2:
	case 4:
		return flow->base + 4;
	case 3:
		return flow->base + 6;
	case FMT_LAST_RANK:
		return flow->base;
	default:
		if (group == i || !flow->nests[group].broken)
			return flow->base + 8;
		return flow->nests[group].indent +
		    (flow->roles[group].kind == FMT_BRACKETS ? 1u : 2u) * FMT_INDENT;
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

/* ---- within groups -------------------------------------------------------------------------- */

/* Columns that tokens i to last take on one line. */
static unsigned
flat(const struct flow *flow, size_t i, size_t last)
{
	const struct fmt_item *item = flow->item;
	unsigned width = 0;

	for (size_t at = i; at <= last; at++) {
		if (fmt_ends_line(&item->tokens[at]))
			return TOO_WIDE;
		width += fmt_width(fmt_at(item->source, &item->tokens[at]),
		    fmt_length(&item->tokens[at])) + (at > i && !flow->roles[at].tight);
	}
	return width;
}

/* Is token i one of a case's own: which it is when its words are not a condition's or a value's? */
static bool
is_arm(const struct flow *flow, size_t i, size_t group)
{
	static const char *const words[] = { "when", "else", NULL };

	return flow->roles[i].group == group && (i == flow->roles[group].end ||
	    fmt_is_one_of(flow->item->source, &flow->item->tokens[i], words));
}

/* A when or an else begins a line: does the rest of it fit? */
static void
begin_arm(struct flow *flow, size_t i, size_t group)
{
	struct nest *nest = &flow->nests[group];
	size_t then = 0, next;

	for (next = i + 1; !is_arm(flow, next, group); next++)
		if (flow->roles[next].group == group &&
		    fmt_is(flow->item->source, &flow->item->tokens[next], "then"))
			then = next;
	nest->arm = then != 0 && nest->indent + FMT_INDENT + flat(flow, i, next - 1) > FMT_WIDTH;
	nest->operands = 0;
	if (nest->arm && nest->indent + FMT_INDENT + flat(flow, i, then - 1) > FMT_WIDTH)
		nest->operands = nest->indent + 2 * FMT_INDENT;
}

/* ... and what a then leads to? */
static void
begin_then(struct flow *flow, size_t i, size_t group)
{
	struct nest *nest = &flow->nests[group];
	size_t next;

	for (next = i + 1; !is_arm(flow, next, group); next++)
		;
	nest->operands = 0;
	if (nest->indent + 2 * FMT_INDENT + flat(flow, i, next - 1) > FMT_WIDTH)
		nest->operands = nest->indent + 3 * FMT_INDENT;
}

/* The column of token i of a case that is broken; 0: it does not begin a line. */
static unsigned
in_case(struct flow *flow, size_t i, size_t group)
{
	struct nest *nest = &flow->nests[group];

	if (i == flow->roles[group].end)
		return nest->indent;
	if (is_arm(flow, i, group)) {
		begin_arm(flow, i, group);
		return nest->indent + FMT_INDENT;
	}
	if (fmt_is(flow->item->source, &flow->item->tokens[i], "then")) {
		begin_then(flow, i, group);
		return nest->arm ? nest->indent + 2 * FMT_INDENT : 0;
	}
	return flow->roles[i].joins ? nest->operands : 0;
}

/* ... and in a list or in brackets that are broken. */
static unsigned
in_list(const struct flow *flow, size_t i, size_t group)
{
	const struct source *source = flow->item->source;
	const struct token *token = &flow->item->tokens[i];

	if (i == flow->roles[group].end)
		return fmt_is_mark(source, token, "]}") ? flow->nests[group].indent : 0;
	return i == group + 1 || fmt_is(source, token, "order") || fmt_is_mark(source, token - 1, ",")
	    ? flow->nests[group].indent + FMT_INDENT : 0;
}

static unsigned
in_brackets(struct flow *flow, size_t i, size_t group)
{
	struct nest *nest = &flow->nests[group];
	unsigned inside = nest->indent + FMT_INDENT;

	if (i == group + 1)
		nest->operands = inside;
	if (fmt_is(flow->item->source, &flow->item->tokens[i], "where")) {
		nest->operands = inside + flat(flow, i, flow->roles[group].end) > FMT_WIDTH
		    ? inside + 2 : 0;
		return inside;
	}
	return flow->roles[i].joins ? nest->operands : 0;
}

/* The column of a line that token i begins because the group around it is broken; or 0. */
static unsigned
nested_break(struct flow *flow, size_t i)
{
	size_t group = flow->roles[i].group;

	if (group == i || !flow->nests[group].broken || fmt_is_comment(&flow->item->tokens[i]))
		return 0;
	switch (flow->roles[group].kind) {
	case FMT_CASE:
		return in_case(flow, i, group);
	case FMT_LIST:
		return in_list(flow, i, group);
	default:
		return in_brackets(flow, i, group);
	}
}

/* Token i, just placed, begins a group: is it broken? */
static void
begin_group(struct flow *flow, size_t i)
{
	const struct role *role = &flow->roles[i];
	struct nest *nest = &flow->nests[i];
	size_t last = role->end;
	unsigned start = flow->column - fmt_width(fmt_at(flow->item->source, &flow->item->tokens[i]),
	    fmt_length(&flow->item->tokens[i]));

	while (last + 1 < flow->item->n && flow->roles[last + 1].tight)
		last++;
	nest->broken = flow->nested && start + flat(flow, i, last) > FMT_WIDTH;
	nest->indent = flow->line;
}

/* Does the clause that begins with token i go on a line of its own? */
static bool
breaks(const struct flow *flow, size_t i)
{
	const struct role *role = &flow->roles[i];
	size_t next;

	if (role->rank != FMT_BY_RANK || flow->rank < FMT_BY_RANK)
		return role->rank != 0 && role->rank <= flow->rank;
	for (next = i + 1; next < flow->item->n && (flow->roles[next].rank == 0 ||
	    flow->roles[next].rank > flow->rank); next++)
		;
	return flow->column + 1 + flat(flow, i, next - 1) > FMT_WIDTH;
}

static void
place(struct flow *flow, size_t i)
{
	const struct fmt_item *item = flow->item;
	const struct token *token = &item->tokens[i], *before = i > 0 ? token - 1 : NULL;
	const struct role *role = &flow->roles[i];
	unsigned gap, nested;

	gap = before == NULL ? 0 : fmt_ends_line(token) ? 2 : !role->tight;
	nested = before == NULL ? 0 : nested_break(flow, i);
	if (nested > 0) {
		new_line(flow, nested);
	} else if (before != NULL && (fmt_ends_line(before) ||
	    (fmt_ends_line(token) && fmt_breaks(item->source, before, token) > 0) ||
	    breaks(flow, i) ||
	    (flow->fill && gap != 0 && !fmt_ends_line(token) &&
	    flow->column + gap + unbreakable(flow, i) > FMT_WIDTH))) {
		new_line(flow, continuation(flow, i));
	} else {
		flow->column += gap;
		text_add(flow->out, gap == 2 ? "  " : gap == 1 ? " " : "");
	}
	add_token(flow, token);
	if (role->kind != FMT_NO_GROUP)
		begin_group(flow, i);
}

/* Takes back what was added since; a line that ended there has lost its blanks. */
static void
take_back(struct flow *flow, size_t length, size_t blanks)
{
	flow->out->length = length - blanks;
	while (blanks-- > 0)
		text_add_char(flow->out, ' ');
}

/* Tokens from `first` on, at the first rank at which every line fits. */
static void
lay_out(struct flow *flow, size_t first)
{
	size_t length = flow->out->length, blanks = 0, i;
	unsigned column = flow->column, line = flow->line;

	while (blanks < length && flow->out->data[length - blanks - 1] == ' ')
		blanks++;
	for (;;) {
		flow->widest = 0;
		for (i = first; i < flow->item->n; i++)
			place(flow, i);
		if (flow->widest <= FMT_WIDTH || flow->fill)
			return;
		flow->fill = flow->nested;
		flow->nested = flow->rank == FMT_LAST_RANK;
		flow->rank += flow->rank < FMT_LAST_RANK;
		take_back(flow, length, blanks);
		flow->column = column;
		flow->line = line;
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
	if (fmt_is_mark(source, &item->tokens[i], "("))
		while (!fmt_is_mark(source, &item->tokens[i++], ")"))
			;
	if (fmt_is_mark(source, &item->tokens[i], "?"))
		i++;
	item->n_type = i - 1;
	for (i = 0; i <= item->n_type; i++)
		if (fmt_is_comment(&item->tokens[i]))
			item->n_type = 0;
	item->plain = true;
	for (i = item->n_type + 1; item->n_type != 0 && i < item->n; i++)
		if (fmt_is_mark(source, &item->tokens[i], "=") ||
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
	if (item->plain && !fmt_is_mark(item->source, &item->tokens[i], ";")) {
		pad(flow, fmt_type_width(item), item->type_width);
		text_add_char(flow->out, ' ');
		flow->column++;
	}
	return i;
}

/* SQL of several lines begins on one of its own. */
static bool
has_lines(const struct fmt_item *item)
{
	for (size_t i = 0; i < item->n; i++)
		if (item->tokens[i].kind == TOKEN_STRING &&
		    memchr(fmt_at(item->source, &item->tokens[i]), '\n', fmt_length(&item->tokens[i])))
			return true;
	return false;
}

void
fmt_item(struct text *out, const struct fmt_item *item)
{
	struct flow flow = { .out = out, .item = item, .column = item->indent };
	size_t first = 0, i;

	flow.roles = fmt_roles(out->arena, item);
	if (item->n_type != 0)
		first = add_cells(&flow);
	/* A definition continues below its beginning, just after the '='. */
	flow.base = flow.column;
	for (i = first; i < item->n && flow.roles[i].depth == 0; i++) {
		if (fmt_is_mark(item->source, &item->tokens[i], "="))
			break;
		if (!fmt_is_comment(&item->tokens[i]))
			flow.base += 1 + fmt_width(fmt_at(item->source, &item->tokens[i]),
			    fmt_length(&item->tokens[i]));
	}
	flow.base += 3;
	if (item->n_type == 0 || item->plain || flow.base > DEEPEST_BASE || has_lines(item))
		flow.base = item->indent + FMT_INDENT;
	flow.line = flow.base;
	flow.rank = has_lines(item) ? 2 : 0;
	flow.nests = arena_alloc(out->arena, item->n * sizeof(*flow.nests));
	lay_out(&flow, first);
}
