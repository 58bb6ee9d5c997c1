/*
 * doc.c - ccgen doc: makes the inventory of a checked schema, and chooses its pages.
 *
 * The words come from doc_*.c, the pages from templates/doc_*.tmpl.
 */
#include <string.h>

#include <utlist.h>

#include "doc_parts.h"
#include "doc_pages.h"

enum { DRAWN_MOST = 1000 };            /* edges; nobody finds the way through more */

/* An id that a link can name; tables with other names are numbered, in which '-' tells apart. */
static const char *
anchor(const struct doc_maker *maker, const char *name)
{
	static const char safe[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

	if (name[strspn(name, safe)] == '\0')
		return name;
	return arena_format(maker->arena, "table-%u", maker->doc->n_tables);
}

static void
make_row(struct doc_maker *maker, const struct column *column)
{
	struct doc_row *row = arena_alloc(maker->arena, sizeof *row);
	uint32_t start = column->definition != NULL ? column->definition->span.start :
	    column->raw != NULL ? column->raw->span.start : 0;

	row->column = column;
	row->definition = column->kind == COLUMN_TALLY ? "tally" :
	    source_words(maker->source, (struct span){ start, column->span.end });
	row->purpose = doc_purpose(maker, column);
	doc_events(maker, row);
	if (doc_is_shape(column)) {
		row->structure = doc_structure(maker, column->definition->source->value);
		maker->table->n_shapes++;
	} else {
		maker->table->n_counters++;
	}
	DL_APPEND(maker->table->rows, row);
	doc_graph(maker, row);
}

static void
note_scope(const struct source_clause *source, void *ctx)
{
	doc_note_scope(ctx, source->child);
}

static void
make_table(struct doc_maker *maker, struct doc_place *place)
{
	struct doc *doc = maker->doc;
	const struct table *table = place->table;
	const struct column *column;

	for (column = table->columns; column != NULL; column = column->next)
		if (column->kind != COLUMN_PLAIN)
			break;
	if (column == NULL)
		return;
	maker->table = arena_alloc(maker->arena, sizeof *maker->table);
	maker->table->table = table;
	maker->place = place;
	place->held = maker->table;
	maker->table->title = doc_title(maker->arena, table->name.text);
	doc->n_tables++;
	maker->table->anchor = anchor(maker, table->name.text);
	if (table->singleton)
		doc_note(maker, "There is one row, for everything");
	if (table->upsert && !table->singleton)
		doc_note(maker, "A row is created with its first contribution");
	for (; column != NULL; column = column->next) {
		if (column->kind == COLUMN_PLAIN)
			continue;
		make_row(maker, column);
		if (column->definition != NULL)
			doc_each_source(column->definition, note_scope, maker);
	}
	doc_note_scope(maker, table);
	doc->n_counters += maker->table->n_counters;
	doc->n_shapes += maker->table->n_shapes;
	DL_APPEND(doc->tables, maker->table);
}

struct doc *
doc_make(const struct schema *schema)
{
	struct doc *doc = arena_alloc(schema->arena, sizeof *doc);
	struct doc_maker maker = { schema->arena, schema->source, doc, NULL, NULL };
	const char *slash = strrchr(schema->source->path, '/');
	unsigned i;

	doc->arena = schema->arena;
	doc->schema = schema;
	doc->source = slash != NULL ? slash + 1 : schema->source->path;
	doc_places(doc);
	for (i = 0; i < doc->n_places; i++)
		make_table(&maker, &doc->places[i]);
	doc_flow(doc);
	return doc;
}

/* ---- pages ----------------------------------------------------------------------------------- */

const char *
doc_markdown(const struct doc *doc)
{
	struct text out = { .arena = doc->arena };

	markdown_page(&out, doc);
	return text_string(&out);
}

const char *
doc_dot(const struct doc *doc)
{
	struct text out = { .arena = doc->arena };

	dot_file(&out, doc);
	return text_string(&out);
}

const char *
doc_html(const struct doc *doc)
{
	struct text out = { .arena = doc->arena };

	html_page(&out, doc, doc->n_edges > 0 && doc->n_edges <= DRAWN_MOST ?
	    doc_svg(doc->arena, doc_dot(doc)) : NULL);
	return text_string(&out);
}
