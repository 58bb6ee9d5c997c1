/*
 * transaction.c - begin, commit, savepoints, and how the end of a transaction is noticed.
 *
 * The stack of marks mirrors what is open: the transaction that cc_begin opened, its nested
 * levels, named savepoints, and those that the application runs itself.  A transaction of the
 * application's own has no mark.  Where the engine's hooks were displaced, an end shows by there
 * being no transaction while something is pending; it is taken for a commit, the careful guess.
 */
#include "cc.h"

#include <string.h>

#define TRANSACTION_LEVEL "cc_level"   /* the savepoint of a nested cc_begin */

/* ---- noticing the end ---------------------------------------------------------------- */

static void
transaction_forgot(struct cc *cc)
{
	cc->metrics.forgotten++;
	cc_report(cc, &(struct cc_event){ .kind = CC_EVENT_FORGOTTEN,
	    .message = "a transaction with pending counters was committed without cc_flush" });
}

bool
cc_committing(struct cc *cc)
{
	if (cc->owed_written)
		cc->owed_committed = true;
	cc->loaded_stale = true;
	cc->moments_known = false;
	if (cc->committing || cc->ended)
		return true;
	if (cc->forgotten || cc_pending(cc)) {
		if (!cc->forgotten)
			transaction_forgot(cc);
		if (cc->options.flags & CC_STRICT)
			return false;
		cc->forgotten = true;
	} else
		cc->ended = true;
	return true;
}

void
cc_rolled_back(struct cc *cc)
{
	cc->owed_written = cc->owed_committed = false;
	cc->loaded_stale = true;
	cc->moments_known = false;
	if (!cc->forgotten)
		cc->ended = true;
}

static bool
transaction_is_level(const struct cc_mark *mark)
{
	return mark->kind == CC_MARK_TRANSACTION || mark->kind == CC_MARK_LEVEL;
}

static unsigned
transaction_levels(const struct cc *cc)
{
	unsigned levels = cc->lost;

	for (size_t i = 0; i < cc->n_marks; i++)
		levels += transaction_is_level(&cc->marks[i]);
	return levels;
}

int
cc_enter(struct cc *cc)
{
	bool open;
	int result = CC_OK;

	cc->message[0] = '\0';
	if (cc->engine->enter != NULL && (result = cc->engine->enter(cc)) != CC_OK)
		return result;
	open = cc_in_transaction(cc);
	if (!cc->ended && !cc->forgotten && cc->n_owed == 0 &&
	    (open || (cc->n_filled == 0 && cc->n_marks == 0)))
		return CC_OK;
	if (!open || cc->ended || cc->forgotten)
		cc->lost = transaction_levels(cc);
	if (cc->ended) {
		cc->ended = cc->flow.lost = false;
		cc_pending_clear(cc);
	}
	if (!open && !cc->forgotten && cc_pending(cc)) {
		transaction_forgot(cc);
		cc->forgotten = true;
	}
	if (cc->forgotten)
		result = cc_owe_pending(cc);
	else if (!open)
		cc_pending_clear(cc);
	if (result == CC_OK)
		result = cc_pay(cc);
	return result;
}

void
cc_leave(struct cc *cc)
{
	int result = cc_enter(cc);

	if (result != CC_OK || !cc_pending(cc))
		return;
	transaction_forgot(cc);
	result = cc_owe_pending(cc);
	if (result == CC_OK)
		result = cc_pay(cc);
	CC_UNUSED(result);
}

/* ---- levels ------------------------------------------------------------------------------ */

/* The innermost level's mark, or n_marks. */
static size_t
transaction_level(const struct cc *cc)
{
	for (size_t i = cc->n_marks; i-- > 0;)
		if (transaction_is_level(&cc->marks[i]))
			return i;
	return cc->n_marks;
}

static bool
transaction_outermost(const struct cc *cc, size_t level)
{
	for (size_t i = 0; i < level; i++)
		if (transaction_is_level(&cc->marks[i]))
			return false;
	return true;
}

/* The transaction is over: nothing is pending, no level open. */
static void
transaction_over(struct cc *cc)
{
	cc->ended = false;
	cc->loaded_stale = true;
	cc->flow.lost = false;
	cc_pending_clear(cc);
}

