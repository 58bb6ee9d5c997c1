/*
 * plan.h - the derivative of a schema as data: what each row changes where.
 *
 * Sits between check and the templates.  A table's row fields, the links by which its rows count
 * in parents, its references, and per maintained column its terms and inputs are worked out here,
 * with every name, type and flag that the templates and `explain` print, so that those only loop,
 * choose and call.
 *
 * Arrays that reach SQL are in an order of their own (the key, then by name), so that two
 * descriptions that differ only in order give the same SQL; `declared` keeps the file's order.
 */
#ifndef GEN_PLAN_H
#define GEN_PLAN_H

#include "expr.h"
#include "schema.h"
#include "plan_link.h"
#include "text.h"

struct plan_moment {                   /* now(), or an interval before or after it */
	const struct expr *expr;
	const char *text;                  /* "now() - 30 days": its name in cc_window */
	int64_t number;                    /* 0: now() itself, which comes first */
	const char *unit;                  /* "CC_DAY" */
	unsigned index;                    /* in cc_schema.moments */
	struct plan_moment *next;
};

enum plan_part { PLAN_PART_I, PLAN_PART_S };   /* member of union cc_part */

/* How a type appears in C and in the descriptors. */
struct plan_type {
	const char *c;                     /* "int64_t ", "const char *": a name may follow */
	const char *cc;                    /* "CC_INT64" */
	const char *storage;               /* "CC_PLAIN" */
	int scale;                         /* decimals: digits after the point */
	enum plan_part part;
	bool real;                         /* amounts are union cc_number's f */
};

struct plan_field {                    /* a plain column of a row */
	const struct column *column;
	struct plan_type type;
	const char *name;                  /* member of the row struct */
	const char *sql;                   /* its name in the database, quoted */
	const char *collation;             /* of comparisons with a key: " COLLATE BINARY" or "" */
	const char *param;                 /* as a parameter of a function */
	const char *note;                  /* "primary key", "references users", "" */
	unsigned index;                    /* in cc_table.fields */
	bool key;                          /* part of the primary key */
	bool maintained;                   /* one of n_extra: in struct <table>_full */
	bool nullable;
	bool watched;                      /* read by derived columns or the scope of its own row */
	bool scanned;                      /* read by a link or the scope */
};

enum plan_kind {
	PLAN_LINEAR,                       /* kept by deltas */
	PLAN_DERIVED,                      /* computed again: from its row, or from rows that count */
	PLAN_TALLY, PLAN_TOUCH
};

enum plan_form {                       /* how a derived column follows what changes */
	PLAN_AGAIN,                        /* by computing it again */
	PLAN_LEAST, PLAN_GREATEST,         /* by comparing */
	PLAN_PATCHED                       /* a JSON shape, group by group */
};

struct plan_column {                   /* a maintained column, or one that is touched */
	const struct column *column;
	struct plan_table *table;
	enum plan_kind kind;
	enum plan_form form;
	unsigned beside;                   /* parameter of what left; 0: it has none */
	struct plan_type type;
	const char *name;                  /* member of the counters struct */
	const char *sql;                   /* its name in the database, quoted */
	unsigned index;                    /* in cc_table.columns */
	const char *definition;            /* on one line, with options; touch: NULL */
	const char *hash;                  /* 16 hex digits over its meaning; touch: NULL */
	bool nullable, count, keep, immediate, batch, zero;     /* CC_COLUMN_… */
	int64_t base;                      /* linear: the value with no rows */
	bool ranged;                       /* has a range: integers; decimals, in units */
	int64_t min, max;
	struct plan_column *touch;         /* or NULL */
	struct plan_term *terms;           /* linear, and derived from other rows: in the order of
	                                      the definition */
	bool slotted;                      /* rows of links change it */
	struct plan_column **inputs;       /* derived: the linear, tally and slotted ones it reads */
	unsigned n_inputs, first_input;    /* ... where in the table's array they start */
};

struct plan_reference {
	const struct reference *reference;
	struct plan_table *table, *parent;
	const char *name;                  /* "posts.author_id" */
	const char *label;                 /* "author_id", "item_id to comments" where ambiguous */
	const char *c_name;                /* "posts_author_id" */
	const char *verb;                  /* "author_id": ends the names of bulk verbs, which take a
	                                      key of plain columns; else NULL */
	unsigned index;                    /* in cc_table.references */
	const struct expr *when;           /* or NULL */
	const struct expr **exprs;         /* the key's parts, in the order of the parent's fields */
	struct plan_field **fields;        /* of the child; NULL where a part is an expression */
	struct plan_field **parent_fields;
	unsigned n_fields;
	bool far;                          /* its key is read from other rows as well */
	bool forward;                      /* links of other tables call the function of its key */
	bool climbed;                      /* rows of the parent are read by it */
	bool tree;                         /* paths climb it, to go on behind it */
	unsigned n_nulls;                  /* set null: how many of `fields` are not NULL */
	bool may_fail;                     /* computing it may overflow */
	bool gone;                         /* cascade or set null: rows change with their parent */
	bool enforced;                     /* `on delete`, and in a form that foreign keys have */
	struct plan_reference *next;       /* of the table */
	struct plan_reference *next_referring;  /* of the parent */
};


