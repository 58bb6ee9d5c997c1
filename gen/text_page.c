/*
 * text_page.c - quoting for pages that people read: HTML and Markdown.
 *
 * Whatever is no printable character is shown as U+FFFD, so that no name can hide or turn around
 * what stands beside it.
 */
#include <ctype.h>
#include <string.h>

#include "text.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* Appends the character at `at` as it is; returns its length. */
static size_t
add_character(struct text *text, const char *at)
{
	size_t n = text_plain(at);
	uint32_t code;

	if (n > 0) {
		text_add_bytes(text, at, n);
		return n;
	}
	text_add(text, REPLACEMENT);
	n = text_utf8(at, &code);
	return n > 0 ? n : 1;
}

void
text_html(struct text *text, const char *value)
{
	while (*value != '\0') {
		if (strchr("&<>\"'", *value) != NULL)
			text_format(text, "&#%d;", *value++);
		else if (*value == '\n' || *value == '\t')
			text_add_char(text, *value++);
		else
			value += add_character(text, value);
	}
}

/* What starts a list or a heading where it stands first in a line: how long it is. */
static size_t
start_mark(const char *value)
{
	size_t n = strspn(value, "0123456789");

	return n > 0 && (value[n] == '.' || value[n] == ')') ? n :
	    strchr("-+=", *value) != NULL ? 0 : SIZE_MAX;
}

void
text_markdown(struct text *text, const char *value)
{
	const char *mark;
	size_t n;

	value += strspn(value, " \t\n");
	n = *value != '\0' ? start_mark(value) : SIZE_MAX;
	mark = n == SIZE_MAX ? NULL : value + n;
	while (*value != '\0') {
		if (strchr("&<>", *value) != NULL) {
			text_format(text, "&#%d;", *value++);
			continue;
		}
		if (value == mark || strchr("\\`*_{}[]#|~$!", *value) != NULL)
			text_add_char(text, '\\');
		if (*value == '\n' || *value == '\t') {
			text_add_char(text, ' ');
			value++;
		} else {
			value += add_character(text, value);
		}
	}
}

/*
 * Between backticks nothing is special but they and, in tables, what divides cells: such code is
 * set by a tag instead, in which every mark is spelt out.
 */
void
text_markdown_code(struct text *text, const char *value)
{
	bool tag = *value == '\0' || strpbrk(value, "`|\\") != NULL;

	text_add(text, tag ? "<code>" : "`");
	while (*value != '\0') {
		if (tag && ispunct((unsigned char)*value))
			text_format(text, "&#%d;", *value++);
		else
			value += add_character(text, value);
	}
	text_add(text, tag ? "</code>" : "`");
}
