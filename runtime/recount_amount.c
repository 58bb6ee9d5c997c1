/*
 * recount_amount.c - amounts of maintained columns: read, added, compared, printed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "recount.h"

bool
cc_recount_add(const struct cc_column *column, union cc_number *sum, union cc_number amount)
{
	if (cc_column_is_float(column)) {
		sum->f += amount.f;
		return true;
	}
	return !__builtin_add_overflow(sum->i, amount.i, &sum->i);
}

/* Relative, and absolute near zero, where the rounding of what cancelled out remains. */
bool
cc_recount_same_float(double a, double b)
{
	double scale = fabs(a) > fabs(b) ? fabs(a) : fabs(b);

	if (isnan(a) || isnan(b))
		return isnan(a) && isnan(b);
	return !(fabs(a - b) > 1e-9 * (scale > 1 ? scale : 1));
}

uint8_t
cc_recount_drift(const struct cc_column *column, union cc_number *sum, union cc_number *stored)
{
	bool keep = column->flags & CC_COLUMN_KEEP;

	if (cc_column_is_float(column)) {
		double actual = column->base.f + sum->f;

		sum->f = cc_recount_same_float(actual, stored->f) ||
		    (keep && actual < stored->f) ? 0 : actual - stored->f;
		return 0;
	}
	if (__builtin_add_overflow(column->base.i, sum->i, &sum->i))
		return RECOUNT_FAILED;
	if (keep && sum->i < stored->i)
		sum->i = stored->i;
	if (!__builtin_sub_overflow(sum->i, stored->i, &sum->i))
		return 0;
	sum->i = (int64_t)((uint64_t)sum->i + (uint64_t)stored->i);
	stored->i = 0;
	return RECOUNT_BROKEN;
}

void
cc_recount_print(const struct cc_column *column, union cc_number value, char out[64])
{
	if (cc_column_is_float(column))
		snprintf(out, 64, "%.15g", value.f);
	else if (column->type == CC_DECIMAL && column->storage != CC_UNITS)
		cc_decimal_print(value.i, column->scale, out);
	else
		snprintf(out, 64, "%" PRId64, value.i);
}

void
cc_recount_read_amount(struct cc_statement *st, int column, const struct cc_column *as,
    union cc_number *out, uint8_t *state)
{
	if (cc_get_amount(st, column, as, out))
		return;
	*state = cc_get_type(st, column) == CC_VALUE_NULL ? RECOUNT_NULL : RECOUNT_BROKEN;
	memset(out, 0, sizeof *out);
}

void
cc_recount_read_defined(struct cc_statement *st, int column, const struct cc_column *as,
    union cc_number *out)
{
	if (cc_column_is_float(as))
		out->f = cc_get_float(st, column);
	else
		out->i = cc_get_int(st, column);
}

void
cc_recount_less_base(const struct cc_column *column, union cc_number *sum)
{
	if (cc_column_is_float(column))
		sum->f -= column->base.f;
	else
		sum->i = (int64_t)((uint64_t)sum->i - (uint64_t)column->base.i);
}

/* '0' is 0.00. */
static bool
recount_same_text(const struct cc_column *column, const char *a, const char *b)
{
	int64_t left, right;

	if (a == NULL || b == NULL)
		return false;
	if (column->type == CC_DECIMAL && column->storage != CC_UNITS &&
	    cc_decimal_parse(a, column->scale, &left) && cc_decimal_parse(b, column->scale, &right))
		return left == right;
	return strcmp(a, b) == 0;
}

/* A value and what it should be, in two columns of a statement, compared as the column's type. */
bool
cc_recount_same(struct cc_statement *st, int stored, const struct cc_column *column)
{
	enum cc_value left = cc_get_type(st, stored), right = cc_get_type(st, stored + 1);

	if (left == CC_VALUE_NULL && right != CC_VALUE_NULL && column->flags & CC_COLUMN_ZERO)
		return cc_get_float(st, stored + 1) == 0;
	if (left == CC_VALUE_NULL || right == CC_VALUE_NULL)
		return left == right;
	if (left == CC_VALUE_INT && right == CC_VALUE_INT)
		return cc_get_int(st, stored) == cc_get_int(st, stored + 1);
	if (cc_column_is_float(column) || left == CC_VALUE_FLOAT || right == CC_VALUE_FLOAT)
		return cc_recount_same_float(cc_get_float(st, stored),
		    cc_get_float(st, stored + 1));
	return recount_same_text(column, cc_get_text(st, stored), cc_get_text(st, stored + 1));
}