int
cc_begin(struct cc *cc)
{
	int result = cc_enter(cc);
	bool nested = cc_in_transaction(cc);

	if (result != CC_OK)
		return result;
	result = cc_mark_push(cc, nested ? CC_MARK_LEVEL : CC_MARK_TRANSACTION, NULL);
	if (result != CC_OK)
		return result;
	result = nested ? cc_command(cc, "SAVEPOINT " TRANSACTION_LEVEL) :
	    cc_command_kept(cc, &cc->begin, cc->engine->begin);
	if (result != CC_OK && cc->n_marks > 0)
		cc_mark_pop(cc, cc->n_marks - 1);
	return result;
}

static int
transaction_commit(struct cc *cc)
{
	int result;

	cc->committing = true;
	result = cc_command_kept(cc, &cc->commit, "COMMIT");
	cc->committing = false;
	if (!cc_in_transaction(cc))
		transaction_over(cc);
	return result;
}

/*
 * The innermost level that cc_begin opened, after a look whether the transaction is still there:
 * n_marks where an abort took the level away, which is then done with.
 */
static int
transaction_innermost(struct cc *cc, const char *caller, size_t *level)
{
	int result = CC_OK;

	cc->message[0] = '\0';
	if (cc->n_marks > 0 && !cc_undisturbed(cc))
		result = cc_enter(cc);
	*level = transaction_level(cc);
	if (result != CC_OK || *level < cc->n_marks)
		return result;
	if (cc->lost == 0)
		return cc_fail(cc, CC_MISUSE, "%s without cc_begin", caller);
	cc->lost--;
	return CC_OK;
}

/* Where the engine leaves a transaction open in which nothing can be done any more. */
static void
transaction_end_aborted(struct cc *cc)
{
	char message[sizeof cc->message];
	int ignored;

	memcpy(message, cc->message, sizeof message);
	ignored = cc_command(cc, "ROLLBACK");
	CC_UNUSED(ignored);
	memcpy(cc->message, message, sizeof message);
}

int
cc_commit(struct cc *cc)
{
	size_t level;
	int result = transaction_innermost(cc, "cc_commit", &level);

	if (result != CC_OK)
		return result;
	if (level == cc->n_marks)
		return cc_fail(cc, CC_ABORTED, "the transaction has ended already");
	if (transaction_outermost(cc, level)) {
		result = cc_flush_pending(cc);
		if (result == CC_ABORTED && cc->engine->concurrent &&
		    cc->marks[level].kind == CC_MARK_TRANSACTION)
			transaction_end_aborted(cc);
		if (result != CC_OK)
			return result;
	}
	if (cc->marks[level].kind == CC_MARK_TRANSACTION)
		return transaction_commit(cc);
	result = cc_command(cc, "RELEASE " TRANSACTION_LEVEL);
	if (result == CC_OK)
		cc_mark_pop(cc, level);
	return result;
}

int
cc_rollback(struct cc *cc)
{
	size_t level;
	int result = transaction_innermost(cc, "cc_rollback", &level);

	if (result != CC_OK || level == cc->n_marks)
		return result;
	if (cc->marks[level].kind == CC_MARK_TRANSACTION) {
		result = cc_command(cc, "ROLLBACK");
		if (!cc_in_transaction(cc)) {
			transaction_over(cc);
			return CC_OK;
		}
		return result;
	}
	result = cc_command(cc, "ROLLBACK TO " TRANSACTION_LEVEL);
	if (result != CC_OK)
		return result;
	cc_path_forget_all(cc);
	cc_mark_rewind(cc, level);
	cc_mark_pop(cc, level);
	cc->owed_written = false;
	return cc_command(cc, "RELEASE " TRANSACTION_LEVEL);
}

/* ---- savepoints ---------------------------------------------------------------------------- */

static bool
transaction_same_name(const char *a, const char *b)
{
	for (;; a++, b++) {
		int x = *a >= 'A' && *a <= 'Z' ? *a + 32 : *a;
		int y = *b >= 'A' && *b <= 'Z' ? *b + 32 : *b;

		if (x != y)
			return false;
		if (x == '\0')
			return true;
	}
}

/* The innermost savepoint of that name that is inside the innermost level. */
static int
transaction_find(struct cc *cc, enum cc_mark_kind kind, const char *name, size_t *mark)
{
	for (size_t i = cc->n_marks; i-- > 0 && !transaction_is_level(&cc->marks[i]);)
		if (cc->marks[i].kind == kind &&
		    transaction_same_name(cc->marks[i].name, name)) {
			*mark = i;
			return CC_OK;
		}
	return cc_fail(cc, CC_MISUSE, "no savepoint %s is open here", name);
}

