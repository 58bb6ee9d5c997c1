/* keys.c - keys sort as bytes and travel as JSON; values keep their meaning in every storage. */
#include "fixture.h"

#include "cc.h"

struct row {
	int64_t id;
	const char *code;
	int64_t seconds, millis, iso;
	int32_t day;
	const char *exact, *units;
	struct cc_float64 ratio;
	struct cc_bool flag;
	struct cc_int16 small;
	float single;
};

#define FIELD(member, type, storage, flags, scale) \
	{ #member, offsetof(struct row, member), type, storage, flags, scale }
static const struct cc_field fields[] = {
	FIELD(id, CC_INT64, CC_PLAIN, 0, 0),
	FIELD(code, CC_TEXT, CC_PLAIN, CC_FIELD_NULLABLE, 0),
	FIELD(seconds, CC_TIMESTAMP, CC_SECONDS, 0, 0),
	FIELD(millis, CC_TIMESTAMP, CC_MILLIS, 0, 0),
	FIELD(iso, CC_TIMESTAMP, CC_ISO, 0, 0),
	FIELD(day, CC_DATE, CC_PLAIN, 0, 0),
	FIELD(exact, CC_DECIMAL, CC_PLAIN, CC_FIELD_NULLABLE, 2),
	FIELD(units, CC_DECIMAL, CC_UNITS, CC_FIELD_NULLABLE, 2),
	FIELD(ratio, CC_FLOAT64, CC_PLAIN, CC_FIELD_NULLABLE, 0),
	FIELD(flag, CC_BOOL, CC_PLAIN, CC_FIELD_NULLABLE, 0),
	FIELD(small, CC_INT16, CC_PLAIN, CC_FIELD_NULLABLE, 0),
	FIELD(single, CC_FLOAT32, CC_PLAIN, 0, 0),
};
enum { FIELDS = sizeof fields / sizeof fields[0] };
static const struct cc_table table = { .name = "t", .sql_name = "t",
	.row_size = sizeof(struct row), .fields = fields, .n_fields = FIELDS };

static const uint16_t two[] = { 1, 0 };

static void
test_order(void **state)
{
	static const struct { const char *code; int64_t id; } keys[] = {
		{ "", INT64_MIN }, { "", -1 }, { "", 0 }, { "", INT64_MAX }, { "a", -5 },
		{ "a", 256 }, { "a\x01", 0 }, { "aa", 0 }, { "b", 0 }, { "\xc3\xa9", 0 },
	};
	struct cc_text a = {0}, b = {0};
	union cc_part parts[2], back[2];

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		parts[0].s = keys[i].code;
		parts[1].i = keys[i].id;
		cc_text_clear(&b);
		cc_key_encode(&b, fields, two, 2, parts);
		if (i > 0)
			assert_true(memcmp(a.data, b.data,
			    a.length < b.length ? a.length : b.length) < 0);
		cc_key_decode(b.data, fields, two, 2, back);
		assert_true(cc_key_equal(fields, two, 2, parts, back));
		cc_text_clear(&a);
		cc_text_bytes(&a, b.data, b.length);
	}
	cc_text_free(&a);
	cc_text_free(&b);
}

static void
test_json_is_sqlite_s(void **state)
{
	static const char *const texts[] = { "", "de", "a\"b\\c/", "\b\f\n\r\t\x01\x1f\x7f",
		"na\xc3\xafve \xf0\x9f\x98\x80" };
	struct fixture *f = *state;
	struct cc_text json = {0};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		union cc_part parts[2] = { { .s = texts[i] }, { .i = -42 } }, back[2];
		sqlite3_stmt *st;

		cc_text_clear(&json);
		cc_key_json(&json, fields, two, 2, parts);
		sqlite3_prepare_v2(f->db, "SELECT json_array(?1, ?2)", -1, &st, NULL);
		sqlite3_bind_text(st, 1, texts[i], -1, SQLITE_STATIC);
		sqlite3_bind_int64(st, 2, -42);
		assert_int_equal(sqlite3_step(st), SQLITE_ROW);
		assert_string_equal(json.data, (const char *)sqlite3_column_text(st, 0));
		sqlite3_finalize(st);
		assert_ok(f, cc_key_parse(f->cc, json.data, fields, two, 2, back,
		    &f->cc->scratch));
		assert_true(cc_key_equal(fields, two, 2, parts, back));
	}
	cc_text_free(&json);
}

static void
test_json_that_is_no_key(void **state)
{
	static const char *const bad[] = { "", "[", "[]", "[1]", "[\"a\"]", "[\"a\",1,2]",
		"[\"a\",\"1\"]", "[\"a\",1", "[\"a,1]", "[\"\\x\",1]", "[\"\\u12\",1]", "[\"a\",1] x",
		"{\"a\":1}", "[\"a\",99999999999999999999]", "[\"\\u0000\",1]", "[a,1]" };
	struct fixture *f = *state;
	union cc_part parts[2];

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(cc_key_parse(f->cc, bad[i], fields, two, 2, parts,
		    &f->cc->scratch), CC_MISUSE);
	assert_ok(f, cc_key_parse(f->cc, " [ \"\\u00e9\\ud83d\\ude00\" , 7 ] ", fields, two, 2,
	    parts, &f->cc->scratch));
	assert_string_equal(parts[0].s, "\xc3\xa9\xf0\x9f\x98\x80");
}

