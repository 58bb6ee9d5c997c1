/*
 * test_recount.c - verify, reconcile, repair and single parents on a database that nobody else
 * writes to.
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

static void
test_backfill(const char *name)
{
	struct cc_recount_report report;
	struct shop shop;
	int64_t wrong;

	shop_open(&shop, name, true);
	shop_fill(&shop, 200, 3000);
	wrong = shop_wrong(&shop);
	expect(wrong > 100);
	expect_result(shop.cc, cc_verify(shop.cc, NULL, &report), CC_DRIFT);
	expect((int64_t)report.mismatches == wrong);
	expect(report.corrected == 0 && report.parents == 208);
	expect(report.children == 3000 + (uint64_t)number(&shop, "SELECT count(*) FROM mentions"));
	expect((int64_t)shop.seen[CC_EVENT_DRIFT] == wrong);
	expect(shop_wrong(&shop) == wrong);
	expect(number(&shop, "SELECT count(*) FROM cc_drift") == 0);
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
	expect((int64_t)report.mismatches == wrong && (int64_t)report.corrected == wrong);
	expect(shop_wrong(&shop) == 0);
	expect(number(&shop, "SELECT count(*) FROM cc_drift WHERE by_what = 'reconcile'") == wrong);
	expect(number(&shop, "SELECT count(*) FROM cc_meta WHERE state <> 'ready'") == 0);
	shop_forget(&shop);
	expect_result(shop.cc, cc_verify(shop.cc, NULL, &report), CC_OK);
	expect(report.mismatches == 0 && shop.seen[CC_EVENT_DRIFT] == 0);
	expect(number(&shop, "SELECT count(*) FROM users WHERE updated_at IS NOT NULL") == 0);
	shop_close(&shop);
}

/* All right: no row of the application is written. */
static void
test_clean(const char *name)
{
	struct cc_recount_report report;
	struct shop shop;

	shop_open(&shop, name, true);
	shop_fill(&shop, 50, 500);
	shop_count_all(&shop);
	run(&shop, "CREATE TRIGGER t1 BEFORE UPDATE ON users BEGIN SELECT raise(ABORT, 'u'); END;"
	    "CREATE TRIGGER t2 BEFORE UPDATE ON countries BEGIN SELECT raise(ABORT, 'c'); END;"
	    "CREATE TRIGGER t3 BEFORE UPDATE ON site BEGIN SELECT raise(ABORT, 's'); END");
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
	expect(report.mismatches == 0 && report.corrected == 0);
	expect(shop.seen[CC_EVENT_FAILURE] == 0);
	shop_close(&shop);
}

/* One column of one parent, told with everything that there is to tell. */
static void
test_each_column(const char *name)
{
	static const struct { const char *sql, *told; } drifts[] = {
		{ "UPDATE users SET posts_count = posts_count - 1 WHERE id = 7",
		    "users.posts_count [7] " },
		{ "UPDATE users SET points = points + 5 WHERE id = 7", "users.points [7] " },
		{ "UPDATE users SET spent = '-1.50' WHERE id = 7", "users.spent [7] -1.50>" },
		{ "UPDATE users SET weight = weight + 1 WHERE id = 7", "users.weight [7] " },
		{ "UPDATE users SET dearest = '0.01' WHERE id = 7", "users.dearest [7] 0.01>" },
		{ "UPDATE users SET dearest = 'x' WHERE id = 7", "users.dearest [7] x>" },
		{ "UPDATE users SET published_share = 9 WHERE id = 7",
		    "users.published_share [7] 9" },
		{ "UPDATE users SET mentions_count = -3 WHERE id = 7",
		    "users.mentions_count [7] -3>" },
		{ "UPDATE countries SET posts_count = 0 WHERE code = 'a\"b\\c'",
		    "countries.posts_count [\"a\\\"b\\\\c\"] 0>100: " },
		{ "UPDATE shelves SET posts_count = 0 WHERE \"row\" = 1 AND place = 'b'",
		    "shelves.posts_count [1,\"b\"] 0>" },
		{ "UPDATE site SET posts_count = -1", "site.posts_count [] -1>500: " }
	};
	struct shop shop;

	shop_open(&shop, name, true);
	shop_fill(&shop, 50, 500);
	shop_count_all(&shop);
	for (size_t i = 0; i < sizeof drifts / sizeof *drifts; i++) {
		struct cc_recount_report report;

		run(&shop, "%s", drifts[i].sql);
		shop_forget(&shop);
		expect_result(shop.cc, cc_verify(shop.cc, NULL, &report), CC_DRIFT);
		expect(report.mismatches == 1 && shop.seen[CC_EVENT_DRIFT] == 1);
		if (strncmp(shop.last[CC_EVENT_DRIFT], drifts[i].told, strlen(drifts[i].told)))
			expect_at(false, drifts[i].told, (int)i, shop.last[CC_EVENT_DRIFT]);
		expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
		expect(report.mismatches == 1 && report.corrected == 1);
		expect(shop_wrong(&shop) == 0);
	}
	shop_close(&shop);
}

