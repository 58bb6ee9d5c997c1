/*
 * live.h - what the sources of live share: the life, its database, its operations.
 */
#ifndef LIVE_H
#define LIVE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ccrt.h"
#include "ccrt_schema.h"

struct life {
	sqlite3 *db;
	struct cc *cc;
	uint64_t random;
	int64_t moment;
	int step, writes, refused;
	bool failed;
	sqlite3_stmt *wrong, *fallen;
};

extern const struct cc_schema SCHEMA;      /* of the inventory that lives */

unsigned life_pick(struct life *life, size_t n);
void life_fail(struct life *life, const char *format, ...);
/* With TRACE in the environment: what is done. */
void life_trace(const char *what, const char *of, int result);

/* Runs printf's SQL; false: the database refused it. */
bool life_run(struct life *life, const char *format, ...);
int64_t life_number(struct life *life, const char *format, ...);

/* One random insert, update or delete of any table. */
void life_operation(struct life *life);

#endif
