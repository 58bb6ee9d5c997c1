/*
 * rows.h - rows of edges and random values, the same ones for the same seed.
 */
#ifndef ROWS_H
#define ROWS_H

#include "truth.h"

void rows_seed(uint64_t seed);
unsigned pick(unsigned n);             /* 0 … n - 1 */
void row_fill(struct row *row, int64_t id);
void rows_release(struct row *rows, unsigned n);

#endif