static int
transaction_savepoint_sql(struct cc *cc, const char *command, const char *name)
{
	cc_text_clear(&cc->text);
	cc_text_add(&cc->text, command);
	cc_text_name(&cc->text, name);
	if (cc->text.failed)
		return cc_nomem(cc);
	return cc_exec(cc, cc->text.data);
}

static int
transaction_open_mark(struct cc *cc, enum cc_mark_kind kind, const char *name)
{
	int result = cc_enter(cc);

	if (result != CC_OK)
		return result;
	if (!cc_in_transaction(cc))
		return cc_fail(cc, CC_MISUSE, "savepoint %s outside a transaction", name);
	if (transaction_same_name(name, TRANSACTION_LEVEL))
		return cc_fail(cc, CC_MISUSE, "a savepoint of cc_begin has the name %s", name);
	return cc_mark_push(cc, kind, name);
}

int
cc_savepoint(struct cc *cc, const char *name)
{
	int result = transaction_open_mark(cc, CC_MARK_SAVEPOINT, name);

	if (result != CC_OK)
		return result;
	result = transaction_savepoint_sql(cc, "SAVEPOINT ", name);
	if (result != CC_OK)
		cc_mark_pop(cc, cc->n_marks - 1);
	return result;
}

int
cc_mark(struct cc *cc, const char *name)
{
	return transaction_open_mark(cc, CC_MARK_FOREIGN, name);
}

static int
transaction_close_mark(struct cc *cc, enum cc_mark_kind kind, const char *name)
{
	size_t mark;
	bool known = transaction_find(cc, kind, name, &mark) == CC_OK;
	int result = cc_enter(cc);

	/* the RELEASE of an outermost savepoint was a COMMIT */
	if (result == CC_OK && known && kind == CC_MARK_FOREIGN && cc->n_marks == 0)
		return CC_OK;
	if (result == CC_OK)
		result = transaction_find(cc, kind, name, &mark);
	if (result == CC_OK && kind == CC_MARK_SAVEPOINT)
		result = transaction_savepoint_sql(cc, "RELEASE ", name);
	if (result == CC_OK)
		cc_mark_pop(cc, mark);
	return result;
}

int
cc_release(struct cc *cc, const char *name)
{
	return transaction_close_mark(cc, CC_MARK_SAVEPOINT, name);
}

int
cc_unmark(struct cc *cc, const char *name)
{
	return transaction_close_mark(cc, CC_MARK_FOREIGN, name);
}

static int
transaction_rewind(struct cc *cc, enum cc_mark_kind kind, const char *name)
{
	size_t mark;
	int result = cc_enter(cc);

	if (result == CC_OK)
		result = transaction_find(cc, kind, name, &mark);
	if (result == CC_OK && kind == CC_MARK_SAVEPOINT)
		result = transaction_savepoint_sql(cc, "ROLLBACK TO ", name);
	if (result != CC_OK)
		return result;
	cc_path_forget_all(cc);
	cc_mark_rewind(cc, mark);
	cc->owed_written = false;
	return CC_OK;
}

int
cc_rollback_to(struct cc *cc, const char *name)
{
	return transaction_rewind(cc, CC_MARK_SAVEPOINT, name);
}

int
cc_rewind(struct cc *cc, const char *name)
{
	return transaction_rewind(cc, CC_MARK_FOREIGN, name);
}

/* ---- for hooks and verbs ---------------------------------------------------------------------- */

int
cc_flush(struct cc *cc)
{
	int result = cc_enter(cc);

	return result != CC_OK ? result : cc_flush_pending(cc);
}

int
cc_protect(struct cc *cc, bool *own)
{
	*own = !cc_in_transaction(cc);
	if (*own)
		cc->moments_known = false;
	return *own ? cc_command(cc, cc->engine->begin) : CC_OK;
}

int
cc_unprotect(struct cc *cc, bool own, int result)
{
	char message[sizeof cc->message];

	if (!own)
		return result;
	if (result == CC_OK)
		result = cc_flush_pending(cc);
	if (result == CC_OK)
		result = transaction_commit(cc);
	if (result == CC_OK)
		return CC_OK;
	if (cc_in_transaction(cc)) {
		int ignored;

		memcpy(message, cc->message, sizeof message);
		ignored = cc_command(cc, "ROLLBACK");
		CC_UNUSED(ignored);
		memcpy(cc->message, message, sizeof message);
	}
	transaction_over(cc);
	return result;
}