struct plan_table {
	const struct plan *plan;
	const struct table *table;
	const char *name;                  /* starts the C names of file scope: "posts" */
	const char *row;                   /* "social_posts": the row struct */
	const char *enumerator;            /* "TABLE_posts" */
	const char *verb;                  /* "social_posts_": starts the public functions */
	const char *recount;               /* "social_recount_posts" */
	const char *doc;                   /* or NULL */
	unsigned index;                    /* in cc_schema.tables */

	struct plan_field *fields, **declared;
	unsigned n_fields;                 /* plain ones, */
	unsigned n_extra;                  /* ... then maintained ones that links and roles read */
	struct plan_field **key;           /* fields of the primary key; a singleton has none */
	unsigned n_key;
	const char *rowid;                 /* in SQL, what tells rows apart where there is no key, or NULL */

	struct plan_column *columns;       /* maintained ones by name, then touched ones */
	struct plan_column **declared_columns;  /* maintained ones */
	unsigned n_columns, n_maintained, n_inputs;

	struct plan_reference *references;
	unsigned n_references;
	struct plan_reference *referring;  /* references to this table */
	struct plan_link *links, **links_end;   /* from its rows */
	unsigned n_links;
	struct plan_link *counted_by, **counted_by_end;  /* links to its rows */
	unsigned n_counted_by;
	struct plan_role *roles, **roles_end;   /* where its rows stand in links */
	unsigned n_roles;
	const char *full;                  /* "discussions_full": the struct with n_extra, or NULL */
	unsigned char levelled;            /* scratch of plan_levels */
	unsigned level;                    /* above that of every table whose columns its own read */
	bool circular;                     /* ... but for itself, or one that reads its own */
	struct plan_target *targets;       /* the first is by its primary key; NULL: no holder */

	bool upsert;                       /* a row comes into being with what it counts */
	bool involved;                     /* its rows matter to some counter: hooks and verbs */
	bool keyed;                        /* verbs that take a key */
	unsigned n_conditions;
	bool names_conditions;             /* each may be a function <table>_<condition> */
	bool deleting;                     /* _deleting instead of _deleted */
};

struct plan {
	struct arena *arena;
	enum sql_dialect dialect;          /* of the SQL that is made of it */
	const struct plan *next;           /* the same for the next engine, or NULL */
	const struct schema *schema;
	const char *name;                  /* C name of the schema: "social" */
	const char *file;                  /* "social.ccdl", without its folder */
	struct plan_table *tables;         /* as declared */
	struct plan_table **by_name, **by_level;   /* by_level: what others read comes first */
	unsigned n_tables;
	struct plan_target **targets;      /* in flush order */
	unsigned n_targets;
	struct plan_moment *moments;       /* by name; none: no condition has a now() */
	unsigned n_moments;
	bool spaced;                       /* a table's name in the database has a space, as links' have */
	struct text meaning;               /* scratch of plan_definition, */
	const struct table **seen;         /* ... too */
	struct plan_names *used;           /* C names of file scope given so far */
};

/* Never fails: the schema has passed check_schema. */
struct plan *plan_make(struct schema *schema, enum sql_dialect dialect);

/* ---- within plan ----------------------------------------------------------------- */

struct plan_table *plan_find_table(const struct plan *plan, const struct table *table);
struct plan_field *plan_find_field(const struct plan_table *table, const struct column *column);
struct plan_reference *plan_find_reference(const struct plan *plan,
    const struct reference *reference);
struct plan_column *plan_find_column(const struct plan_table *table, const struct column *column);

const char *plan_sql_name(struct arena *arena, const struct column *column);
struct plan_type plan_type(const struct type *type, bool nullable);
/* A C name of file scope that was not given before. */
const char *plan_name(struct plan *plan, const char *const *parts, size_t n);
void plan_name_table(struct plan *plan, struct plan_table *table);
void plan_name_conditions(struct plan *plan, struct plan_table *table);

void plan_columns(struct plan *plan, struct plan_table *table);   /* plan_column.c */
void plan_mark_reads(struct plan_table *table);                   /* plan_read.c */
void plan_levels(struct plan *plan);                              /* plan_level.c */
void plan_moments(struct plan *plan);                             /* plan_moment.c */
void plan_terms(struct plan *plan, struct plan_table *table);     /* plan_term.c */
enum plan_form plan_form(const struct column *column);            /* plan_form.c */
/* Can the groups of a shape be patched, and by which expressions of a row (plan_patch.c)? */
bool plan_patch(const struct value *shape);
unsigned plan_patch_parts(struct arena *arena, const struct value *shape,
    const struct expr ***parts);
unsigned plan_patch_place(const struct expr *const *parts, unsigned n, const struct expr *expr);
void plan_definition(struct plan *plan, struct plan_column *column);  /* plan_definition.c */

/*
 * Calls `visit` for each column of its own row that an expression reads, through conditions too, and
 * for the keys of paths that start there.
 */
void plan_reads(const struct expr *expr, void (*visit)(const struct column *, void *), void *ctx);
/* ... by the definition of a column. */
void plan_column_reads(const struct plan_column *column,
    void (*visit)(const struct column *, void *), void *ctx);

#endif
