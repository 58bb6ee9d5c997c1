/*
 * cc_handle.h - struct cc and the functions that work on the whole of it.  See cc.h.
 */
#ifndef CC_HANDLE_H
#define CC_HANDLE_H

/* ---- what is pending --------------------------------------------------------------- */

enum {
	CC_ENTRY_RECOUNT = 1,             /* set the row from a recount: new, or under a new key */
	CC_ENTRY_DERIVE = 2,              /* derived columns are to be written again */
	CC_ENTRY_FAILED = 4               /* an amount had no value: the parent is dirty */
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
	bool primary;                     /* the key is the table's primary key */
	bool immediate;                   /* the table has immediate columns */
	uint32_t n;                       /* entries, in chunks of CC_CHUNK */
	unsigned char **chunks;
	size_t n_chunks, chunks_capacity;
	uint32_t *slots;                  /* hash table: index + 1, or 0 */
	uint32_t n_slots;                 /* a power of two, or 0 */
	struct cc_text bytes;             /* keys that are not narrow: 4 bytes length, then they */
	struct cc_update *updates;        /* composed UPDATEs: see update.c */
	size_t n_updates;
	const char *find;                 /* composed SELECT of a row by this key, or NULL as yet */
};

/* Where pending stood when a savepoint was opened. */
enum cc_mark_kind { CC_MARK_TRANSACTION, CC_MARK_LEVEL, CC_MARK_SAVEPOINT, CC_MARK_FOREIGN,
	CC_MARK_INTERNAL };
struct cc_mark {
	enum cc_mark_kind kind;
	char *name;                       /* SAVEPOINT, FOREIGN; else NULL */
	size_t journal;                   /* length of the journal */
	uint32_t epoch;
};

enum cc_recount_text { CC_RECOUNT_ROW, CC_RECOUNT_DERIVED, CC_RECOUNT_UPDATE,
	CC_RECOUNT_UPDATE_TOUCH, CC_RECOUNT_TEXTS };

/* What the runtime knows about a table beyond its descriptor. */
struct cc_holder {
	uint16_t pool;                    /* of its primary key; CC_NONE: no maintained columns */
	bool recount_inserted;            /* a new row may have children, or a wrong default */
	bool referred;                    /* with cascade or set null */
	uint64_t derived;                 /* its derived columns, as bits (see update.c) */
	uint64_t *readers;                /* by column: the derived ones that read it */
	const char *counters;             /* composed SELECT for the reader, or NULL as yet */
	const char *recount[CC_RECOUNT_TEXTS];  /* composed by recount*.c, or NULL as yet */
};

/* A dirty mark that is still to be written: a commit went by without a flush. */
struct cc_owed {
	const struct cc_table *table;
	char *key;                        /* JSON */
};

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
	struct cc_arena kept;             /* texts of composed statements */

	struct cc_pool *pools;            /* by target */
	struct cc_holder *holders;        /* by table */
	struct cc_mark *marks;
	size_t n_marks, marks_capacity;
	unsigned char *journal;
	size_t journal_length, journal_capacity;
	uint32_t epoch;                   /* of the last mark that was opened */
	uint32_t mark_epoch;              /* of the innermost open one; 0: nothing is journaled */
	bool active;                      /* there are entries, perhaps empty ones */
	bool committing;                  /* COMMIT is the runtime's own */
	unsigned lost;                    /* levels of cc_begin that an abort took away */
	unsigned skip;                    /* depth of skip blocks */
	bool ended;                       /* the engine told of a rollback; what is pending is void */
	bool forgotten;                   /* a commit took place; what is pending is owed */
	struct cc_owed *owed;
	size_t n_owed, owed_capacity;
	bool owed_written, owed_committed;

	struct cc_change *changes;        /* room for what one hook changes */
	union cc_number *amounts;         /* ... and for what one row contributes, twice */
	void *before, *after, *found;     /* room for a row of any table */
	void *sort;                       /* the flush's order */
	size_t sort_capacity;
	struct cc_text key, json, text;   /* for one call */
	struct cc_arena scratch;          /* for one call */
	struct cc_arena walk;             /* for one cascade */
	struct cc_arena loaded;           /* text of loaded rows, until the transaction ends */
	bool loaded_stale;
};

