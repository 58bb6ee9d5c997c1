/*
 * query_shape.h - the levels of a JSON shape, as query_shape.tmpl computes them from rows and
 * sqlite_patch.tmpl from what is stored and the rows that came and went.
 */
#ifndef TEMPLATES_QUERY_SHAPE_H
#define TEMPLATES_QUERY_SHAPE_H

#include "query.h"

struct patch {
	const char *stored;                /* the column */
	unsigned parameter;                /* the rows that came and went */
	const struct expr **parts;         /* what each tells of itself */
	unsigned n_parts;
	struct text doubts;                /* TRUE where only the definition can tell */
};

struct shape {                         /* what all levels share */
	struct text with;                  /* cc_1 AS (…), … */
	unsigned n;
	struct patch *patch;               /* or NULL */
};

struct level {
	struct shape *shape;
	const struct join *join;
	const struct join_sql *sql;
	const struct level *around;
	const struct value *opened;        /* array or object; NULL: the outermost level */
	const void **keys;                 /* struct expr */
	const void **values;               /* struct value: aggregates */
	const void **groups;               /* struct value: what opens groups inside */
	unsigned n_keys, n_values, n_groups;
	unsigned n_outer;                  /* keys of the levels around, the first ones */
};

bool query_opens_groups(const struct value *value);

/* ---- query_groups.tmpl ------------------------------------------------------------------ */

bool shape_is_postgres(const struct level *level);
/* A value as the rows of a level have it; k1, k2, …, each after `of`, then `after`; GROUP BY 1, 2, …. */
void shape_printed(struct text *out, const struct level *level, const struct expr *expr);
void shape_key_columns(struct text *out, unsigned n, const char *of, const char *after);
void shape_by_keys(struct text *out, unsigned n);
/* The groups, with what orders an array; of each the row that comes first; one part; all of them. */
void shape_grouped(struct text *out, const struct level *level, const struct term *order);
void shape_firsts(struct text *out, const struct level *level, const struct value *value);
void shape_part(struct text *out, const struct level *level, const struct term *order,
    const char *query, const struct value *only);
void shape_whole(struct text *out, const struct level *level, const struct term *order,
    const char *parts);

/* ---- sqlite_patch.tmpl ------------------------------------------------------------------ */

/* cc_patch (s, c1, …) AS (…): the rows, each with its sign. */
void sqlite_patch_rows(struct text *out, const struct patch *patch);
/* The groups of a level, as the groups of rows are. */
void sqlite_patched_groups(struct text *out, const struct level *level, const struct term *order);
/* ... of which, as the query `name`, some may be in doubt. */
void sqlite_patch_doubts(const struct level *level, const char *name);

#endif