/* Decimals are numbers, however they are spelt. */
static void
test_spellings(const char *name)
{
	struct cc_recount_report report;
	struct shop shop;

	shop_open(&shop, name, true);
	shop_fill(&shop, 50, 500);
	shop_count_all(&shop);
	run(&shop, "UPDATE users SET spent = '+0' || spent || '0', dearest = '+0' || dearest || '0'");
	expect_result(shop.cc, cc_verify(shop.cc, NULL, &report), CC_OK);
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
	expect(report.mismatches == 0);
	shop_close(&shop);
}

static void
test_derived_follows(const char *name)
{
	struct cc_recount_report report;
	struct shop shop;

	shop_open(&shop, name, true);
	shop_fill(&shop, 50, 500);
	shop_count_all(&shop);
	run(&shop, "UPDATE users SET published_count = 0 WHERE id = 8");
	expect_result(shop.cc, cc_verify(shop.cc, NULL, &report), CC_DRIFT);
	expect(report.mismatches == 1);
	run(&shop, "UPDATE users SET published_share = 0 WHERE id = 8");
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
	expect(report.mismatches == 2 && report.corrected == 2);
	expect(shop_wrong(&shop) == 0);
	shop_close(&shop);
}

static void
test_never_decrement(const char *name)
{
	struct cc_recount_report report;
	struct shop shop;
	int64_t right;

	shop_open(&shop, name, true);
	shop_fill(&shop, 50, 500);
	shop_count_all(&shop);
	right = number(&shop, "SELECT invited_count FROM users WHERE id = 9");
	run(&shop, "UPDATE users SET invited_count = invited_count + 5 WHERE id = 9");
	expect_result(shop.cc, cc_verify(shop.cc, NULL, &report), CC_OK);
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
	expect(report.corrected == 0);
	expect(number(&shop, "SELECT invited_count FROM users WHERE id = 9") == right + 5);
	run(&shop, "UPDATE users SET invited_count = 0 WHERE id = 9");
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
	expect(report.corrected == 1);
	expect(number(&shop, "SELECT invited_count FROM users WHERE id = 9") == right);
	shop_close(&shop);
}

static void
test_null_and_tolerance(const char *name)
{
	struct cc_recount_report report;
	struct shop shop;

	shop_open(&shop, name, true);
	shop_fill(&shop, 50, 500);
	shop_count_all(&shop);
	run(&shop, "INSERT INTO users (id, handle, mentions_count) VALUES (1000, 'z', NULL);"
	    "UPDATE users SET weight = weight * (1 + 1e-13), visits_count = 77 WHERE id = 3;"
	    "UPDATE users SET weight = 1e-14 WHERE id = 1000");
	expect_result(shop.cc, cc_verify(shop.cc, NULL, &report), CC_OK);
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
	expect(report.mismatches == 0);
	expect(number(&shop, "SELECT mentions_count IS 0 FROM users WHERE id = 1000") == 1);
	expect(number(&shop, "SELECT visits_count FROM users WHERE id = 3") == 77);
	run(&shop, "INSERT INTO mentions VALUES (100000, 'z'); UPDATE users SET"
	    " mentions_count = NULL WHERE id = 1000");
	expect_result(shop.cc, cc_verify(shop.cc, NULL, &report), CC_DRIFT);
	expect(strncmp(shop.last[CC_EVENT_DRIFT], "users.mentions_count [1000] NULL>1:", 35) == 0);
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
	expect(shop_wrong(&shop) == 0);
	shop_close(&shop);
}