static inline struct cc_entry *
cc_pool_entry(const struct cc_pool *pool, uint32_t index)
{
	return (struct cc_entry *)(void *)(pool->chunks[index / CC_CHUNK] +
	    index % CC_CHUNK * pool->entry_size);
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
bool cc_observed(const struct cc *cc);
int64_t cc_now(struct cc *cc);
char *cc_keep(struct cc *cc, const struct cc_text *text);      /* a copy that outlives statements */

/*
 * Writes a parent to cc_dirty in the open transaction; key is JSON.  Failing is reported as an
 * event and returned, so that CC_ABORTED is seen.
 */
int cc_mark_dirty(struct cc *cc, const struct cc_table *table, const char *key,
    const char *reason);

/* ---- the accumulator -------------------------------------------------------------------- */

int cc_accumulator_open(struct cc *cc);
void cc_accumulator_free(struct cc *cc);
/* Finds or adds the parent and journals it: may be changed then.  NULL: no memory. */
struct cc_entry *cc_entry_get(struct cc *cc, uint16_t pool, const union cc_part *key);
struct cc_entry *cc_entry_find(struct cc *cc, uint16_t pool, const union cc_part *key);
/* To be called before an entry is changed that cc_entry_get did not just return. */
int cc_entry_journal(struct cc *cc, uint16_t pool, struct cc_entry *entry);
void cc_entry_parts(const struct cc_pool *pool, const struct cc_entry *entry,
    union cc_part *parts);
bool cc_entry_empty(const struct cc_pool *pool, const struct cc_entry *entry);
bool cc_pending(const struct cc *cc);
uint64_t cc_pending_count(const struct cc *cc);
void cc_pending_clear(struct cc *cc);                /* and every mark */
void cc_pending_drop(struct cc *cc);                 /* but no mark; none may be journaling */
/* Nothing is sent to the database by these. */
int cc_mark_push(struct cc *cc, enum cc_mark_kind kind, const char *name);
void cc_mark_rewind(struct cc *cc, size_t mark);     /* pending as it was; forgets those above */
void cc_mark_pop(struct cc *cc, size_t mark);        /* forgets it and those above */

/* ---- transactions, flush ------------------------------------------------------------------ */

/* An engine tells: a COMMIT is under way; false: let it be a rollback. */
bool cc_committing(struct cc *cc);
/* ... the transaction was rolled back. */
void cc_rolled_back(struct cc *cc);
/* What every public call starts with: looks whether a transaction ended meanwhile. */
int cc_enter(struct cc *cc);
/* owed.c: what is pending becomes owed, and is cleared. */
int cc_owe_pending(struct cc *cc);
/* Writes what is owed to cc_dirty; CC_OK also when it must wait. */
int cc_pay(struct cc *cc);
void cc_owed_clear(struct cc *cc);
/* Opens a transaction when there is none (*own), and ends it: commits when result is CC_OK. */
int cc_protect(struct cc *cc, bool *own);
int cc_unprotect(struct cc *cc, bool own, int result);

/* Columns of a table as bits; all from 63 on share one. */
static inline uint64_t
cc_bit(size_t column)
{
	return UINT64_C(1) << (column < 63 ? column : 63);
}

/* update.c: the UPDATE of some columns of one row. */
struct cc_update {
	uint64_t mask, binds;             /* columns that it sets; whose deltas it reads */
	bool guarded;                     /* changes no row where a column would fail */
	struct cc_statement *st;
};
int cc_update_get(struct cc *cc, struct cc_pool *pool, uint64_t mask, bool guarded,
    struct cc_update **out);
/* Binds deltas and key; parts hold the text until the statement is reset. */
void cc_update_bind(struct cc *cc, const struct cc_pool *pool, struct cc_statement *st,
    uint64_t binds, const struct cc_entry *entry, union cc_part *parts);
/* Columns whose delta a set of columns reads: themselves and derived columns' inputs. */
uint64_t cc_update_reads(const struct cc_pool *pool, uint64_t mask);
void cc_updates_free(struct cc_pool *pool);

/* mend.c: the UPDATE of an entry changed no row: finds out why, does what can be done. */
int cc_mend(struct cc *cc, struct cc_pool *pool, struct cc_entry *entry, uint64_t mask);
/* A counter of this parent could not be kept (cc->message says why): reported, marked dirty. */
int cc_counter_failed(struct cc *cc, struct cc_pool *pool, const struct cc_entry *entry,
    const char *column);
void cc_applied(struct cc *cc, struct cc_pool *pool, const struct cc_entry *entry);

/* Applies everything that is pending. */
int cc_flush_pending(struct cc *cc);
/* Applies immediate columns now: of one parent, of all. */
int cc_flush_entry(struct cc *cc, uint16_t pool, struct cc_entry *entry);
int cc_flush_immediate(struct cc *cc);
/* Reads a parent's row by a pool's key, into cc->found with text in scratch; CC_NOTFOUND. */
int cc_find_row(struct cc *cc, struct cc_pool *pool, const union cc_part *key);
/* The primary key of the parent behind an entry, as JSON in cc->json; CC_NOTFOUND: no row. */
int cc_entry_json(struct cc *cc, struct cc_pool *pool, const struct cc_entry *entry);

/* hook.c: what one hook does to one entry; all entries are there before any is changed. */
struct cc_change {
	struct cc_entry *entry;
	const struct cc_link *link;       /* NULL: flags only */
	const union cc_number *plus, *minus;  /* by slot; or NULL */
	uint32_t flags;                   /* set these */
	uint16_t pool;
	bool insert, drop;                /* of a new row; nothing is pending any more */
};
/*
 * Counts a row that came (before is NULL), changed, or went (after is NULL).  All or nothing but
 * for the database: immediate columns are applied when `now`, else by cc_flush_immediate.
 */
int cc_count(struct cc *cc, const struct cc_table *table, const void *before,
    const void *after, bool now);
/* The row is gone: what is pending for it is void. */
int cc_count_drop(struct cc *cc, const struct cc_table *table, const void *row);
/* Starts a hook: false in a skip block or on error.  *own as of cc_protect. */
bool cc_hook_begin(struct cc *cc, uint64_t rows, bool *own, int *result);
/* verb.c: reads a row by its primary key; text goes to the arena.  CC_NOTFOUND. */
int cc_load(struct cc *cc, const struct cc_table *table, const union cc_part *key, void *out,
    struct cc_arena *arena);
/* cascade.c: the row goes, and with it what the database deletes or sets NULL. */
int cc_count_cascade(struct cc *cc, const struct cc_table *table, const void *row);
/* open.c: what every engine's open does before and after it looks at the database. */
struct cc *cc_new(const struct cc_schema *schema, const struct cc_schema_sql *sql,
    const struct cc_options *options);
int cc_prepare_schema(struct cc *cc);

/*
 * recount*.c: sets the linear and derived columns of one row (by primary key) from its children,
 * in the open transaction.  CC_NOTFOUND: no such row, or outside its scope.
 */
int cc_recount_one(struct cc *cc, const struct cc_table *table, const union cc_part *key);

#endif
