/*
 * build.h - what the rules of ccdl.y call to build the model of schema.h.
 *
 * One builder lives for one parse.  It fills in what was written and judges only what the
 * model could not hold: an unknown type word, a number too large, a clause given twice.
 */
#ifndef GRAMMAR_BUILD_H
#define GRAMMAR_BUILD_H

#include <utlist.h>

#include "schema.h"

struct doc {                           /* a doc comment and the token that it stands before */
	uint32_t offset;
	struct span span;
	const char *text;
	bool used;
};

struct names {                         /* a growing list of names */
	struct name *items;
	size_t n, capacity;
};

struct attributes {                    /* what follows a column's type */
	bool primary_key, unique;
	struct reference *references;
};

struct options {                       /* what follows a definition */
	bool never_decrement;
	struct name touch, strategy;
};

struct parameter {                     /* of a type: a number or a word */
	struct name word;
	bool number;
	struct parameter *prev, *next;
};

struct big {                           /* the literal 2^63, which only a minus makes valid */
	struct expr *expr;
	struct big *next;
};

struct builder {
	struct source *source;
	struct arena *arena;
	struct schema *schema;
	struct table *table;           /* whose items are being read */
	struct big *bigs;

	/* The scanner's: */
	uint32_t offset;               /* of the next byte */
	unsigned braces;               /* open '{': 1 in a table, more in a JSON shape */
	unsigned nesting;              /* open brackets of the current item */
	struct span previous;          /* the token before the current one */
	int previous_kind, current_kind;
	struct span current;
	struct span shouted;           /* a keyword in capitals since the last ';' */
	struct span open_brace;        /* of the current table */
	struct text doc;               /* the lines so far of a doc comment */
	struct span doc_span;
	struct doc *docs;              /* n_docs of them, in order */
	size_t n_docs, docs_capacity;
	struct token *tokens;          /* all, where they are wanted */
	size_t n_tokens, tokens_capacity;
	bool keep_tokens;
};

/* ---- names and lists ---------------------------------------------------------------- */

struct name build_name(struct builder *b, struct span span);     /* as written */
struct name build_quoted(struct builder *b, struct span span);   /* "…" or '…', undoubled */
struct names build_names(struct builder *b, struct names list, struct name name);
struct expr *build_list(struct expr *list, struct expr *more);
struct span build_span(struct span first, struct span last);

/* ---- expressions ---------------------------------------------------------------------- */

struct expr *build_expr(struct builder *b, enum expr_kind kind, struct span span,
    struct expr *args);
struct expr *build_binary(struct builder *b, enum expr_kind kind, struct span span,
    struct expr *a, struct expr *z);
struct expr *build_minus(struct builder *b, struct span span, struct expr *expr);
struct expr *build_integer(struct builder *b, struct span span);
struct expr *build_literal(struct builder *b, enum expr_kind kind, struct span span);
struct expr *build_boolean(struct builder *b, struct span span, bool value);
struct expr *build_interval(struct builder *b, struct span number, struct name unit);
struct expr *build_path(struct builder *b, struct names names);
struct expr *build_call(struct builder *b, struct name name, struct expr *args,
    struct span span);
struct expr *build_source_expr(struct builder *b, struct source_clause *clause,
    struct span span);

/* The unit that a word of so many bytes means, or -1. */
int build_find_unit(const char *word, size_t length);

/* ---- values and sources ---------------------------------------------------------------- */

struct term *build_term(struct builder *b, struct term *list, struct expr *expr,
    bool descending);
struct value *build_value(struct builder *b, enum value_kind kind, struct span span,
    struct expr *args);
struct value *build_first(struct builder *b, struct span span, struct expr *expr,
    struct term *order);
struct value *build_object(struct builder *b, struct span span, struct json_field *fields);
struct value *build_array(struct builder *b, struct span span, struct value *element,
    struct term *order);
struct json_field *build_field(struct builder *b, struct name key, struct expr *computed,
    struct value *value);
struct step *build_step(struct builder *b, struct step *list, struct name name, char repeat);
struct source_clause *build_source(struct builder *b, struct value *value, struct name from);
struct raw *build_raw(struct builder *b, struct name engine, struct span text,
    struct raw *raw);
void build_watch(struct builder *b, struct raw *raw, struct name table, struct step *by);

/* ---- declarations ------------------------------------------------------------------------ */

struct parameter *build_parameter(struct builder *b, struct parameter *list, struct span span,
    bool number);
struct type build_type(struct builder *b, struct span word, struct parameter *parameters);
struct type build_nullable(struct type type, struct span mark);
void build_flag(struct builder *b, bool *flag, struct span span);
void build_option(struct builder *b, struct name *option, struct name value, struct span span);
struct reference *build_reference(struct builder *b, struct name target, struct names columns,
    struct span span);
struct column *build_column(struct builder *b, struct name name, struct type type,
    struct name sql);

void build_schema(struct builder *b, struct name name, struct span span);
void build_table(struct builder *b, struct name name, struct span span);
void build_table_end(struct builder *b, struct span close);
void build_plain(struct builder *b, struct column *column, struct attributes attributes,
    struct span span);
void build_maintained(struct builder *b, struct column *column, struct options options,
    struct span span);
void build_tally(struct builder *b, struct column *column, struct span span);
void build_condition(struct builder *b, struct name name, struct expr *expr, struct span span);
void build_key(struct builder *b, bool primary, struct names names, struct span span);
void build_link(struct builder *b, struct name name, struct expr *exprs,
    struct reference *reference, struct span span);
void build_finish(struct builder *b);  /* what can be judged only at the end */

#endif
