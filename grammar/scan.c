/*
 * scan.c - the scanner's actions: words, braces, comments, and what is no token.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "ccdl.tab.h"
#include "scan.h"

enum { NESTING_MAX = 200 };

/* ---- words --------------------------------------------------------------------- */

struct keyword {
	const char *word;
	int kind;
};

static const struct keyword keywords[] = {     /* in the order of strcmp */
	{ "action", T_ACTION }, { "and", T_AND }, { "as", T_AS }, { "avg", T_AVG },
	{ "between", T_BETWEEN }, { "by", T_BY }, { "cascade", T_CASCADE }, { "case", T_CASE },
	{ "condition", T_CONDITION }, { "count", T_COUNT }, { "decrement", T_DECREMENT },
	{ "delete", T_DELETE }, { "desc", T_DESC }, { "distinct", T_DISTINCT },
	{ "else", T_ELSE }, { "end", T_END_WORD }, { "exists", T_EXISTS }, { "false", T_FALSE },
	{ "first", T_FIRST }, { "from", T_FROM }, { "in", T_IN }, { "is", T_IS },
	{ "keep", T_KEEP }, { "key", T_KEY }, { "max", T_MAX }, { "min", T_MIN },
	{ "never", T_NEVER }, { "no", T_NO }, { "not", T_NOT }, { "null", T_NULL_WORD },
	{ "on", T_ON }, { "or", T_OR }, { "order", T_ORDER }, { "primary", T_PRIMARY },
	{ "reference", T_REFERENCE }, { "references", T_REFERENCES },
	{ "restrict", T_RESTRICT }, { "schema", T_SCHEMA }, { "set", T_SET },
	{ "singleton", T_SINGLETON }, { "sql", T_SQL }, { "sum", T_SUM }, { "table", T_TABLE },
	{ "tally", T_TALLY }, { "then", T_THEN }, { "to", T_TO }, { "touch", T_TOUCH },
	{ "true", T_TRUE }, { "unique", T_UNIQUE }, { "upsert", T_UPSERT },
	{ "using", T_USING }, { "watching", T_WATCHING }, { "when", T_WHEN },
	{ "where", T_WHERE },
};

static int
compare_keywords(const void *a, const void *b)
{
	const struct keyword *one = a, *two = b;

	return one->word[0] != two->word[0] ? one->word[0] - two->word[0] :
	    strcmp(one->word, two->word);
}

int
scan_word(struct builder *b, struct span place)
{
	char lowered[16];
	struct keyword wanted = { lowered, 0 };
	const struct keyword *found;
	const char *text = b->source->text + place.start;
	size_t length = place.end - place.start, i;
	bool shouted = false;

	if (length >= sizeof(lowered))
		return T_NAME;
	for (i = 0; i < length; i++) {
		if (text[i] <= '9' || text[i] == '_')
			return T_NAME;         /* a keyword has letters only */
		shouted = shouted || text[i] <= 'Z';
		lowered[i] = (char)(text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]);
	}
	lowered[length] = '\0';
	found = bsearch(&wanted, keywords, sizeof(keywords) / sizeof(*keywords),
	    sizeof(*keywords), compare_keywords);
	if (found == NULL)
		return T_NAME;
	if (shouted)
		b->shouted = place;
	return shouted ? T_NAME : found->kind;
}

/* ---- brackets -------------------------------------------------------------------- */

int
scan_semicolon(struct builder *b)
{
	b->nesting = 0;
	/* None stands inside a shape: whatever brace is open there was forgotten. */
	if (b->braces > 1)
		b->braces = 1;
	return ';';
}

static int
deeper(struct builder *b, struct span place, int kind)
{
	if (++b->nesting != NESTING_MAX + 1)
		return kind;
	source_error(b->source, place, "nesting", "brackets are nested more than %d levels deep",
	    NESTING_MAX);
	return T_CCDL_error;
}

int
scan_open(struct builder *b, struct span place, int kind)
{
	return deeper(b, place, kind);
}

int
scan_close(struct builder *b, int kind)
{
	if (b->nesting > 0)
		b->nesting--;
	return kind;
}

int
scan_open_brace(struct builder *b, struct span place)
{
	if (b->braces++ > 0)
		return deeper(b, place, T_JSON_OPEN);
	b->nesting = 0;
	b->open_brace = place;
	return '{';
}

int
scan_close_brace(struct builder *b)
{
	if (b->braces > 0)
		b->braces--;
	if (b->braces > 0)
		return scan_close(b, T_JSON_CLOSE);
	return '}';
}

/* ---- comments and the memory of tokens ------------------------------------------------ */

static void
keep_token(struct builder *b, struct span place, enum token_kind kind)
{
	if (!b->keep_tokens)
		return;
	if (b->n_tokens == b->tokens_capacity) {
		size_t capacity = b->tokens_capacity == 0 ? 256 : 2 * b->tokens_capacity;
		struct token *grown = arena_alloc(b->arena, capacity * sizeof(*grown));

		if (b->n_tokens != 0)
			memcpy(grown, b->tokens, b->n_tokens * sizeof(*grown));
		b->tokens = grown;
		b->tokens_capacity = capacity;
	}
	b->tokens[b->n_tokens++] = (struct token){ kind, place };
}

void
scan_comment(struct builder *b, struct span place, enum token_kind kind)
{
	keep_token(b, place, kind);
}

