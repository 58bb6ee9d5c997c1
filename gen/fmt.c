/*
 * fmt.c - ccgen fmt: finds declarations and comments among the tokens, lays each out in its place.
 *
 * Works on tokens alone, so that what is written is what was read: only blanks and line ends
 * change.  Columns that follow each other without an empty line are aligned, and so are the
 * comments behind them.  Empty lines are kept, one at most; between tables there is one.
 */
#include <string.h>

#include "fmt.h"
#include "fmt_item.h"

enum line_kind { LINE_COMMENT, LINE_ITEM, LINE_OPEN, LINE_CLOSE };

struct line {                          /* a comment, a declaration, a table's '{' or '}' */
	enum line_kind kind;
	struct fmt_item item;
	size_t n_behind;               /* comments behind it on its last line */
	bool blank;                    /* an empty line before it */
	const char *laid_out;
	unsigned width;                /* of its one line; 0: it has several */
};

struct layout {
	const struct source *source;
	const struct token *tokens;
	size_t n;
	struct line *lines;
	size_t n_lines;
};

enum { WIDEST_NAME = 40 };             /* longer ones stick out of their column */

/* ---- finding them ------------------------------------------------------------------- */

/* Tokens of the declaration that begins at `first`: up to ';', or '{' of a table, or a '}'. */
static size_t
declaration(const struct layout *layout, size_t first, bool in_table)
{
	const struct token *tokens = layout->tokens;
	size_t i = first;

	if (in_table && fmt_is(layout->source, &tokens[first], "}"))
		return 1;
	while (!fmt_is(layout->source, &tokens[i], ";") &&
	    (in_table || !fmt_is(layout->source, &tokens[i], "{")))
		i++;
	return i + 1 - first;
}

/* Comments from token `i` on that stand on the line of the token before. */
static size_t
comments_behind(const struct layout *layout, size_t i)
{
	size_t n = 0;

	while (i + n < layout->n && fmt_is_comment(&layout->tokens[i + n]) &&
	    layout->tokens[i + n].kind != TOKEN_DOC_COMMENT &&
	    fmt_breaks(layout->source, &layout->tokens[i + n - 1], &layout->tokens[i + n]) == 0)
		n++;
	return n;
}

static enum line_kind
kind_of(const struct layout *layout, size_t i, size_t n)
{
	if (fmt_is_comment(&layout->tokens[i]))
		return LINE_COMMENT;
	if (fmt_is(layout->source, &layout->tokens[i + n - 1], "{"))
		return LINE_OPEN;
	return fmt_is(layout->source, &layout->tokens[i], "}") ? LINE_CLOSE : LINE_ITEM;
}

static void
find_lines(struct layout *layout)
{
	bool in_table = false;
	size_t i, n;

	for (i = 0; i < layout->n; i += n) {
		struct line *line = &layout->lines[layout->n_lines++];

		n = fmt_is_comment(&layout->tokens[i]) ? 1 : declaration(layout, i, in_table);
		line->kind = kind_of(layout, i, n);
		line->blank = i > 0 && fmt_breaks(layout->source, &layout->tokens[i - 1],
		    &layout->tokens[i]) > 1;
		in_table = line->kind == LINE_OPEN || (in_table && line->kind != LINE_CLOSE);
		line->item = (struct fmt_item){ .source = layout->source,
			.tokens = layout->tokens + i, .n = n,
			.indent = in_table && line->kind != LINE_OPEN ? FMT_INDENT : 0 };
		if (line->kind == LINE_ITEM)
			fmt_cells(&line->item);
		if (line->kind != LINE_COMMENT)
			line->n_behind = comments_behind(layout, i + n);
		n += line->n_behind;
	}
}

/* ---- empty lines ----------------------------------------------------------------------- */

static void
settle_blanks(struct layout *layout)
{
	size_t i;

	for (i = 0; i < layout->n_lines; i++) {
		struct line *line = &layout->lines[i];

		if (i == 0 || line->kind == LINE_CLOSE || line[-1].kind == LINE_OPEN)
			line->blank = false;
		else if (line->item.indent == 0 && line[-1].kind != LINE_COMMENT)
			line->blank = true;
	}
}

