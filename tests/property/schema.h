/*
 * schema.h - the description of a random schema, and what makes and prints it.
 *
 * Whatever the language can say about rows is written twice when it is drawn: as the language has
 * it, and as the plain SQL that says the same over a row whose alias is \1 (struct phrase).  The
 * SQL uses correlated subqueries only, one per path, so that nothing of it resembles the joins
 * that the compiler makes.
 */
#ifndef PROPERTY_SCHEMA_H
#define PROPERTY_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ccrt.h"

enum { MAX_TABLES = 6, MAX_COLUMNS = 18, MAX_REFERENCES = 7, MAX_MAINTAINED = 9, MAX_SOURCES = 3,
	MAX_PARTS = 3, MAX_CONDITIONS = 2, MAX_STEPS = 4, TEXT_SIZE = 64 };

/* ---- features.c: what of the language a schema may use ---- */

#define FEATURES(X) \
	X(PATH, "path") X(SIDE, "side") X(NAMED, "named") X(TREE, "tree") X(DISTINCT, "distinct") \
	X(EXTREME, "extreme") X(AVG, "avg") X(FIRST, "first") X(EXISTS, "exists") \
	X(COMBO, "combo") X(JSON, "json") X(INCREMENTAL, "incremental") X(OVER, "over") \
	X(ROLLUP, "rollup") X(UP, "up") X(NOW, "now") X(UPSERT, "upsert") \
	X(COMPUTED, "computed") X(TWINS, "twins") X(SHARED, "shared") X(INNER, "inner") \
	X(RAW, "raw") X(BATCH, "batch") X(BULK, "bulk") X(FAR, "far") X(BEHIND, "behind")
#define FEATURE_BIT(id, word) F_##id,
enum feature { FEATURES(FEATURE_BIT) N_FEATURES };

/* What PROPERTY_FEATURES says, else what is on by default: a set of bits. */
uint32_t features_chosen(void);
/* Those of a set, as PROPERTY_FEATURES has them. */
struct text;
void features_show(uint32_t features, struct text *out);

/* ---- random.c ---- */

struct random { uint64_t state; };
uint64_t random_next(struct random *r);
int random_below(struct random *r, int n);             /* 0 … n-1 */
bool random_chance(struct random *r, int percent);

/* ---- text.c: growing text ---- */

