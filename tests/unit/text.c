/*
 * text.c - quoting withstands hostile input, names are safe, the arena holds what it is given.
 */
#include "arena.h"

static const char *
quoted(void (*quote)(struct text *, const char *), const char *value)
{
	struct text out = { .arena = arena };

	quote(&out, value);
	return text_string(&out);
}

static void
c_strings(void **state)
{
	struct text lines = { .arena = arena }, more = { .arena = arena };
	char *longest = arena_alloc(arena, 5001);

	(void)state;
	assert_string_equal(quoted(text_c_string, ""), "\"\"");
	assert_string_equal(quoted(text_c_string, "a\"b\\c\n\t%s*/"), "\"a\\\"b\\\\c\\n\\t%s*/\"");
	assert_string_equal(quoted(text_c_string, "?\?/?\?\?"), "\"?\\?/?\\?\\?\"");
	assert_string_equal(quoted(text_c_string, "\xff" "7\x01"), "\"\\3777\\001\"");
	assert_string_equal(quoted(text_c_string, "na\xc3\xafve"), "\"na\xc3\xafve\"");
	assert_string_equal(quoted(text_c_string, "\xe2\x80\xae"), "\"\\342\\200\\256\"");

	memset(longest, 'x', 4095);
	assert_int_equal(quoted(text_c_string, longest)[0], '"');
	memset(longest, 'x', 4096);
	assert_memory_equal(quoted(text_c_string, longest), "__extension__ \"x", 16);

	text_c_lines(&lines, "SELECT 1\nFROM \"t\"", 1);
	assert_string_equal(text_string(&lines), "\t\"SELECT 1\\n\"\n\t\"FROM \\\"t\\\"\"");
	text_c_lines(&more, "a\n", 0);
	assert_string_equal(text_string(&more), "\"a\\n\"");
}

static void
comments(void **state)
{
	static const char *const hostile[] = {
		"*/", "/*", "**/", "*\n/", "*?\?/\n/", "*\\\n/", "/", "*", "\\", "?\?/", "\xff?/", "?\xff/",
		"/*/", "*/*/", "//*", "*\x01/", "*\xe2\x80\xae/"
	};
	struct text out = { .arena = arena };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		out.length = 0;
		text_add(&out, "/* ");
		text_c_comment(&out, hostile[i], 1);
		text_add(&out, "*/");
		assert_ptr_equal(strstr(out.data, "*/"), out.data + out.length - 2);
		assert_null(strstr(out.data + 1, "/*"));
		assert_null(strstr(out.data, "?\?/"));
	}
	out.length = 0;
	text_c_comment(&out, "one\n\ntwo", 1);
	assert_string_equal(out.data, "one\n\t *\n\t * two");
}

static void
sql_and_json(void **state)
{
	(void)state;
	assert_string_equal(quoted(text_sql_name, "a\"b'c"), "\"a\"\"b'c\"");
	assert_string_equal(quoted(text_sql_string, "it's \"\\\n"), "'it''s \"\\\n'");
	assert_string_equal(quoted(text_sql_string, "a\r\nb"), "('a' || char(13) || '\nb')");
	assert_string_equal(quoted(text_json_string, "a\"\\\n\x01\xffz\xc3\xaf"),
	    "\"a\\\"\\\\\\n\\u0001\\ufffdz\xc3\xaf\"");
}

