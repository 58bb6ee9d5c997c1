/*
 * fuzz.c - libFuzzer's target: any bytes through the whole compiler, in memory.
 *
 * Whatever comes in: no crash, no leak, no endless loop.  What parses is laid out, and the
 * result must parse to the same layout.  What checks is generated and explained.
 *
 * Half of the mutations are of words, not of bytes, so that many of them still parse.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "fmt.h"
#include "plan.h"
#include "schema.h"
#include "templates.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

static const char *
lay_out(struct source *source)
{
	size_t n;
	const struct token *tokens = grammar_tokens(source, &n);

	return fmt_source(source, tokens, n);
}

static void
check_layout(struct source *source)
{
	const char *once = lay_out(source), *twice;
	struct source *again = source_of_text(source->arena, "again", once, strlen(once));

	grammar_parse(again);
	if (again->errors != 0) {
		source_print(again, stderr, 0);
		abort();
	}
	twice = lay_out(again);
	if (strcmp(once, twice) != 0) {
		fprintf(stderr, "---- once\n%s---- twice\n%s", once, twice);
		abort();
	}
}

/* Diagnostics are printed for their own sake: excerpts of any bytes. */
static void
report(struct source *source)
{
	FILE *nowhere = fopen("/dev/null", "w");

	if (nowhere == NULL)
		return;
	source_print(source, nowhere, SOURCE_COLOR);
	source_print(source, nowhere, SOURCE_JSON);
	fclose(nowhere);
}

static void
generate(struct schema *schema)
{
	static void (*const files[])(struct text *, const struct plan *) = { header_file,
		source_file, sqlite_install_file, sqlite_columns_file, sqlite_verify_file,
		sqlite_reconcile_file, sqlite_uninstall_file };
	const struct plan *plan = plan_make(schema, SQL_SQLITE);
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct text out = { .arena = schema->arena };

		files[i](&out, plan);
	}
	explain_plan(plan, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct source *source = source_of_text(arena, "fuzz", (const char *)data, size);
	struct schema *schema = grammar_parse(source);

	if (source->errors == 0)
		check_layout(source);
	if (check_schema(schema))
		generate(schema);
	report(source);
	arena_free(arena);
	return 0;
}

/* ---- mutations of words ------------------------------------------------------------- */

static const char *const words[] = {
	"0", "1", "2", "-", "9223372036854775807", "1.5", "0.00", "''", "'a'", "'\\0'", "\"q\"",
	"null", "true", "false", "not", "and", "or", "is", "in", "between", "distinct", "from",
	"case", "when", "then", "else", "end", "=", "<>", "<", ">=", "+", "*", "/", "%", "(", ")",
	",", ".", ";", "{", "}", "?", "int16", "int32", "int64", "float32", "float64", "bool",
	"decimal(10,2)", "decimal(18,18,units)", "text", "uuid", "timestamp", "timestamp(text)",
	"date", "jsonb", "count(*)", "sum", "coalesce", "nullif", "least", "greatest", "abs",
	"round", "ln", "power", "length", "lower", "by", "where", "touch", "never decrement",
	"using immediate", "using batch", "primary key", "unique", "references", "on delete cascade",
	"on delete set null", "tally", "singleton", "condition", "reference", "to", "30 days", "id",
};

enum { WORDS = sizeof(words) / sizeof(*words), PIECES = 8192 };

struct piece {
	const char *text;
	size_t length;
};

/* Words, blanks and single other characters. */
static size_t
cut(const char *text, size_t size, struct piece *pieces)
{
	size_t n = 0, at = 0, from;

	while (at < size && n < PIECES) {
		from = at++;
		if (isalnum((unsigned char)text[from]) || text[from] == '_')
			while (at < size && (isalnum((unsigned char)text[at]) || text[at] == '_'))
				at++;
		else if (isspace((unsigned char)text[from]))
			while (at < size && isspace((unsigned char)text[at]))
				at++;
		pieces[n++] = (struct piece){ text + from, at - from };
	}
	return n;
}

static unsigned
pick(unsigned *seed, size_t n)
{
	*seed = *seed * 1103515245u + 12345u;
	return (unsigned)((*seed >> 8) % n);
}

/* One piece goes, comes twice, becomes another one of the text, or a word of the language. */
static void
change(struct piece *pieces, size_t n, unsigned *seed)
{
	struct piece *one = &pieces[pick(seed, n)], *other = &pieces[pick(seed, n)], spare = *one;
	const char *word = words[pick(seed, WORDS)];

	switch (pick(seed, 4)) {
	case 0:
		one->length = 0;
		break;
	case 1:
		*one = *other;
		break;
	case 2:
		*one = *other;
		*other = spare;
		break;
	default:
		*one = (struct piece){ word, strlen(word) };
	}
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	static struct piece pieces[PIECES];
	char *copy = malloc(size + 1);
	size_t n, i, length = 0;

	if (copy == NULL || size == 0 || pick(&seed, 2) == 0) {
		free(copy);
		return LLVMFuzzerMutate(data, size, most);
	}
	memcpy(copy, data, size);
	n = cut(copy, size, pieces);
	for (i = pick(&seed, 3) + 1; i > 0; i--)
		change(pieces, n, &seed);
	for (i = 0; i < n && length + pieces[i].length <= most; i++) {
		memcpy(data + length, pieces[i].text, pieces[i].length);
		length += pieces[i].length;
	}
	free(copy);
	return length;
}
