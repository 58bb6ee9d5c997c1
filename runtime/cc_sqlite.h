/*
 * cc_sqlite.h - between sqlite.c, the engine, and sqlite_open.c, which looks at the database.
 */
#ifndef CC_SQLITE_H
#define CC_SQLITE_H

#include "cc.h"

extern const struct cc_engine cc_engine_sqlite;

int cc_sqlite_result(int code);        /* an enum cc_result */
int cc_sqlite_scan(struct cc *cc, const struct cc_table *table, void *row, cc_each_row *each,
    void *ctx, bool *done);
/* Installs the commit and rollback hook on the connection. */
void cc_sqlite_hooks(struct cc *cc);

#endif
