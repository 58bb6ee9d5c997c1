/*
 * schema.h - THE model: what a .ccdl file declares.
 *
 * The parser fills in what was written, with its place.  check then fills in the members marked
 * "check:", which are what plan and the templates read: after a check without errors every name
 * is a pointer and every expression has a type.  Lists are utlist's doubly linked ones, in source
 * order; everything lives in the arena.
 */
#ifndef GEN_SCHEMA_H
#define GEN_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

/* Hash tables live in the arena as well: whoever adds to one has `arena` in scope. */
#define uthash_malloc(size) arena_alloc(arena, size)
#define uthash_free(pointer, size) ((void)(pointer))
#include <uthash.h>
#undef HASH_INITIAL_NUM_BUCKETS
#undef HASH_INITIAL_NUM_BUCKETS_LOG2
#define HASH_INITIAL_NUM_BUCKETS 8U    /* a table has few columns, and there are many tables */
#define HASH_INITIAL_NUM_BUCKETS_LOG2 3U

#include "source.h"
#include "text.h"

struct name {                          /* an identifier as written, unquoted */
	const char *text;                  /* NULL: absent */
	struct span span;
};

/* ---- types ------------------------------------------------------------------ */

#define TYPES(X) \
	X(BOOL, "bool") X(INT16, "int16") X(INT32, "int32") X(INT64, "int64") \
	X(FLOAT32, "float32") X(FLOAT64, "float64") X(DECIMAL, "decimal") X(TEXT, "text") \
	X(UUID, "uuid") X(TIMESTAMP, "timestamp") X(DATE, "date") X(JSONB, "jsonb")

enum type_kind {
	TYPE_NONE,                         /* not yet known, or unknown after an error */
#define X(id, word) TYPE_##id,
	TYPES(X)
#undef X
	TYPE_NULL,                         /* the literal null: compares with everything */
	TYPE_INTERVAL                      /* 30 days */
};

enum storage { STORAGE_DEFAULT, STORAGE_SECONDS, STORAGE_MILLIS, STORAGE_TEXT, STORAGE_UNITS,
	STORAGE_LOCAL };

struct type {
	enum type_kind kind;
	bool nullable;
	int precision, scale;              /* decimal(p,s); text(p); 0 where not given */
	enum storage storage;
	struct span span;
};

const char *type_word(enum type_kind kind);      /* "int64"; never NULL */
bool type_is_integer(enum type_kind kind);       /* int16 … int64 */
bool type_is_number(enum type_kind kind);        /* integers, floats, decimal */

/* ---- expressions ------------------------------------------------------------- */

enum expr_kind {
	EXPR_NULL, EXPR_BOOL, EXPR_INT, EXPR_DECIMAL, EXPR_TEXT, EXPR_INTERVAL,
	EXPR_NAME,                         /* a.b.c: the last is a column or condition */
	EXPR_CALL,                         /* function(args) */
	EXPR_NOW,
	EXPR_SOURCE,                       /* ( count(*) from … ), or the whole definition */
	EXPR_NEGATE, EXPR_ADD, EXPR_SUBTRACT, EXPR_MULTIPLY, EXPR_DIVIDE, EXPR_MODULO,
	EXPR_EQ, EXPR_NE, EXPR_LT, EXPR_LE, EXPR_GT, EXPR_GE,
	EXPR_IS_NULL,                      /* 1 argument; negated: is not null */
	EXPR_IS_DISTINCT,                  /* 2; negated: is not distinct from */
	EXPR_IN,                           /* the value, then the list; negated: not in */
	EXPR_BETWEEN,                      /* value, low, high; negated */
	EXPR_NOT, EXPR_AND, EXPR_OR,
	EXPR_CASE                          /* when, then, when, then, …, and else if args are odd */
};

#define FUNCTIONS(X) \
	X(COALESCE, "coalesce") X(NULLIF, "nullif") X(LEAST, "least") X(GREATEST, "greatest") \
	X(ABS, "abs") X(ROUND, "round") X(LN, "ln") X(POWER, "power") X(LENGTH, "length") \
	X(LOWER, "lower") X(DATE, "date")

enum function {
	FUNCTION_NONE,
#define X(id, word) FUNCTION_##id,
	FUNCTIONS(X)
#undef X
};

enum unit { UNIT_SECOND, UNIT_MINUTE, UNIT_HOUR, UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_YEAR };

enum { EXPR_MAX_HEIGHT = 200 };