/* ---- alignment ---------------------------------------------------------------------------- */

/* The end of the run of lines from `i` on that align: no empty line, nothing but columns. */
static size_t
run_end(const struct layout *layout, size_t i)
{
	do
		i++;
	while (i < layout->n_lines && !layout->lines[i].blank &&
	    (layout->lines[i].kind == LINE_COMMENT || layout->lines[i].item.n_type != 0));
	return i;
}

static void
align_run(struct line *lines, size_t n)
{
	unsigned names = 0, types = 0, width;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct fmt_item *item = &lines[i].item;

		if (item->n_type == 0)
			continue;
		width = fmt_name_width(item);
		names = width > names && width <= WIDEST_NAME ? width : names;
		width = fmt_type_width(item);
		if (item->plain && width > types && item->n > item->n_type + 2)
			types = width;
	}
	for (i = 0; i < n; i++) {
		lines[i].item.name_width = names;
		lines[i].item.type_width = types;
	}
}

static void
lay_out_line(struct layout *layout, struct line *line)
{
	struct text out = { .arena = layout->source->arena };

	if (line->kind == LINE_COMMENT)
		fmt_comment(&out, layout->source, &line->item.tokens[0]);
	else
		fmt_item(&out, &line->item);
	line->laid_out = text_string(&out);
	line->width = strchr(line->laid_out, '\n') != NULL ? 0 :
	    fmt_width(line->laid_out, strlen(line->laid_out));
}

/* ---- writing --------------------------------------------------------------------------------- */

static void
blanks(struct text *out, unsigned n)
{
	while (n-- > 0)
		text_add_char(out, ' ');
}

static void
add_line(struct text *out, const struct layout *layout, const struct line *line, unsigned behind)
{
	size_t i;

	if (line->blank)
		text_add_char(out, '\n');
	blanks(out, line->item.indent);
	text_add(out, line->laid_out);
	for (i = 0; i < line->n_behind; i++) {
		blanks(out, i > 0 ? 1 : line->width != 0 && behind > line->width ?
		    behind - line->width + 2 : 2);
		fmt_comment(out, layout->source, &line->item.tokens[line->item.n + i]);
	}
	text_add_char(out, '\n');
}

static bool
aligns_comments(const struct line *line)
{
	return line->kind == LINE_ITEM && line->width != 0 && line->item.indent != 0;
}

/* Lines whose comments stand below each other. */
static size_t
add_run(struct text *out, const struct layout *layout, size_t first)
{
	size_t end = first, i;
	unsigned behind = 0;

	do {
		if (layout->lines[end].n_behind != 0 && layout->lines[end].width > behind)
			behind = layout->lines[end].width;
		end++;
	} while (end < layout->n_lines && aligns_comments(&layout->lines[end]) &&
	    aligns_comments(&layout->lines[first]) && !layout->lines[end].blank);
	for (i = first; i < end; i++)
		add_line(out, layout, &layout->lines[i], behind);
	return end;
}

const char *
fmt_source(const struct source *source, const struct token *tokens, size_t n)
{
	struct layout layout = { .source = source, .tokens = tokens, .n = n };
	struct text out = { .arena = source->arena };
	size_t i, end;

	layout.lines = arena_alloc(source->arena, (n + 1) * sizeof(*layout.lines));
	find_lines(&layout);
	settle_blanks(&layout);
	for (i = 0; i < layout.n_lines; i = end) {
		end = run_end(&layout, i);
		if (layout.lines[i].kind == LINE_COMMENT || layout.lines[i].item.n_type != 0)
			align_run(layout.lines + i, end - i);
		else
			end = i + 1;
	}
	for (i = 0; i < layout.n_lines; i++)
		lay_out_line(&layout, &layout.lines[i]);
	for (i = 0; i < layout.n_lines;)
		i = add_run(&out, &layout, i);
	return text_string(&out);
}
