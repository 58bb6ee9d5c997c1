/*
 * repair.c - cc_repair: the parents in cc_dirty, each recounted under the write lock.
 *
 * A few parents a transaction, so that other writers get their turn.  A mark whose parent is gone
 * is cleared; one whose correction fails again stays.
 */
#include <stdlib.h>
#include <string.h>

#include "recount.h"

enum { REPAIR_LOCK = 50000 };          /* microseconds of one transaction, about */

struct repair {
	struct recount *run;
	const struct recount_holder *holder;
	char **keys;
	size_t n, capacity, next;
};

static int
repair_add_key(struct repair *repair, const char *key)
{
	if (repair->n == repair->capacity) {
		size_t capacity = repair->capacity ? repair->capacity * 2 : 64;
		char **keys = realloc(repair->keys, capacity * sizeof *keys);

		if (keys == NULL)
			return cc_nomem(repair->run->cc);
		repair->keys = keys;
		repair->capacity = capacity;
	}
	repair->keys[repair->n] = strdup(key);
	if (repair->keys[repair->n] == NULL)
		return cc_nomem(repair->run->cc);
	repair->n++;
	return CC_OK;
}

static int
repair_list(struct repair *repair)
{
	struct cc_statement *st;
	int result = cc_prepare(repair->run->cc, &st, NULL,
	    "SELECT key FROM cc_dirty WHERE table_name = ?1 ORDER BY key");

	if (result != CC_OK)
		return result;
	cc_bind_text(st, 1, repair->holder->table->sql_name);
	while ((result = cc_step(st)) == CC_ROW) {
		result = repair_add_key(repair, cc_get_text(st, 0));
		if (result != CC_OK)
			break;
	}
	cc_reset(st);
	return result;
}

/* In the open transaction. */
static int
repair_parent(struct repair *repair, const char *json)
{
	struct recount *run = repair->run;
	const struct cc_table *table = repair->holder->table;
	union cc_part key[CC_KEY_PARTS];
	struct recount_case one = { .table = table, .key = key, .by = "repair", .write = run->writes,
		.touch = run->options.touch };
	int result;

	if (cc_key_parse(run->cc, json, table->fields, table->key, table->n_key, key,
	    &run->bounds) != CC_OK) {
		cc_notice(run->cc, table, NULL, "a mark in cc_dirty is not a key of this table");
		return CC_OK;
	}
	/* What corrections before it pass on to the parent would come on top of its recount. */
	result = cc_flush_pending(run->cc);
	if (result == CC_OK)
		result = cc_recount_one_parent(run->cc, &one, &run->report.children);
	if (result == CC_NOTFOUND)
		result = CC_OK;
	else
		run->report.parents++;
	run->report.mismatches += one.mismatches;
	run->report.corrected += one.corrected;
	if (result == CC_OK && one.corrected > 0)
		result = cc_recount_bump(run->cc, table);
	if (result == CC_OK && run->writes && !one.failed)
		result = cc_recount_clear_mark(run->cc, table, json, INT64_MAX);
	return result;
}

/* One transaction. */
static int
repair_some(struct repair *repair)
{
	struct recount *run = repair->run;
	struct cc_recount_report before = run->report;
	size_t first = repair->next;
	int64_t start = cc_recount_clock();
	bool own = false;
	int result = cc_protect(run->cc, &own);

	if (result != CC_OK)
		return result;
	run->cc->correcting = true;
	while (result == CC_OK && repair->next < repair->n &&
	    repair->next - first < run->options.batch && cc_recount_clock() - start < REPAIR_LOCK)
		result = repair_parent(repair, repair->keys[repair->next++]);
	result = cc_unprotect(run->cc, own, result);
	run->cc->correcting = false;
	if (result != CC_OK)
		run->report = before;
	return result;
}

static int
repair_table(struct recount *run, const struct recount_holder *holder)
{
	struct repair repair = { .run = run, .holder = holder };
	int result = repair_list(&repair);

	while (result == CC_OK && repair.next < repair.n) {
		result = repair_some(&repair);
		if (result == CC_OK)
			result = cc_recount_tell(run, holder);
		if (result == CC_OK && repair.next < repair.n)
			cc_recount_pause(run);
	}
	for (size_t i = 0; i < repair.n; i++)
		free(repair.keys[i]);
	free(repair.keys);
	return result;
}

int
cc_repair(struct cc *cc, const struct cc_recount_options *options,
    struct cc_recount_report *report)
{
	struct recount run = { .cc = cc, .writes = options == NULL || !options->dry_run };
	int result = cc_enter(cc);

	if (result == CC_OK && cc_in_transaction(cc))
		result = cc_fail(cc, CC_MISUSE, "cc_repair owns its transactions, and one is open");
	if (result != CC_OK)
		return result;
	if (options != NULL)
		run.options = *options;
	result = cc_recount_plan(&run);
	if (run.options.budget > 0)
		run.deadline = cc_recount_clock() + run.options.budget;
	for (size_t i = 0; i < run.n_holders && result == CC_OK; i++)
		if (!run.holders[i].settled)
			result = repair_table(&run, &run.holders[i]);
	if (report != NULL)
		*report = run.report;
	cc_recount_free(&run);
	return result;
}
