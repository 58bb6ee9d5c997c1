/*
 * doc.h - the inventory of a schema: what ccgen doc prints.
 *
 * doc_make reads a checked schema, not the plan, so it documents also what this release does not
 * generate.  Sentences are "phrases": plain text in which DOC_CODE … DOC_PLAIN encloses what is
 * set as code and DOC_NEXT stands between the items of a list.  None of these three bytes can
 * come from a .ccdl file.  Quoting is the pages' business.
 */
#ifndef GEN_DOC_H
#define GEN_DOC_H

#include "schema.h"

#define DOC_CODE  "\001"
#define DOC_PLAIN "\002"
#define DOC_NEXT  "\003"

struct doc_row {                       /* a maintained column */
	const struct column *column;
	const char *purpose;               /* a phrase, as are the next two */
	const char *increments;
	const char *decrements;
	const char *structure;             /* of a JSON shape: an example; NULL: a plain value */
	const char *definition;            /* as written, on one line */
	struct doc_row *prev, *next;
};

struct doc_note {
	const char *phrase;
	struct doc_note *prev, *next;
};

struct doc_table {                     /* one that holds maintained columns */
	const struct table *table;
	const char *title;                 /* "Poll Options" */
	const char *anchor;                /* of the HTML page: letters, digits, _ and - */
	struct doc_row *rows;
	unsigned n_counters, n_shapes;     /* of the rows */
	struct doc_note *notes;            /* what the conditions mean that the rows name */
	struct doc_table *prev, *next;
};

enum doc_edge_kind {
	DOC_COUNTS,                        /* its rows are counted, summed, … */
	DOC_READS,                         /* its rows decide which ones, or are on their way */
	DOC_DERIVES                        /* a column of the same table */
};

struct doc_place {                     /* a table in the graph */
	const struct table *table;
	unsigned number;                   /* from 1, in the order of the file */
	struct doc_table *held;            /* NULL: it holds no maintained column */
	bool feeds;                        /* an edge begins at it */
	UT_hash_handle hh;
};

struct doc_edge {                      /* changes flow from … to a maintained column */
	enum doc_edge_kind kind;
	const struct doc_place *from, *holder;   /* holder: where the column is */
	const struct column *from_column;  /* a maintained one; NULL: the table's rows */
	const struct doc_row *to;
	struct doc_edge *prev, *next;
};

struct doc {
	struct arena *arena;
	const struct schema *schema;
	const char *source;                /* the name of the file, without directories */
	struct doc_table *tables;
	unsigned n_tables, n_counters, n_shapes;
	struct doc_place *places;          /* of all tables; n_places of them */
	unsigned n_places;
	struct doc_place *by_table;        /* uthash over places */
	struct doc_edge *edges;            /* by column; n_edges of them, and again */
	const struct doc_edge **flow;      /* ... by from, then holder, then column */
	unsigned n_edges;
};

/* Never fails: the schema has passed check_language.  All of it lives in the schema's arena. */
struct doc *doc_make(const struct schema *schema);

const char *doc_markdown(const struct doc *doc);
/* A page that needs nothing else; the graph is drawn in it where graphviz is at hand. */
const char *doc_html(const struct doc *doc);
/* The graph of tables and maintained columns, for graphviz. */
const char *doc_dot(const struct doc *doc);

#endif
