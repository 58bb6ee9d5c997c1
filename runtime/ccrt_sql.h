/*
 * ccrt_sql.h - the SQL of a generated schema for one engine.
 *
 * Beside each table of ccrt_schema.h stand its statements, and the pieces of which the runtime
 * composes others: one UPDATE of a row for all that changed in it, recounts, bulk verbs.
 *
 * Applications do not use this header; its layout changes with CCRT_ABI.
 */
#ifndef CCRT_SQL_H
#define CCRT_SQL_H

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Parameters of statements on maintained columns: ?1 … ?n are the deltas of columns 0 … n-1 (of
 * a touch: the time in microseconds, which `value` brings into the column's storage; of decimals:
 * units; of a derived column: not used, but of a least or greatest one the best that arrived and,
 * as cc_column.beside, the best that left: NULL: none, of another type: not known; of a shape
 * [[1 or -1, parts …], …]: empty: not known), ?n+1 … the key of the target.  `value` is the column's
 * new value given those; a derived column's reads its inputs with theirs, so a delta of 0 must be
 * bound there.  Key parts are bound raw, as the key's own fields are stored.
 */
struct cc_column_sql {
	const char *name;                 /* quoted */
	const char *value;                /* "coalesce(\"n\", 0) + ?1" */
	const char *guard;                /* NULL, or TRUE unless value fails or `name` is NULL */
	const char *declared;             /* "INTEGER NOT NULL DEFAULT 0"; touch: NULL */
	/* linear, with a link that has hops or climbs: the whole definition as a scalar over the
	   stored row, in the column's units; else NULL */
	const char *definition;
	/* derived: its value by computing it again, where `value` does so only when it must */
	const char *again;
};
struct cc_target_sql {
	const char *where;                /* "\"id\" = ?4", with the scope; "" for a singleton is "1" */
	const char *create;               /* upsert: INSERT of a row with key ?1 …, if none is there */
};
struct cc_link_sql {
	const char *rows;                 /* child rows of one parent: ?1 … its key; fields in order;
	                                     NULL where there are hops */
	/* anchor and the sum of each slot (derived columns: how many rows count), over all rows; two
	   parts between which AND … may stand; the child is "c"; NULL where nobody asks: one step to
	   a table that is not upsert, and not moving */
	const char *grouped, *group_by;
	/* moving: a condition on the rows of `grouped` that may come or go; ?1 and ?2 the least and
	   the greatest time of moment 0 meanwhile, and so on */
	const char *crossing;
	/* asked: as grouped, of the one row whose fields and inputs are ?1 … */
	const char *asked;
};
struct cc_role_sql {
	/* the same for the rows below one row: ?1 … its fields and inputs as stored, then the key
	   by which the referrer names it; tree: ?1 … that key alone, and only the slots, the row
	   itself taken to be there and in its scope */
	const char *below;
	/* of the row in the link's `grouped`; NULL: a tree, or not all that it matters to is there */
	const char *alias;
	/* the anchors alone, and those of rows that do not count, where `below` may meet a number out of
	   range; else NULL */
	const char *anchors;
};
struct cc_table_sql {
	const char *name;                 /* quoted */
	const char *scan;                 /* SELECT the fields in order FROM the table; NULL in place
	                                     of those that neither a link nor the scope reads */
	const char *load;                 /* … WHERE primary key = ?1 … */
	const char *insert;               /* every field: ?1 … */
	const char *update;               /* every other field by the key: ?i of its field */
	const char *remove;               /* DELETE by the key: ?1 … */
	const char *const *set;           /* by field: ?1 the value, ?2 … the key; NULL: key fields */
	const struct cc_column_sql *columns;
	const struct cc_link_sql *links;       /* as cc_table.links */
	const struct cc_role_sql *roles;       /* as cc_table.roles */
	/* by reference: the parent's row, all its fields and inputs, with key ?1 …; or NULL */
	const char *const *parents;
	/* by reference: child rows with key ?1 …; as rows, and after them the rowid where the table
	   has no primary key */
	const char *const *referring;
	const char *const *whens;         /* by reference: its `when`, or NULL; or NULL */
	const char *scope;                /* a default scope that only the database tells, of the row
	                                     of a statement that calls the table by its own name; or NULL */
	const char *tag;                  /* comment that starts every statement on this table */
};
struct cc_schema_sql {
	const struct cc_table_sql *tables;     /* as cc_schema.tables */
	const struct cc_target_sql *targets;   /* as cc_schema.targets */
	const char *const *install;            /* statements, ended by NULL: see below */
	/* ... of a maintained column in cc_meta: ?1 the schema, ?2 its table, ?3 its name, ?4 its
	   definition, ?5 the hash of that */
	const char *record;
};

/*
 * `install` creates the bookkeeping tables, if not there yet, and inserts the row of a singleton
 * that has none; `record`, for each maintained column, tells its definition to cc_meta.  Names are those in the database,
 * keys are JSON arrays of the primary key, times are microseconds since 1970 UTC.
 *
 *   cc_meta      schema, table_name, column_name (together the key), definition,
 *                definition_hash, maintained_by ('hooks'), state ('installed', 'maintained', 'ready')
 *   cc_dirty     table_name, key (together the key), reason, at
 *   cc_progress  schema, table_name (together the key), generation, key_done, at
 *   cc_drift     id, at, table_name, key, column_name, stored, actual, by_what
 *   cc_window    schema, moment (together the key), at
 */

#ifdef __cplusplus
}
#endif

#endif