/* What is outside the scope is not looked at. */
static void
test_scope(const char *name)
{
	struct cc_recount_report report;
	struct shop shop;

	shop_open(&shop, name, true);
	shop_fill(&shop, 50, 500);
	shop_count_all(&shop);
	run(&shop, "UPDATE users SET deleted_at = 1, posts_count = 4711 WHERE id = 4");
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
	expect(report.mismatches == 0 && report.parents == 49 + 8);
	expect(number(&shop, "SELECT posts_count FROM users WHERE id = 4") == 4711);
	expect_result(shop.cc, shop_recount_users(shop.cc, 4), CC_NOTFOUND);
	shop_close(&shop);
}

/* A correction that cannot be made marks its parent, and the run goes on. */
static void
test_failing_corrections(const char *name)
{
	struct cc_recount_report report;
	struct shop shop;

	shop_open(&shop, name, true);
	shop_fill(&shop, 50, 500);
	shop_count_all(&shop);
	run(&shop, "CREATE TRIGGER t BEFORE UPDATE ON users WHEN new.id = 5"
	    " BEGIN SELECT raise(ABORT, 'not this one'); END;"
	    "UPDATE posts SET points = 20000 WHERE user_id = 6;"
	    "UPDATE users SET posts_count = 0 WHERE id IN (6, 7)");
	run(&shop, "DROP TRIGGER t; UPDATE users SET posts_count = 0 WHERE id = 5;"
	    "CREATE TRIGGER t BEFORE UPDATE ON users WHEN new.id = 5"
	    " BEGIN SELECT raise(ABORT, 'not this one'); END");
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
	expect(shop.seen[CC_EVENT_FAILURE] == 2);
	expect(report.mismatches == 4 && report.corrected == 2);
	expect(number(&shop, "SELECT group_concat(key, '') = '[5][6]' FROM (SELECT key FROM"
	    " cc_dirty WHERE table_name = 'users' ORDER BY key)") == 1);
	expect(number(&shop, "SELECT posts_count > 0 FROM users WHERE id = 6") == 1);
	expect(number(&shop, "SELECT posts_count > 0 FROM users WHERE id = 7") == 1);
	expect(number(&shop, "SELECT count(*) FROM cc_meta WHERE table_name = 'users'"
	    " AND state = 'ready'") == 0);
	expect_result(shop.cc, cc_repair(shop.cc, NULL, &report), CC_OK);
	expect(number(&shop, "SELECT count(*) FROM cc_dirty") == 2);
	run(&shop, "DROP TRIGGER t; UPDATE posts SET points = 1 WHERE user_id = 6");
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
	expect(number(&shop, "SELECT count(*) FROM cc_dirty") == 0);
	expect(shop_wrong(&shop) == 0);
	shop_close(&shop);
}

static uint64_t
verify(struct shop *shop, struct cc_recount_options options)
{
	struct cc_recount_report report;

	if (cc_verify(shop->cc, &options, &report) == CC_MISUSE)
		return UINT64_MAX;
	return report.mismatches;
}

