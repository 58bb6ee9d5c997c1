/*
 * cc_handle.h - struct cc: what a handle has and knows; errors, events, the clock.  See cc.h.
 */
#ifndef CC_HANDLE_H
#define CC_HANDLE_H

/* ---- what is pending --------------------------------------------------------------- */

enum {
	CC_ENTRY_RECOUNT = 1,             /* set the row from a recount: new, or under a new key */
	CC_ENTRY_DERIVE = 2,              /* derived columns are to be written again */
	CC_ENTRY_FAILED = 4,              /* an amount had no value: the parent is dirty */
	CC_ENTRY_BORN = 8,                /* ... also those that follow by comparing: a new row */
	CC_ENTRY_TOUCH = 16               /* what a recount changes touches: the row is not new */
};

/* Pending deltas of one parent. */
struct cc_entry {
	uint64_t key;                     /* one integer in sorting form, or where its bytes are */
	uint32_t epoch;                   /* of the mark that it was last journaled under */
	uint32_t flags;                   /* CC_ENTRY_… */
	union cc_number delta[];          /* by column; touch: how often */
};

enum { CC_CHUNK = 256 };              /* entries of one allocation; their addresses stay */

/* All parents of one target. */
struct cc_pool {
	const struct cc_target *target;
	const struct cc_table *table;
	const struct cc_table_sql *sql;
	const char *where;                /* as in cc_target_sql */
	size_t entry_size;
	bool narrow;                      /* the key is one integer */
	bool plain;                       /* ... that the database stores as it is */
	bool primary;                     /* the key is the table's primary key */
	bool sums;                        /* no column does more than add up integers;
	                                     no other row reads it */
	uint64_t immediate;               /* immediate columns, as bits */
	uint32_t n;                       /* entries, in chunks of CC_CHUNK */
	uint32_t room;                    /* for how many chunks and slots suffice */
	unsigned char **chunks;
	size_t n_chunks, chunks_capacity;
	uint32_t *slots;                  /* hash table: index + 1, or 0 */
	uint32_t n_slots;                 /* a power of two, or 0 */
	struct cc_text bytes;             /* keys that are not narrow: 4 bytes length, then they */
	uint64_t counts;                  /* columns whose steps of one are written out (update.c) */
	struct cc_update *updates;        /* composed UPDATEs: see update.c */
	size_t n_updates;
	const char *find, *lock;          /* composed SELECTs of a row by this key, or NULL as yet */
};

/* Where pending stood when a savepoint was opened. */
enum cc_mark_kind { CC_MARK_TRANSACTION, CC_MARK_LEVEL, CC_MARK_SAVEPOINT, CC_MARK_FOREIGN,
	CC_MARK_INTERNAL };
struct cc_mark {
	enum cc_mark_kind kind;
	char *name;                       /* SAVEPOINT, FOREIGN; else NULL */
	size_t journal;                   /* length of the journal */
	const struct cc_told *told;       /* the last event before it */
	uint32_t epoch;
};

enum cc_recount_text { CC_RECOUNT_ROW, CC_RECOUNT_DEFINED, CC_RECOUNT_DERIVED, CC_RECOUNT_UPDATE,
	CC_RECOUNT_UPDATE_TOUCH, CC_RECOUNT_TEXTS };

/* What the runtime knows about a table beyond its descriptor. */
struct cc_holder {
	uint16_t pool;                    /* of its primary key; CC_NONE: no maintained columns */
	bool recount_inserted;            /* a new row may have children, or a wrong default */
	bool referred;                    /* with cascade or set null */
	bool rolls;                       /* its rows read maintained columns of one another */
	bool far;                         /* it has roles, or links with hops or climbs */
	uint64_t sums;                    /* its links that only add up integers, as bits */
	uint64_t inputs;                  /* its columns that other rows read, as bits */
	uint64_t derived, again;          /* derived columns as bits (update.c); of CC_AGAIN */
	uint64_t *readers, *late;         /* by column: derived ones that read it; by recounts alone */
	const char *counters[2];          /* composed for the reader: derived columns as stored, anew */
	const char *recount[CC_RECOUNT_TEXTS];  /* composed by recount*.c, or NULL as yet */
	const char *going;                /* ending of a SELECT of rows that will go, or NULL as yet */
	bool warn;                        /* the flush has to tell recounts of it: recount_apply.c */
};

/* A dirty mark that is still to be written: a commit went by without a flush. */
struct cc_owed {
	const struct cc_table *table;
	char *key;                        /* JSON */
};

#include "cc_path.h"

struct cc {
	const struct cc_engine *engine;
	void *db;                         /* the application's connection */
	const struct cc_schema *schema;
	const struct cc_schema_sql *sql;  /* schema's, for this engine */
	struct cc_options options;
	struct cc_metrics metrics;
	char message[512];
	struct cc_statement **statements; /* hash table by address of the text */
	size_t n_statements, statements_capacity;
	struct cc_statement *begin, *commit;  /* ... of these commands, once they were given */
	struct cc_arena kept;             /* texts of composed statements */

