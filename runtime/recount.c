/*
 * recount.c - cc_verify and cc_reconcile: passes over snapshots, corrections in batches.
 *
 * A batch is applied only while the generation in cc_progress is as its snapshot had it: otherwise
 * the drift that it knows may have been put right already, and its pass is done again from where
 * it stands.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "recount.h"

int64_t
cc_recount_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool
cc_recount_late(const struct recount *run)
{
	return run->deadline != 0 && cc_recount_clock() >= run->deadline;
}

void
cc_recount_pause(const struct recount *run)
{
	struct timespec left = { .tv_sec = (time_t)(run->options.pause / 1000000),
		.tv_nsec = (long)(run->options.pause % 1000000) * 1000 };

	if (run->options.pause <= 0)
		return;
	while (nanosleep(&left, &left) != 0 && errno == EINTR)
		continue;
}

/* ---- one pass ------------------------------------------------------------------------ */

int
cc_recount_open_snapshot(struct recount *run)
{
	int result = CC_OK;

	run->own = !cc_in_transaction(run->cc);
	if (run->own)
		result = cc_exec(run->cc, run->cc->engine->snapshot);
	if (result != CC_OK || run->cc->schema->n_moments == 0)
		return result;
	result = run->options.moment != 0 && !run->writes ?
	    cc_moments_pretend(run->cc, run->options.moment) : cc_moments_load(run->cc);
	run->report.moment = run->cc->swept;
	return result == CC_OK ? result : cc_recount_close_snapshot(run, result);
}

int
cc_recount_close_snapshot(struct recount *run, int result)
{
	char message[sizeof run->cc->message];
	int closed = CC_OK;

	memcpy(message, run->cc->message, sizeof message);
	if (run->options.moment != 0 && !run->writes && run->cc->schema->n_moments > 0)
		closed = cc_moments_return(run->cc);
	if (run->own && cc_in_transaction(run->cc)) {
		int ended = cc_exec(run->cc, "ROLLBACK");

		closed = closed != CC_OK ? closed : ended;
	}
	if (result != CC_OK)
		memcpy(run->cc->message, message, sizeof message);
	return result != CC_OK ? result : closed;
}

static int
recount_settle_parent(struct recount *run, struct recount_holder *holder, uint32_t parent,
    struct recount_case *one)
{
	int result;

	*one = (struct recount_case){ .table = holder->table,
		.key = recount_key(holder, parent), .wanted = holder->wanted,
		.deltas = run->deltas, .drift = recount_sums(holder, parent),
		.stored = recount_stored(holder, parent),
		.state = recount_state(holder, parent), .columns = holder->columns,
		.n_sums = holder->n_sums, .by = "reconcile", .write = run->writes,
		.touch = run->options.touch };
	result = cc_recount_settle(run->cc, one);
	run->report.mismatches += one->mismatches;
	run->report.corrected += one->corrected;
	run->failed |= one->failed;
	return result;
}

static void
recount_look_at_threshold(struct recount *run)
{
	if (run->exceeded || run->options.threshold == 0 ||
	    run->report.mismatches <= run->options.threshold)
		return;
	run->exceeded = true;
	cc_report(run->cc, &(struct cc_event){ .kind = CC_EVENT_THRESHOLD,
	    .done = run->report.mismatches, .total = run->options.threshold,
	    .message = "more mismatches than the threshold" });
}

int
cc_recount_tell(struct recount *run, const struct recount_holder *holder)
{
	uint64_t done = run->report.parents;

	recount_look_at_threshold(run);
	cc_report(run->cc, &(struct cc_event){ .kind = CC_EVENT_PROGRESS,
	    .table = holder->table->sql_name, .done = done, .total = run->total,
	    .moment = run->report.moment });
	if (run->options.progress != NULL &&
	    run->options.progress(run->options.progress_ctx, done, run->total) != 0)
		return cc_fail(run->cc, CC_STOPPED, "stopped by the progress callback");
	if (cc_recount_late(run))
		return cc_fail(run->cc, CC_STOPPED, "the time budget is used up");
	return CC_OK;
}

static uint32_t
recount_batch_end(const struct recount *run, const struct recount_holder *holder)
{
	uint32_t left = holder->n - holder->done;

	return run->options.batch < left ? holder->done + (uint32_t)run->options.batch :
	    holder->n;
}

static int
recount_settled(struct recount *run, struct recount_holder *holder, uint32_t end)
{
	run->report.parents += end - holder->done;
	holder->done = end;
	return end > 0 ? cc_recount_stand_at(run, holder, recount_key(holder, end - 1)) : CC_OK;
}

