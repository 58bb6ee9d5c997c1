/*
 * describe.h - what the files that draw a schema share.
 */
#ifndef PROPERTY_DESCRIBE_H
#define PROPERTY_DESCRIBE_H

#include "property.h"

struct maker {
	struct schema *schema;
	struct random random;
	int odd_at, serial;
	bool odd_names;
};

static inline bool
has_feature(const struct schema *s, enum feature feature)
{
	return (s->features & 1u << feature) != 0;
}

/* A name that nothing else in the schema has; sql may be NULL. */
void describe_name(struct maker *m, const char *prefix, char *name, char *sql);
struct column *describe_column(struct maker *m, struct table *t, enum cc_type type,
    const char *prefix);
/* Scale and storage. */
void describe_details(struct maker *m, struct column *c);
/* Adds the references of a table. */
void describe_references(struct maker *m, struct table *t);
/* A second table over one that is there. */
void describe_twins(struct maker *m);
/* Scopes, `when`s and keys that are read from other rows. */
void describe_far(struct maker *m);
/* What one of the two has marked of a column holds for the other. */
void describe_twins_settled(struct schema *s);
/* The maintained columns of a table, once all tables have their references. */
void describe_maintained(struct maker *m, int holder);
struct maintained *describe_new(struct maker *m, struct table *t, enum cc_type type,
    const char *prefix);

/* ---- source.c ---- */

/* A child and a path to the holder; s->child is -1 when nothing leads there. */
void source_path(struct maker *m, int holder, struct source *s);
void source_where(struct maker *m, struct source *s);
/* count or sum for a column of the type. */
void source_linear(struct maker *m, int holder, enum cc_type type, int scale, struct source *s);
/* Only the database tells which rows count, and where. */
bool source_asks(const struct schema *schema, const struct source *s);
void source_free(struct source *s);

/* ---- special.c: what is drawn whole, each false when there is nothing to draw it over ---- */

bool special_rollup(struct maker *m, int holder);
bool special_depth(struct maker *m, int holder);
bool special_raw(struct maker *m, int holder);
bool special_aggregate(struct maker *m, int holder);
bool special_combo(struct maker *m, int holder);
bool special_shape(struct maker *m, int holder);

/* ---- oracle.c ---- */

/* Whether the engine can read what the recount of a column is in SQL. */
bool oracle_fits(const struct schema *s, int table, int column);

/* ---- shape.c: shapes made by hand, over columns `author` and `score` ---- */

struct shape *shape_example(int i);

/* ---- expression.c ---- */

/* Both spellings at once. */
void phrase_add(struct phrase *p, const char *s);
void phrase_each(struct phrase *p, const char *ccdl, const char *sql);
/* The value of a column like another (NULL: any), of the row or up a path; *got is that column. */
bool expression_value(struct random *r, struct table *t, const struct column *like,
    struct column *got, struct phrase *out);
/* A comparison of a timestamp with the moment; false: the rows have none. */
bool expression_now(struct random *r, struct table *t, struct phrase *out);
/* The UTC day of a timestamp in microseconds. */
void expression_day(const char *micros, struct text *out);
/* … (source) … over the rows that refer to the row; false: none do. */
bool inner_condition(struct random *r, struct table *t, struct phrase *out);
/* Counters of the row, when it has some that others may read. */
bool expression_counter(struct random *r, struct table *t, struct phrase *out);

#endif