struct expr {
	enum expr_kind kind;
	struct span span;                  /* of the whole expression */
	bool negated;                      /* IS_NULL, IS_DISTINCT, IN, BETWEEN */
	bool boolean;                      /* BOOL */
	int64_t integer;                   /* INT, INTERVAL's number; check: see below */
	const char *text;                  /* TEXT: its value; DECIMAL, INT: as written; check: NOW:
	                                      the schema's name */
	enum unit unit;                    /* INTERVAL */
	struct name *names;                /* NAME: the parts; CALL: the function's name */
	size_t n_names;
	unsigned height;                   /* 1 + that of the highest argument; at most
	                                      EXPR_MAX_HEIGHT, so that passes may recurse */
	struct expr *args;                 /* list */
	struct source_clause *source;      /* SOURCE */

	/* check: */
	enum function function;            /* CALL */
	/*
	 * Of the value; nullable: may be NULL.  A literal takes the type that it is used as: the
	 * TEXT '2024-01-31' has type DATE beside a date, and `integer` then is its value in the
	 * language's form (days, microseconds, units of type.scale); so has a DECIMAL literal
	 * beside a decimal.
	 */
	struct type type;
	struct column *column;             /* NAME: the column that it means, or */
	struct condition *condition;       /* ... the named condition */
	struct reference **path;           /* NAME: references climbed before it; n_path of them */
	size_t n_path;

	struct expr *prev, *next;
};

struct term {                          /* of an order by */
	struct expr *expr;
	bool descending;
	struct term *prev, *next;
};

/* ---- what a maintained column is computed from --------------------------------- */

enum value_kind {
	VALUE_COUNT, VALUE_COUNT_DISTINCT, VALUE_EXISTS, VALUE_SUM, VALUE_MIN, VALUE_MAX, VALUE_AVG,
	VALUE_FIRST, VALUE_OBJECT, VALUE_ARRAY,
	VALUE_EXPR                         /* an element that is a plain expression: a group key */
};

struct value {
	enum value_kind kind;
	struct span span;
	struct expr *args;                 /* list: of the aggregate; VALUE_EXPR: one */
	struct term *order;                /* FIRST, ARRAY */
	struct json_field *fields;         /* OBJECT */
	struct value *element;             /* ARRAY */
};

struct json_field {
	struct name key;                   /* fixed key, or */
	struct expr *computed;             /* ... [expr] */
	struct value *value;
	struct json_field *prev, *next;
};

/* Calls `each` for its outermost expressions: arguments, order terms, group keys.  NULL has none. */
void value_each(const struct value *value, void (*each)(const struct expr *, void *), void *ctx);

struct step {                          /* of a path after "by" */
	struct name name;
	char repeat;                       /* 0, '+' or '*' */
	struct reference *reference;       /* check: */
	struct step *prev, *next;
};

struct source_clause {                 /* value [else …] from child [by path] [where …] */
	struct span span;
	struct value *value;
	struct expr *otherwise;            /* else expr, or NULL */
	bool keep;                         /* else keep */
	struct name from;
	struct step *by;                   /* list; NULL: to be found; check: always filled in, but
	                                      for a singleton's */
	struct expr *where;                /* or NULL */
	struct table *child;               /* check: */
	struct table *holder;              /* check: the table whose row it is about */
};

struct watch {                         /* watching name [by path] */
	struct name table;
	struct step *by;
	/* check: its rows as those of a source; NULL: the holder's own row */
	struct source_clause *source;
	struct watch *prev, *next;
};

struct raw {                           /* sql '…' watching … */
	struct span span;
	const char *text;                  /* for every engine, or NULL and */
	const char *sqlite, *postgres;     /* ... one for each */
	const char *schema;                /* check: the schema's name */
	struct watch *watches;
};

/* Does one of its texts have {name}? */
bool raw_reads(const struct raw *raw, const char *name);

/* ---- tables --------------------------------------------------------------------- */

enum column_kind { COLUMN_PLAIN, COLUMN_MAINTAINED, COLUMN_TALLY };

enum strategy { STRATEGY_DEFERRED, STRATEGY_IMMEDIATE, STRATEGY_LEDGER, STRATEGY_INCREMENTAL,
	STRATEGY_BATCH };