static void
names(void **state)
{
	static const char *const pairs[][2] = {
		{ "posts_count", "posts_count" }, { "Group", "Group" }, { "order", "order" },
		{ "int", "int_" }, { "register", "register_" }, { "class", "class_" }, { "xor", "xor_" },
		{ "bool", "bool_" }, { "true", "true_" }, { "errno", "errno_" }, { "NULL", "NULL_" },
		{ "INT32_MAX", "INT32_MAX_" }, { "EINVAL", "EINVAL_" }, { "PRId64", "PRId64_" },
		{ "int64_t", "int64_t_" }, { "cc", "cc_" }, { "linux", "linux_" }, { "E", "E" },
		{ "_id", "id_" }, { "__v", "v_" }, { "a__b", "a_b" }, { "2fa", "n2fa" }, { "a\"b", "a_b" },
		{ "", "x" }, { "---", "x" }, { "_int", "int_" },
		{ "na\xc3\xafve", "naive" }, { "Stra\xc3\x9f" "e", "Strasse" }, { "\xc5\xbb", "Z" },
		{ "\xe4\xb8\xad", "u4e2d" }, { "\xff", "xff" }, { "a b", "a_b" }, { "a-", "a_" }
	};
	static const char *const whole[] = { "social", "_int", "deleted" }, *const keyword[] = { "co",
		"await" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_string_equal(name_c(arena, pairs[i][0]), pairs[i][1]);
	assert_string_equal(name_join(arena, whole, 3), "social_int_deleted");
	assert_string_equal(name_join(arena, keyword, 2), "co_await_");
	assert_string_equal(name_join(arena, NULL, 0), "x");
}

static void
growing(void **state)
{
	struct text one = { .arena = arena }, two = { .arena = arena };
	char *large = arena_alloc(arena, 200000), *small;
	size_t i;

	(void)state;
	for (i = 0; i < 200000; i++)
		assert_int_equal(large[i], 0);
	memset(large, 'L', 200000);
	for (i = 0; i < 20000; i++) {
		text_format(&one, "%zu,", i);
		text_add_int(&two, -(int64_t)i);
		if (i % 1000 == 0) {
			small = arena_alloc(arena, 17);
			assert_int_equal((uintptr_t)small % _Alignof(max_align_t), 0);
			assert_memory_equal(small, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 17);
			memset(small, 's', 17);
		}
	}
	assert_int_equal(one.length, 108890);
	assert_int_equal(strlen(one.data), one.length);
	assert_string_equal(one.data + one.length - 12, "19998,19999,");
	assert_string_equal(two.data + two.length - 6, "-19999");
	text_add_int(&two, INT64_MIN);
	assert_string_equal(two.data + two.length - 20, "-9223372036854775808");
	assert_string_equal(arena_format(arena, "%300d", 1) + 299, "1");
	for (i = 0; i < 200000; i++)
		assert_int_equal(large[i], 'L');
}

/* Memory is zeroed when it is used again, and in chunks of every kind. */
static void
emptied(void **state)
{
	struct arena *own = arena_new();
	struct text text = { .arena = own };
	size_t round, i, n;
	char *block;

	(void)state;
	for (round = 0; round < 3; round++) {
		for (i = 0; i < 6000; i++) {
			n = i % 100 == 0 ? 70000 : 1000;
			block = arena_alloc(own, n);
			assert_true(block[0] == 0 && memcmp(block, block + 1, n - 1) == 0);
			memset(block, 'x', n);
		}
		arena_empty(own);
	}
	text_add(&text, "abc");
	assert_string_equal(text_end(&text), "abc");
	block = arena_bytes(own, 64);
	assert_true(block > text.data && block < text.data + 64);
	text_add(&text, "def");
	assert_string_equal(text_end(&text), "abcdef");
	arena_free(own);
}

static void
formats(void **state)
{
	struct text text = { .arena = arena };

	(void)state;
	text_format(&text, "%s|%c|%d|%u|%lld|%%|%.*s|%02x|%zu", "a", 'b', -1, 4000000000u,
	    (long long)INT64_MIN, 2, "cde", 7u, (size_t)8);
	assert_string_equal(text.data, "a|b|-1|4000000000|-9223372036854775808|%|cd|07|8");
	assert_string_equal(arena_format(arena, "%d%s", 0, ""), "0");
	assert_int_equal(strlen(arena_format(arena, "%s%s", text.data, arena_format(arena, "%600d", 1))),
	    text.length + 600);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(c_strings), cmocka_unit_test(comments), cmocka_unit_test(sql_and_json),
		cmocka_unit_test(names), cmocka_unit_test(growing),
		cmocka_unit_test(emptied), cmocka_unit_test(formats)
	};

	return cmocka_run_group_tests_name("text", tests, set_up, tear_down);
}
