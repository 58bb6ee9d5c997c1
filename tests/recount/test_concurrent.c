/*
 * test_concurrent.c - recounts beside writers and beside each other, each on a connection of its
 * own, in WAL mode.
 */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { USERS = 300, POSTS = 6000 };

struct writer {
	struct shop shop;
	atomic_bool *stop;
	int64_t base;                  /* of the ids that it makes */
	unsigned seed;
	int operations;
};

static struct shop_posts
random_post(struct writer *writer, int64_t id)
{
	unsigned draw = (unsigned)rand_r(&writer->seed);

	return (struct shop_posts){ .id = id,
		.user_id = { .value = draw % USERS + 1, .null = draw % 13 == 0 },
		.country = draw % 2 ? "de" : "fr", .shelf_row = { .value = 1 },
		.shelf_place = draw % 3 ? "a" : "b", .published = draw % 5 < 2,
		.points = (int16_t)(draw % 9), .price = "2.25", .weight = 0.5,
		.invited = false };
}

/* Adds, moves and removes posts through verbs until it is told to stop. */
static void *
write_posts(void *ctx)
{
	struct writer *writer = ctx;
	struct cc *cc = writer->shop.cc;
	int64_t next = writer->base;

	while (!atomic_load(writer->stop) || writer->operations < 50) {
		struct shop_posts post = random_post(writer, next);
		int64_t other = (int64_t)(rand_r(&writer->seed) % POSTS) + 1;
		int result;

		expect_result(cc, cc_begin(cc), CC_OK);
		expect_result(cc, shop_posts_insert(cc, &post), CC_OK);
		next++;
		result = shop_posts_set_user_id(cc, other, post.user_id);
		expect(result == CC_OK || result == CC_NOTFOUND);
		if (next % 3 == 0) {
			result = shop_posts_delete(cc, other % POSTS + 1);
			expect(result == CC_OK || result == CC_NOTFOUND);
		}
		expect_result(cc, cc_commit(cc), CC_OK);
		writer->operations++;
		usleep(500);
	}
	return NULL;
}

static void
start_writers(struct writer *writers, pthread_t *threads, int n, const struct shop *shop,
    atomic_bool *stop)
{
	for (int i = 0; i < n; i++) {
		shop_join(&writers[i].shop, shop);
		writers[i].stop = stop;
		writers[i].base = 1000000 * (i + 1);
		writers[i].seed = (unsigned)i + 1;
		writers[i].operations = 0;
		pthread_create(&threads[i], NULL, write_posts, &writers[i]);
	}
}

static void
stop_writers(struct writer *writers, pthread_t *threads, int n, atomic_bool *stop)
{
	atomic_store(stop, true);
	for (int i = 0; i < n; i++) {
		pthread_join(threads[i], NULL);
		expect(writers[i].operations >= 50);
		expect(writers[i].shop.seen[CC_EVENT_FAILURE] == 0);
		shop_close(&writers[i].shop);
	}
}

/* No post is `invited`: that count never goes down, and a move does not raise it. */
static void
fill(struct shop *shop)
{
	shop_fill(shop, USERS, POSTS);
	run(shop, "UPDATE posts SET invited = 0");
}

static void
drift(struct shop *shop)
{
	run(shop, "BEGIN IMMEDIATE; UPDATE users SET posts_count = posts_count - 1,"
	    " spent = '5.00', published_count = 0 WHERE id %% 3 = 0;"
	    "UPDATE countries SET posts_count = 0; COMMIT");
}

/* A backfill of a live table: what the writers add meanwhile is neither lost nor doubled. */
static void
test_beside_writers(const char *name)
{
	struct cc_recount_options options = { .batch = 10, .pause = 1000 };
	struct cc_recount_report report;
	struct writer writers[2];
	pthread_t threads[2];
	atomic_bool stop = false;
	struct shop shop;

	shop_open(&shop, name, true);
	fill(&shop);
	start_writers(writers, threads, 2, &shop, &stop);
	expect_result(shop.cc, cc_reconcile(shop.cc, &options, &report), CC_OK);
	expect(report.corrected > 200);
	for (int i = 0; i < 3; i++) {
		drift(&shop);
		expect_result(shop.cc, cc_reconcile(shop.cc, &options, &report), CC_OK);
		expect(report.corrected >= 200);
	}
	expect_result(shop.cc, cc_verify(shop.cc, NULL, NULL), CC_OK);
	stop_writers(writers, threads, 2, &stop);
	expect(shop_wrong(&shop) == 0);
	expect_result(shop.cc, cc_verify(shop.cc, NULL, NULL), CC_OK);
	shop_close(&shop);
}

