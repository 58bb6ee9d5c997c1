/*
 * check.h - what the programs of this suite share: a database, a handle, events, verdicts.
 *
 * Each test works on a database file of its own below $B and prints one line, "ok recount/NAME" or
 * "FAIL recount/NAME" with what was not so.
 */
#ifndef CHECK_H
#define CHECK_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "shop_counters.h"

enum { KINDS = CC_EVENT_NOTICE + 1 };

struct shop {
	sqlite3 *db;
	struct cc *cc;
	char path[400];
	unsigned seen[KINDS];          /* events by kind */
	/* the last one of each, as "table.column key stored>actual: message" */
	char last[KINDS][400];
};

extern const char shop_tables[];       /* the application's own */

/* A fresh database with the application's tables and, if `installed`, everything of ours. */
void shop_open(struct shop *shop, const char *name, bool installed);
/* The same file once more, on a connection of its own. */
void shop_join(struct shop *shop, const struct shop *other);
void shop_close(struct shop *shop);
void shop_forget(struct shop *shop);   /* the events so far */

/* users 1 … n, and posts at random for them, counted by nobody. */
void shop_fill(struct shop *shop, int users, int posts);
/* Every column as its definition says, by plain SQL that ccgen has no part in. */
void shop_count_all(struct shop *shop);
/* Columns that differ from plain SQL's counts. */
int64_t shop_wrong(struct shop *shop);

void run(struct shop *shop, const char *format, ...) __attribute__((format(printf, 2, 3)));
int64_t number(struct shop *shop, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A test is a function that notes what is not so. */
#define expect(condition) expect_at((condition), __FILE__, __LINE__, #condition)
void expect_at(bool holds, const char *file, int line, const char *condition);
#define expect_result(cc, call, wanted) \
	expect_result_at((cc), (call), (wanted), __FILE__, __LINE__, #call)
void expect_result_at(struct cc *cc, int result, int wanted, const char *file, int line,
    const char *call);

struct test {
	const char *name;
	void (*function)(const char *name);
};
int run_tests(const struct test *tests, size_t n);

#endif