static void
test_options(const char *name)
{
	static const char *const countries[] = { "countries", NULL };
	static const char *const columns[] = { "users.posts_count", "users.spent", NULL };
	static const char *const unknown[] = { "users.visits_count", NULL };
	struct cc_recount_report report;
	struct shop shop;

	shop_open(&shop, name, true);
	shop_fill(&shop, 50, 500);
	shop_count_all(&shop);
	run(&shop, "UPDATE users SET posts_count = -1, points = 999, spent = 'x';"
	    "UPDATE countries SET posts_count = 77; INSERT INTO cc_dirty (table_name, key, reason,"
	    " at) VALUES ('users', '[1]', 'test', 0)");
	expect(verify(&shop, (struct cc_recount_options){ .tables = countries }) == 4);
	expect(verify(&shop, (struct cc_recount_options){ .columns = columns }) == 100);
	expect(verify(&shop, (struct cc_recount_options){ .columns = columns,
	    .key_from = "[11]", .key_to = "[20]" }) == 20);
	expect(verify(&shop, (struct cc_recount_options){ .key_from = "[\"de\"]",
	    .key_to = "[\"fr\"]", .tables = countries }) == 2);
	expect(verify(&shop, (struct cc_recount_options){ .columns = columns,
	    .filter = "id % 10 = 1 -- every tenth" }) == 10);
	expect(verify(&shop, (struct cc_recount_options){ .columns = unknown }) == UINT64_MAX);
	expect(verify(&shop, (struct cc_recount_options){ .tables = unknown }) == UINT64_MAX);
	expect(verify(&shop, (struct cc_recount_options){ .tables = unknown + 1 }) == UINT64_MAX);
	expect(verify(&shop, (struct cc_recount_options){ .tables = countries,
	    .columns = columns }) == UINT64_MAX);
	expect(verify(&shop, (struct cc_recount_options){ .columns = columns,
	    .key_from = "nonsense" }) == UINT64_MAX);
	shop_forget(&shop);
	verify(&shop, (struct cc_recount_options){ .threshold = 20, .batch = 7 });
	expect(shop.seen[CC_EVENT_THRESHOLD] == 1);
	shop_forget(&shop);
	expect_result(shop.cc, cc_reconcile(shop.cc, &(struct cc_recount_options){
	    .dry_run = true }, &report), CC_OK);
	expect(report.mismatches == 154 && report.corrected == 0);
	expect(number(&shop, "SELECT count(*) FROM users WHERE posts_count = -1") == 50);
	expect(number(&shop, "SELECT count(*) FROM cc_drift") == 0);
	expect_result(shop.cc, cc_reconcile(shop.cc, &(struct cc_recount_options){
	    .columns = columns, .touch = true }, &report), CC_OK);
	expect(report.corrected == 100);
	expect(number(&shop, "SELECT count(*) FROM users WHERE points = 999") == 50);
	expect(number(&shop, "SELECT count(*) FROM users WHERE updated_at > 0") == 50);
	expect(number(&shop, "SELECT count(*) FROM cc_dirty") == 1);
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, NULL), CC_OK);
	expect(number(&shop, "SELECT count(*) FROM cc_dirty") == 0);
	expect(shop_wrong(&shop) == 0);
	run(&shop, "BEGIN");
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, NULL), CC_MISUSE);
	expect_result(shop.cc, cc_repair(shop.cc, NULL, NULL), CC_MISUSE);
	expect_result(shop.cc, cc_verify(shop.cc, NULL, NULL), CC_OK);
	run(&shop, "COMMIT");
	shop_close(&shop);
}

/* However little memory there is, the result is the same. */
static void
test_little_memory(const char *name)
{
	struct cc_recount_options options = { .memory = 1 };
	struct cc_recount_report report;
	struct shop shop;
	int64_t wrong;

	shop_open(&shop, name, true);
	shop_fill(&shop, 5000, 20000);
	wrong = shop_wrong(&shop);
	expect_result(shop.cc, cc_verify(shop.cc, &options, &report), CC_DRIFT);
	expect((int64_t)report.mismatches == wrong && report.parents == 5008);
	expect(report.children > 4 * 20000);
	expect_result(shop.cc, cc_reconcile(shop.cc, &options, &report), CC_OK);
	expect((int64_t)report.corrected == wrong);
	expect(shop_wrong(&shop) == 0);
	shop_close(&shop);
}

struct stops {
	int after;
	uint64_t done, total;
};

static int
stop_after(void *ctx, uint64_t done, uint64_t total)
{
	struct stops *stops = ctx;

	stops->done = done;
	stops->total = total;
	return --stops->after <= 0;
}

/* A run that was stopped goes on where it was: nobody twice, nobody missed. */
static void
test_stop_and_go_on(const char *name)
{
	struct stops stops = { .after = 4 };
	struct cc_recount_options options = { .batch = 10, .progress = stop_after,
		.progress_ctx = &stops };
	struct cc_recount_report report;
	struct shop shop;
	uint64_t parents = 0;
	int runs = 0, result;

	shop_open(&shop, name, true);
	shop_fill(&shop, 100, 1000);
	do {
		stops.after = 4;
		result = cc_reconcile(shop.cc, &options, &report);
		parents += report.parents;
		expect(stops.total == 108 - parents + report.parents);
		expect(report.parents > 0);
	} while (result == CC_STOPPED && ++runs < 20);
	expect_result(shop.cc, result, CC_OK);
	expect(runs == 3);
	expect(parents == 108);
	expect(shop_wrong(&shop) == 0);
	expect(number(&shop, "SELECT count(*) FROM cc_progress WHERE key_done IS NOT NULL") == 0);
	expect_result(shop.cc, cc_reconcile(shop.cc, &(struct cc_recount_options){ .budget = 1 },
	    &report), CC_STOPPED);
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
	shop_close(&shop);
}

