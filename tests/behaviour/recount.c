/*
 * recount.c - cases: verify, reconcile, repair, backfill and their options.
 */
#include "children.h"

static void
all_right(struct fixture *f)
{
	struct cc_recount_report report;
	int64_t changes;

	put(f, child_of(1, 1, 5));
	verify_clean(f);
	changes = sqlite3_total_changes(f->db);
	ok(cc_verify(f->cc, NULL, &report));
	assert_int_equal(sqlite3_total_changes(f->db), changes);
	assert_int_equal(report.mismatches, 0);
	ok(cc_reconcile(f->cc, NULL, &report));
	assert_int_equal(report.corrected, 0);
	is(f, "SELECT count(*) FROM cc_drift", 0);
}

static void
wrong_by_one(struct fixture *f)
{
	struct cc_recount_report report;

	put(f, child_of(1, 2, 5));
	sql(f, "UPDATE parents SET n = n - 1 WHERE id = 2");
	verify_finds(f, 1);
	assert_string_equal(f->key, "[2]");
	assert_string_equal(f->column, "n");
	is(f, "SELECT n FROM parents WHERE id = 2", 0);
	ok(cc_reconcile(f->cc, NULL, &report));
	assert_int_equal(report.mismatches, 1);
	assert_int_equal(report.corrected, 1);
	is(f, "SELECT n FROM parents WHERE id = 2", 1);
	is_text(f, "SELECT table_name || key || column_name || stored || actual FROM cc_drift",
	    "parents[2]n01");
}

static void
childless(struct fixture *f)
{
	sql(f, "UPDATE parents SET n = 9, total = 4 WHERE id = 3");
	verify_finds(f, 2);
	ok(cc_reconcile(f->cc, NULL, NULL));
	is(f, "SELECT n + total FROM parents WHERE id = 3", 0);
}

/* A hundred parents with every counter n wrong. */
static void
hundred(struct fixture *f)
{
	sql(f, "WITH RECURSIVE i(x) AS (SELECT 1000 UNION ALL SELECT x + 1 FROM i WHERE x < 1099)"
	    " INSERT INTO parents (id, n) SELECT x, 3 FROM i");
	sql(f, "UPDATE parents SET balance = 100, share = 0");
}

static void
narrowed(struct fixture *f, const struct cc_recount_options *options, int64_t corrected)
{
	struct cc_recount_report report;

	ok(cc_reconcile(f->cc, options, &report));
	assert_int_equal(report.corrected, corrected);
}

static void
only_some(struct fixture *f)
{
	const char *const tables[] = { "products", NULL };
	const char *const columns[] = { "parents.total", NULL };
	const char *const right[] = { "parents.n", NULL };

	hundred(f);
	sql(f, "UPDATE parents SET total = 1 WHERE id = 1000");
	sql(f, "UPDATE products SET n = 5 WHERE id = 1");
	narrowed(f, &(struct cc_recount_options){ .tables = tables }, 1);
	is(f, "SELECT n FROM products WHERE id = 1", 0);
	narrowed(f, &(struct cc_recount_options){ .columns = columns }, 1);
	narrowed(f, &(struct cc_recount_options){ .key_from = "[1010]", .key_to = "[1019]",
	    .columns = right }, 10);
	is(f, "SELECT count(*) FROM parents WHERE n = 0 AND id BETWEEN 1010 AND 1019", 10);
	narrowed(f, &(struct cc_recount_options){ .filter = "id % 10 = 5" , .columns = right }, 9);
	narrowed(f, &(struct cc_recount_options){ .dry_run = true }, 0);
	is(f, "SELECT count(*) FROM parents WHERE n = 3", 81);
	narrowed(f, NULL, 81);
}

static int
stop_at(void *ctx, uint64_t done, uint64_t total)
{
	(void)done, (void)total;
	return ++*(int *)ctx == 3;
}

static void
stopped(struct fixture *f)
{
	struct cc_recount_report first, second;
	struct cc_recount_options options = { .batch = 10, .progress = stop_at };
	int batches = 0;

	hundred(f);
	options.progress_ctx = &batches;
	assert_int_equal(cc_reconcile(f->cc, &options, &first), CC_STOPPED);
	assert_true(first.corrected > 0 && first.corrected < 100);
	options.progress = NULL;
	ok(cc_reconcile(f->cc, &options, &second));
	assert_int_equal(first.corrected + second.corrected, 100);
}

static void
small_memory(struct fixture *f)
{
	struct cc_recount_options options = { .batch = 7, .memory = 1 };

	hundred(f);
	for (int i = 1; i <= 30; i++)
		put(f, child_of(i, 1000 + i, i));
	ok(cc_reconcile(f->cc, &options, NULL));
	is(f, "SELECT sum(n) FROM parents", 30);
	is(f, "SELECT sum(total) FROM parents", 465);
}

