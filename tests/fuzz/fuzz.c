/*
 * fuzz.c - libFuzzer's target: any bytes through the whole compiler, in memory.
 *
 * Whatever comes in: no crash, no leak, no endless loop.  What parses is laid out, and the
 * result must parse to the same layout.  What checks is generated and explained.
 */
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "fmt.h"
#include "plan.h"
#include "schema.h"
#include "templates.h"

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

static void
generate(struct schema *schema)
{
	static void (*const files[])(struct text *, const struct plan *) = { header_file,
		source_file, sqlite_install_file, sqlite_columns_file, sqlite_verify_file,
		sqlite_reconcile_file, sqlite_uninstall_file };
	const struct plan *plan = plan_make(schema);
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
