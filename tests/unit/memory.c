/*
 * memory.c - what the runtime allocates: how much, how often, and what happens when it may not.
 *
 * link: -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc
 */
#include <malloc.h>
#include <time.h>

#include "allocation.h"
#include "fixture.h"

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { PLAIN = 0 };
#else
enum { PLAIN = 1 };
#endif

static void
people(struct fixture *f)
{
	fixture_exec(f, "INSERT INTO users (id) VALUES (1), (2);"
	    "INSERT INTO groups (id, name, heft) VALUES (1, 'a', 0), (2, 'b', 0);"
	    "UPDATE site SET groups_count = 2; INSERT INTO places (code, region) VALUES"
	    " ('de', 1), ('a long enough code to need memory', 2)");
}

static struct post
post(int64_t id, int64_t group, int64_t amount)
{
	return (struct post){ .id = id, .group_id = VALUE(group), .author_id = VALUE(1),
		.editor_id = NONE, .amount = VALUE(amount) };
}

static void
test_nothing_once_warm(void **state)
{
	struct fixture *f = *state;
	unsigned long before = 0;

	people(f);
	cc_observe(f->cc, NULL, NULL);
	for (int64_t round = 0; round < 4; round++) {
		if (round == 2)
			before = allocations;
		assert_ok(f, cc_begin(f->cc));
		for (int64_t i = 0; i < 100; i++) {
			struct post row = post(round * 100 + i, 1 + i % 2, 1);

			assert_ok(f, cc_row_insert(f->cc, TABLE(POSTS), &row));
			assert_ok(f, cc_row_set(f->cc, TABLE(POSTS), KEY(row.id), 1, &VALUE(1)));
			assert_ok(f, cc_row_insert(f->cc, TABLE(ORDERS), &(struct order){
			    round * 100 + i, "a long enough code to need memory", 2 }));
		}
		assert_ok(f, cc_begin(f->cc));
		assert_ok(f, cc_row_delete(f->cc, TABLE(POSTS), KEY(round * 100)));
		assert_ok(f, cc_rollback(f->cc));
		assert_ok(f, cc_commit(f->cc));
	}
	assert_int_equal(allocations, before);
	fixture_check(f);
}

static void
test_a_million_parents(void **state)
{
	enum { PARENTS = 1000000 };
	struct fixture *f = *state;
	struct mallinfo2 before = mallinfo2(), after;
	size_t bytes;

	assert_ok(f, cc_begin(f->cc));
	for (int64_t i = 0; i < PARENTS; i++)
		assert_ok(f, cc_row_inserted(f->cc, TABLE(NODES), &(struct node){ i,
		    VALUE(i * 7) }));
	after = mallinfo2();
	bytes = after.uordblks + after.hblkhd - before.uordblks - before.hblkhd;
	if (PLAIN)
		assert_in_range(bytes / PARENTS, 8, 100 + sizeof(union cc_number));
	assert_ok(f, cc_rollback(f->cc));
}

static int64_t
nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* The best of many rounds, against a bound that a loaded machine keeps as well. */
static void
test_a_hook_costs_little(void **state)
{
	struct fixture *f = *state;
	int64_t best = INT64_MAX;

	people(f);
	assert_ok(f, cc_begin(f->cc));
	for (int round = 0; round < 50; round++) {
		int64_t start = nanoseconds();

		for (int64_t i = 0; i < 1000; i++) {
			struct order row = { i, "de", 1 };
			struct node node = { i, VALUE(i) };

			cc_row_inserted(f->cc, TABLE(i % 2 == 0 ? ORDERS : NODES),
			    i % 2 == 0 ? (void *)&row : (void *)&node);
		}
		if (nanoseconds() - start < best)
			best = nanoseconds() - start;
	}
	print_message("# %lld ns a hook\n", (long long)best / 1000);
	if (PLAIN)
		assert_in_range(best / 1000, 0, 500);
	assert_ok(f, cc_rollback(f->cc));
}

/* ---- failing allocations ----------------------------------------------------------------- */

static void
test_open_without_memory(void **state)
{
	struct fixture *f = *state;
	int result = CC_NOMEM;

	cc_close(f->cc);
	for (unsigned long n = 1; result != CC_OK; n++) {
		fail_at = allocations + n;
		result = cc_open_sqlite(&f->cc, f->db, &fixture_schema, NULL);
		fail_at = 0;
		if (result == CC_OK)
			break;
		assert_int_equal(result, CC_NOMEM);
		assert_null(f->cc);
	}
	assert_non_null(f->cc);
}

/* Each step is done wholly or not at all, whichever allocation of it fails. */
static int
step(struct fixture *f, int which, int64_t id)
{
	struct post row = post(id, 1 + id % 2, id);
	struct order order = { id, id % 2 ? "de" : "a long enough code to need memory",
		id % 2 ? 1 : 2 };

	switch (which) {
	case 0:
		return cc_row_insert(f->cc, TABLE(POSTS), &row);
	case 1:
		return cc_row_insert(f->cc, TABLE(ORDERS), &order);
	case 2:
		return cc_row_set(f->cc, TABLE(POSTS), KEY(id), 1, &VALUE(1));
	case 3:
		return cc_row_insert(f->cc, TABLE(LABELS), &(struct label){ "a" });
	case 4:
		return cc_row_delete(f->cc, TABLE(USERS), KEY(2));
	case 5:
		return cc_row_insert(f->cc, TABLE(GROUPS), &(struct group){ .id = 100 + id,
		    .name = "late", .archived = NONE });
	case 6:
		return cc_row_delete(f->cc, TABLE(GROUPS), KEY(2));
	default:
		return cc_commit(f->cc);
	}
}

static void
life(struct fixture *f, bool savepoint, unsigned long n)
{
	int64_t id = (int64_t)n * 100;
	bool failed = false;

	cc_close(f->cc);
	f->cc = NULL;
	assert_int_equal(cc_open_sqlite(&f->cc, f->db, &fixture_schema, NULL), CC_OK);
	assert_ok(f, cc_begin(f->cc));
	if (savepoint) {
		assert_ok(f, cc_savepoint(f->cc, "s"));
	}
	fail_at = allocations + n;
	for (int which = 0; which < 8; which++) {
		int result = step(f, which, id + (which == 2 ? 0 : which));

		if (result == CC_NOMEM && !failed) {
			failed = true;
			fail_at = 0;
			if (savepoint && which == 6) {
				assert_ok(f, cc_rollback_to(f->cc, "s"));
			}
			result = step(f, which, id + (which == 2 ? 0 : which));
		}
		if (which == 4 || which == 6)
			result = result == CC_NOTFOUND ? CC_OK : result;
		if (result != CC_OK && !(savepoint && which == 2 && result == CC_NOTFOUND))
			fail_msg("allocation %lu, step %d: %s: %s", n, which,
			    cc_result_name(result), cc_errmsg(f->cc));
	}
	fail_at = 0;
	fixture_check(f);
	fixture_exec(f, "DELETE FROM groups; DELETE FROM posts; DELETE FROM users;"
	    "DELETE FROM labels; DELETE FROM orders; DELETE FROM places; DELETE FROM cc_dirty");
	people(f);
}

static void
test_steps_without_memory(void **state)
{
	struct fixture *f = *state;

	people(f);
	for (unsigned long n = 1; n < 150; n++) {
		life(f, false, n);
		life(f, true, n);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_once_warm),
		TEST(test_a_million_parents),
		TEST(test_a_hook_costs_little),
		TEST(test_open_without_memory),
		TEST(test_steps_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
