/*
 * test_range.c - a value that the database holds outside the range of its field's type.
 *
 * It never wraps: what loads the row fails, and a recount tells that the columns which count the
 * row have no sum, and leaves them.
 */
#include "check.h"

#include <string.h>

/* 32768 in an int16: the low bits are a number as well, and 65536's are 0. */
static const char *const outside[] = { "32768", "-32769", "65536", "9223372036854775807" };

static void
test_recounts(const char *name)
{
	struct cc_recount_report report;
	struct shop shop;

	for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
		shop_open(&shop, name, true);
		shop_fill(&shop, 50, 500);
		shop_count_all(&shop);
		run(&shop, "UPDATE posts SET points = %s WHERE id = (SELECT min(id) FROM posts"
		    " WHERE user_id = 7); UPDATE users SET posts_count = 0 WHERE id = 8",
		    outside[i]);
		expect_result(shop.cc, cc_verify(shop.cc, NULL, &report), CC_DRIFT);
		expect(report.mismatches == 1 && shop.seen[CC_EVENT_FAILURE] > 0);
		expect(strstr(shop.last[CC_EVENT_FAILURE], "outside its field's range") != NULL);
		expect(number(&shop, "SELECT count(*) FROM cc_dirty") == 0);
		expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
		expect(report.mismatches == 1 && report.corrected == 1);
		expect(number(&shop, "SELECT count(*) FROM cc_dirty WHERE table_name = 'users'"
		    " AND key = '[7]'") == 1);
		expect(number(&shop, "SELECT posts_count > 0 FROM users WHERE id = 7") == 1);
		shop_forget(&shop);
		expect_result(shop.cc, shop_recount_users(shop.cc, 7), CC_OK);
		expect(shop.seen[CC_EVENT_FAILURE] > 0);
		expect(number(&shop, "SELECT count(*) FROM cc_dirty WHERE key = '[7]'") == 1);
		run(&shop, "UPDATE posts SET points = 1 WHERE points = %s", outside[i]);
		expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
		expect(number(&shop, "SELECT count(*) FROM cc_dirty") == 0);
		expect(shop_wrong(&shop) == 0);
		shop_close(&shop);
	}
}

/* The ends of the range are in it. */
static void
test_ends(const char *name)
{
	struct cc_recount_report report;
	struct shop_posts row;
	struct shop shop;

	shop_open(&shop, name, true);
	run(&shop, "INSERT INTO users (id) VALUES (1); INSERT INTO posts (id, user_id, published,"
	    " points, price, weight, invited) VALUES (1, 1, 0, -32768, '0', 0, 0),"
	    " (2, 1, 0, 32767, '0', 0, 0)");
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
	expect(shop.seen[CC_EVENT_FAILURE] == 0 && shop_wrong(&shop) == 0);
	expect_result(shop.cc, shop_posts_load_for_update(shop.cc, 1, &row), CC_OK);
	expect(row.points == INT16_MIN);
	shop_close(&shop);
}

static void
test_loads(const char *name)
{
	struct shop_posts row = { .id = 1 };
	struct shop shop;

	for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
		shop_open(&shop, name, true);
		shop_fill(&shop, 5, 20);
		shop_count_all(&shop);
		run(&shop, "UPDATE posts SET points = %s WHERE id = 1; BEGIN", outside[i]);
		expect_result(shop.cc, shop_posts_load_for_update(shop.cc, 1, &row), CC_SCHEMA);
		expect(strstr(cc_errmsg(shop.cc), "points") != NULL);
		expect(strstr(cc_errmsg(shop.cc), outside[i]) != NULL);
		expect_result(shop.cc, shop_posts_delete(shop.cc, 1), CC_SCHEMA);
		expect(number(&shop, "SELECT count(*) FROM posts WHERE id = 1") == 1);
		run(&shop, "COMMIT");
		shop_close(&shop);
	}
}

/* What a program reads of a maintained column. */
static void
test_counters(const char *name)
{
	struct shop_users_counters counters;
	struct shop shop;

	shop_open(&shop, name, true);
	shop_fill(&shop, 5, 20);
	shop_count_all(&shop);
	run(&shop, "UPDATE users SET published_count = 4294967296 WHERE id = 1");
	expect_result(shop.cc, shop_users_counters(shop.cc, 2, &counters), CC_OK);
	expect_result(shop.cc, shop_users_counters(shop.cc, 1, &counters), CC_SCHEMA);
	expect(strstr(cc_errmsg(shop.cc), "published_count") != NULL);
	shop_close(&shop);
}

int
main(void)
{
	static const struct test tests[] = {
		{ "range_recounts", test_recounts },
		{ "range_ends", test_ends },
		{ "range_loads", test_loads },
		{ "range_counters", test_counters }
	};

	return run_tests(tests, sizeof tests / sizeof *tests);
}
