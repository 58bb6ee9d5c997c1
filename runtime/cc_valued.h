/*
 * cc_valued.h - derived columns whose deltas say what arrived and what left, not only how often.
 *
 * extreme.c keeps the least or greatest of values, patch.c the groups of a JSON shape.  An amount is
 * 0 (the row does not count), CC_UNSURE (it does; only the definition tells the rest), or theirs.  A
 * delta is the address of something in cc->values, which stays while anything is pending.
 */
#ifndef CC_VALUED_H
#define CC_VALUED_H

static inline bool
cc_column_is_valued(const struct cc_column *column)
{
	return column->form != CC_AGAIN;
}

static inline bool
cc_column_is_extreme(const struct cc_column *column)
{
	return column->form == CC_LEAST || column->form == CC_GREATEST;
}

union cc_number cc_extreme_better(const struct cc_column *column, union cc_number a,
    union cc_number b);
bool cc_extreme_change(struct cc *cc, const struct cc_column *column, union cc_number *delta,
    union cc_number plus, union cc_number minus);
int cc_extreme_join(struct cc *cc, const struct cc_column *column, union cc_number *delta,
    union cc_number other);
union cc_number cc_extreme_unsure(void);
void cc_extreme_bind(struct cc_statement *st, int i, const struct cc_column *column,
    union cc_number delta);

bool cc_patch_change(struct cc *cc, union cc_number *delta, union cc_number plus,
    union cc_number minus);
union cc_number cc_patch_unsure(void);
void cc_patch_bind(struct cc_statement *st, int i, union cc_number delta);

/* ---- whichever it is ----------------------------------------------------------------------- */

/* Two amounts of one side as one. */
static inline union cc_number
cc_valued_better(const struct cc_column *column, union cc_number a, union cc_number b)
{
	if (cc_column_is_extreme(column))
		return cc_extreme_better(column, a, b);
	return a.i == 0 ? b : b.i == 0 ? a : (union cc_number){ .i = CC_UNSURE };
}

/* Adds amounts that differ to what is pending; false: they mean the same.  Text is copied. */
static inline bool
cc_derived_change(struct cc *cc, const struct cc_column *column, union cc_number *delta,
    union cc_number plus, union cc_number minus)
{
	if (cc_column_is_extreme(column))
		return cc_extreme_change(cc, column, delta, plus, minus);
	if (column->form == CC_PATCHED)
		return cc_patch_change(cc, delta, plus, minus);
	delta->i++;
	return true;
}

/* A delta with which the definition is asked. */
static inline union cc_number
cc_valued_unsure(const struct cc_column *column)
{
	return cc_column_is_extreme(column) ? cc_extreme_unsure() : cc_patch_unsure();
}

/* Adds another delta to one that is not an entry's, for one call. */
static inline int
cc_valued_join(struct cc *cc, const struct cc_column *column, union cc_number *delta,
    union cc_number other)
{
	if (cc_column_is_extreme(column))
		return cc_extreme_join(cc, column, delta, other);
	*delta = delta->i == 0 ? other : other.i == 0 ? *delta : cc_patch_unsure();
	return CC_OK;
}

/* Binds a delta, as ?i and, of an extreme, the column's parameter beside it. */
static inline void
cc_valued_bind(struct cc_statement *st, int i, const struct cc_column *column,
    union cc_number delta)
{
	if (cc_column_is_extreme(column))
		cc_extreme_bind(st, i, column, delta);
	else
		cc_patch_bind(st, i, delta);
}

#endif