struct text { char *s; size_t length, size; };
void text_add(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_identifier(struct text *t, const char *name);        /* "na""me" */
void text_string(struct text *t, const char *value);           /* 'it''s' */
void text_prepend(struct text *t, const char *s);
void text_free(struct text *t);
/* Adds s with every \1 replaced by alias: how a phrase's SQL is put to use. */
void text_aliased(struct text *t, const char *s, const char *alias);

/* ---- the description ---- */

struct column {
	char name[24];                 /* in the .ccdl file */
	char sql[28];                  /* in the database */
	enum cc_type type;
	enum cc_storage storage;
	int precision, scale;          /* decimal */
	bool nullable, key, unique;
	bool small;                    /* used in arithmetic: no edge values */
	bool read;                     /* read by an expression */
	bool nocase;                   /* declared COLLATE NOCASE in the database */
	bool zero;                     /* a maintained column: a stored NULL is 0 */
	bool touched;                  /* the library's: in no expression */
	int domain;                    /* values of keys: 1 … domain; 0: by type */
};

/* \1 in sql is the row's alias; \5 is the moment that the rows are judged by. */
struct phrase { struct text ccdl, sql; };

struct reference {
	char name[24];                 /* of the column, or of the named reference */
	bool named;
	int parent;                    /* table */
	int n_parts;
	int columns[MAX_PARTS];        /* of this table; -1: the part is an expression */
	struct phrase parts[MAX_PARTS];
	int parent_columns[MAX_PARTS];
	bool to_key;                   /* the parent's primary key */
	bool has_when;
	struct phrase when;
	enum cc_on_delete on_delete;
	bool enforced;                 /* the database has the foreign key */
	bool follows;                  /* ... with ON UPDATE CASCADE */
	bool tree;                     /* to the row's own table: rows make no circle by it */
	bool far;                      /* its key or its `when` is read from another row */
	bool read;                     /* a scope, a key or a `when` is read by it */
};

/* A step of a path: a reference of the table that it has come to; + or * climb a tree. */
struct step { int reference; char repeat; };

enum aggregate { COUNT, SUM, DISTINCT, MIN, MAX, AVG, FIRST, EXISTS, SHAPE };
struct source {
	int child;
	int n_steps;                   /* 0: the holder is a singleton */
	struct step steps[MAX_STEPS];
	enum aggregate aggregate;
	int n_values;
	struct phrase values[2];       /* distinct may have two; a shape's text, its SQL apart */
	struct phrase order;           /* of first */
	bool has_where, say_by;
	struct phrase where;
	int factor;
	bool keep_else, has_else;      /* else keep; else expression over the holder */
	struct phrase otherwise;
	struct shape *shape;
};

enum kind { LINEAR, DERIVED, TALLY, REDERIVED, RAW };
struct maintained {
	struct column column;
	enum kind kind;
	int n_sources, constant;
	struct source sources[MAX_SOURCES];
	/*
	 * Derived: the expression.  Re-derived from several sources: \2 … \4 stand for them; empty
	 * where there is only the one.  Rolled up, handed down, raw: complete.
	 */
	struct phrase derived;
	bool zero;                     /* re-derived, and a stored NULL is 0 all the same */
	bool whole;                    /* derived.sql is the definition as it stands */
	bool keep, immediate, batch, incremental;
	int touch;                     /* column of the table, or -1 */
	bool over;                     /* reads maintained columns of other rows */
	bool installed;                /* in the CREATE TABLE; else cc_install adds it */
	bool no_default;               /* nullable in the database and without a default */
};

struct condition { char name[24]; struct phrase phrase; };

struct table {
	struct schema *schema;
	char name[24], sql[28];
	bool singleton, upsert, has_scope, without_rowid;
	bool far, read;                /* its scope reads other rows; a scope or `when` reads through it */
	int twin;                      /* the table whose physical table this is; or -1 */
	struct phrase scope;
	int n_columns, n_references, n_maintained, n_conditions, n_key;
	struct column columns[MAX_COLUMNS];
	struct reference references[MAX_REFERENCES];
	struct maintained maintained[MAX_MAINTAINED];
	struct condition conditions[MAX_CONDITIONS];
	int key[MAX_PARTS];            /* columns */
};

struct schema {
	uint64_t seed;
	uint32_t features;
	char name[32];
	int *aliases;                  /* how many names of rows have been given out */
	bool over;                     /* the column that is being drawn reads other counters */
	bool settled;                  /* references and keys are complete: paths may be drawn */
	int n_tables;
	struct table tables[MAX_TABLES];
};

struct schema *describe(uint64_t seed, uint32_t features);
void describe_free(struct schema *schema);

/* The other table over the same table of the database, or -1. */
int twin_of(const struct schema *s, int table);

/* ---- expression.c: conditions and values ---- */

void expression_condition(struct random *r, struct table *t, struct phrase *out, int depth);
void expression_integer(struct random *r, struct table *t, struct phrase *out, int depth);
bool expression_of_type(struct random *r, struct table *t, enum cc_type type, int scale,
    struct phrase *out, int depth);
/* A column of the row in the language's form. */
void expression_read(struct text *sql, const struct column *c);
void phrase_free(struct phrase *p);

/* ---- paths.c ---- */

enum { ALIAS = 16 };
struct path { struct table *start; int n, references[MAX_STEPS]; };
void path_alias(const struct schema *s, char *alias);          /* one that is not taken */
/* A path to read through, of one step or more; false when this draw finds none. */
bool path_draw(struct random *r, struct table *t, struct path *out);
struct table *path_table(const struct path *p, int step);
struct table *path_end(const struct path *p);
void path_ccdl(const struct path *p, struct text *out);        /* "a"."b". */
void path_read(const struct path *p, const char *sql, bool outer, struct text *out);
void path_link(const struct table *t, const struct reference *f, const char *from, const char *to,
    struct text *out);
void path_scope(const struct table *t, const char *alias, struct text *out);
void path_same_row(const struct table *t, const char *a, const char *b, struct text *out);
/* Whether n steps from row `from` of t lead to row p. */
void path_reach(const struct table *t, const struct step *steps, int n, const char *from,
    const char *p, struct text *out);
/* FROM … WHERE …: the rows that count for p; their alias is put in c. */
void path_rows(const struct schema *s, const struct source *source, const char *p, char *c,
    struct text *out);
/* FROM … WHERE …: the rows that count for a holder that is not there. */
void path_orphans(const struct schema *s, const struct source *source, struct text *out);
/* The reference by which rows of the table are a tree that something climbs; or NULL. */
const struct reference *path_tree(const struct schema *s, int table);

/* ---- expected.c: the SQL of definitions ---- */

/* What a maintained column of row p must hold, in the language's form. */
void expected_column(const struct schema *s, int table, int column, const char *p,
    struct text *out);
void expected_source(const struct schema *s, const struct source *source, const char *p,
    struct text *out);
/* A stored NULL is 0. */
bool expected_zero(const struct maintained *m);

/* ---- shape.c: JSON ---- */

void shape_draw(struct random *r, struct source *source, struct table *child, bool linear);
void shape_expected(const struct schema *s, const struct source *source, const char *p,
    struct text *out);
void shape_free(struct shape *shape);

/* ---- print.c ---- */

void print_ccdl(const struct schema *schema, struct text *out);
void print_ddl(const struct schema *schema, struct text *out);
void print_source(const struct schema *s, const struct source *source, struct text *out);

#endif
