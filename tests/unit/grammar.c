/*
 * grammar.c - the parser fills in the model as it was written: precedence, clauses, docs, spans.
 */
#include <utlist.h>

#include "arena.h"
#include "schema.h"

static struct source *source;

/* What is between the braces of a table t. */
static struct table *
parse(const char *items)
{
	const char *text = arena_format(arena, "schema s; table t { %s }", items);
	struct schema *schema;

	source = source_of_text(arena, "unit", text, strlen(text));
	schema = grammar_parse(source);
	if (source->errors != 0)
		source_print(source, stderr, 0);
	assert_int_equal(source->errors, 0);
	assert_non_null(schema->tables);
	return schema->tables;
}

static const char *
text_of(struct span span)
{
	return arena_copy(arena, source->text + span.start, span.end - span.start);
}

/* ---- expressions as they nest --------------------------------------------------------- */

static void print(struct text *out, const struct expr *expr);

static void
print_call(struct text *out, const char *head, const struct expr *args)
{
	const struct expr *arg;

	text_format(out, "(%s", head);
	DL_FOREACH(args, arg) {
		text_add_char(out, ' ');
		print(out, arg);
	}
	text_add_char(out, ')');
}

static void
print(struct text *out, const struct expr *expr)
{
	static const char *const words[] = { [EXPR_NEGATE] = "neg", [EXPR_ADD] = "+",
		[EXPR_SUBTRACT] = "-", [EXPR_MULTIPLY] = "*", [EXPR_DIVIDE] = "/",
		[EXPR_MODULO] = "%", [EXPR_EQ] = "=", [EXPR_NE] = "<>", [EXPR_LT] = "<",
		[EXPR_LE] = "<=", [EXPR_GT] = ">", [EXPR_GE] = ">=", [EXPR_IS_NULL] = "null?",
		[EXPR_IS_DISTINCT] = "distinct?", [EXPR_IN] = "in", [EXPR_BETWEEN] = "between",
		[EXPR_NOT] = "not", [EXPR_AND] = "and", [EXPR_OR] = "or", [EXPR_CASE] = "case" };
	size_t i;

	if (expr->negated)
		text_add(out, "!");
	switch (expr->kind) {
	case EXPR_NULL:
		text_add(out, "null");
		break;
	case EXPR_BOOL:
		text_add(out, expr->boolean ? "true" : "false");
		break;
	case EXPR_INT:
		text_add_int(out, expr->integer);
		break;
	case EXPR_DECIMAL:
		text_add(out, expr->text);
		break;
	case EXPR_TEXT:
		text_format(out, "<%s>", expr->text);
		break;
	case EXPR_INTERVAL:
		text_format(out, "interval:%d:%d", (int)expr->integer, (int)expr->unit);
		break;
	case EXPR_NAME:
		for (i = 0; i < expr->n_names; i++)
			text_format(out, "%s%s", i > 0 ? "." : "", expr->names[i].text);
		break;
	case EXPR_CALL:
		print_call(out, expr->names[0].text, expr->args);
		break;
	case EXPR_NOW:
		text_add(out, "now");
		break;
	case EXPR_SOURCE:
		text_format(out, "[%s]", expr->source->from.text);
		break;
	default:
		print_call(out, words[expr->kind], expr->args);
	}
}

static void
expect(const char *expression, const char *wanted)
{
	struct table *table = parse(arena_format(arena, "x int64 = %s;", expression));
	struct text out = { .arena = arena };

	print(&out, table->columns->definition);
	assert_string_equal(text_string(&out), wanted);
}

static void
precedence(void **state)
{
	(void)state;
	expect("a + b * c - d", "(- (+ a (* b c)) d)");
	expect("a / b % c * d", "(* (% (/ a b) c) d)");
	expect("(a + b) * c", "(* (+ a b) c)");
	expect("- a * b", "(* (neg a) b)");
	expect("a - -1 - - b", "(- (- a -1) (neg b))");
	expect("not a = b and c or d and not e", "(or (and (not (= a b)) c) (and d (not e)))");
	expect("a or b or c", "(or (or a b) c)");
	expect("a + 1 < b * 2", "(< (+ a 1) (* b 2))");
	expect("a is null and b is not null", "(and (null? a) !(null? b))");
	expect("a is distinct from b + 1", "(distinct? a (+ b 1))");
	expect("a is not distinct from b", "!(distinct? a b)");
	expect("a in (1, b + 2) or a not in ('x')", "(or (in a 1 (+ b 2)) !(in a <x>))");
	expect("a between 1 and 2 and b not between c and d + 1",
	    "(and (between a 1 2) !(between b c (+ d 1)))");
	expect("case when a then 1 when b then 2 else 3 end", "(case a 1 b 2 3)");
	expect("case when a then 1 end + 1", "(+ (case a 1) 1)");
}

