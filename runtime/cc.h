/*
 * cc.h - the inside of the runtime: the handle, the engine boundary, the accumulator.
 *
 * Layers, each calling only downward:
 *   hook.c verb.c cascade.c reader.c recount*.c
 *   sweep.c                                       what generated code and applications call
 *   count.c sum.c                                 what a row adds to its parents
 *   event.c role.c anchor.c path.c                rows that reach their parents through others
 *   transaction.c flush.c order.c mend.c flow.c
 *   mask.c update.c                               when deltas reach the database
 *   accumulator.c journal.c                       what is pending, and how it is undone
 *   row.c key.c convert.c moment.c                generic access to row structs and keys, time
 *   sqlite*.c postgres*.c                         the engines: the only files that know their API
 *
 * An engine is a struct cc_engine.  Statements are prepared once per handle and found by the
 * address of their text.  The flush hands UPDATEs to `submit` and hears of each outcome through
 * a callback, at once or at the latest in `settle`: an engine that is a network away can send
 * all of them, and the COMMIT, in one round trip.
 *
 * Every function returns an enum cc_result and has set the message when it is not CC_OK.
 * All sources also compile as one file: static functions bear the name of theirs.
 */
#ifndef CC_H
#define CC_H

#include "ccrt.h"

#define CC_UNUSED(x) ((void)(x))

/* ---- engines and statements ------------------------------------------------- */

enum { CC_ROW = 64 };                 /* cc_step: a row is there to be read */
enum cc_value { CC_VALUE_NULL, CC_VALUE_INT, CC_VALUE_FLOAT, CC_VALUE_TEXT };

struct cc_statement {
	struct cc *cc;
	void *handle;                     /* the engine's own */
	const char *key;                  /* the address that finds it; NULL: the caller's own */
	const char *tag;                  /* comment in front of it, or NULL */
	const char *sql, *ending;         /* ... and what ends it */
	int bind_error;                   /* first failed bind, told by the next step */
};

/* a and b are what submit was given; result is that of the statement, changes its rows. */
typedef int (*cc_outcome)(struct cc *cc, void *a, void *b, int result, int64_t changes);

/* A row was read; fits: each value is one of its field's type, else the nearest is in its place. */
typedef int cc_each_row(void *ctx, bool fits);

struct cc_catalogue;
struct cc_text;
struct cc_engine {
	const char *name;
	const char *begin;                /* a transaction that will write */
	const char *snapshot;             /* ... that reads one state of the database */
	const char *differs;              /* a <> b, where NULL is a value */
	const char *lock;                 /* "" or what ends a SELECT of rows that will be written, */
	const char *lock_going;           /* ... or deleted, */
	const char *share;                /* ... or must stay as they are */
	const char *bytewise;             /* " COLLATE …" that compares text by bytes */
	const char *keys;                 /* rows cc_keys (value): of the JSON array of keys ?1; */
	/* ... and of one of them the part i, as the field is stored */
	void (*key_part)(struct cc_text *text, const struct cc_field *field, int i);
	bool untyped;                     /* every integer has 64 bits, a sum beyond is a float, and
	                                     a number that is not 0 is true */
	bool concurrent;                  /* others write beside an open transaction */
	bool native;                      /* it has types for times and decimals: times are bound as
	                                     text, read as microseconds; decimals are text */
	const struct cc_catalogue *catalogue;
	/* NULL, or: a public call begins: looks whether the connection can be used */
	int (*enter)(struct cc *cc);
	int (*prepare)(struct cc_statement *st);
	void (*finalize)(struct cc_statement *st);
	void (*bind_int)(struct cc_statement *st, int i, int64_t value);     /* ?i, from 1 */
	void (*bind_float)(struct cc_statement *st, int i, double value);
	void (*bind_text)(struct cc_statement *st, int i, const char *text); /* NULL; kept to reset */
	int (*step)(struct cc_statement *st);          /* CC_ROW, CC_OK at the end, or an error */
	void (*reset)(struct cc_statement *st);
	enum cc_value (*type)(struct cc_statement *st, int column);          /* from 0 */
	int64_t (*get_int)(struct cc_statement *st, int column);
	double (*get_float)(struct cc_statement *st, int column);
	const char *(*get_text)(struct cc_statement *st, int column);        /* until the next step */
	int (*columns)(struct cc_statement *st);       /* once stepped to a row */
	int (*submit)(struct cc_statement *st, cc_outcome done, void *a, void *b);
	int (*settle)(struct cc *cc);
	/* NULL, or: many calls come, or are over: their locks are taken but once */
	void (*hold)(struct cc *cc, bool on);
	int (*exec)(struct cc *cc, const char *sql);   /* several statements, nothing cached */
	int64_t (*changes)(struct cc *cc);             /* rows of the last INSERT, UPDATE, DELETE */
	int64_t (*writes)(struct cc *cc);              /* grows with each that changed rows */
	bool (*in_transaction)(const struct cc *cc);
	/* Reads a table by its `scan` into row and calls each for every row, until that fails;
	   *done: false when it cannot, and the caller has to step. */
	int (*scan)(struct cc *cc, const struct cc_table *table, void *row, cc_each_row *each,
	    void *ctx, bool *done);
	void (*close)(struct cc *cc);
};

