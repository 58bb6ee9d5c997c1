/*
 * ccrt_schema.h - how generated code describes itself to the runtime.
 *
 * A generated source is data (the tables below, and SQL: ccrt_sql.h) and, per relation, one function that says
 * what a row contributes to which parent.  Loops, transactions, errors and the accumulator are
 * the runtime's.  Everything here is constant and shared by all threads.
 *
 * Applications do not use this header; its layout changes with CCRT_ABI.
 */
#ifndef CCRT_SCHEMA_H
#define CCRT_SCHEMA_H

#ifdef __cplusplus
extern "C" {
#endif

enum { CC_KEY_PARTS = 16 };           /* most columns of one key */
enum { CC_NONE = 0xffff };            /* "no such index" */

enum cc_type {                        /* C type in a row struct (nullable: its struct cc_…) */
	CC_BOOL,                          /* bool */
	CC_INT16, CC_INT32, CC_INT64,     /* int16_t, int32_t, int64_t */
	CC_FLOAT32, CC_FLOAT64,           /* float, double */
	CC_DECIMAL, CC_TEXT, CC_UUID, CC_JSONB,  /* const char *, NULL is NULL */
	CC_TIMESTAMP,                     /* int64_t, microseconds */
	CC_DATE                           /* int32_t, days */
};

enum cc_storage {                     /* how SQLite keeps it, where there is a choice */
	CC_PLAIN,                         /* timestamp: microseconds; decimal: text */
	CC_SECONDS, CC_MILLIS, CC_ISO,    /* timestamp(seconds | millis | text) */
	CC_UNITS                          /* decimal(p,s,units): an integer of smallest units */
};

union cc_part {                       /* one column of a key */
	int64_t i;                        /* bool, integers, timestamp, date */
	const char *s;                    /* text, uuid, decimal: never NULL in a key */
};

union cc_number {                     /* an amount */
	int64_t i;                        /* integers; decimals in units of the column's scale */
	double f;                         /* floats */
};

/* A column of a row struct. */
enum {
	CC_FIELD_NULLABLE = 1,            /* a struct cc_… or a pointer that may be NULL */
	CC_FIELD_WATCHED = 2,             /* the row's own derived columns or scope read it */
	CC_FIELD_MAINTAINED = 4           /* an input: a maintained column that other rows read */
};
struct cc_field {
	const char *name;                 /* in the database, unquoted */
	size_t offset;                    /* in the row struct */
	uint8_t type;                     /* enum cc_type */
	uint8_t storage;                  /* enum cc_storage */
	uint8_t flags;
	uint8_t scale;                    /* decimal: digits after the point */
};

/* A maintained column, or a column that is touched beside one. */
enum cc_column_kind {
	CC_LINEAR,                        /* base + the sum of contributions */
	CC_DERIVED,                       /* an expression over the same row, or over others */
	CC_TALLY,                         /* bumped by calls, never recounted */
	CC_TOUCH                          /* set to the time when a column that names it changes */
};
enum {
	CC_COLUMN_NULLABLE = 1,           /* NULL is 0 */
	CC_COLUMN_COUNT = 2,              /* below zero is proof of drift */
	CC_COLUMN_KEEP = 4,               /* never decrement */
	CC_COLUMN_IMMEDIATE = 8,          /* applied at once */
	CC_COLUMN_BATCH = 16,             /* only recounts write it */
	CC_COLUMN_ZERO = 32,              /* derived: a stored NULL is 0, and no drift */
	CC_COLUMN_MOVING = 64             /* derived: reads moments beside those of its links' rows */
};
/* How a derived column follows what changes. */
enum cc_form {
	CC_AGAIN,                         /* by computing it again */
	CC_LEAST, CC_GREATEST,            /* of values: by comparing; only one that left asks again */
	CC_PATCHED                        /* a JSON shape: only groups that rows come to or leave */
};
struct cc_column {
	const char *name;                 /* in the database, unquoted */
	size_t offset;                    /* in struct <schema>_<table>_counters; touch: unused */
	uint8_t type, storage, kind, flags;
	uint8_t scale;
	uint8_t form;                     /* enum cc_form */
	uint16_t beside;                  /* least, greatest: the parameter of what left */
	uint16_t touch;                   /* index of the CC_TOUCH column that it sets, or CC_NONE */
	int64_t min, max;                 /* integers: the range of the type, in units */
	union cc_number base;             /* linear: value with no rows */
	const char *definition;           /* as written, as cc_meta records it; touch: NULL */
	const char *definition_hash;      /* 16 hex digits over its meaning; touch: NULL */
	const uint16_t *inputs;           /* derived: the linear, tally and touched columns that it */
	uint16_t n_inputs;                /* ... reads, also through other derived columns */
};

/*
 * What one row adds to one parent.  Amounts are zeroed by the runtime before the call.  The amount
 * of a derived column is 1 where the row counts in it, else 0; where that is the least or greatest
 * of values, cc_extreme_… of the row's, of a shape what cc_patch_… makes, or of either CC_UNSURE
 * (which is 1) of a row that counts and is not told.
 */
struct cc_contribution {
	union cc_part key[CC_KEY_PARTS];  /* the parent's key, in the target's order */
	union cc_number *amount;          /* one per slot of the link */
	void *memory;                     /* cc_patch_…'s */
	const int64_t *moments;           /* by cc_schema.moments: microseconds, of the last sweep */
	bool failed;                      /* checked arithmetic had no result */
};

/* From a row to the parents that a reference names. */
enum cc_on_delete { CC_NO_PROMISE, CC_RESTRICT, CC_CASCADE, CC_SET_NULL };
struct cc_reference {
	const char *name;                 /* "follows.followed_id" */
	uint16_t parent;                  /* index in cc_schema.tables */
	uint8_t on_delete;                /* enum cc_on_delete: what the database does */
	bool enforced;                    /* by a foreign key: no child is there before its parent;
	                                     on_delete is said, all are columns, there is no `when` */
	bool tree;                        /* paths climb it, to go on behind it */
	uint8_t n_fields;                 /* columns of the key that it names */
	const uint16_t *parent_fields;    /* fields of the parent, in the reference's order */
	const uint16_t *fields;           /* ... and the child's; CC_NONE where it is an expression */
	const uint16_t *nulls;            /* CC_SET_NULL: fields of the child that become NULL, */
	uint16_t n_nulls;                 /* ... and how many */
	/* the reference's key of a row; false where it is NULL or its `when` is not TRUE */
	bool (*key)(const void *row, union cc_part *key);
};

/*
 * One kind of parent row and the key by which contributions find it.  Every table with maintained
 * columns has one by its primary key (a singleton: by nothing), whether or not a link uses it.
 */
struct cc_target {
	uint16_t table;                   /* index in cc_schema.tables */
	uint16_t n_fields;                /* 0: a singleton */
	const uint16_t *fields;           /* fields of that table */
};

/* A row that has to be read before a row of the child can be judged. */
struct cc_hop {
	uint16_t from;                    /* 0: the child's row names it; i: the row of hop i - 1 */
	uint16_t reference;               /* ... by this one of its table's references */
	bool required;                    /* without it, or outside its scope, the child counts
	                                     nowhere; else it is then read as NULLs */
};

/*
 * All that rows of a table add to one target along one path.  What contribute and judge fill in is
 * the key of the anchor: the parent, or where the path climbs a tree the first row of the climb,
 * which counts with all its ancestors.
 */
enum {
	CC_LINK_SELF = 1,                 /* a row's derived columns that read other rows */
	CC_LINK_RECOUNT = 2,              /* ... and so does its scope: what it reads sets all anew */
	CC_LINK_ASKED = 4                 /* cc_link_sql.asked, not a function, says where a row counts */
};
struct cc_link {
	const char *name;                 /* "posts by author_id" */
	uint16_t target;                  /* index in cc_schema.targets */
	uint16_t reference;               /* index in cc_table.references: the path is this alone;
	                                     CC_NONE: singleton, or there are hops */
	uint16_t flags;
	uint16_t n_slots;
	const uint16_t *slots;            /* columns of the target's table */
	/* by slot, or NULL: fields of the child that a derived column reads, ended by CC_NONE; it
	   changes where one of them does; NULL: as its amount says */
	const uint16_t *const *reads;
	/* false: the row counts nowhere; else fills key and amounts; NULL: judge does */
	bool (*contribute)(const void *row, struct cc_contribution *to);
	/* rows[0] is the child's, rows[1 + i] hop i's, NULL where there is none; fills the key also
	   where an amount failed, and then returns true */
	bool (*judge)(const void *const *rows, struct cc_contribution *to);
	const struct cc_hop *hops;
	uint16_t n_hops;
	bool climbs;                      /* a tree, by */
	uint16_t climb;                   /* ... this reference of the target's table to itself, which
	                                     names the target's fields */
	bool moving;                      /* it reads moments: a sweep looks at its rows */
};

/*
 * Where rows of a table stand in a link other than as its child: when one changes, so does what
 * the rows below it add.
 */
enum cc_role_kind {
	CC_ROLE_ROW,                      /* a row on the path or beside it, or the holder itself */
	CC_ROLE_TREE                      /* a row that the link climbs past */
};
enum {
	CC_ROLE_OPTIONAL = 1,             /* beside the path: where it is missing it reads as NULLs */
	CC_ROLE_RECURS = 2,               /* the table stands in the link more than once */
	CC_ROLE_ITSELF = 4                /* a row that is new may be below itself in it */
};
struct cc_role {
	uint16_t child, link;             /* cc_schema.tables[child].links[link] */
	uint8_t kind;                     /* enum cc_role_kind */
	uint8_t flags;                    /* CC_ROLE_… */
	uint16_t referrer, reference;     /* tables[referrer].references[reference] leads here */
	uint16_t n_reads;
	const uint16_t *reads;            /* fields of the row that matter; tree: those of `climb` */
};

enum { CC_TABLE_SINGLETON = 1, CC_TABLE_UPSERT = 2 };
struct cc_table {
	const char *name;                 /* as in the .ccdl file */
	const char *sql_name;             /* in the database, unquoted */
	const char *sql_schema;           /* the attached database, unquoted; NULL: not said */
	size_t row_size;                  /* of the public struct; full_size: and of the inputs behind */
	size_t full_size;                 /* ... it, as the runtime keeps rows; 0: row_size */
	size_t counters_size;             /* 0: no maintained columns */
	const struct cc_field *fields;
	const struct cc_column *columns;
	const struct cc_reference *references;
	const struct cc_link *links;
	const struct cc_role *roles;
	const uint16_t *key;              /* fields of the primary key */
	uint16_t n_fields, n_columns, n_references, n_links, n_key;
	uint16_t n_roles;
	uint16_t n_inputs;                /* fields behind the n_fields: CC_FIELD_MAINTAINED */
	uint16_t flags;
	/* the default scope; NULL: every row, or cc_table_sql.scope says */
	bool (*in_scope)(const void *row);
};

/* now(), or now() with an interval added: rows are judged by what it was at the last sweep. */
enum cc_unit { CC_SECOND, CC_MINUTE, CC_HOUR, CC_DAY, CC_WEEK, CC_MONTH, CC_YEAR };
struct cc_moment {
	const char *text;                 /* "now() - 30 days": its name in cc_window */
	int64_t number;                   /* units added; 0: now() itself */
	uint8_t unit;                     /* enum cc_unit */
};

struct cc_schema {
	int abi;                          /* CCRT_ABI of the generator */
	const char *name;
	const char *generator;            /* "ccgen 0.1.0" */
	const struct cc_table *tables;
	const struct cc_target *targets;  /* in the order in which they are flushed */
	uint16_t n_tables, n_targets;
	uint16_t n_moments;
	const struct cc_moment *moments;
	const struct cc_schema_sql *sqlite;    /* NULL: not generated for this engine */
	const struct cc_schema_sql *postgres;  /* the same of PostgreSQL */
};

#ifdef __cplusplus
}
#endif

#endif
