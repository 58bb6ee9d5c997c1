/*
 * ours.c - the forum counted by what ccgen generates, through hooks and through verbs.
 *
 * Compiled twice: as it is for deferred columns, with IMMEDIATE for `using immediate`.  The hooks
 * stand beside the same prepared writes that the hand-written variants use.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#ifdef IMMEDIATE
#include "forum_now_counters.h"
#define FORUM(name) forum_now_##name
#define OURS(name) ours_immediate_##name
#define TITLE "immediate"
#else
#include "forum_counters.h"
#define FORUM(name) forum_##name
#define OURS(name) ours_deferred_##name
#define TITLE "deferred"
#endif

struct ours {
	struct cc *cc;
	void *writes;                  /* the application's statements; hooks only */
};

static void
check(struct cc *cc, int result, const char *what)
{
	if (result == CC_OK)
		return;
	fprintf(stderr, "bench: %s: %s: %s\n", what, cc_result_name(result), cc_errmsg(cc));
	exit(1);
}

static void *
open_ours(sqlite3 *db, bool hooks)
{
	struct ours *ours = calloc(1, sizeof *ours);
	struct cc_options options = { .flags = CC_UNINSTALLED };

	if (ours == NULL)
		abort();
	check(ours->cc, cc_open_sqlite(&ours->cc, db, &FORUM(schema), &options), "open");
	check(ours->cc, cc_install(ours->cc), "install");
	if (hooks)
		ours->writes = hand_writes.open(db);
	return ours;
}

static void *
open_hooks(sqlite3 *db)
{
	return open_ours(db, true);
}

static void *
open_verbs(sqlite3 *db)
{
	return open_ours(db, false);
}

static void
close_ours(void *self)
{
	struct ours *ours = self;

	if (ours->writes != NULL)
		hand_writes.close(ours->writes);
	cc_close(ours->cc);
	free(ours);
}

static void
begin_ours(void *self)
{
	struct ours *ours = self;

	check(ours->cc, cc_begin(ours->cc), "begin");
}

static void
commit_ours(void *self)
{
	struct ours *ours = self;

	check(ours->cc, cc_commit(ours->cc), "commit");
}

static struct cc_int64
closed(const struct discussion *row)
{
	return (struct cc_int64){ .value = row->closed_at, .null = row->closed_at == 0 };
}

static struct FORUM(discussions)
discussion_row(const struct discussion *row)
{
	return (struct FORUM(discussions)){ .id = row->id, .group_id = row->group,
		.author_id = row->author, .closed_at = closed(row), .private_ = row->private,
		.title = row->title };
}

static struct FORUM(follows)
follow_row(const struct follow *row)
{
	return (struct FORUM(follows)){ .id = row->id, .follower_id = row->follower,
		.followed_id = row->followed };
}

static int
hook(struct cc *cc, const struct op *op)
{
	struct FORUM(discussions) before = discussion_row(&op->before);
	struct FORUM(discussions) after = discussion_row(&op->after);
	struct FORUM(follows) follow = follow_row(&op->follow);

	switch (op->kind) {
	case OP_INSERT:
		return FORUM(discussions_inserted)(cc, &after);
	case OP_CLOSE:
	case OP_REOPEN:
	case OP_MOVE:
		return FORUM(discussions_updated)(cc, &before, &after);
	case OP_DELETE:
		return FORUM(discussions_deleted)(cc, &before);
	case OP_FOLLOW:
		return FORUM(follows_inserted)(cc, &follow);
	case OP_UNFOLLOW:
		return FORUM(follows_deleted)(cc, &follow);
	}
	return CC_MISUSE;
}

static void
op_hooks(void *self, const struct op *op)
{
	struct ours *ours = self;

	hand_writes.op(ours->writes, op);
	check(ours->cc, hook(ours->cc, op), "hook");
}

static void
insert_many_hooks(void *self, const struct op *ops, size_t n)
{
	struct FORUM(discussions) rows[BULK_ROWS];
	struct ours *ours = self;

	for (size_t i = 0; i < n; i++) {
		hand_writes.op(ours->writes, &ops[i]);
		rows[i] = discussion_row(&ops[i].after);
	}
	check(ours->cc, FORUM(discussions_inserted_many)(ours->cc, rows, n), "hook");
}

static int
verb(struct cc *cc, const struct op *op)
{
	struct FORUM(discussions) row;
	struct FORUM(follows) follow;

	switch (op->kind) {
	case OP_INSERT:
		row = discussion_row(&op->after);
		return FORUM(discussions_insert)(cc, &row);
	case OP_CLOSE:
	case OP_REOPEN:
		return FORUM(discussions_set_closed_at)(cc, op->after.id, closed(&op->after));
	case OP_MOVE:
		return FORUM(discussions_set_group_id)(cc, op->after.id, op->after.group);
	case OP_DELETE:
		return FORUM(discussions_delete)(cc, op->before.id);
	case OP_FOLLOW:
		follow = follow_row(&op->follow);
		return FORUM(follows_insert)(cc, &follow);
	case OP_UNFOLLOW:
		return FORUM(follows_delete)(cc, op->follow.id);
	}
	return CC_MISUSE;
}

static void
op_verbs(void *self, const struct op *op)
{
	struct ours *ours = self;

	check(ours->cc, verb(ours->cc, op), "verb");
}

const struct calls OURS(hooks) = {
	"ours, hooks, " TITLE, open_hooks, begin_ours, op_hooks, commit_ours, close_ours,
	insert_many_hooks
};
const struct calls OURS(verbs) = {
	"ours, verbs, " TITLE, open_verbs, begin_ours, op_verbs, commit_ours, close_ours, NULL
};

#ifndef IMMEDIATE

/* Inserts into `groups` groups, 1,000 a transaction, rolled back. */
double
ours_deferred_hook_cost(sqlite3 *db)
{
	enum { ROWS = 1000, TRANSACTIONS = 1000 };
	struct ours *ours = open_ours(db, false);
	double rounds[5], ns;

	for (size_t round = 0; round < 5; round++) {
		double spent = 0;

		for (int t = 0; t < TRANSACTIONS; t++) {
			double start;

			begin_ours(ours);
			start = cpu_seconds();
			for (int i = 0; i < ROWS; i++) {
				struct forum_discussions row = { .id = i,
					.group_id = (i * 7919 + t) % GROUPS + 1,
					.author_id = (i * 104729 + t) % USERS + 1,
					.closed_at = { .null = true } };

				check(ours->cc, forum_discussions_inserted(ours->cc, &row), "hook");
			}
			spent += cpu_seconds() - start;
			check(ours->cc, cc_rollback(ours->cc), "rollback");
		}
		rounds[round] = spent / ROWS / TRANSACTIONS * 1e9;
	}
	ns = median(rounds, 5);
	close_ours(ours);
	return ns;
}

/* Verifies, or with `write` reconciles, the groups; *mismatches: how many there were. */
int
ours_recount(sqlite3 *db, bool write, uint64_t *mismatches)
{
	static const char *const tables[] = { "groups", NULL };
	struct cc_recount_options options = { .tables = tables };
	struct cc_recount_report report = { 0 };
	struct ours *ours = open_ours(db, false);
	int result = write ? cc_reconcile(ours->cc, &options, &report)
	    : cc_verify(ours->cc, &options, &report);

	if (result != CC_DRIFT)
		check(ours->cc, result, "recount");
	*mismatches = report.mismatches;
	close_ours(ours);
	return result;
}

#endif
