/*
 * children.h - rows of `children` and what their parents must hold, for the cases about them.
 */
#ifndef CHILDREN_H
#define CHILDREN_H

#include "behaviour.h"
#include "cases_counters.h"

/* A row with a key, a parent (0: none), an amount; all else NULL. */
struct cases_children child_of(int64_t id, int64_t parent, int64_t amount);
/* ... and no amount. */
struct cases_children child(int64_t id, int64_t parent);

/* Writes in the fixture's way; they must succeed. */
void put(struct fixture *f, struct cases_children c);
void change(struct fixture *f, struct cases_children c);
void drop(struct fixture *f, int64_t id);

/* n and total of a parent, deferred and immediate alike. */
void counts(struct fixture *f, int64_t parent, int64_t n, int64_t total);

/* A call that must return CC_OK. */
void ok(int result);

#endif