void
scan_doc(struct builder *b, struct span place)
{
	const char *text = b->source->text + place.start + 3;
	const char *end = b->source->text + place.end;

	if (text < end && *text == '/') {      /* a rule of slashes is decoration */
		keep_token(b, place, TOKEN_LINE_COMMENT);
		return;
	}
	keep_token(b, place, TOKEN_DOC_COMMENT);
	if (text < end && *text == ' ')
		text++;
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	if (b->doc.data == NULL)
		b->doc_span = place;
	else
		text_add_char(&b->doc, '\n');
	text_add_bytes(&b->doc, text, (size_t)(end - text));
	b->doc_span.end = place.end;
}

/* The doc comment that ended just before the token at `offset` becomes findable by it. */
static void
keep_doc(struct builder *b, uint32_t offset)
{
	if (b->n_docs == b->docs_capacity) {
		size_t capacity = b->docs_capacity == 0 ? 64 : 2 * b->docs_capacity;
		struct doc *grown = arena_alloc(b->arena, capacity * sizeof(*grown));

		if (b->n_docs != 0)
			memcpy(grown, b->docs, b->n_docs * sizeof(*grown));
		b->docs = grown;
		b->docs_capacity = capacity;
	}
	b->docs[b->n_docs++] = (struct doc){ offset, b->doc_span, text_string(&b->doc), false };
	b->doc = (struct text){ .arena = b->arena };
}

static enum token_kind
token_kind(int kind)
{
	switch (kind) {
	case T_QUOTED:
		return TOKEN_QUOTED;
	case T_STRING:
		return TOKEN_STRING;
	case T_INTEGER:
	case T_DECIMAL:
		return TOKEN_NUMBER;
	case T_NAME:
		return TOKEN_WORD;
	default:
		return kind >= T_ACTION ? TOKEN_WORD : TOKEN_PUNCTUATION;
	}
}

void
scan_note(struct builder *b, int kind, struct span place)
{
	if (b->current_kind == ';')
		b->shouted = (struct span){ 0, 0 };
	if (b->doc.data != NULL)
		keep_doc(b, place.start);
	if (kind != T_END)
		keep_token(b, place, token_kind(kind));
	b->previous = b->current;
	b->previous_kind = b->current_kind;
	b->current = place;
	b->current_kind = kind;
}

/* ---- what is no token ------------------------------------------------------------------ */

int
scan_unterminated(struct builder *b, struct span place, const char *what, const char *close)
{
	const char *text = b->source->text + place.start;
	const char *newline = memchr(text, '\n', place.end - place.start);
	struct diagnostic *diagnostic;

	if (newline != NULL)
		place.end = place.start + (uint32_t)(newline - text);
	diagnostic = source_error(b->source, place, "unterminated", "this %s has no end", what);
	source_hint(b->source, diagnostic, "it ends with %s", close);
	return T_CCDL_error;
}

int
scan_empty_name(struct builder *b, struct span place)
{
	source_error(b->source, place, "syntax", "a name cannot be empty");
	return T_QUOTED;
}

int
scan_odd_name(struct builder *b, struct span place)
{
	int length = (int)(place.end - place.start);
	const char *text = b->source->text + place.start;
	struct diagnostic *diagnostic;

	diagnostic = source_error(b->source, place, "syntax",
	    "'%.*s' has letters outside ASCII and is not quoted", length, text);
	source_hint(b->source, diagnostic, "write \"%.*s\"", length, text);
	return T_NAME;
}

int
scan_odd_number(struct builder *b, struct span place)
{
	int length = (int)(place.end - place.start);
	const char *text = b->source->text + place.start;
	int digits = (int)strspn(text, "0123456789");
	struct diagnostic *diagnostic;

	diagnostic = source_error(b->source, place, "syntax", "'%.*s' is neither a number nor a name",
	    length, text);
	if (build_find_unit(text + digits, (size_t)(length - digits)) >= 0)
		source_hint(b->source, diagnostic, "write '%.*s %.*s'", digits, text,
		    length - digits, text + digits);
	else
		source_hint(b->source, diagnostic, "numbers are written like 12 or 12.5; "
		    "a name that begins with a digit is quoted: \"%.*s\"", length, text);
	return T_INTEGER;
}

int
scan_foreign(struct builder *b, struct span place, const char *ours, int kind)
{
	struct diagnostic *diagnostic = source_error(b->source, place, "syntax",
	    "'%.*s' is not an operator here", (int)(place.end - place.start),
	    b->source->text + place.start);

	source_hint(b->source, diagnostic, "write '%s'", ours);
	return kind;
}

void
scan_dashes(struct builder *b, struct span place)
{
	struct diagnostic *diagnostic;

	place.end = place.start + 2;
	diagnostic = source_error(b->source, place, "syntax", "'--' does not begin a comment");
	source_hint(b->source, diagnostic, "comments are written '// …'");
}

int
scan_odd(struct builder *b, struct span place)
{
	char odd = b->source->text[place.start];
	struct diagnostic *diagnostic = source_error(b->source, place, "syntax",
	    "'%c' does not belong here", odd);

	if (odd == '`')
		source_hint(b->source, diagnostic, "names are quoted like this: \"name\"");
	else if (odd == '#')
		source_hint(b->source, diagnostic, "comments are written '// …'");
	return T_CCDL_error;
}
