/*
 * row.c - generic access to row structs by their fields: null, equal, read, bind, copy.
 *
 * A field's C form and how the database keeps it differ for timestamps, dates and decimals;
 * every crossing is here.  Nullable scalars are a struct of value and null, text is a pointer.
 */
#include "cc.h"

#include <math.h>
#include <string.h>

/* One place that knows the structs: the type of a scalar and of its nullable struct. */
#define SCALARS(X) \
	X(CC_BOOL, bool, struct cc_bool) X(CC_INT16, int16_t, struct cc_int16) \
	X(CC_INT32, int32_t, struct cc_int32) X(CC_INT64, int64_t, struct cc_int64) \
	X(CC_TIMESTAMP, int64_t, struct cc_int64) X(CC_DATE, int32_t, struct cc_int32) \
	X(CC_FLOAT32, float, struct cc_float32) X(CC_FLOAT64, double, struct cc_float64)

bool
cc_field_is_text(const struct cc_field *field)
{
	return field->type == CC_TEXT || field->type == CC_UUID || field->type == CC_JSONB ||
	    field->type == CC_DECIMAL;
}

bool
cc_field_is_integer(const struct cc_field *field)
{
	return field->type == CC_INT16 || field->type == CC_INT32 || field->type == CC_INT64;
}

static bool
row_is_float(int type)
{
	return type == CC_FLOAT32 || type == CC_FLOAT64;
}

void
cc_get_sum(struct cc_statement *st, int column, const struct cc_column *as, union cc_number *out)
{
	if (cc_delta_is_float(as))
		out->f = cc_get_float(st, column);
	else
		out->i = cc_get_int(st, column);
	if (cc_column_is_valued(as))
		out->i = out->i != 0 ? CC_UNSURE : 0;
}

bool
cc_column_is_integer(const struct cc_column *column)
{
	return column->type == CC_INT16 || column->type == CC_INT32 || column->type == CC_INT64;
}

size_t
cc_field_size(const struct cc_field *field)
{
	switch (field->type) {
#define X(id, scalar, nullable) case id: \
	return field->flags & CC_FIELD_NULLABLE ? sizeof(nullable) : sizeof(scalar);
	SCALARS(X)
#undef X
	default:
		return sizeof(const char *);
	}
}

static const char *
row_text_of(const struct cc_field *field, const void *row)
{
	return *(const char *const *)(const void *)((const char *)row + field->offset);
}

bool
cc_field_null(const struct cc_field *field, const void *row)
{
	const char *place = (const char *)row + field->offset;

	if (cc_field_is_text(field))
		return row_text_of(field, row) == NULL;
	if (!(field->flags & CC_FIELD_NULLABLE))
		return false;
	switch (field->type) {
#define X(id, scalar, nullable) case id: return ((const nullable *)(const void *)place)->null;
	SCALARS(X)
#undef X
	default:
		return false;
	}
}

void
cc_field_set_null(const struct cc_field *field, void *row)
{
	char *place = (char *)row + field->offset;

	if (cc_field_is_text(field)) {
		memcpy(place, &(const char *){NULL}, sizeof(const char *));
		return;
	}
	if (!(field->flags & CC_FIELD_NULLABLE))
		return;
	switch (field->type) {
#define X(id, scalar, nullable) case id: *(nullable *)(void *)place = (nullable){ .null = true }; break;
	SCALARS(X)
#undef X
	}
}

/* The value begins a nullable struct, so that one cast serves both. */
static int64_t
row_int_of(const struct cc_field *field, const void *row)
{
	const void *place = (const char *)row + field->offset;

	switch (field->type) {
	case CC_BOOL:
		return *(const bool *)place;
	case CC_INT16:
		return *(const int16_t *)place;
	case CC_INT32:
	case CC_DATE:
		return *(const int32_t *)place;
	default:
		return *(const int64_t *)place;
	}
}

static double
row_float_of(const struct cc_field *field, const void *row)
{
	const void *place = (const char *)row + field->offset;

	if (field->type == CC_FLOAT32)
		return (double)*(const float *)place;
	return *(const double *)place;
}

bool
cc_field_equal(const struct cc_field *field, const void *a, const void *b)
{
	bool null = cc_field_null(field, a);

	if (null || cc_field_null(field, b))
		return null == cc_field_null(field, b);
	if (cc_field_is_text(field))
		return strcmp(row_text_of(field, a), row_text_of(field, b)) == 0;
	if (row_is_float(field->type)) {
		double x = row_float_of(field, a), y = row_float_of(field, b);

		return !(x < y) && !(x > y);
	}
	return row_int_of(field, a) == row_int_of(field, b);
}

bool
cc_field_part(const struct cc_field *field, const void *row, union cc_part *out)
{
	if (cc_field_null(field, row))
		return false;
	if (cc_field_is_text(field))
		out->s = row_text_of(field, row);
	else if (row_is_float(field->type))
		return false;
	else
		out->i = row_int_of(field, row);
	return true;
}