static void
test_repair(const char *name)
{
	struct cc_recount_report report;
	struct shop shop;

	shop_open(&shop, name, true);
	shop_fill(&shop, 50, 500);
	shop_count_all(&shop);
	run(&shop, "UPDATE users SET posts_count = -1 WHERE id IN (1, 2, 3);"
	    "UPDATE countries SET posts_count = 0 WHERE code = 'de';"
	    "INSERT INTO cc_dirty (table_name, key, reason, at) VALUES ('users', '[1]', '', 0),"
	    " ('users', '[2]', '', 0), ('users', '[12345]', 'gone', 0),"
	    " ('countries', '[\"de\"]', '', 0), ('elsewhere', '[1]', 'of another schema', 0)");
	expect_result(shop.cc, cc_repair(shop.cc, &(struct cc_recount_options){ .dry_run = true },
	    &report), CC_OK);
	expect(report.mismatches == 3 && report.corrected == 0);
	expect(number(&shop, "SELECT count(*) FROM cc_dirty") == 5);
	expect_result(shop.cc, cc_repair(shop.cc, NULL, &report), CC_OK);
	expect(report.parents == 3 && report.corrected == 3);
	expect(report.children < 400);
	expect(number(&shop, "SELECT count(*) FROM cc_dirty") == 1);
	expect(number(&shop, "SELECT count(*) FROM cc_drift WHERE by_what = 'repair'") == 3);
	expect(number(&shop, "SELECT posts_count FROM users WHERE id = 3") == -1);
	expect(shop_wrong(&shop) == 1);
	shop_close(&shop);
}

static void
test_one_parent(const char *name)
{
	struct shop shop;

	shop_open(&shop, name, true);
	shop_fill(&shop, 50, 500);
	shop_count_all(&shop);
	run(&shop, "UPDATE users SET posts_count = -1, published_share = 5 WHERE id IN (1, 2);"
	    "UPDATE shelves SET posts_count = 1; UPDATE countries SET posts_count = 1");
	expect_result(shop.cc, shop_recount_users(shop.cc, 1), CC_OK);
	expect_result(shop.cc, shop_recount_shelves(shop.cc, 1, "b"), CC_OK);
	expect_result(shop.cc, shop_recount_shelves(shop.cc, 1, "a"), CC_OK);
	expect_result(shop.cc, shop_recount_countries(shop.cc, "a\"b\\c"), CC_OK);
	expect_result(shop.cc, shop_recount_users(shop.cc, 4711), CC_NOTFOUND);
	expect(number(&shop, "SELECT posts_count FROM users WHERE id = 2") == -1);
	run(&shop, "UPDATE countries SET posts_count = 0 WHERE code = 'is'");
	expect(shop_wrong(&shop) == 2 + 2 + 1);
	expect(number(&shop, "SELECT count(*) FROM cc_drift WHERE by_what = 'recount'") == 5);

	/* with changes pending: nothing is lost, nothing counted twice */
	expect_result(shop.cc, cc_begin(shop.cc), CC_OK);
	run(&shop, "INSERT INTO posts VALUES (9000, 2, 'de', 1, 'a', 1, 1, '1.00', 1, 1)");
	expect_result(shop.cc, shop_posts_inserted(shop.cc, &(struct shop_posts){ .id = 9000,
	    .user_id = { .value = 2 }, .country = "de", .shelf_row = { .value = 1 },
	    .shelf_place = "a", .published = true, .points = 1, .price = "1.00", .weight = 1,
	    .invited = true }), CC_OK);
	expect_result(shop.cc, shop_recount_users(shop.cc, 2), CC_OK);
	expect_result(shop.cc, cc_commit(shop.cc), CC_OK);
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, NULL), CC_OK);
	expect(shop_wrong(&shop) == 0);
	expect(number(&shop, "SELECT count(*) FROM cc_drift WHERE by_what = 'reconcile'") == 3);
	shop_close(&shop);
}

int
main(void)
{
	static const struct test tests[] = {
		{ "backfill", test_backfill },
		{ "clean", test_clean },
		{ "each_column", test_each_column },
		{ "spellings", test_spellings },
		{ "derived_follows", test_derived_follows },
		{ "never_decrement", test_never_decrement },
		{ "null_and_tolerance", test_null_and_tolerance },
		{ "scope", test_scope },
		{ "failing_corrections", test_failing_corrections },
		{ "options", test_options },
		{ "little_memory", test_little_memory },
		{ "stop_and_go_on", test_stop_and_go_on },
		{ "repair", test_repair },
		{ "one_parent", test_one_parent }
	};

	return run_tests(tests, sizeof tests / sizeof *tests);
}