static void
primaries(void **state)
{
	(void)state;
	expect("a.b.\"c d\"", "a.b.c d");
	expect("'it''s'", "<it's>");
	expect("\"a\"\"b\" = ''", "(= a\"b <>)");
	expect("coalesce(a, 0, -1)", "(coalesce a 0 -1)");
	expect("now() - 30 days", "(- now interval:30:3)");
	expect("\"now\"(1)", "(now 1)");
	expect("date + day", "(+ date day)");
	expect("9223372036854775807", "9223372036854775807");
	expect("-9223372036854775808", "-9223372036854775808");
	expect("1.50", "1.50");
	expect("true <> null", "(<> true null)");
	expect("(count(*) from a) + 2 * (sum(x) from b by c where d)", "(+ [a] (* 2 [b]))");
}

static void
spans(void **state)
{
	const struct column *column;

	(void)state;
	column = parse("x int64 = (a + lower( b )) is not null;")->columns;
	assert_string_equal(text_of(column->span), "x int64 = (a + lower( b )) is not null;");
	assert_string_equal(text_of(column->definition->span), "(a + lower( b )) is not null");
	assert_string_equal(text_of(column->definition->args->span), "a + lower( b )");
	assert_string_equal(text_of(column->definition->args->args->next->span), "lower( b )");
	column = parse("x decimal ( 10 , 2 ) ? = - 5;")->columns;
	assert_string_equal(text_of(column->type.span), "decimal ( 10 , 2 ) ?");
	assert_string_equal(text_of(column->definition->span), "- 5");
}

/* ---- declarations ------------------------------------------------------------------------ */

static void
columns(void **state)
{
	const struct table *table = parse(
	    "id int64 as \"Id\" primary key; price decimal(10,2,units)?; \"at\" timestamp(millis) unique;"
	    "day date; name text(255); n int32 tally;"
	    "m int64 = count(*) from t touch day using immediate never decrement;");
	const struct column *c = table->columns;

	(void)state;
	assert_true(c->primary_key && !c->unique && c->kind == COLUMN_PLAIN);
	assert_string_equal(column_sql_name(c), "Id");
	c = c->next;
	assert_true(c->type.kind == TYPE_DECIMAL && c->type.precision == 10 &&
	    c->type.scale == 2 && c->type.storage == STORAGE_UNITS && c->type.nullable);
	assert_string_equal(column_sql_name(c), "price");
	c = c->next;
	assert_true(c->unique && c->type.storage == STORAGE_MILLIS && !c->type.nullable);
	c = c->next->next;
	assert_int_equal(c->type.precision, 255);
	c = c->next;
	assert_true(c->kind == COLUMN_TALLY && c->strategy == STRATEGY_DEFERRED);
	c = c->next;
	assert_true(c->kind == COLUMN_MAINTAINED && c->never_decrement &&
	    c->strategy == STRATEGY_IMMEDIATE && c->strategy_span.end != 0);
	assert_string_equal(c->touch.text, "day");
	assert_null(c->next);
}

static void
references(void **state)
{
	const struct table *table = parse(
	    "item int64? references a when kind = 'A' on delete set null, references b (x, y)"
	    " on delete cascade; reference day (g, date(at)) to daily (g, day);"
	    "primary key (g, at); unique (g); condition open where closed is null;");
	const struct reference *r = table->references;

	(void)state;
	assert_string_equal(r->name.text, "item");
	assert_string_equal(r->target.text, "a");
	assert_string_equal(r->exprs->names[0].text, "item");
	assert_true(r->when->kind == EXPR_EQ && r->on_delete == ON_DELETE_SET_NULL &&
	    r->n_target_columns == 0);
	r = r->next;
	assert_string_equal(r->name.text, "item");
	assert_true(r->on_delete == ON_DELETE_CASCADE && r->n_target_columns == 2 && !r->when);
	assert_string_equal(r->target_columns[1].text, "y");
	r = r->next;
	assert_string_equal(r->name.text, "day");
	assert_true(r->exprs->next->kind == EXPR_CALL && r->on_delete == ON_DELETE_UNSAID);
	assert_null(r->next);
	assert_true(table->keys->primary && table->keys->n_names == 2);
	assert_false(table->keys->next->primary);
	assert_string_equal(table->conditions->name.text, "open");
}