static void *
reconcile(void *ctx)
{
	struct cc_recount_options options = { .batch = 7, .pause = 200, .memory = 1 };
	struct shop *shop = ctx;

	for (int i = 0; i < 3; i++)
		expect_result(shop->cc, cc_reconcile(shop->cc, &options, NULL), CC_OK);
	return NULL;
}

/* Two at once, with a writer between them: nothing is put right twice. */
static void
test_two_reconcilers(const char *name)
{
	struct shop shop, others[2];
	struct writer writer;
	pthread_t threads[2], thread;
	atomic_bool stop = false;

	shop_open(&shop, name, true);
	fill(&shop);
	shop_count_all(&shop);
	drift(&shop);
	start_writers(&writer, &thread, 1, &shop, &stop);
	for (int i = 0; i < 2; i++) {
		shop_join(&others[i], &shop);
		pthread_create(&threads[i], NULL, reconcile, &others[i]);
	}
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		shop_close(&others[i]);
	}
	stop_writers(&writer, &thread, 1, &stop);
	expect(shop_wrong(&shop) == 0);
	expect(number(&shop, "SELECT count(*) FROM cc_drift WHERE table_name = 'users'"
	    " AND column_name = 'posts_count'") == USERS / 3);
	shop_close(&shop);
}

/* Between the snapshot of a reconcile and its writing, others put the same parents right. */
struct intruder {
	struct shop *shop;
	int (*act)(struct shop *shop);
	int times;
};

static int
intrude(void *ctx, uint64_t done, uint64_t total)
{
	struct intruder *intruder = ctx;

	(void)done;
	(void)total;
	if (intruder->times++ == 0)
		expect_result(intruder->shop->cc, intruder->act(intruder->shop), CC_OK);
	return 0;
}

static int
reconcile_all(struct shop *shop)
{
	return cc_reconcile(shop->cc, NULL, NULL);
}

static int
recount_last_user(struct shop *shop)
{
	return shop_recount_users(shop->cc, USERS);
}

static int
repair_last_user(struct shop *shop)
{
	run(shop, "INSERT INTO cc_dirty (table_name, key, reason, at)"
	    " VALUES ('users', '[%d]', '', 0)", USERS);
	return cc_repair(shop->cc, NULL, NULL);
}

/* The parent goes and comes back under the same key: the flush recounts it. */
static int
replace_last_user(struct shop *shop)
{
	int result = shop_users_delete(shop->cc, USERS);

	if (result != CC_OK)
		return result;
	result = shop_users_insert(shop->cc, &(struct shop_users){ .id = USERS,
	    .deleted_at = { .null = true }, .updated_at = { .null = true } });
	if (result != CC_OK)
		return result;
	return shop_posts_set_user_id(shop->cc, 1, (struct cc_int64){ .value = USERS });
}

static int
mark_last_user(struct shop *shop)
{
	run(shop, "INSERT INTO cc_dirty (table_name, key, reason, at)"
	    " VALUES ('users', '[%d]', 'since the snapshot', 1)", USERS);
	return CC_OK;
}