/*
 * Finds or prepares the statement of a text that outlives the handle (a constant, or one made by
 * cc_keep).  It stays the handle's; reset it when done, so that it holds no lock.
 */
int cc_prepare(struct cc *cc, struct cc_statement **out, const char *tag, const char *sql);
/*
 * The same text with an ending that the engine has for it, as engine->lock: `which` tells endings of
 * one text apart, from 1 on and below its length.
 */
int cc_prepare_ending(struct cc *cc, struct cc_statement **out, const char *tag, const char *sql,
    int which, const char *ending);
enum { CC_ENDING_LOCK = 1, CC_ENDING_GOING, CC_ENDING_SHARE };
/* A SELECT of rows that are about to be written. */
int cc_prepare_lock(struct cc *cc, struct cc_statement **out, const char *tag, const char *sql);
/* One that the caller finalizes; sql may go at once. */
int cc_prepare_once(struct cc *cc, struct cc_statement **out, const char *tag, const char *sql);
void cc_finalize(struct cc_statement *st);     /* NULL is fine */
void cc_statements_free(struct cc *cc);
int cc_step(struct cc_statement *st);
void cc_reset(struct cc_statement *st);
int cc_run(struct cc_statement *st);           /* step to the end, reset */
int cc_command(struct cc *cc, const char *sql);  /* prepare a kept text, run */
/* ... whose statement *kept holds from the first time on. */
int cc_command_kept(struct cc *cc, struct cc_statement **kept, const char *sql);
int cc_exec(struct cc *cc, const char *sql);
int64_t cc_changes(struct cc *cc);
void cc_bind_float(struct cc_statement *st, int i, double value);
void cc_bind_text(struct cc_statement *st, int i, const char *text);
enum cc_value cc_get_type(struct cc_statement *st, int column);
int64_t cc_get_int(struct cc_statement *st, int column);
double cc_get_float(struct cc_statement *st, int column);
const char *cc_get_text(struct cc_statement *st, int column);

/* ---- memory and text --------------------------------------------------------- */

/* A growing text; after a failed append it stays failed, so that only the end need be checked. */
struct cc_text {
	char *data;                       /* NUL-terminated, or NULL while empty */
	size_t length, capacity;
	bool failed;
};
void cc_text_clear(struct cc_text *text);                /* keeps the memory */
void cc_text_free(struct cc_text *text);
void cc_text_add(struct cc_text *text, const char *s);
void cc_text_bytes(struct cc_text *text, const void *bytes, size_t n);
void cc_text_int(struct cc_text *text, int64_t value);
void cc_text_name(struct cc_text *text, const char *name);   /* "quoted" for SQL */
void cc_text_json(struct cc_text *text, const char *s);      /* "quoted" for JSON */

/* Bump allocation; the blocks stay for reuse. */
struct cc_arena { struct cc_block *blocks, *current; size_t used; };
void *cc_arena_get(struct cc_arena *arena, size_t size);     /* aligned for anything; or NULL */
char *cc_arena_copy(struct cc_arena *arena, const char *text);
void cc_arena_reset(struct cc_arena *arena);
void cc_arena_free(struct cc_arena *arena);

/* ---- row structs, storage ------------------------------------------------------ */

