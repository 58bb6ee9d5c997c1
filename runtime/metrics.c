/*
 * metrics.c - the counts that a handle keeps of its own doing, also in Prometheus' text format.
 */
#include "cc.h"

#include <inttypes.h>
#include <stdio.h>

int
cc_metrics(struct cc *cc, struct cc_metrics *out)
{
	*out = cc->metrics;
	out->pending = cc->ended ? 0 : cc_pending_count(cc);
	return CC_OK;
}

#define METRICS(X) \
	X(hooks, "counter", "Rows told by hooks and verbs.") \
	X(applied, "counter", "Parent rows updated.") \
	X(statements, "counter", "Counter statements sent.") \
	X(orphans, "counter", "Deltas whose parent was not there.") \
	X(failures, "counter", "Counter statements that failed.") \
	X(negatives, "counter", "Counts that went below zero.") \
	X(dirty, "counter", "Parents marked dirty.") \
	X(corrections, "counter", "Columns put right by recounts.") \
	X(flushes, "counter", "Times the pending deltas were applied.") \
	X(unprotected, "counter", "Hooks outside any transaction.") \
	X(forgotten, "counter", "Commits without a flush.") \
	X(pending, "gauge", "Parents with deltas not yet applied.")

/* A label's value: the format knows three escapes. */
static void
metrics_label(const char *text, char out[128])
{
	size_t n = 0;

	for (; *text != '\0' && n < 125; text++) {
		if (*text == '"' || *text == '\\' || *text == '\n')
			out[n++] = '\\';
		out[n++] = *text == '\n' ? 'n' : *text;
	}
	out[n] = '\0';
}

static const char *
metrics_suffix(const char *type)
{
	return type[0] == 'c' ? "_total" : "";
}

size_t
cc_metrics_prometheus(struct cc *cc, char *buffer, size_t size)
{
	struct cc_metrics metrics;
	char schema[128];
	size_t length = 0;
	int n;

	cc_metrics(cc, &metrics);
	metrics_label(cc->schema->name, schema);
	if (size > 0)
		buffer[0] = '\0';
#define X(name, type, help) \
	n = snprintf(length < size ? buffer + length : NULL, length < size ? size - length : 0, \
	    "# HELP cc_%s%s %s\n# TYPE cc_%s%s %s\ncc_%s%s{schema=\"%s\"} %" PRIu64 "\n", \
	    #name, metrics_suffix(type), help, #name, metrics_suffix(type), type, \
	    #name, metrics_suffix(type), schema, metrics.name); \
	length += n > 0 ? (size_t)n : 0;
	METRICS(X)
#undef X
	return length;
}