static void
test_storage_round_trip(void **state)
{
	struct fixture *f = *state;
	struct row row = { .id = -3, .code = "x", .seconds = -1000000, .millis = 1500000,
		.iso = INT64_C(1700000000123456), .day = -1, .exact = "-12.50",
		.units = "3.05", .ratio = { .value = 0.5 }, .flag = { .value = true },
		.small = { .null = true }, .single = 1.5f };
	struct row back;
	struct cc_statement *st;
	struct cc_arena arena = {0};

	assert_ok(f, cc_prepare(f->cc, &st, NULL,
	    "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12"));
	for (int i = 0; i < FIELDS; i++)
		cc_bind_field(st, i + 1, &fields[i], &row);
	assert_int_equal(cc_step(st), CC_ROW);
	assert_int_equal(cc_get_int(st, 2), -1);
	assert_int_equal(cc_get_int(st, 3), 1500);
	assert_string_equal(cc_get_text(st, 4), "2023-11-14 22:13:20.123456");
	assert_string_equal(cc_get_text(st, 5), "1969-12-31");
	assert_string_equal(cc_get_text(st, 6), "-12.50");
	assert_int_equal(cc_get_int(st, 7), 305);
	assert_ok(f, cc_row_read(st, 0, &table, &back, &arena));
	cc_reset(st);
	for (int i = 0; i < FIELDS; i++)
		if (!cc_field_equal(&fields[i], &row, &back))
			fail_msg("%s", fields[i].name);
	assert_true(back.small.null);
	assert_false(cc_field_equal(&fields[0], &row, &(struct row){ .id = 3 }));
	cc_arena_free(&arena);
}

static void
test_decimals(void **state)
{
	static const struct { const char *text; int scale; bool good; int64_t units; } cases[] = {
		{ "1.005", 2, true, 101 }, { "-1.005", 2, true, -101 }, { "1.0049", 2, true, 100 },
		{ ".5", 1, true, 5 }, { "7", 3, true, 7000 }, { "+7.", 0, true, 7 },
		{ "9223372036854775807", 0, true, INT64_MAX },
		{ "-9223372036854775808", 0, true, INT64_MIN },
		{ "9223372036854775808", 0, false, 0 }, { "92233720368547758.08", 3, false, 0 },
		{ "", 0, false, 0 }, { ".", 2, false, 0 }, { "1e5", 2, false, 0 },
		{ "1.2.3", 2, false, 0 }, { "-", 0, false, 0 },
	};
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t units = 0;

		if (cc_decimal_parse(cases[i].text, cases[i].scale, &units) != cases[i].good ||
		    (cases[i].good && units != cases[i].units))
			fail_msg("%s", cases[i].text);
	}
	cc_decimal_print(-5, 2, text);
	assert_string_equal(text, "-0.05");
	cc_decimal_print(INT64_MIN, 18, text);
	assert_string_equal(text, "-9.223372036854775808");
	cc_decimal_print(12, 0, text);
	assert_string_equal(text, "12");
}

static void
test_calendar(void **state)
{
	struct fixture *f = *state;
	char text[40], sql[100];
	int64_t micros;
	int32_t days;

	for (int32_t day = -800000; day < 2900000; day += 997) {
		cc_date_print(day, text);
		snprintf(sql, sizeof sql, "SELECT date(%d * 86400, 'unixepoch')", day);
		assert_string_equal(text, fixture_text(f, sql));
		assert_true(cc_date_parse(text, &days));
		assert_int_equal(days, day);
	}
	assert_false(cc_date_parse("2023-02-29", &days));
	assert_true(cc_date_parse("2024-02-29", &days));
	assert_false(cc_date_parse("2024-13-01", &days));
	assert_false(cc_date_parse("2024-1-01", &days));
	assert_true(cc_timestamp_parse("2024-02-29T12:30:00+01:30", &micros));
	assert_int_equal(micros, INT64_C(1709204400000000));
	assert_true(cc_timestamp_parse("1969-12-31 23:59:59.5Z", &micros));
	assert_int_equal(micros, -500000);
	cc_timestamp_print(micros, text);
	assert_string_equal(text, "1969-12-31 23:59:59.500000");
	assert_false(cc_timestamp_parse("2024-02-29 25:00:00", &micros));
	assert_false(cc_timestamp_parse("2024-02-29 12:00:00 x", &micros));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_order),
		TEST(test_json_is_sqlite_s),
		TEST(test_json_that_is_no_key),
		TEST(test_storage_round_trip),
		TEST(test_decimals),
		TEST(test_calendar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