/* Without writing: everything that differs is told from the snapshot. */
static int
recount_report_holder(struct recount *run, struct recount_holder *holder)
{
	while (holder->done < holder->n) {
		uint32_t end = recount_batch_end(run, holder);
		struct recount_case one;
		int result = CC_OK;

		for (uint32_t i = holder->done; i < end && result == CC_OK; i++)
			if (*recount_flags(holder, i) & RECOUNT_DIFFERS)
				result = recount_settle_parent(run, holder, i, &one);
		if (result == CC_OK)
			result = recount_settled(run, holder, end);
		if (result == CC_OK)
			result = cc_recount_tell(run, holder);
		if (result != CC_OK)
			return result;
	}
	holder->settled = holder->loaded;
	return CC_OK;
}

/* ---- corrections --------------------------------------------------------------------- */

static int
recount_correct_parent(struct recount *run, struct recount_holder *holder, uint32_t parent)
{
	const struct recount_mark *mark = NULL;
	struct recount_case one = { 0 };
	int result = CC_OK;

	if (*recount_flags(holder, parent) & RECOUNT_DIFFERS)
		result = recount_settle_parent(run, holder, parent, &one);
	/* what others read was corrected before, and took away from a count that was too low */
	if (result == CC_OK && one.corrected > 0 && !one.failed &&
	    run->cc->metrics.negatives > run->negatives)
		result = cc_mend_settled(run->cc, holder->table, recount_key(holder, parent));
	if (*recount_flags(holder, parent) & RECOUNT_DIRTY)
		mark = cc_recount_mark_of(run, holder, recount_key(holder, parent));
	if (result == CC_OK && mark != NULL && !one.failed)
		result = cc_recount_clear_mark(run->cc, holder->table, mark->json, mark->at);
	return result;
}

/* The end of the whole run is written by recount_finish. */
static bool
recount_keeps_progress(const struct recount *run, const struct recount_holder *holder,
    uint32_t end)
{
	if (!run->resumes)
		return false;
	if (!holder->loaded || end < holder->n)
		return true;
	for (size_t i = 0; i < run->n_holders; i++)
		if (&run->holders[i] != holder && !run->holders[i].settled)
			return true;
	return false;
}

static int
recount_write_batch(struct recount *run, struct recount_holder *holder, uint32_t end)
{
	const struct cc_table *table = holder->table;
	uint64_t corrected = run->report.corrected;
	struct cc_text key = { 0 };
	int result = CC_OK;

	for (uint32_t i = holder->done; i < end && result == CC_OK; i++)
		if (*recount_flags(holder, i) != 0)
			result = recount_correct_parent(run, holder, i);
	if (result == CC_OK && run->report.corrected > corrected) {
		result = cc_recount_bump(run->cc, table);
		holder->generation++;
	}
	if (result != CC_OK || !recount_keeps_progress(run, holder, end))
		return result;
	cc_key_json(&key, table->fields, table->key, table->n_key, recount_key(holder, end - 1));
	result = key.failed ? cc_nomem(run->cc) :
	    cc_recount_write_progress(run, holder, key.data);
	cc_text_free(&key);
	return result;
}

static bool
recount_batch_needs_writing(const struct recount *run, const struct recount_holder *holder,
    uint32_t end)
{
	if (recount_keeps_progress(run, holder, end))
		return true;
	for (uint32_t i = holder->done; i < end; i++)
		if (*recount_flags(holder, i) != 0)
			return true;
	return false;
}

/* *valid: false when another recount was faster; then nothing has been written. */
static int
recount_batch(struct recount *run, struct recount_holder *holder, uint32_t end, bool *valid)
{
	struct cc_recount_report before = run->report;
	bool own;
	int result;

	*valid = true;
	if (!recount_batch_needs_writing(run, holder, end))
		return CC_OK;
	result = cc_protect(run->cc, &own);
	if (result != CC_OK)
		return result;
	run->cc->correcting = true;
	result = cc_recount_check_generation(run, holder, valid);
	if (result == CC_OK && *valid)
		result = recount_write_batch(run, holder, end);
	result = cc_unprotect(run->cc, own, result);
	run->cc->correcting = false;
	if (result != CC_OK)
		run->report = before;
	return result;
}

static int
recount_correct_holder(struct recount *run, struct recount_holder *holder, bool *valid)
{
	while (holder->done < holder->n) {
		uint32_t end = recount_batch_end(run, holder);
		int result = recount_batch(run, holder, end, valid);

		if (result != CC_OK || !*valid)
			return result;
		result = recount_settled(run, holder, end);
		if (result == CC_OK)
			result = cc_recount_tell(run, holder);
		if (result != CC_OK)
			return result;
		if (holder->done < holder->n || !holder->loaded)
			cc_recount_pause(run);
	}
	holder->settled = holder->loaded;
	return CC_OK;
}

static int
recount_each_present(struct recount *run)
{
	int result = CC_OK;

	for (size_t i = 0; i < run->n_holders && result == CC_OK; i++) {
		struct recount_holder *holder = &run->holders[i];
		bool valid = true;

		if (!holder->present)
			continue;
		result = run->writes ? recount_correct_holder(run, holder, &valid) :
		    recount_report_holder(run, holder);
	}
	return result;
}