	struct cc_pool *pools;            /* by target */
	uint16_t *filled;                 /* pools with entries, perhaps empty ones; ascending */
	size_t n_filled;
	struct cc_holder *holders;        /* by table */
	struct cc_mark *marks;
	size_t n_marks, marks_capacity;
	unsigned char *journal;
	size_t journal_length, journal_capacity;
	uint32_t epoch;                   /* of the last mark that was opened */
	uint32_t mark_epoch;              /* of the innermost open one; 0: nothing is journaled */
	bool strays;                      /* a row was without its parent, which may still come */
	bool committing;                  /* COMMIT is the runtime's own */
	unsigned lost;                    /* levels of cc_begin that an abort took away */
	bool scans;                       /* the engine's scan has been set up */
	unsigned skip;                    /* depth of skip blocks */
	bool ended;                       /* the engine told of a rollback; what is pending is void */
	bool forgotten;                   /* a commit took place; what is pending is owed */
	struct cc_owed *owed;
	size_t n_owed, owed_capacity;
	bool owed_written, owed_committed;

	bool immediate;                   /* there are immediate columns */
	struct cc_change *changes;        /* what the last hook changed */
	size_t n_changes;
	union cc_number *amounts;         /* ... and for what one row contributes, twice */
	const union cc_number *zeros;     /* as many as any link has slots */
	void *before, *after, *found;     /* room for a row of any table */
	bool recounts;                    /* the flush met entries to be set from a recount */
	void *sort;                       /* the flush's order */
	size_t sort_capacity;
	struct cc_text key, json, text;   /* for one call */
	struct cc_arena scratch, walk;    /* for one call, one cascade */
	struct cc_arena values;           /* what deltas point to: while something is pending */
	struct cc_arena amounts_memory;   /* ... and amounts: for one row's count */
	struct cc_arena loaded;           /* text of loaded rows, until the transaction ends */
	bool loaded_stale;
	bool announced;                   /* a delete is yet to come: rows are as before it */
	bool correcting;                  /* a recount writes: what batch columns read follows */
	int64_t swept;                    /* the last sweep's time, */
	int64_t *moments;                 /* ... and by cc_schema.moments those that follow from it, */
	bool moments_known;               /* ... as of this transaction */
	struct cc_paths paths;
	struct cc_flow flow;
};

static inline struct cc_entry *
cc_pool_entry(const struct cc_pool *pool, uint32_t index)
{
	return (struct cc_entry *)(void *)(pool->chunks[index / CC_CHUNK] +
	    index % CC_CHUNK * pool->entry_size);
}

static inline bool
cc_column_is_float(const struct cc_column *column)
{
	return column->type == CC_FLOAT32 || column->type == CC_FLOAT64;
}

/* Those of other derived columns are touches, which are counted. */
static inline bool
cc_delta_is_float(const struct cc_column *column)
{
	return cc_column_is_float(column) && column->kind != CC_DERIVED;
}

static inline bool
cc_amount_zero(const struct cc_column *column, union cc_number amount)
{
	return cc_delta_is_float(column) ? amount.f == 0 : amount.i == 0;
}

static inline bool
cc_entry_empty(const struct cc_pool *pool, const struct cc_entry *entry)
{
	if (entry->flags != 0)
		return false;
	for (size_t i = 0; i < pool->table->n_columns; i++)
		if (entry->delta[i].i != 0 &&
		    !cc_amount_zero(&pool->table->columns[i], entry->delta[i]))
			return false;
	return true;
}

/* Whether an entry has one of the flags (0: is not empty). */
static inline bool
cc_entry_concerns(const struct cc_pool *pool, const struct cc_entry *entry, uint32_t flags)
{
	return flags != 0 ? (entry->flags & flags) != 0 : !cc_entry_empty(pool, entry);
}

static inline bool
cc_in_transaction(const struct cc *cc)
{
	return cc->engine->in_transaction(cc);
}

static inline void
cc_bind_int(struct cc_statement *st, int i, int64_t value)
{
	st->cc->engine->bind_int(st, i, value);
}

/* A delta of a maintained column: int64 (decimals: units) or double. */
static inline void
cc_bind_amount(struct cc_statement *st, int i, const struct cc_column *column,
    union cc_number amount)
{
	if (cc_column_is_float(column))
		cc_bind_float(st, i, amount.f);
	else
		cc_bind_int(st, i, amount.i);
}

static inline bool
cc_observed(const struct cc *cc)
{
	return cc->options.observer != NULL;
}

static inline uint16_t
cc_table_index(const struct cc *cc, const struct cc_table *table)
{
	return (uint16_t)(table - cc->schema->tables);
}

static inline const struct cc_table_sql *
cc_sql(const struct cc *cc, const struct cc_table *table)
{
	return &cc->sql->tables[table - cc->schema->tables];
}

/* ---- errors, events, clock ----------------------------------------------------------- */

/* Sets the message (printf) and returns result. */
int cc_fail(struct cc *cc, int result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int cc_nomem(struct cc *cc);
void cc_report(struct cc *cc, const struct cc_event *event);   /* to the observer, if any */
void cc_notice(struct cc *cc, const struct cc_table *table, const char *column,
    const char *message);
int64_t cc_now(struct cc *cc);
char *cc_keep(struct cc *cc, const struct cc_text *text);      /* a copy that outlives statements */

#include "cc_calls.h"

#endif