bool
cc_row_key(const struct cc_table *table, const void *row, union cc_part *parts)
{
	for (size_t i = 0; i < table->n_key; i++)
		if (!cc_field_part(&table->fields[table->key[i]], row, &parts[i]))
			return false;
	return true;
}

/* ---- into statements --------------------------------------------------------------- */

static int64_t
row_floor_divide(int64_t value, int64_t by)
{
	return value / by - (value % by < 0);
}

/* Text that is made here goes to scratch: it must live until the statement is reset. */
static void
row_bind_made(struct cc_statement *st, int i, const char *text)
{
	char *copy = cc_arena_copy(&st->cc->scratch, text);

	if (copy == NULL)
		st->bind_error = CC_NOMEM;
	cc_bind_text(st, i, copy);
}

static void
row_bind_time(struct cc_statement *st, int i, int storage, int64_t micros)
{
	char text[48];

	if (st->cc->engine->native) {
		cc_timestamp_print_zone(micros, text);
		row_bind_made(st, i, text);
		return;
	}
	switch (storage) {
	case CC_SECONDS:
		cc_bind_int(st, i, row_floor_divide(micros, 1000000));
		break;
	case CC_MILLIS:
		cc_bind_int(st, i, row_floor_divide(micros, 1000));
		break;
	case CC_ISO:
		cc_timestamp_print(micros, text);
		row_bind_made(st, i, text);
		break;
	default:
		cc_bind_int(st, i, micros);
	}
}

void
cc_bind_part(struct cc_statement *st, int i, const struct cc_field *field, union cc_part part)
{
	bool native = st->cc->engine->native;
	char date[24];
	int64_t units;

	switch (field->type) {
	case CC_TIMESTAMP:
		row_bind_time(st, i, field->storage, part.i);
		break;
	case CC_DATE:
		(native ? cc_date_print_era : cc_date_print)((int32_t)part.i, date);
		row_bind_made(st, i, date);
		break;
	case CC_DECIMAL:
		if (field->storage != CC_UNITS || native)
			cc_bind_text(st, i, part.s);
		else if (cc_decimal_parse(part.s, field->scale, &units))
			cc_bind_int(st, i, units);
		else
			st->bind_error = CC_MISUSE;
		break;
	case CC_TEXT:
	case CC_UUID:
	case CC_JSONB:
		cc_bind_text(st, i, part.s);
		break;
	default:
		cc_bind_int(st, i, part.i);
	}
}

void
cc_bind_field(struct cc_statement *st, int i, const struct cc_field *field, const void *row)
{
	union cc_part part;

	if (cc_field_null(field, row))
		cc_bind_text(st, i, NULL);
	else if (row_is_float(field->type))
		cc_bind_float(st, i, row_float_of(field, row));
	else {
		cc_field_part(field, row, &part);
		cc_bind_part(st, i, field, part);
	}
}

/* ---- out of statements ---------------------------------------------------------------- */

/* NULL: no memory. */
static const char *
row_take_text(struct cc_statement *st, int column, struct cc_arena *arena)
{
	const char *text = cc_get_text(st, column);

	if (text == NULL || arena == NULL)
		return text;
	return cc_arena_copy(arena, text);
}

static int64_t
row_scaled(int64_t value, int64_t by)
{
	int64_t product;

	if (__builtin_mul_overflow(value, by, &product))
		return value < 0 ? INT64_MIN : INT64_MAX;
	return product;
}

static int64_t
row_take_time(struct cc_statement *st, int column, int storage)
{
	const char *text;
	int64_t micros = 0;

	if (st->cc->engine->native)
		return cc_get_int(st, column);
	switch (storage) {
	case CC_SECONDS:
		return row_scaled(cc_get_int(st, column), 1000000);
	case CC_MILLIS:
		return row_scaled(cc_get_int(st, column), 1000);
	case CC_ISO:
		text = cc_get_text(st, column);
		if (text != NULL)
			cc_timestamp_parse(text, &micros);
		return micros;
	default:
		return cc_get_int(st, column);
	}
}

static int64_t
row_take_int(struct cc_statement *st, int column, const struct cc_field *field)
{
	const char *text;
	int32_t days = 0;

	switch (field->type) {
	case CC_TIMESTAMP:
		return row_take_time(st, column, field->storage);
	case CC_DATE:
		text = cc_get_text(st, column);
		if (text != NULL)
			cc_date_parse(text, &days);
		return days;
	case CC_BOOL:
		return cc_get_int(st, column) != 0;
	default:
		return cc_get_int(st, column);
	}
}

static int
row_read_text(struct cc_statement *st, int column, const struct cc_field *field, char *place,
    struct cc_arena *arena)
{
	const char *text;
	char decimal[32];

