/*
 * chain.h - rows of levels.ccdl: children under parents under grands under tops, and what stands
 * at each level.
 */
#ifndef CHAIN_H
#define CHAIN_H

#include "behaviour.h"
#include "levels_counters.h"

/* 0 is NULL in the references and the user. */
struct levels_children child(int64_t id, int64_t parent, int64_t amount);
struct levels_parents parent(int64_t id, int64_t grand);
struct levels_grands grand(int64_t id, int64_t top);

/* Writes in the fixture's way; they must succeed. */
void put(struct fixture *f, int64_t id, int64_t parent, int64_t amount);
void put_row(struct fixture *f, struct levels_children c);
void change_row(struct fixture *f, struct levels_children c);
void change_parent(struct fixture *f, struct levels_parents p);
void change_grand(struct fixture *f, struct levels_grands g);
void drop(struct fixture *f, const char *table, int64_t id);

/* "n/total" of a parent's side: n alone of parents 1 and 2, n/total of grands, of tops. */
void chain_is(struct fixture *f, const char *parents, const char *grands, const char *tops);

/* A call that must return CC_OK. */
void ok(struct fixture *f, int result);

#endif
