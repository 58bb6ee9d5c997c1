/*
 * syntax.c - words a syntax error, given what the parser would have accepted.
 *
 * The parser's list is exact but long: after an expression a dozen operators would do.  What a
 * reader wants is the one thing that had to come.  So operators go, all that begins an
 * expression becomes "an expression", and optional clauses yield to what would end the item.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "ccdl.tab.h"
#include "scan.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

struct expected {
	const char *const *all;        /* as the parser says: names of ccdl.y */
	size_t n_all;
	const char *words[80];         /* those worth saying */
	size_t n;
};

static bool
among(const char *word, const char *const *words, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

static bool
accepts(const struct expected *expected, const char *word)
{
	return among(word, expected->all, expected->n_all);
}

static bool
is_keyword(const char *symbol)
{
	return islower((unsigned char)symbol[0]) && strchr(symbol, ' ') == NULL;
}

/* ---- shortening the list ---------------------------------------------------------- */

static void
replace(struct expected *expected, const char *const *gone, size_t n, const char *by)
{
	size_t i, kept = 0;

	for (i = 0; i < expected->n; i++)
		if (!among(expected->words[i], gone, n))
			expected->words[kept++] = expected->words[i];
	expected->n = kept;
	if (by != NULL) {
		memmove(expected->words + 1, expected->words, kept * sizeof(*expected->words));
		expected->words[0] = by;
		expected->n++;
	}
}

static bool
begins_expression(const struct expected *expected)
{
	return accepts(expected, "a decimal number");
}

static bool
begins_item(const struct expected *expected)
{
	return accepts(expected, "condition");
}

/* A single name that has a role: a type, a unit, a strategy. */
static const char *
role_of_name(const struct builder *b)
{
	switch (b->previous_kind) {
	case T_USING:
		return "a strategy";
	case T_SQL:
	case T_STRING:
		return "an engine";
	case '(':
	case ',':
		return "a word";
	default:
		return "a type";
	}
}

static void
shorten_names(const struct builder *b, struct expected *expected)
{
	static const char *const names[] = { "a name", "a quoted name" };
	static const char *const items[] = { "a name", "a quoted name", "primary", "unique",
		"reference", "condition" };
	static const char *const leaves[] = { "a name", "a quoted name", "a number",
		"a decimal number", "a string", "true", "false", "null", "not", "case", "'('", "'-'",
		"count", "exists", "sum", "min", "max", "avg", "first", "'{' of a shape", "'['",
		"distinct" };

	if (accepts(expected, "action"))
		replace(expected, expected->words, expected->n, "a field");
	else if (begins_item(expected))
		replace(expected, items, COUNT(items),
		    b->current_kind == T_TABLE || b->current_kind == T_END ? NULL :
		    "a declaration");
	else if (begins_expression(expected))
		replace(expected, leaves, COUNT(leaves),
		    accepts(expected, "sql") ? "a definition" : "an expression");
	else if (accepts(expected, "a quoted name") && accepts(expected, "a name"))
		replace(expected, names, COUNT(names), "a name");
	else if (accepts(expected, "a name") && b->previous_kind != T_INTEGER)
		replace(expected, names, 1, role_of_name(b));
	if (accepts(expected, "sql"))
		expected->n = 1;
}

static void
shorten_clauses(struct expected *expected)
{
	static const char *const operators[] = { "or", "'='", "'<>'", "'<'", "'<='", "'>'",
		"'>='", "is", "in", "between", "not", "'+'", "'-'", "'*'", "'/'", "'%'", "'.'", "'('",
		"a name" };
	static const char *const conjunctions[] = { "and" };
	static const char *const optional[] = { "else" };
	static const char *const closers[] = { "';'", "','", "'{'", "'}'", "')'", "']'", "':'",
		"'}' of a shape" };
	size_t i, kept = 0;

	if (accepts(expected, "'+'") && !begins_expression(expected))
		replace(expected, operators, COUNT(operators), NULL);
	if (accepts(expected, "or"))
		replace(expected, conjunctions, 1, NULL);
	if (accepts(expected, "from"))
		replace(expected, optional, 1, NULL);
	if (expected->n <= 2)
		return;
	for (i = 0; i < expected->n; i++)
		if (among(expected->words[i], closers, COUNT(closers)))
			expected->words[kept++] = expected->words[i];
	if (kept != 0)
		expected->n = kept;
}

/* ---- saying it ---------------------------------------------------------------------- */

static void
say_symbol(struct text *out, const char *symbol)
{
	static const char shape[] = "' of a shape";
	const char *end = strstr(symbol, shape);

	if (end != NULL) {
		text_add_bytes(out, symbol, (size_t)(end - symbol) + 1);
	} else if (is_keyword(symbol)) {
		text_format(out, "'%s'", symbol);
	} else {
		text_add(out, symbol);
	}
}

static void
say_expected(struct text *out, const struct expected *expected)
{
	size_t i;

	for (i = 0; i < expected->n; i++) {
		if (i > 0)
			text_add(out, i + 1 == expected->n ? " or " : ", ");
		say_symbol(out, expected->words[i]);
	}
}

static void
say_unexpected(struct text *out, const struct builder *b)
{
	enum { MOST = 40 };
	uint32_t length = b->current.end - b->current.start;

	if (b->current_kind == T_END)
		text_add(out, "the end of the file");
	else if (b->current_kind == T_STRING)
		text_add(out, "a string");
	else
		text_format(out, length > MOST ? "'%.*s…'" : "'%.*s'",
		    length > MOST ? MOST : (int)length, b->source->text + b->current.start);
}

/* What had to come is punctuation: its place is just after the token before. */
static bool
only_punctuation(const struct expected *expected)
{
	size_t i;

	for (i = 0; i < expected->n; i++)
		if (expected->words[i][0] != '\'')
			return false;
	return expected->n != 0;
}

static struct span
place_of(const struct builder *b, const struct expected *expected)
{
	if (b->current_kind == T_END || only_punctuation(expected))
		return (struct span){ b->previous.end, b->previous.end };
	return b->current;
}

/* Words of SQL that this language does without. */
static const char *
foreign_word(const char *word)
{
	static const char *const words[][2] = {
		{ "not", "a column is not null unless its type ends with '?'" },
		{ "null", "write '?' after the type of a column that may be null" },
		{ "default", "defaults are the database's business: leave this out" },
		{ "asc", "terms ascend unless they say 'desc'" },
		{ "like", "patterns are not part of the language; see 'sql' in ccdl(5)" },
		{ "group", "there is no 'group by': a source is grouped by its reference" },
		{ "join", "there are no joins: write a path such as author_id.name" },
	};
	size_t i;

	for (i = 0; i < COUNT(words); i++)
		if (strcmp(word, words[i][0]) == 0)
			return words[i][1];
	return NULL;
}

static void
hint(struct builder *b, struct diagnostic *diagnostic, const struct expected *expected)
{
	const char *keywords[80], *nearest, *foreign;
	struct name word = build_name(b, b->current);
	struct name shouted = build_name(b, b->shouted);
	size_t n = 0, i;
	char *at;

	if (b->shouted.end != 0) {
		for (at = (char *)shouted.text; *at != '\0'; at++)
			*at = (char)tolower((unsigned char)*at);
		source_hint(b->source, diagnostic, "keywords are written in lower case: '%s'",
		    shouted.text);
		return;
	}
	foreign = foreign_word(word.text);
	if (foreign != NULL && b->current_kind != T_END) {
		source_hint(b->source, diagnostic, "%s", foreign);
		return;
	}
	for (i = 0; i < expected->n_all; i++)
		if (is_keyword(expected->all[i]))
			keywords[n++] = expected->all[i];
	nearest = b->current_kind == T_NAME ? source_nearest(word.text, keywords, n) : NULL;
	if (nearest != NULL)
		source_hint(b->source, diagnostic, "did you mean '%s'?", nearest);
}

/* A reserved word where a name had to come, and not the clause that it begins. */
static bool
reserved_as_name(const struct builder *b, const struct expected *expected,
    const char *unexpected)
{
	static const char *const clauses[] = { "and", "or", "is", "in", "between", "then", "else",
		"when", "end", "from", "where", "by", "desc", "order", "never", "touch", "using",
		"watching", "not", "case", "distinct" };

	if (!is_keyword(unexpected) || !accepts(expected, "a name") ||
	    !accepts(expected, "a quoted name") ||
	    (b->current_kind == T_TABLE && begins_item(expected)))
		return false;
	return !begins_expression(expected) || !among(unexpected, clauses, COUNT(clauses));
}

static int
compare_words(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
syntax_report(struct builder *b, const char *unexpected, const char *const *all, size_t n)
{
	struct expected expected = { .all = all, .n_all = n, .n = n };
	struct text message = { .arena = b->arena };
	struct diagnostic *diagnostic;

	memcpy(expected.words, all, n * sizeof(*all));
	qsort(expected.words, n, sizeof(*expected.words), compare_words);
	if (b->current_kind == T_END && b->previous_kind == T_END) {
		diagnostic = source_error(b->source, b->current, "syntax", "the file is empty");
		source_hint(b->source, diagnostic, "a file begins with 'schema NAME;'");
		return;
	}
	if (reserved_as_name(b, &expected, unexpected)) {
		diagnostic = source_error(b->source, b->current, "reserved-word",
		    "'%s' is a reserved word", unexpected);
		source_hint(b->source, diagnostic, "quote it to use it as a name: \"%s\"",
		    unexpected);
		return;
	}
	shorten_names(b, &expected);
	shorten_clauses(&expected);
	if (expected.n == 0 || expected.n > 4) {
		text_add(&message, "unexpected ");
	} else {
		text_add(&message, "expected ");
		say_expected(&message, &expected);
		text_add(&message, " before ");
	}
	say_unexpected(&message, b);
	diagnostic = source_error(b->source, place_of(b, &expected), "syntax", "%s",
	    text_string(&message));
	if (accepts(&expected, "'}'") && (b->current_kind == T_END || b->current_kind == T_TABLE))
		source_note(b->source, diagnostic, b->open_brace, "this '{' is still open");
	hint(b, diagnostic, &expected);
}