	if (field->type == CC_DECIMAL && field->storage == CC_UNITS && !st->cc->engine->native) {
		cc_decimal_print(cc_get_int(st, column), field->scale, decimal);
		text = cc_arena_copy(arena != NULL ? arena : &st->cc->scratch, decimal);
	} else
		text = row_take_text(st, column, arena);
	memcpy(place, &text, sizeof text);
	return text != NULL ? CC_OK : cc_nomem(st->cc);
}

/* The nearest that there is; false: not the value itself. */
static bool
row_clamp(int64_t *value, int64_t min, int64_t max)
{
	int64_t nearest = *value < min ? min : *value > max ? max : *value;
	bool same = nearest == *value;

	*value = nearest;
	return same;
}

bool
cc_field_store_int(const struct cc_field *field, void *row, int64_t value)
{
	void *place = (char *)row + field->offset;
	bool fits = true;

	switch (field->type) {
	case CC_BOOL:
		*(bool *)place = value != 0;
		break;
	case CC_INT16:
		fits = row_clamp(&value, INT16_MIN, INT16_MAX);
		*(int16_t *)place = (int16_t)value;
		break;
	case CC_INT32:
	case CC_DATE:
		fits = row_clamp(&value, INT32_MIN, INT32_MAX);
		*(int32_t *)place = (int32_t)value;
		break;
	default:
		*(int64_t *)place = value;
	}
	return fits;
}

static int
row_read_field(struct cc_statement *st, int column, const struct cc_field *field, void *row,
    struct cc_arena *arena, bool *fits)
{
	char *place = (char *)row + field->offset;

	memset(place, 0, cc_field_size(field));
	if (cc_get_type(st, column) == CC_VALUE_NULL) {
		cc_field_set_null(field, row);
		return CC_OK;
	}
	if (cc_field_is_text(field))
		return row_read_text(st, column, field, place, arena);
	if (field->type == CC_FLOAT32) {
		*(float *)(void *)place = (float)cc_get_float(st, column);
		return CC_OK;
	}
	if (field->type == CC_FLOAT64) {
		*(double *)(void *)place = cc_get_float(st, column);
		return CC_OK;
	}
	if (!cc_field_store_int(field, row, row_take_int(st, column, field)))
		*fits = false;
	return CC_OK;
}

int
cc_field_read(struct cc_statement *st, int column, const struct cc_field *field, void *row,
    struct cc_arena *arena)
{
	bool fits = true;
	int result = row_read_field(st, column, field, row, arena, &fits);

	if (result != CC_OK || fits)
		return result;
	return cc_fail(st->cc, CC_SCHEMA, "column %s holds %s, which is outside the range of its"
	    " type", field->name, cc_get_text(st, column));
}

int
cc_row_read(struct cc_statement *st, int first, const struct cc_table *table, void *row,
    struct cc_arena *arena)
{
	for (int i = 0; i < cc_n_fields(table); i++) {
		int result = cc_field_read(st, first + i, &table->fields[i], row, arena);

		if (result != CC_OK)
			return result;
	}
	return CC_OK;
}

int
cc_row_read_any(struct cc_statement *st, const struct cc_table *table, void *row,
    struct cc_arena *arena, bool *fits)
{
	int result = CC_OK;

	*fits = true;
	for (int i = 0; result == CC_OK && i < cc_n_fields(table); i++)
		result = row_read_field(st, i, &table->fields[i], row, arena, fits);
	return result;
}

void *
cc_row_copy(const struct cc_table *table, const void *row, struct cc_arena *arena)
{
	char *copy = cc_arena_get(arena, cc_full_size(table));

	if (copy == NULL)
		return NULL;
	memcpy(copy, row, cc_full_size(table));
	for (size_t i = 0; i < cc_n_fields(table); i++) {
		const struct cc_field *field = &table->fields[i];
		const char *text;

		if (!cc_field_is_text(field) || row_text_of(field, row) == NULL)
			continue;
		text = cc_arena_copy(arena, row_text_of(field, row));
		if (text == NULL)
			return NULL;
		memcpy(copy + field->offset, &text, sizeof text);
	}
	return copy;
}

bool
cc_get_amount(struct cc_statement *st, int column, const struct cc_column *as,
    union cc_number *out)
{
	enum cc_value type = cc_get_type(st, column);

	if (row_is_float(as->type)) {
		out->f = cc_get_float(st, column);
		return type == CC_VALUE_INT || type == CC_VALUE_FLOAT;
	}
	if (as->type == CC_DECIMAL && (as->storage != CC_UNITS || st->cc->engine->native) &&
	    type != CC_VALUE_NULL)
		return cc_decimal_parse(cc_get_text(st, column), as->scale, &out->i);
	out->i = cc_get_int(st, column);
	return type == CC_VALUE_INT;
}
