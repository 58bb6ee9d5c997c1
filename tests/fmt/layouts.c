/*
 * layouts.c - ccgen fmt holds what it promises, on every file named that parses.
 *
 * Laying out the result changes nothing; tokens and comments are the same, in the same order.
 * Each file is then shaken: its tokens with other blanks, line ends and comments between them.
 *
 *   layouts SHAKES SEED FILE …
 */
#include <stdlib.h>
#include <string.h>

#include "fmt.h"
#include "schema.h"

static uint64_t state;

static unsigned
pick(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state % n);
}

static bool
is_comment(const struct token *token)
{
	return token->kind == TOKEN_LINE_COMMENT || token->kind == TOKEN_DOC_COMMENT ||
	    token->kind == TOKEN_BLOCK_COMMENT;
}

/* Tokens one a line; of comments without blanks at line ends, of all without CR. */
static const char *
dump(struct source *source)
{
	struct text out = { .arena = source->arena };
	size_t n, i;
	const struct token *tokens = grammar_tokens(source, &n);

	for (i = 0; i < n; i++) {
		const char *at = source->text + tokens[i].span.start;
		const char *end = source->text + tokens[i].span.end;

		for (; at < end; at++) {
			if (is_comment(&tokens[i]) && strchr(" \t\r\f", *at) != NULL &&
			    strspn(at, " \t\r\f") >= strcspn(at, "\n"))
				continue;
			text_add_char(&out, *at);
		}
		text_add_char(&out, '\n');
	}
	return text_string(&out);
}

static const char *
lay_out(struct source *source)
{
	size_t n;
	const struct token *tokens = grammar_tokens(source, &n);

	return fmt_source(source, tokens, n);
}

/* A line of comment ends with a line end, whatever else follows it. */
static void
shake_gap(struct text *out, bool line_end)
{
	static const char *const gaps[] = { " ", "\n", "\n\n", "\n\n\n", "\t", "  ", "\r\n",
		" // shaken\n", "\n// shaken  \n", " /* shaken */ ", "/* shaken\n   twice */",
		"\n\n/* a */ /* b */\n", " /// doc\n", "\n    /// doc\n    /// of two\n" };

	text_add(out, line_end ? "\n" : pick(4) != 0 ? " " : "\n");
	while (pick(4) == 0)
		text_add(out, gaps[pick(sizeof(gaps) / sizeof(*gaps))]);
}

static struct source *
shake(struct source *source)
{
	struct text out = { .arena = source->arena };
	size_t n, i;
	const struct token *tokens = grammar_tokens(source, &n);

	for (i = 0; i < n; i++) {
		text_add_bytes(&out, source->text + tokens[i].span.start,
		    tokens[i].span.end - tokens[i].span.start);
		shake_gap(&out, tokens[i].kind == TOKEN_LINE_COMMENT ||
		    tokens[i].kind == TOKEN_DOC_COMMENT);
	}
	return source_of_text(source->arena, "shaken", text_string(&out), out.length);
}

static bool
fail(const char *what, const char *before, const char *after)
{
	printf("%s\n---- before\n%s---- after\n%s", what, before, after);
	return false;
}

static bool
holds(struct source *source)
{
	const char *once = lay_out(source), *twice;
	struct source *again = source_of_text(source->arena, "laid out", once, strlen(once));

	grammar_parse(again);
	if (again->errors != 0) {
		source_print(again, stdout, 0);
		return fail("no longer parses", source->text, once);
	}
	if (strcmp(dump(source), dump(again)) != 0)
		return fail("other tokens", source->text, once);
	twice = lay_out(again);
	if (strcmp(once, twice) != 0)
		return fail("a second time changes it", once, twice);
	if (strstr(once, " \n") != NULL && strchr(once, '\'') == NULL)
		return fail("blanks at a line's end", source->text, once);
	return true;
}

int
main(int argc, char **argv)
{
	int shakes = argc > 1 ? atoi(argv[1]) : 0, i, n, failed = 0;

	state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	for (i = 3; i < argc; i++) {
		struct arena *arena = arena_new();
		struct source *source = source_read(arena, argv[i]);
		bool fine = true;

		if (source != NULL) {
			grammar_parse(source);
			if (source->errors == 0)
				fine = holds(source);
			for (n = 0; source->errors == 0 && fine && n < shakes; n++)
				fine = holds(shake(source));
		}
		printf("%s %s%s\n", fine && source != NULL ? "ok" : "FAIL", argv[i],
		    source != NULL && source->errors != 0 ? " (does not parse)" : "");
		failed |= !fine || source == NULL;
		arena_free(arena);
	}
	return failed;
}
