/*
 * cc_sqlite.h - between sqlite.c, the engine, and sqlite_open.c, which looks at the database.
 */
#ifndef CC_SQLITE_H
#define CC_SQLITE_H

#include "cc.h"

extern const struct cc_engine cc_engine_sqlite;

/* Installs the commit and rollback hook on the connection. */
void cc_sqlite_hooks(struct cc *cc);

#endif