static void
sources(void **state)
{
	const struct column *c = parse(
	    "a int64? = max(x) else keep from u by p.q+.r* where z;"
	    "b int64? = first(id order by x desc, y) else 0 from u;"
	    "c int64 = count(distinct x, y) from u;"
	    "d int64? = sql sqlite 'select ''1''' postgres 'p' watching t by p watching u;")->columns;
	const struct source_clause *s = c->definition->source;

	(void)state;
	assert_true(s->value->kind == VALUE_MAX && s->keep && !s->otherwise && s->where);
	assert_true(s->by->repeat == 0 && s->by->next->repeat == '+' &&
	    s->by->next->next->repeat == '*');
	s = c->next->definition->source;
	assert_true(s->value->kind == VALUE_FIRST && s->otherwise->kind == EXPR_INT && !s->keep);
	assert_true(s->value->order->descending && !s->value->order->next->descending);
	s = c->next->next->definition->source;
	assert_true(s->value->kind == VALUE_COUNT_DISTINCT && s->value->args->next && !s->by);
	c = c->next->next->next;
	assert_string_equal(c->raw->sqlite, "select '1'");
	assert_string_equal(c->raw->postgres, "p");
	assert_null(c->raw->text);
	assert_string_equal(c->raw->watches->table.text, "t");
	assert_string_equal(c->raw->watches->by->name.text, "p");
	assert_null(c->raw->watches->next->by);
}

static void
shapes(void **state)
{
	const struct value *v = parse("j jsonb = { count: count(*), 'a''b': [ { [x]: sum(y), table: z }"
	    " order by x desc ] } from u;")->columns->definition->source->value;
	const struct json_field *field;

	(void)state;
	assert_int_equal(v->kind, VALUE_OBJECT);
	field = v->fields;
	assert_string_equal(field->key.text, "count");
	assert_int_equal(field->value->kind, VALUE_COUNT);
	field = field->next;
	assert_string_equal(field->key.text, "a'b");
	assert_true(field->value->kind == VALUE_ARRAY && field->value->order->descending);
	field = field->value->element->fields;
	assert_true(field->key.text == NULL && field->computed->kind == EXPR_NAME);
	assert_string_equal(field->next->key.text, "table");
	assert_int_equal(field->next->value->kind, VALUE_EXPR);
}

static void
docs(void **state)
{
	static const char text[] =
	    "/// The schema.\nschema s;\n"
	    "/// A table\n// between\n///   of two lines.  \n\ntable t as \"app\".\"T\" singleton where x {\n"
	    "/// Its key.\r\nid int64 primary key;\nplain int64; // not a doc\n"
	    "//// nor this\n/// Open.\ncondition open where id > 0; }\n";
	const struct schema *schema;
	const struct table *table;

	(void)state;
	source = source_of_text(arena, "unit", text, sizeof(text) - 1);
	schema = grammar_parse(source);
	assert_int_equal(source->errors + source->warnings, 0);
	assert_string_equal(schema->doc, "The schema.");
	table = schema->tables;
	assert_string_equal(table->doc, "A table\n  of two lines.");
	assert_string_equal(table->sql.text, "T");
	assert_string_equal(table->sql_schema.text, "app");
	assert_true(table->singleton && !table->upsert && table->scope);
	assert_string_equal(table->columns->doc, "Its key.");
	assert_null(table->columns->next->doc);
	assert_string_equal(table->conditions->doc, "Open.");
}

static void
byte_order_mark(void **state)
{
	static const char text[] = "\xEF\xBB\xBFschema s; table t { id int64; }";

	(void)state;
	source = source_of_text(arena, "unit", text, sizeof(text) - 1);
	assert_string_equal(grammar_parse(source)->tables->columns->name.text, "id");
	assert_int_equal(source->errors, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(precedence, set_up, tear_down),
		cmocka_unit_test_setup_teardown(primaries, set_up, tear_down),
		cmocka_unit_test_setup_teardown(spans, set_up, tear_down),
		cmocka_unit_test_setup_teardown(columns, set_up, tear_down),
		cmocka_unit_test_setup_teardown(references, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sources, set_up, tear_down),
		cmocka_unit_test_setup_teardown(shapes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(docs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(byte_order_mark, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
