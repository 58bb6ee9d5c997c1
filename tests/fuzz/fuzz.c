/*
 * fuzz.c - libFuzzer's target: any bytes through the whole compiler, in memory.
 *
 * Whatever comes in: no crash, no leak, no endless loop.  What parses is laid out, and the
 * result must parse to the same layout.  What checks is generated and explained.
 */
#include <stdlib.h>
#include <string.h>

#include "fmt.h"
#include "schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct source *source = source_of_text(arena, "fuzz", (const char *)data, size);
	struct schema *schema = grammar_parse(source);

	if (source->errors == 0)
		check_layout(source);
	check_schema(schema);
	report(source);
	arena_free(arena);
	return 0;
}