static int
recount_read_generations(struct recount *run)
{
	int result = CC_OK;
	bool valid;

	for (size_t i = 0; i < run->n_holders && result == CC_OK && run->writes; i++)
		if (!run->holders[i].settled)
			result = cc_recount_check_generation(run, &run->holders[i], &valid);
	return result;
}

static int
recount_pass(struct recount *run)
{
	int result = CC_OK;

	for (size_t i = 0; i < run->n_holders && result == CC_OK && run->writes; i++)
		if (!run->holders[i].settled)
			result = cc_recount_announce(run, &run->holders[i]);
	if (result == CC_OK)
		result = cc_recount_open_snapshot(run);
	if (result != CC_OK)
		return result;
	result = recount_read_generations(run);
	if (result == CC_OK)
		result = cc_recount_load_parents(run);
	if (result == CC_OK)
		result = cc_recount_scan_children(run);
	if (result == CC_OK)
		result = cc_recount_group_children(run);
	if (result == CC_OK)
		result = cc_recount_define(run);
	if (result == CC_OK) {
		cc_recount_compare(run);
		if (!run->writes)
			result = recount_each_present(run);
	}
	result = cc_recount_close_snapshot(run, result);
	if (result == CC_OK && run->writes)
		result = recount_each_present(run);
	cc_recount_clear(run);
	return result;
}

/* ---- a run --------------------------------------------------------------------------- */

static int
recount_start(struct recount *run)
{
	const struct cc_recount_options *options = &run->options;
	bool told = options->progress != NULL || cc_observed(run->cc);
	int result = cc_recount_plan(run);

	run->negatives = run->cc->metrics.negatives;
	run->resumes = run->writes && options->columns == NULL && options->key_from == NULL &&
	    options->key_to == NULL && options->filter == NULL;
	run->deadline = options->budget > 0 ? cc_recount_clock() + options->budget : 0;
	for (size_t i = 0; i < run->n_holders && result == CC_OK; i++) {
		struct recount_holder *holder = &run->holders[i];
		uint64_t parents = 0;

		if (run->resumes && !holder->settled)
			result = cc_recount_resume(run, holder);
		if (result == CC_OK && told && !holder->settled)
			result = cc_recount_count_parents(run, holder, &parents);
		run->total += parents;
	}
	return result;
}

static int
recount_finish(struct recount *run)
{
	int result = CC_OK;
	bool own;

	if (!run->writes)
		return CC_OK;
	result = cc_protect(run->cc, &own);
	if (result != CC_OK)
		return result;
	for (size_t i = 0; i < run->n_holders && result == CC_OK; i++) {
		result = cc_recount_write_progress(run, &run->holders[i], NULL);
		if (result == CC_OK && run->resumes && !run->failed)
			result = cc_recount_write_ready(run, &run->holders[i]);
	}
	return cc_unprotect(run->cc, own, result);
}

static bool
recount_is_over(const struct recount *run)
{
	for (size_t i = 0; i < run->n_holders; i++)
		if (!run->holders[i].settled)
			return false;
	return true;
}

static int
recount_run(struct cc *cc, const struct cc_recount_options *options,
    struct cc_recount_report *report, bool writes, bool *drift)
{
	struct recount run = { .cc = cc, .writes = writes };
	int result;

	if (options != NULL)
		run.options = *options;
	result = recount_start(&run);
	if (result == CC_OK)
		result = cc_recount_missing(&run);
	while (result == CC_OK && !recount_is_over(&run))
		result = recount_pass(&run);
	if (result == CC_OK)
		result = recount_finish(&run);
	if (report != NULL)
		*report = run.report;
	*drift = run.report.mismatches > 0;
	cc_recount_free(&run);
	return result;
}

int
cc_verify(struct cc *cc, const struct cc_recount_options *options,
    struct cc_recount_report *report)
{
	bool drift;
	int result = cc_enter(cc);

	if (result != CC_OK)
		return result;
	if (cc_pending(cc))
		return cc_fail(cc, CC_MISUSE, "deltas are pending: call cc_flush before cc_verify");
	result = recount_run(cc, options, report, false, &drift);
	if (result == CC_OK && drift)
		return cc_fail(cc, CC_DRIFT, "maintained columns differ from their definition");
	return result;
}

int
cc_reconcile(struct cc *cc, const struct cc_recount_options *options,
    struct cc_recount_report *report)
{
	bool drift;
	int result = cc_enter(cc);

	if (result != CC_OK)
		return result;
	if (cc_in_transaction(cc))
		return cc_fail(cc, CC_MISUSE, "cc_reconcile owns its transactions, and one is open");
	if (options != NULL && options->moment != 0 && !options->dry_run) {
		struct cc_sweep_options to = { .moment = options->moment };

		result = cc_sweep(cc, &to);
		if (result != CC_OK)
			return result;
	}
	return recount_run(cc, options, report, options == NULL || !options->dry_run, &drift);
}