struct column {
	struct name name;
	struct name sql;                   /* as "…"; text NULL: the name itself */
	const char *doc;                   /* joined text of its doc comment, or NULL */
	struct span span;                  /* the whole item */
	struct type type;
	enum column_kind kind;
	bool primary_key, unique;          /* written on the column */
	struct expr *definition;           /* MAINTAINED: a SOURCE, or an expression, or NULL and */
	struct raw *raw;                   /* ... raw SQL */
	bool never_decrement;
	struct name touch;                 /* text NULL: none */
	enum strategy strategy;
	struct span strategy_span;         /* start == end: not written */

	/* check: */
	struct table *table;
	struct column *touched;            /* the column that `touch` names */
	unsigned char mark;                /* of walks over the columns; 0 before check */

	UT_hash_handle hh;
	struct column *prev, *next;
};

const char *column_sql_name(const struct column *column);
/* Of a count, a sum or a tally: a NULL that is stored reads as 0. */
bool column_null_is_zero(const struct column *column);

enum on_delete { ON_DELETE_UNSAID, ON_DELETE_CASCADE, ON_DELETE_SET_NULL, ON_DELETE_RESTRICT,
	ON_DELETE_NO_ACTION };

struct reference {                     /* one target of a column, or a named reference */
	struct name name;                  /* the column's or the link's; several may share it */
	struct span span;
	struct expr *exprs;                /* list: the key; of a column: its one EXPR_NAME */
	struct name target;
	struct name *target_columns;       /* n_target_columns of them; 0: the primary key */
	size_t n_target_columns;
	struct expr *when;                 /* or NULL */
	enum on_delete on_delete;
	const char *doc;

	/* check: */
	unsigned char found, mark;         /* of walks */
	struct table *table;               /* that it stands in */
	struct table *parent;
	struct column **parent_columns;    /* as many as exprs, in the same order */
	size_t n_parent_columns;

	struct reference *prev, *next;
};

enum condition_answer { CONDITION_UNASKED, CONDITION_NO, CONDITION_YES };

struct condition {
	struct name name;
	struct span span;
	struct expr *expr;
	const char *doc;
	unsigned char mark;                /* check: how far it is resolved */
	unsigned height;                   /* check: of its expression, conditions put in */
	enum condition_answer asks, climbs, reads_more;    /* expr: what expr_asks.c found out */
	struct condition *prev, *next;
};

struct key {                           /* primary key (…) or unique (…) */
	bool primary;
	struct span span;
	struct name *names;
	size_t n_names;
	struct column **columns;           /* check: */
	struct key *prev, *next;
};

struct table {
	struct name name;
	struct name sql;                   /* as "…" */
	struct name sql_schema;            /* as "this"."…"; text NULL: not written */
	struct span span;                  /* the whole declaration */
	const char *doc;
	bool singleton, upsert;
	struct expr *scope;                /* where …, or NULL */
	struct column *columns;            /* list, and by_name below */
	struct reference *references;      /* list: of columns and named ones */
	struct condition *conditions;
	struct key *keys;                  /* as written apart from columns */

	/* check: */
	unsigned char found, mark;         /* of walks */
	struct column *by_name;            /* uthash over columns */
	struct column **primary_key;       /* n_primary_key of them; 0: none */
	size_t n_primary_key;

	UT_hash_handle hh;
	struct table *prev, *next;
};

enum sql_dialect { SQL_SQLITE, SQL_POSTGRES };

const char *table_sql_name(const struct table *table);
/*
 * The same quoted, behind its schema in the database: in SQLite where that is said, in PostgreSQL
 * always ("public" unless it is said).
 */
void table_add_sql(struct text *out, const struct table *table, enum sql_dialect dialect);
/* What the engine calls a row without a key; NULL: columns have taken every name of it. */
const char *table_rowid(const struct table *table, enum sql_dialect dialect);

struct schema {
	struct arena *arena;
	struct source *source;
	struct name name;
	const char *doc;
	struct table *tables;              /* list */
	struct table *by_name;             /* check: uthash over tables */
};

struct table *schema_find_table(const struct schema *schema, const char *name);
struct column *table_find_column(const struct table *table, const char *name);
struct condition *table_find_condition(const struct table *table, const char *name);

/* ---- the stages that fill it ------------------------------------------------------ */

/* grammar: never NULL; errors are in the source. */
struct schema *grammar_parse(struct source *source);
/* The tokens of a text that parsed without an error, n of them. */
struct token *grammar_tokens(struct source *source, size_t *n);
/* check: resolves and judges; true when there was no error. */
bool check_schema(struct schema *schema);
/* ... but for what this release does not generate: enough to read the schema, not to plan it. */
bool check_language(struct schema *schema);

#endif
