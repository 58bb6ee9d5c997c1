/*
 * definition.c - the hash of a definition follows what it means, not how it is spelt.
 */
#include "arena.h"
#include "plan.h"

/* Of users.n, defined so, over posts with these items besides the usual ones. */
static const char *
hash(const char *definition, const char *items)
{
	const char *text = arena_format(arena, "schema s;"
	    "table users { id int64 primary key; n int64 = %s; }"
	    "table posts { id int64 primary key; author_id int64? references users;"
	    " closed bool; score int32; kind text; %s }", definition, items);
	struct source *source = source_of_text(arena, "unit", text, strlen(text));
	struct schema *schema = grammar_parse(source);

	if (!check_schema(schema)) {
		source_print(source, stderr, 0);
		fail();
	}
	return plan_make(schema, SQL_SQLITE)->tables[0].columns[0].hash;
}

#define SAME(a, b) assert_string_equal(hash(a, ""), hash(b, ""))
#define OTHER(a, b) assert_string_not_equal(hash(a, ""), hash(b, ""))

static void
spelling_does_not_matter(void **state)
{
	(void)state;
	SAME("count(*) from posts", "count(*)   from posts by author_id /* so */");
	SAME("count(*) from posts where (closed)", "count(*) from posts where closed");
	SAME("sum(score + 1) from posts", "sum((score) + (1)) from posts");
}

static void
meaning_matters(void **state)
{
	(void)state;
	OTHER("count(*) from posts", "sum(score) from posts");
	OTHER("count(*) from posts", "count(*) from posts where closed");
	OTHER("count(*) from posts where closed", "count(*) from posts where not closed");
	OTHER("sum(score) from posts", "sum(score + 1) from posts");
	OTHER("sum(score + 1) from posts", "sum(score - 1) from posts");
	OTHER("count(*) from posts where kind = 'a'", "count(*) from posts where kind = 'b'");
	OTHER("count(*) from posts where kind in ('a', 'b')",
	    "count(*) from posts where kind not in ('a', 'b')");
	OTHER("count(*) from posts", "count(*) from posts never decrement");
	OTHER("count(*) from posts", "2 * (count(*) from posts)");
}

static void
a_named_condition_is_what_it_stands_for(void **state)
{
	const char *named = "count(*) from posts where good";

	(void)state;
	assert_string_equal(hash(named, "condition good where score > 3;"),
	    hash("count(*) from posts where score > 3", ""));
	assert_string_not_equal(hash(named, "condition good where score > 3;"),
	    hash(named, "condition good where score > 4;"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(spelling_does_not_matter, set_up, tear_down),
		cmocka_unit_test_setup_teardown(meaning_matters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_named_condition_is_what_it_stands_for, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
