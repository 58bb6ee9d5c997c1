/*
 * fmt_token.c - questions about one token, and how a comment is written.
 */
#include <string.h>

#include "fmt_item.h"

const char *
fmt_at(const struct source *source, const struct token *token)
{
	return source->text + token->span.start;
}

size_t
fmt_length(const struct token *token)
{
	return token->span.end - token->span.start;
}

bool
fmt_is(const struct source *source, const struct token *token, const char *text)
{
	return (token->kind == TOKEN_WORD || token->kind == TOKEN_PUNCTUATION) &&
	    fmt_length(token) == strlen(text) &&
	    memcmp(fmt_at(source, token), text, fmt_length(token)) == 0;
}

bool
fmt_is_one_of(const struct source *source, const struct token *token, const char *const *words)
{
	for (; *words != NULL; words++)
		if (fmt_is(source, token, *words))
			return true;
	return false;
}

bool
fmt_is_comment(const struct token *token)
{
	return token->kind == TOKEN_LINE_COMMENT || token->kind == TOKEN_DOC_COMMENT ||
	    token->kind == TOKEN_BLOCK_COMMENT;
}

bool
fmt_ends_line(const struct token *token)
{
	return token->kind == TOKEN_LINE_COMMENT || token->kind == TOKEN_DOC_COMMENT;
}

unsigned
fmt_breaks(const struct source *source, const struct token *a, const struct token *b)
{
	uint32_t i;
	unsigned n = 0;

	for (i = a->span.end; i < b->span.start; i++)
		n += source->text[i] == '\n';
	return n;
}

unsigned
fmt_width(const char *text, size_t length)
{
	unsigned width = 0;
	size_t i;

	for (i = 0; i < length; i++)
		width += (text[i] & 0xC0) != 0x80;
	return width;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f';
}

void
fmt_comment(struct text *out, const struct source *source, const struct token *token)
{
	const char *from = fmt_at(source, token), *end = from + fmt_length(token), *line, *stop;

	for (line = from; line < end; line = stop + 1) {
		const char *last;

		stop = memchr(line, '\n', (size_t)(end - line));
		if (stop == NULL)
			stop = end;
		for (last = stop; last > line && is_blank(last[-1]); last--)
			;
		text_add_bytes(out, line, (size_t)(last - line));
		if (stop < end)
			text_add_char(out, '\n');
	}
}