bool cc_field_is_text(const struct cc_field *field);
bool cc_field_is_integer(const struct cc_field *field);
size_t cc_field_size(const struct cc_field *field);
bool cc_field_null(const struct cc_field *field, const void *row);
void cc_field_set_null(const struct cc_field *field, void *row);
bool cc_field_equal(const struct cc_field *field, const void *a, const void *b);
/* The value at row + field->offset as a part of a key; false: NULL. */
bool cc_field_part(const struct cc_field *field, const void *row, union cc_part *out);
/* Binds it as the database keeps it. */
void cc_bind_field(struct cc_statement *st, int i, const struct cc_field *field, const void *row);
void cc_bind_part(struct cc_statement *st, int i, const struct cc_field *field,
    union cc_part part);
/*
 * Reads all fields of a row, from column `first` on.  Text goes to the arena, or stays the
 * statement's (until its next step) when that is NULL.
 */
int cc_row_read(struct cc_statement *st, int first, const struct cc_table *table, void *row,
    struct cc_arena *arena);
int cc_field_read(struct cc_statement *st, int column, const struct cc_field *field, void *row,
    struct cc_arena *arena);
/* The first columns; a value outside its field's range is the nearest one, and !*fits. */
int cc_row_read_any(struct cc_statement *st, const struct cc_table *table, void *row,
    struct cc_arena *arena, bool *fits);
/* A bool, integer, date or time; false: out of range, and the nearest one. */
bool cc_field_store_int(const struct cc_field *field, void *row, int64_t value);
/* The same with its text, in the arena; NULL: no memory. */
void *cc_row_copy(const struct cc_table *table, const void *row, struct cc_arena *arena);
/* A stored maintained column as a number; false: NULL or not a number of its type. */
bool cc_get_amount(struct cc_statement *st, int column, const struct cc_column *as,
    union cc_number *out);
/*
 * What a query sums up for a slot; NULL is 0.  Where the column is derived: how many rows count, or
 * that some do whose values are not told.
 */
void cc_get_sum(struct cc_statement *st, int column, const struct cc_column *as,
    union cc_number *out);
bool cc_column_is_integer(const struct cc_column *column);     /* its range is checked */

/* Calendar and fixed point, free of databases. */
bool cc_decimal_parse(const char *text, int scale, int64_t *units);   /* rounds half away from 0 */
void cc_decimal_print(int64_t units, int scale, char out[32]);
bool cc_date_parse(const char *text, int32_t *days);
void cc_date_print(int32_t days, char out[16]);
bool cc_timestamp_parse(const char *text, int64_t *micros);
void cc_timestamp_print(int64_t micros, char out[40]);
/* As PostgreSQL reads them. */
void cc_date_print_era(int32_t days, char out[24]);
void cc_timestamp_print_zone(int64_t micros, char out[48]);
/* Calendar arithmetic: months end at their last day; false: no such time. */
bool cc_timestamp_add(int64_t micros, int64_t number, enum cc_unit unit, int64_t *out);

/* ---- keys ----------------------------------------------------------------------- */

/*
 * The memcomparable form: memcmp gives the database's order.  n parts by fields[which[i]].
 * Integers take 8 bytes, text its bytes and a 0.
 */
void cc_key_encode(struct cc_text *out, const struct cc_field *fields, const uint16_t *which,
    size_t n, const union cc_part *parts);
/* Text in parts points into bytes. */
void cc_key_decode(const char *bytes, const struct cc_field *fields, const uint16_t *which,
    size_t n, union cc_part *parts);
bool cc_key_equal(const struct cc_field *fields, const uint16_t *which, size_t n,
    const union cc_part *a, const union cc_part *b);
/* Appends [42] or ["de",7]: the stored values, as SQLite's json_array() prints them. */
void cc_key_json(struct cc_text *out, const struct cc_field *fields, const uint16_t *which,
    size_t n, const union cc_part *parts);
/* ... and back; text goes to the arena.  CC_MISUSE: not such an array. */
int cc_key_parse(struct cc *cc, const char *json, const struct cc_field *fields,
    const uint16_t *which, size_t n, union cc_part *parts, struct cc_arena *arena);
/* The primary key of a row struct; false when part of it is NULL. */
bool cc_row_key(const struct cc_table *table, const void *row, union cc_part *parts);
/* The target's key, by the link's reference alone; false: NULL, or its `when` is not TRUE. */
bool cc_reference_key(const struct cc *cc, const struct cc_table *table,
    const struct cc_link *link, const void *row, union cc_part *key);

#include "cc_handle.h"

#endif
