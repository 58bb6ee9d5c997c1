/*
 * parse.c - text to model: bytes, then scanner and parser together, then what is left over.
 */
#include "ccdl.tab.h"
#include "scan.h"

static void
start(struct builder *b, struct source *source)
{
	static const unsigned char mark[] = { 0xEF, 0xBB, 0xBF };      /* of UTF-8 */
	struct schema *schema = arena_alloc(source->arena, sizeof(*schema));

	*b = (struct builder){ .source = source, .arena = source->arena, .schema = schema,
		.doc = { .arena = source->arena } };
	schema->arena = source->arena;
	schema->source = source;
	if (source->length >= sizeof(mark) && memcmp(source->text, mark, sizeof(mark)) == 0)
		b->offset = sizeof(mark);
	b->current = (struct span){ b->offset, b->offset };
}

struct schema *
grammar_parse(struct source *source)
{
	struct builder b;
	void *scanner;

	start(&b, source);
	if (!scan_bytes(source))
		return b.schema;
	scanner = scan_start(&b);
	ccdl_parse(&b, scanner);
	scan_stop(scanner);
	build_finish(&b);
	return b.schema;
}

struct token *
grammar_tokens(struct source *source, size_t *n)
{
	struct builder b;
	struct span place;
	void *scanner;

	start(&b, source);
	b.keep_tokens = true;
	scanner = scan_start(&b);
	while (ccdl_lex(NULL, &place, &b, scanner) != T_END)
		;
	scan_stop(scanner);
	*n = b.n_tokens;
	return b.tokens;
}
