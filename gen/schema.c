/*
 * schema.c - what the model answers about itself: type words, names, look-ups.
 *
 * The look-ups work once check has filled in the hash tables.  Nothing here judges or changes
 * the model.
 */
#include <string.h>
#include <strings.h>

#include "schema.h"

const char *
type_word(enum type_kind kind)
{
	static const char *const words[] = {
		[TYPE_NONE] = "unknown",
#define X(id, word) [TYPE_##id] = word,
		TYPES(X)
#undef X
		[TYPE_NULL] = "null",
		[TYPE_INTERVAL] = "interval",
	};

	return words[kind];
}

bool
type_is_integer(enum type_kind kind)
{
	return kind == TYPE_INT16 || kind == TYPE_INT32 || kind == TYPE_INT64;
}

bool
type_is_number(enum type_kind kind)
{
	return type_is_integer(kind) || kind == TYPE_FLOAT32 || kind == TYPE_FLOAT64 ||
	    kind == TYPE_DECIMAL;
}

const char *
column_sql_name(const struct column *column)
{
	return column->sql.text != NULL ? column->sql.text : column->name.text;
}

/* Sums, differences and multiples of counts and sums; sets `any` where there is one. */
static bool
is_count(const struct expr *expr, bool *any)
{
	const struct expr *arg;
	enum value_kind kind;

	switch (expr->kind) {
	case EXPR_INT:
		return true;
	case EXPR_SOURCE:
		kind = expr->source->value->kind;
		*any = true;
		return kind == VALUE_COUNT || kind == VALUE_COUNT_DISTINCT || kind == VALUE_SUM;
	case EXPR_NEGATE:
	case EXPR_ADD:
	case EXPR_SUBTRACT:
	case EXPR_MULTIPLY:
		for (arg = expr->args; arg != NULL; arg = arg->next)
			if (!is_count(arg, any))
				return false;
		return true;
	default:
		return false;
	}
}

bool
column_null_is_zero(const struct column *column)
{
	bool any = false;

	if (column->definition == NULL)
		return column->kind == COLUMN_TALLY;
	return is_count(column->definition, &any) && any;
}

bool
raw_reads(const struct raw *raw, const char *name)
{
	const char *texts[] = { raw->text, raw->sqlite, raw->postgres };
	size_t n = strlen(name), i;
	const char *at;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		for (at = texts[i]; at != NULL && (at = strchr(at, '{')) != NULL; at++) {
			if (strncmp(at + 1, name, n) == 0 && at[n + 1] == '}')
				return true;
			at += at[1] == '{';
		}
	}
	return false;
}

const char *
table_sql_name(const struct table *table)
{
	return table->sql.text != NULL ? table->sql.text : table->name.text;
}

void
table_add_sql(struct text *out, const struct table *table, enum sql_dialect dialect)
{
	if (table->sql_schema.text != NULL) {
		text_sql_name(out, table->sql_schema.text);
		text_add_char(out, '.');
	} else if (dialect == SQL_POSTGRES) {
		text_add(out, "\"public\".");
	}
	text_sql_name(out, table_sql_name(table));
}

const char *
table_rowid(const struct table *table, enum sql_dialect dialect)
{
	static const char *const names[] = { "rowid", "_rowid_", "oid" };
	const struct column *column;
	size_t i;

	if (dialect == SQL_POSTGRES)
		return "ctid";                 /* no column can be called so */
	for (i = 0; i < sizeof names / sizeof *names; i++) {
		for (column = table->columns; column != NULL; column = column->next)
			if (strcasecmp(column_sql_name(column), names[i]) == 0)
				break;
		if (column == NULL)
			return names[i];
	}
	return NULL;
}

struct table *
schema_find_table(const struct schema *schema, const char *name)
{
	struct table *found;

	HASH_FIND_STR(schema->by_name, name, found);
	return found;
}

struct column *
table_find_column(const struct table *table, const char *name)
{
	struct column *found;

	HASH_FIND_STR(table->by_name, name, found);
	return found;
}

struct condition *
table_find_condition(const struct table *table, const char *name)
{
	struct condition *condition;

	for (condition = table->conditions; condition != NULL; condition = condition->next)
		if (strcmp(condition->name.text, name) == 0)
			return condition;
	return NULL;
}

void
value_each(const struct value *value, void (*each)(const struct expr *, void *), void *ctx)
{
	const struct expr *arg;
	const struct term *term;
	const struct json_field *field;

	if (value == NULL)
		return;
	for (arg = value->args; arg != NULL; arg = arg->next)
		each(arg, ctx);
	for (term = value->order; term != NULL; term = term->next)
		each(term->expr, ctx);
	for (field = value->fields; field != NULL; field = field->next) {
		if (field->computed != NULL)
			each(field->computed, ctx);
		value_each(field->value, each, ctx);
	}
	value_each(value->element, each, ctx);
}
