/*
 * doc_shape.c - what a JSON shape looks like, by example.
 */
#include <utlist.h>

#include "doc_parts.h"

/* Of the n-th group (0, 1): a value of the type, or its text as a key. */
static const char *
sample(const struct type *type, unsigned n)
{
	static const char *const samples[][2] = {
		[TYPE_BOOL] = { "true", "false" },
		[TYPE_INT16] = { "1", "2" }, [TYPE_INT32] = { "1", "2" }, [TYPE_INT64] = { "1", "2" },
		[TYPE_FLOAT32] = { "1.5", "2.5" }, [TYPE_FLOAT64] = { "1.5", "2.5" },
		[TYPE_DECIMAL] = { "1.50", "2.50" },
		[TYPE_TEXT] = { "a", "b" },
		[TYPE_UUID] = { "123e4567-e89b-12d3-a456-426614174000",
		    "123e4567-e89b-12d3-a456-426614174001" },
		[TYPE_TIMESTAMP] = { "2024-01-31 12:00:00", "2024-02-29 12:00:00" },
		[TYPE_DATE] = { "2024-01-31", "2024-02-29" },
		[TYPE_JSONB] = { "{}", "[]" },
		[TYPE_NULL] = { "null", "null" }, [TYPE_INTERVAL] = { "null", "null" },
	};

	return samples[type->kind][n];
}

static bool
is_text(enum type_kind kind)
{
	return kind == TYPE_TEXT || kind == TYPE_UUID || kind == TYPE_TIMESTAMP || kind == TYPE_DATE;
}

static bool
is_nested(const struct value *value)
{
	return value->kind == VALUE_OBJECT || value->kind == VALUE_ARRAY;
}

static void example(struct text *out, const struct value *value, unsigned n);

static void
object(struct text *out, const struct value *value, unsigned n)
{
	const struct json_field *field;
	const char *separator = "";
	unsigned i;

	text_add_char(out, '{');
	DL_FOREACH(value->fields, field) {
		unsigned groups = field->computed == NULL || is_nested(field->value) ? 1 : 2;

		for (i = 0; i < groups; i++) {
			text_add(out, separator);
			separator = ", ";
			text_json_string(out, field->computed != NULL ?
			    sample(&field->computed->type, i) : field->key.text);
			text_add(out, ": ");
			example(out, field->value, field->computed != NULL ? i : n);
		}
		if (field->computed != NULL)
			text_add(out, ", …");
	}
	text_add_char(out, '}');
}

static void
example(struct text *out, const struct value *value, unsigned n)
{
	const struct type *type = value->args != NULL ? &value->args->type : NULL;

	switch (value->kind) {
	case VALUE_OBJECT:
		object(out, value, n);
		break;
	case VALUE_ARRAY:
		text_add_char(out, '[');
		example(out, value->element, 0);
		if (!is_nested(value->element)) {
			text_add(out, ", ");
			example(out, value->element, 1);
		}
		text_add(out, ", …]");
		break;
	case VALUE_COUNT:
	case VALUE_COUNT_DISTINCT:
		text_add(out, n == 0 ? "5" : "3");
		break;
	case VALUE_EXISTS:
		text_add(out, "true");
		break;
	case VALUE_SUM:
		text_add(out, type_is_integer(type->kind) ? n == 0 ? "12" : "7" :
		    n == 0 ? "12.50" : "7.25");
		break;
	case VALUE_AVG:
		text_add(out, n == 0 ? "2.5" : "3.5");
		break;
	default:
		if (is_text(type->kind))
			text_json_string(out, sample(type, n));
		else
			text_add(out, sample(type, n));
	}
}

const char *
doc_structure(const struct doc_maker *maker, const struct value *value)
{
	struct text out = { .arena = maker->arena };

	example(&out, value, 0);
	return text_string(&out);
}
