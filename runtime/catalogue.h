/*
 * catalogue.h - what a database says about its own tables, for install and status.
 *
 * An engine provides the questions (struct cc_catalogue, in the engine's own file); the answers
 * are read into memory at once, so that statements do not stand open while tables are altered.
 */
#ifndef CC_CATALOGUE_H
#define CC_CATALOGUE_H

#include "cc.h"

struct cc_catalogue {                  /* queries; ?1 is the table, ?2 its database or NULL */
	const char *columns;           /* name, type, '1' if NOT NULL, default or NULL */
	const char *foreign_keys;      /* id, parent table, column, on delete; by id and place */
	const char *indexes;           /* index, '1' if unique, column or NULL, collation; by place */
	const char *foreign_keys_on;   /* '1' if they are enforced; no ?1 */
	const char *bytewise;          /* the collation that compares by bytes */
	/* whether a column declared so can hold values of a cc_type in a cc_storage */
	bool (*fits)(const char *declared, int type, int storage);
};
static inline const struct cc_catalogue *
cc_catalogue_of(const struct cc *cc)
{
	return cc->engine->catalogue;
}
extern const struct cc_catalogue cc_catalogue_sqlite, cc_catalogue_postgres;

/* The answer: n rows of `width` texts, NULL is SQL NULL. */
struct catalogue {
	const char **cells;
	size_t n, width, capacity;
	struct cc_arena arena;
};
/*
 * A query of ?1 and ?2, or of ?1, or (a is NULL) of neither; as ?2, b may be NULL.
 * Appends nothing to an older answer: that is freed first.  {0} is empty.
 */
int cc_catalogue_ask(struct cc *cc, struct catalogue *answer, const char *sql, const char *a,
    const char *b);
void cc_catalogue_free(struct catalogue *answer);

static inline const char *
catalogue_cell(const struct catalogue *answer, size_t row, size_t column)
{
	return answer->cells[row * answer->width + column];
}

/* The row of `columns` about this name (SQLite's names are caseless), or SIZE_MAX. */
size_t cc_catalogue_find(const struct catalogue *columns, const char *name);

#endif
