/*
 * fmt_item.h - one declaration laid out: between fmt.c, which finds them, and fmt_item.c.
 */
#ifndef GEN_FMT_ITEM_H
#define GEN_FMT_ITEM_H

#include "source.h"
#include "text.h"

enum { FMT_INDENT = 4, FMT_WIDTH = 100 };

struct fmt_item {
	const struct source *source;
	const struct token *tokens;    /* n of them, comments within included */
	size_t n;
	unsigned indent;               /* columns */
	/* A column's cells; n_type 0: it is none, or a comment stands among them. */
	size_t n_type;                 /* tokens of the type, which follow the name */
	bool plain;                    /* no '=' and no tally: what follows the type is aligned */
	unsigned name_width, type_width;       /* to pad them to; 0: as they are */
};

const char *fmt_at(const struct source *source, const struct token *token);
size_t fmt_length(const struct token *token);
/* Is the token this word or punctuation, or one of these? */
bool fmt_is(const struct source *source, const struct token *token, const char *text);
bool fmt_is_one_of(const struct source *source, const struct token *token,
    const char *const *words);
bool fmt_is_comment(const struct token *token);
bool fmt_ends_line(const struct token *token);
/* Line breaks in the text between two neighbours. */
unsigned fmt_breaks(const struct source *source, const struct token *a, const struct token *b);
/* Appends a comment without blanks at line ends. */
void fmt_comment(struct text *out, const struct source *source, const struct token *token);
/* Columns that a text of one line takes. */
unsigned fmt_width(const char *text, size_t length);

/* Finds the cells of a column. */
void fmt_cells(struct fmt_item *item);
/* Widths of those cells, laid out. */
unsigned fmt_name_width(const struct fmt_item *item);
unsigned fmt_type_width(const struct fmt_item *item);
/* Appends the item, without a line end. */
void fmt_item(struct text *out, const struct fmt_item *item);

#endif