static void
negative(struct fixture *f)
{
	struct cases_children c = child(1, 1);

	/* A child that nobody counted is deleted through the library. */
	write_insert(f, "children", &c);
	ok(delete(f, "children", 1));
	is(f, "SELECT n FROM parents WHERE id = 1", -1);
	assert_true(f->events[CC_EVENT_NEGATIVE] > 0);
	is_text(f, "SELECT key FROM cc_dirty WHERE table_name = 'parents'", "[1]");
	ok(cc_repair(f->cc, NULL, NULL));
	is(f, "SELECT n FROM parents WHERE id = 1", 0);
}

static void
touch_when_asked(struct fixture *f)
{
	struct cc_recount_options touch = { .touch = true };

	sql(f, "UPDATE parents SET noticed = 4 WHERE id = 1");
	ok(cc_reconcile(f->cc, NULL, NULL));
	is_text(f, "SELECT touched_at FROM parents WHERE id = 1", NULL);
	sql(f, "UPDATE parents SET noticed = 4 WHERE id = 1");
	ok(cc_reconcile(f->cc, &touch, NULL));
	is(f, "SELECT touched_at FROM parents WHERE id = 1", f->clock);
}

static void
threshold(struct fixture *f)
{
	struct cc_recount_options options = { .threshold = 50 };

	hundred(f);
	assert_int_equal(cc_verify(f->cc, &options, NULL), CC_DRIFT);
	assert_int_equal(f->events[CC_EVENT_THRESHOLD], 1);
	ok(cc_reconcile(f->cc, NULL, NULL));
}

static void
one_parent(struct fixture *f)
{
	put(f, child_of(1, 1, 5));
	sql(f, "UPDATE parents SET n = 8, total = 9 WHERE id = 1");
	ok(cases_recount_parents(f->cc, 1));
	is(f, "SELECT n FROM parents WHERE id = 1", 1);
	is(f, "SELECT total FROM parents WHERE id = 1", 5);
	assert_int_equal(cases_recount_parents(f->cc, 12345), CC_NOTFOUND);
}

static void
inside(struct fixture *f)
{
	begin(f);
	assert_int_equal(cc_reconcile(f->cc, NULL, NULL), CC_MISUSE);
	commit(f);
}

static void
by_file(struct fixture *f)
{
	put(f, child_of(1, 1, 5));
	sql(f, "UPDATE parents SET n = 7, money = '3.00', floats = 2, share = 9, balance = 0"
	    " WHERE id = 1");
	sql(f, "UPDATE site SET products = 77");
	verify_finds(f, 6);
	run_file(f, "reconcile");
	is(f, "SELECT n FROM parents WHERE id = 1", 1);
	is(f, "SELECT products FROM site", 2);
	is_text(f, "SELECT money FROM parents WHERE id = 1", "0.00");
}

/* Children come between a reconciler's batches: none is lost, none counted twice. */
static int
insert_between(void *ctx, uint64_t done, uint64_t total)
{
	struct fixture *g = ctx;
	static int64_t id = 100;
	struct cases_children c = child_of(id, 1000 + id % 100, 1);

	(void)done, (void)total;
	id++;
	ok(cases_children_insert(g->cc, &c));
	return 0;
}

static void
between(struct fixture *f)
{
	struct cc_recount_options options = { .batch = 5, .progress = insert_between };
	struct fixture g;

	hundred(f);
	fixture_second(&g, f);
	options.progress_ctx = &g;
	ok(cc_reconcile(f->cc, &options, NULL));
	fixture_close(&g);
	assert_true(number(f, "SELECT count(*) FROM children") > 3);
	verify_clean(f);
}

static const struct behaviour cases[] = {
	{ "reconcile: all right, zero rows, zero writes", all_right },
	{ "reconcile: one wrong by -1", wrong_by_one },
	{ "reconcile: parent without children and counter 9", childless },
	{ "reconcile: only a table, a column, a key range, a filter; dry run", only_some },
	{ "reconcile: stop after batch k and resume", stopped },
	{ "reconcile: little memory, small batches", small_memory },
	{ "reconcile: child inserted between the batches", between },
	{ "negative counters are found and repaired", negative },
	{ "touch on repair only when asked", touch_when_asked },
	{ "verify: threshold", threshold },
	{ "recount of one parent", one_parent },
	{ "reconcile inside a transaction is refused", inside },
	{ "verify.sql and reconcile.sql", by_file },
};

int
main(void)
{
	return behaviour_run(&cases_schema, cases, sizeof cases / sizeof *cases,
	    1u << VERBS | 1u << OWN);
}
