/*
 * handle.c - errors, events, the clock, and what every handle has whatever its engine.
 */
#include "cc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *
cc_errmsg(const struct cc *cc)
{
	if (cc == NULL)
		return "there is no handle";
	return cc->message;
}

const char *
cc_result_name(int result)
{
	static const char *const names[] = {
		[CC_OK] = "CC_OK", [CC_DRIFT] = "CC_DRIFT", [CC_STOPPED] = "CC_STOPPED",
		[CC_NOTFOUND] = "CC_NOTFOUND", [CC_CONSTRAINT] = "CC_CONSTRAINT",
		[CC_BUSY] = "CC_BUSY", [CC_ABORTED] = "CC_ABORTED",
		[CC_COUNTER] = "CC_COUNTER", [CC_UNPROTECTED] = "CC_UNPROTECTED",
		[CC_SCHEMA] = "CC_SCHEMA", [CC_MISUSE] = "CC_MISUSE", [CC_NOMEM] = "CC_NOMEM",
		[CC_ERROR] = "CC_ERROR",
	};

	if (result < 0 || result > CC_ERROR)
		return "unknown";
	return names[result];
}

int
cc_fail(struct cc *cc, int result, const char *format, ...)
{
	char message[sizeof cc->message];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	memcpy(cc->message, message, sizeof message);
	return result;
}

int
cc_nomem(struct cc *cc)
{
	return cc_fail(cc, CC_NOMEM, "out of memory");
}

void
cc_observe(struct cc *cc, cc_observer observer, void *ctx)
{
	cc->options.observer = observer;
	cc->options.observer_ctx = ctx;
}

void
cc_report(struct cc *cc, const struct cc_event *event)
{
	if (cc->options.observer != NULL)
		cc->options.observer(cc->options.observer_ctx, event);
}

void
cc_notice(struct cc *cc, const struct cc_table *table, const char *column,
    const char *message)
{
	cc_report(cc, &(struct cc_event){ .kind = CC_EVENT_NOTICE,
	    .table = table != NULL ? table->sql_name : NULL, .column = column,
	    .message = message });
}

int64_t
cc_now(struct cc *cc)
{
	struct timespec now;

	if (cc->options.clock != NULL)
		return cc->options.clock(cc->options.clock_ctx);
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

char *
cc_keep(struct cc *cc, const struct cc_text *text)
{
	if (text->failed)
		return NULL;
	return cc_arena_copy(&cc->kept, text->data != NULL ? text->data : "");
}

static int
handle_insert_dirty(struct cc *cc, const char *table, const char *key, const char *reason)
{
	struct cc_statement *st;
	int result = cc_prepare(cc, &st, NULL, "INSERT INTO cc_dirty (table_name, key, reason, at)"
	    " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (table_name, key)"
	    " DO UPDATE SET reason = excluded.reason, at = excluded.at");

	if (result != CC_OK)
		return result;
	cc_bind_text(st, 1, table);
	cc_bind_text(st, 2, key);
	cc_bind_text(st, 3, reason);
	cc_bind_int(st, 4, cc_now(cc));
	return cc_run(st);
}

int
cc_mark_dirty(struct cc *cc, const struct cc_table *table, const char *key,
    const char *reason)
{
	int result = handle_insert_dirty(cc, table->sql_name, key, reason);
	char message[sizeof cc->message + 40];

	if (result == CC_OK) {
		cc->metrics.dirty++;
		return CC_OK;
	}
	cc->metrics.failures++;
	snprintf(message, sizeof message, "could not be marked dirty: %s", cc->message);
	cc_report(cc, &(struct cc_event){ .kind = CC_EVENT_FAILURE, .table = table->sql_name,
	    .key = key, .message = message });
	return result;
}

void
cc_skip_begin(struct cc *cc)
{
	cc->skip++;
}

void
cc_skip_end(struct cc *cc)
{
	if (cc->skip > 0)
		cc->skip--;
}