static void
test_intruders(const char *name)
{
	static int (*const acts[])(struct shop *) = { reconcile_all, recount_last_user,
		repair_last_user, replace_last_user, mark_last_user };
	static const char *const users[] = { "users", NULL };

	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		struct shop shop, other;
		struct intruder intruder = { .shop = &other, .act = acts[i] };
		struct cc_recount_options options = { .tables = users, .batch = 20,
			.progress = intrude, .progress_ctx = &intruder };

		shop_open(&shop, name, true);
		fill(&shop);
		shop_count_all(&shop);
		drift(&shop);
		shop_join(&other, &shop);
		expect_result(shop.cc, cc_reconcile(shop.cc, &options, NULL), CC_OK);
		expect(intruder.times >= USERS / 20);
		expect_result(shop.cc, cc_reconcile(shop.cc, NULL, NULL), CC_OK);
		expect(shop_wrong(&shop) == 0);
		expect(number(&shop, "SELECT count(*) FROM cc_drift WHERE table_name = 'users'"
		    " AND column_name = 'posts_count'") <= USERS / 3);
		shop_close(&other);
		shop_close(&shop);
	}
}

/* A mark that somebody set after the snapshot is not cleared by what the snapshot knew. */
static void
test_later_marks(const char *name)
{
	static const char *const users[] = { "users", NULL };
	struct shop shop, other;
	struct intruder intruder = { .shop = &other, .act = mark_last_user };
	struct cc_recount_options options = { .tables = users, .batch = 20,
		.progress = intrude, .progress_ctx = &intruder };

	shop_open(&shop, name, true);
	fill(&shop);
	shop_count_all(&shop);
	drift(&shop);
	shop_join(&other, &shop);
	expect_result(shop.cc, cc_reconcile(shop.cc, &options, NULL), CC_OK);
	expect(number(&shop, "SELECT count(*) FROM cc_dirty") == 1);
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, NULL), CC_OK);
	expect(number(&shop, "SELECT count(*) FROM cc_dirty") == 0);
	shop_close(&other);
	shop_close(&shop);
}

static void
test_busy(const char *name)
{
	struct cc_recount_report report;
	struct shop shop, other;

	shop_open(&shop, name, true);
	shop_fill(&shop, 50, 500);
	shop_join(&other, &shop);
	sqlite3_busy_timeout(shop.db, 50);
	run(&other, "BEGIN IMMEDIATE");
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_BUSY);
	expect_result(shop.cc, cc_repair(shop.cc, NULL, NULL), CC_OK);
	expect_result(shop.cc, shop_recount_users(shop.cc, 1), CC_BUSY);
	expect_result(shop.cc, cc_verify(shop.cc, NULL, NULL), CC_DRIFT);
	expect(report.corrected == 0);
	expect(sqlite3_get_autocommit(shop.db) != 0);
	run(&other, "COMMIT");
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
	expect(shop_wrong(&shop) == 0);
	shop_close(&other);
	shop_close(&shop);
}

static int
die_at_once(void *ctx, uint64_t done, uint64_t total)
{
	int *batches = ctx;

	(void)done;
	(void)total;
	if (--*batches == 0)
		_exit(0);
	return 0;
}

/* A process that dies in the middle leaves nothing wrong, and the next goes on. */
static void
test_killed(const char *name)
{
	struct cc_recount_report report;
	struct shop shop;
	pid_t child;
	int status;

	shop_open(&shop, name, true);
	fill(&shop);
	fflush(stdout);
	child = fork();
	if (child == 0) {
		int batches = 10;
		struct cc_recount_options options = { .batch = 20, .progress = die_at_once,
			.progress_ctx = &batches };
		struct shop own;

		shop_join(&own, &shop);
		cc_reconcile(own.cc, &options, NULL);
		_exit(1);
	}
	expect(waitpid(child, &status, 0) == child && status == 0);
	expect(number(&shop, "SELECT key_done FROM cc_progress WHERE table_name = 'users'"
	    " AND key_done IS NOT NULL") == 0);
	expect_result(shop.cc, cc_reconcile(shop.cc, NULL, &report), CC_OK);
	expect(report.parents > 0 && report.parents < USERS);
	expect(shop_wrong(&shop) == 0);
	shop_close(&shop);
}

int
main(void)
{
	static const struct test tests[] = {
		{ "beside_writers", test_beside_writers },
		{ "two_reconcilers", test_two_reconcilers },
		{ "intruders", test_intruders },
		{ "later_marks", test_later_marks },
		{ "busy", test_busy },
		{ "killed", test_killed }
	};

	return run_tests(tests, sizeof tests / sizeof *tests);
}
