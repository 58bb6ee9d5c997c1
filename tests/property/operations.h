/*
 * operations.h - what the files of operations share.
 */
#ifndef PROPERTY_OPERATIONS_H
#define PROPERTY_OPERATIONS_H

#include "property.h"

enum { ROW_SIZE = 1024 };

typedef int row_function(struct cc *cc, const void *row);

/* The typed function, when this call should go through it; else NULL. */
row_function *calls_typed(struct world *w, int table, const char *verb);
/* Judges what a call returned; true when it did its work. */
bool calls_judge(struct world *w, const char *what, int rc);
/* The application's write has happened: the hook must do its part. */
void calls_hook(struct world *w, const char *what, int rc);
/* Outside transactions a strict handle takes no hooks. */
bool calls_verbs_only(const struct world *w);
/* Whether this write should go through a verb. */
bool calls_use_verb(struct world *w, int table, int percent);
void calls_show(struct world *w, const char *what, int table, const struct row *row);
int calls_pick_table(struct world *w);
bool calls_key_taken(struct world *w, int table, const struct row *row);

/* A write that would close a circle of a tree: by a verb refused, by a hook survived. */
void operation_circle(struct world *w, int table, const struct row *before,
    const struct row *after);
/* All rows that name one parent, set or deleted by one call. */
void operation_bulk(struct world *w, int table);
void operation_bump(struct world *w);
void operation_missing(struct world *w);

#endif
