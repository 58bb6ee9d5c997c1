/*
 * extreme.c - what is pending for a column that is the least or the greatest of its rows' values.
 *
 * Of all that arrived and all that left only the best is kept.  An amount is such a value in a
 * form that is never 0 (cc_extreme_…); CC_UNSURE is one that is not known.  The delta of the
 * column is the address of a struct cc_extreme.  Saved copies of an entry hold that address too:
 * it is changed in place only under the mark that it was made under, else copied first.
 */
#include "cc.h"

#include <string.h>

struct cc_extreme {
	uint32_t epoch;                    /* of the mark under which it was made */
	union cc_number arrived, left;     /* 0: nothing */
};

/* In place of one for which there is no memory: whatever happened, the definition is asked. */
static const struct cc_extreme extreme_unsure = { .epoch = UINT32_MAX,
	.left = { .i = CC_UNSURE } };

static bool
extreme_is_text(const struct cc_column *column)
{
	return column->type == CC_TEXT;
}

static const char *
extreme_text(union cc_number amount)
{
	return (const char *)(intptr_t)amount.i;
}

static int64_t
extreme_int(union cc_number amount)
{
	return (int64_t)((uint64_t)amount.i ^ UINT64_C(1) << 63);
}

static double
extreme_float(union cc_number amount)
{
	uint64_t bits = (uint64_t)amount.i ^ CC_FLOAT_NONE;
	double value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

/* Of two that are known: less than 0 where a is less. */
static int
extreme_compare(const struct cc_column *column, union cc_number a, union cc_number b)
{
	int64_t x, y;
	double f, g;

	if (extreme_is_text(column))
		return strcmp(extreme_text(a), extreme_text(b));
	if (cc_column_is_float(column)) {
		f = extreme_float(a);
		g = extreme_float(b);
		return (f > g) - (f < g);
	}
	x = extreme_int(a);
	y = extreme_int(b);
	return (x > y) - (x < y);
}

union cc_number
cc_extreme_better(const struct cc_column *column, union cc_number a, union cc_number b)
{
	int order;

	if (a.i == 0 || b.i == CC_UNSURE)
		return b;
	if (b.i == 0 || a.i == CC_UNSURE)
		return a;
	order = extreme_compare(column, a, b);
	return (column->form == CC_GREATEST ? order < 0 : order > 0) ? b : a;
}

static bool
extreme_same(const struct cc_column *column, union cc_number a, union cc_number b)
{
	if (a.i == b.i)
		return true;
	return a.i != 0 && b.i != 0 && a.i != CC_UNSURE && b.i != CC_UNSURE &&
	    extreme_compare(column, a, b) == 0;
}

/* ---- pending ------------------------------------------------------------------------------ */

static const struct cc_extreme *
extreme_of(union cc_number delta)
{
	return (const struct cc_extreme *)(intptr_t)delta.i;
}

/* The column's record, fit to be changed; NULL: no memory. */
static struct cc_extreme *
extreme_open(struct cc *cc, union cc_number *delta)
{
	struct cc_extreme *extreme = (struct cc_extreme *)(intptr_t)delta->i, *fresh;

	if (extreme != NULL && extreme->epoch == cc->mark_epoch)
		return extreme;
	fresh = cc_arena_get(&cc->values, sizeof *fresh);
	if (fresh == NULL)
		return NULL;
	*fresh = extreme != NULL ? *extreme : (struct cc_extreme){ .epoch = 0 };
	fresh->epoch = cc->mark_epoch;
	delta->i = (intptr_t)fresh;
	return fresh;
}

/* Makes *best the better one, of which text is kept; false: no memory. */
static bool
extreme_take(struct cc *cc, const struct cc_column *column, union cc_number *best,
    union cc_number amount)
{
	union cc_number better = cc_extreme_better(column, *best, amount);

	if (better.i == best->i)
		return true;
	if (extreme_is_text(column) && better.i != CC_UNSURE)
		better.i = (intptr_t)cc_arena_copy(&cc->values, extreme_text(better));
	if (better.i == 0)
		return false;
	*best = better;
	return true;
}

bool
cc_extreme_change(struct cc *cc, const struct cc_column *column, union cc_number *delta,
    union cc_number plus, union cc_number minus)
{
	struct cc_extreme *extreme;

	if (column->flags & CC_COLUMN_KEEP)
		minus.i = 0;
	if (extreme_same(column, plus, minus))
		return false;
	if (plus.i == CC_UNSURE) {
		plus.i = 0;
		minus.i = CC_UNSURE;
	}
	extreme = extreme_open(cc, delta);
	if (extreme == NULL || !extreme_take(cc, column, &extreme->arrived, plus) ||
	    !extreme_take(cc, column, &extreme->left, minus))
		delta->i = (intptr_t)&extreme_unsure;
	return true;
}

int
cc_extreme_join(struct cc *cc, const struct cc_column *column, union cc_number *delta,
    union cc_number other)
{
	const struct cc_extreme *a = extreme_of(*delta), *b = extreme_of(other);
	struct cc_extreme *both;

	if (a == NULL || b == NULL) {
		delta->i = a == NULL ? other.i : delta->i;
		return CC_OK;
	}
	both = cc_arena_get(&cc->scratch, sizeof *both);
	if (both == NULL)
		return cc_nomem(cc);
	both->epoch = UINT32_MAX;
	both->arrived = cc_extreme_better(column, a->arrived, b->arrived);
	both->left = cc_extreme_better(column, a->left, b->left);
	delta->i = (intptr_t)both;
	return CC_OK;
}

union cc_number
cc_extreme_unsure(void)
{
	return (union cc_number){ .i = (intptr_t)&extreme_unsure };
}

/* ---- binding ------------------------------------------------------------------------------- */

/* A value in the language's form; what is not known is of another type. */
static void
extreme_bind(struct cc_statement *st, int i, const struct cc_column *column,
    union cc_number amount)
{
	const struct cc_field field = { .type = column->type };

	if (amount.i == 0)
		cc_bind_text(st, i, NULL);
	else if (amount.i == CC_UNSURE && (extreme_is_text(column) || column->type == CC_DATE))
		cc_bind_int(st, i, 0);
	else if (amount.i == CC_UNSURE)
		cc_bind_text(st, i, "");
	else if (extreme_is_text(column))
		cc_bind_text(st, i, extreme_text(amount));
	else if (cc_column_is_float(column))
		cc_bind_float(st, i, extreme_float(amount));
	else
		cc_bind_part(st, i, &field, (union cc_part){ .i = extreme_int(amount) });
}

void
cc_extreme_bind(struct cc_statement *st, int i, const struct cc_column *column,
    union cc_number delta)
{
	static const struct cc_extreme nothing;
	const struct cc_extreme *extreme = delta.i == 0 ? &nothing : extreme_of(delta);

	extreme_bind(st, i, column, extreme->arrived);
	extreme_bind(st, column->beside, column, extreme->left);
}
