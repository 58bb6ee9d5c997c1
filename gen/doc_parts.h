/*
 * doc_parts.h - what the files doc_*.c share.
 */
#ifndef GEN_DOC_PARTS_H
#define GEN_DOC_PARTS_H

#include "doc.h"

struct doc_maker {
	struct arena *arena;
	const struct source *source;
	struct doc *doc;
	struct doc_table *table;           /* the one in the making */
	const struct doc_place *place;     /* ... in the graph */
};

/* ---- words (doc_noun.c) --------------------------------------------------------- */

/* A table's name as words: "poll options", "poll option", "Poll Options". */
const char *doc_plural(struct arena *arena, const char *name);
const char *doc_singular(struct arena *arena, const char *name);
const char *doc_title(struct arena *arena, const char *name);
/* The phrase with a capital letter, unless it starts with code. */
const char *doc_capital(struct arena *arena, const char *phrase);
/* Set as code. */
const char *doc_code(struct arena *arena, const char *text);
/* A doc comment as one line, NULL where there is none; the last full stop goes. */
const char *doc_comment(struct arena *arena, const char *comment);

/* ---- expressions (doc_condition.c) ------------------------------------------------ */

/* "stance_id.latest"; the text of any other expression. */
const char *doc_expr(const struct doc_maker *maker, const struct expr *expr);
const char *doc_expr_code(const struct doc_maker *maker, const struct expr *expr);

/* How a row that fulfils a condition is spoken of. */
enum doc_manner { DOC_WHILE, DOC_WITH, DOC_WITHOUT, DOC_WHERE };

struct doc_flip {                      /* one of the conditions that are joined by `and` */
	enum doc_manner manner;
	const char *state;                 /* follows the manner's word */
	const char *on, *off;              /* what makes it true, and no longer true */
	const char *enters, *leaves;       /* by time alone, or NULL */
	bool scope;                        /* it is the table's, so its state goes without saying */
	struct doc_flip *prev, *next;
};

/* Appends those of a condition; notes what the named ones mean. */
void doc_flips(struct doc_maker *maker, const struct table *table, const struct expr *expr,
    bool scope, struct doc_flip **list);
/* " while `open`, with `kind` 'edit'": what a row is created with; purpose: "that are" it. */
const char *doc_states(const struct doc_maker *maker, const struct doc_flip *flips, bool purpose);
/* Notes what the named conditions in an expression mean. */
void doc_note_conditions(struct doc_maker *maker, const struct table *table,
    const struct expr *expr);
/* Adds a note; false: it is there already. */
bool doc_note(struct doc_maker *maker, const char *phrase);
/* Remembers a condition; false: it was met before. */
struct doc_met {
	const struct condition *condition;
	UT_hash_handle hh;
};
bool doc_meet(struct arena *arena, struct doc_met **met, const struct condition *condition);
void doc_note_scope(struct doc_maker *maker, const struct table *table);

/* ---- sources (doc_source.c) --------------------------------------------------------- */

/* Every source in an expression, those inside other sources too. */
void doc_each_source(const struct expr *expr,
    void (*visit)(const struct source_clause *source, void *ctx), void *ctx);
/* Every expression of a source but its `else`, its sources' not included. */
void doc_each_expr(const struct source_clause *source,
    void (*visit)(const struct expr *expr, void *ctx), void *ctx);
/*
 * Every name and every now() in an expression and in the named conditions that it uses, each of
 * which is entered once; sources inside it are left out.  near: only conditions of the row itself
 * are entered, not those up a path.
 */
void doc_each_leaf(struct arena *arena, const struct expr *expr, bool near,
    void (*visit)(const struct expr *leaf, void *ctx), void *ctx);
/* A definition that is a sum or difference of sources that count or add up, as terms of it. */
struct expr_linear_term *doc_terms(const struct doc_maker *maker, const struct column *column);
bool doc_is_shape(const struct column *column);

/* ---- sentences (doc_purpose.c, doc_event.c, doc_shape.c, doc_graph.c) ----------------- */

const char *doc_purpose(struct doc_maker *maker, const struct column *column);
/* row->increments and row->decrements. */
void doc_events(struct doc_maker *maker, struct doc_row *row);
/* An example of a JSON shape. */
const char *doc_structure(const struct doc_maker *maker, const struct value *value);
/* Before all others: doc->places. */
void doc_places(struct doc *doc);
/* The edges that end at a row of maker->place. */
void doc_graph(struct doc_maker *maker, const struct doc_row *row);
/* When all edges are there: doc->flow. */
void doc_flow(struct doc *doc);

/* ---- the drawing (doc_svg.c) ------------------------------------------------------------ */

/*
 * What `dot -Tsvg` makes of the text: the <svg> element, or NULL where there is no graphviz, or
 * it fails, or takes longer than some seconds.
 */
const char *doc_svg(struct arena *arena, const char *dot);

#endif
