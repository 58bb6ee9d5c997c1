/*
 * prove.h - between prove.c, which judges, and postgres.c, which asks the other engine.
 */
#ifndef PROVE_H
#define PROVE_H

#include "rows.h"

struct answer {
	char text[80];                 /* FAILED, NULL, TRUE, FALSE, or the value */
};

void answer_date(struct answer *answer, int64_t day);

void postgres_open(const char *dsn);
void postgres_close(void);
void postgres_tame(struct row *row);
void postgres_store(const struct row *row);
/* What the server says of a row; counted: 1 where a FILTER lets it pass, -1: it failed. */
typedef bool postgres_judge(const struct probe *probe, const struct row *row,
    const struct answer *says, int counted);
/* Calls `judge` for each row, as long as it returns true. */
void postgres_probe(const struct probe *probe, const char *sql, const struct row *rows, unsigned n,
    postgres_judge *judge);

#endif
