/*
 * patch.c - what is pending for a JSON shape that is patched: the rows that came and that went.
 *
 * An amount is a text: what the row tells of its place in the shape, "7,null,\"a\"", the elements of
 * a JSON array.  The delta of the column is the last of a chain of them, each with its sign.  A link of
 * the chain never changes, so that a saved copy of an entry is as good as new.
 */
#include "cc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct cc_patch {
	const struct cc_patch *before;
	bool minus;
	char row[];
};

/* Whatever happened, the definition is asked. */
static const struct cc_patch patch_unsure = { .before = NULL };

union cc_number
cc_patch_unsure(void)
{
	return (union cc_number){ .i = (intptr_t)&patch_unsure };
}

/* ---- amounts ------------------------------------------------------------------------------ */

static void
patch_add(struct cc_contribution *to, unsigned slot, const char *json)
{
	const char *old = (const char *)(intptr_t)to->amount[slot].i;
	size_t n = old == NULL ? 0 : strlen(old) + 1, m = strlen(json);
	char *text;

	if (to->amount[slot].i == CC_UNSURE)
		return;
	text = to->memory == NULL ? NULL : cc_arena_get(to->memory, n + m + 1);
	to->amount[slot].i = text == NULL ? CC_UNSURE : (intptr_t)text;
	if (text == NULL)
		return;
	if (n > 0) {
		memcpy(text, old, n - 1);
		text[n - 1] = ',';
	}
	memcpy(text + n, json, m + 1);
}

void
cc_patch_null(struct cc_contribution *to, unsigned slot)
{
	patch_add(to, slot, "null");
}

void
cc_patch_int64(struct cc_contribution *to, unsigned slot, int64_t value)
{
	char text[32];

	snprintf(text, sizeof text, "%" PRId64, value);
	patch_add(to, slot, text);
}

void
cc_patch_date(struct cc_contribution *to, unsigned slot, int64_t days)
{
	char text[20] = "\"";

	cc_date_print((int32_t)days, text + 1);
	strcat(text, "\"");
	patch_add(to, slot, text);
}

void
cc_patch_text(struct cc_contribution *to, unsigned slot, const char *value)
{
	struct cc_text json = {0};

	if (value == NULL) {
		cc_patch_null(to, slot);
		return;
	}
	cc_text_json(&json, value);
	if (json.failed)
		to->amount[slot].i = CC_UNSURE;
	else
		patch_add(to, slot, json.data);
	cc_text_free(&json);
}

/* ---- pending ------------------------------------------------------------------------------- */

static const char *
patch_text(union cc_number amount)
{
	return (const char *)(intptr_t)amount.i;
}

/* False: no memory. */
static bool
patch_chain(struct cc *cc, union cc_number *delta, union cc_number amount, bool minus)
{
	size_t n = strlen(patch_text(amount)) + 1;
	struct cc_patch *patch = cc_arena_get(&cc->values, sizeof *patch + n);

	if (patch == NULL)
		return false;
	patch->before = (const struct cc_patch *)(intptr_t)delta->i;
	patch->minus = minus;
	memcpy(patch->row, patch_text(amount), n);
	delta->i = (intptr_t)patch;
	return true;
}

bool
cc_patch_change(struct cc *cc, union cc_number *delta, union cc_number plus,
    union cc_number minus)
{
	bool known = plus.i != CC_UNSURE && minus.i != CC_UNSURE;

	if (known && plus.i != 0 && minus.i != 0 &&
	    strcmp(patch_text(plus), patch_text(minus)) == 0)
		return false;
	if (delta->i == cc_patch_unsure().i)
		return true;
	if (!known || (minus.i != 0 && !patch_chain(cc, delta, minus, true)) ||
	    (plus.i != 0 && !patch_chain(cc, delta, plus, false)))
		*delta = cc_patch_unsure();
	return true;
}

/* ---- binding ------------------------------------------------------------------------------- */

/* [[1,7,"a"],[-1,8,"b"]] of the chain; NULL: no memory. */
static const char *
patch_array(struct cc *cc, const struct cc_patch *patch)
{
	size_t n = sizeof "[]", at = 0;
	char *text;

	for (const struct cc_patch *p = patch; p != NULL; p = p->before)
		n += strlen(p->row) + sizeof ",[-1,]";
	text = cc_arena_get(&cc->scratch, n);
	for (; text != NULL && patch != NULL; patch = patch->before)
		at += (size_t)snprintf(text + at, n - at, "%s[%s,%s]%s", at == 0 ? "[" : ",",
		    patch->minus ? "-1" : "1", patch->row, patch->before == NULL ? "]" : "");
	return text;
}

void
cc_patch_bind(struct cc_statement *st, int i, union cc_number delta)
{
	const struct cc_patch *patch = (const struct cc_patch *)(intptr_t)delta.i;
	const char *text = NULL;

	if (patch == &patch_unsure)
		text = "";
	else if (patch != NULL)
		text = patch_array(st->cc, patch);
	if (patch != NULL && text == NULL)
		st->bind_error = CC_NOMEM;
	else
		cc_bind_text(st, i, text);
}
