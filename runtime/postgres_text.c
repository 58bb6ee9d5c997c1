/*
 * postgres_text.c - a text of SQL with its parameters, as libpq wants them.
 *
 * The runtime composes its statements once for every engine, with parameters ?1 and names of the
 * bookkeeping tables as they are: here they become $1 and public.cc_…, outside of quotes and
 * comments.  A parameter that a text does not read gets a type, as the server could not infer one.
 */
#include "cc_postgres.h"

#ifdef LIBPQ_HAS_PIPELINING

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_TYPE = 25 };               /* pg_type's oid of text */

bool
cc_postgres_is_control(const char *sql)
{
	static const char *const words[] = { "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE",
		"START" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strncmp(sql, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

/* ---- rewriting ------------------------------------------------------------------------------ */

/* What stands between quotes, or is a comment: the first character after it, or p itself. */
static const char *
postgres_skip(const char *p)
{
	const char *end;

	if (*p == '\'' || *p == '"') {
		end = strchr(p + 1, *p);
		return end != NULL ? end + 1 : p + strlen(p);
	}
	if (p[0] == '-' && p[1] == '-')
		return p + strcspn(p, "\n");
	if (p[0] == '/' && p[1] == '*') {
		end = strstr(p + 2, "*/");
		return end != NULL ? end + 2 : p + strlen(p);
	}
	return p;
}

static bool
postgres_is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The length of a bookkeeping table's name at p, where a word begins; 0: there is none. */
static size_t
postgres_bookkeeping(const char *p)
{
	static const char *const names[] = { "cc_meta", "cc_dirty", "cc_progress", "cc_drift",
		"cc_ledger", "cc_window" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t n = strlen(names[i]);

		if (strncmp(p, names[i], n) == 0 && !postgres_is_word(p[n]) && p[n] != '.')
			return n;
	}
	return 0;
}

void
cc_postgres_rewrite(struct cc_text *out, const char *sql, int *n)
{
	const char *p = sql;

	while (*p != '\0') {
		const char *end = postgres_skip(p);
		bool begins = p == sql || (!postgres_is_word(p[-1]) && p[-1] != '.' && p[-1] != '"');
		size_t name = begins ? postgres_bookkeeping(p) : 0;

		if (end != p) {
			cc_text_bytes(out, p, (size_t)(end - p));
			p = end;
			continue;
		}
		if (name > 0)
			cc_text_add(out, "public.");
		if ((*p == '?' || *p == '$') && p[1] >= '1' && p[1] <= '9') {
			int number = atoi(p + 1);

			*n = number > *n ? number : *n;
			cc_text_add(out, "$");
		} else
			cc_text_bytes(out, p, 1);
		p++;
	}
}

/* The parameters that a rewritten text reads are for the server to type. */
static void
postgres_types(struct cc_postgres_text *text)
{
	for (int i = 0; i < text->n; i++)
		text->types[i] = TEXT_TYPE;
	for (const char *p = text->sql; *p != '\0';) {
		const char *end = postgres_skip(p);

		if (*p == '$' && p[1] >= '1' && p[1] <= '9')
			text->types[atoi(p + 1) - 1] = 0;
		p = end != p ? end : p + 1;
	}
}

int
cc_postgres_prepare(struct cc_statement *st)
{
	struct cc_postgres_text *text = calloc(1, sizeof *text);
	struct cc_text sql = { 0 };
	size_t n;

	st->handle = text;
	if (text == NULL)
		return cc_nomem(st->cc);
	text->users = 1;
	if (st->tag != NULL)
		cc_text_add(&sql, st->tag);
	cc_postgres_rewrite(&sql, st->sql, &text->n);
	cc_text_add(&sql, st->ending);
	n = (size_t)text->n + 1;
	text->sql = sql.data;
	text->types = calloc(n, sizeof *text->types);
	text->values = calloc(n, sizeof *text->values);
	text->numbers = calloc(n, sizeof *text->numbers);
	if (sql.failed || text->types == NULL || text->values == NULL || text->numbers == NULL) {
		cc_postgres_finalize(st);
		return cc_nomem(st->cc);
	}
	postgres_types(text);
	text->control = cc_postgres_is_control(st->sql);
	return CC_OK;
}

void
cc_postgres_release(struct cc_postgres_text *text)
{
	if (--text->users > 0)
		return;
	PQclear(text->result);
	free(text->sql);
	free(text->types);
	free(text->values);
	free(text->numbers);
	free(text);
}

void
cc_postgres_finalize(struct cc_statement *st)
{
	if (st->handle != NULL)
		cc_postgres_release(st->handle);
	st->handle = NULL;
}

/* ---- binding -------------------------------------------------------------------------------- */

void
cc_postgres_bind_int(struct cc_statement *st, int i, int64_t value)
{
	struct cc_postgres_text *text = st->handle;

	if (i > text->n)
		return;
	snprintf(text->numbers[i - 1], sizeof text->numbers[0], "%" PRId64, value);
	text->values[i - 1] = text->numbers[i - 1];
}

void
cc_postgres_bind_float(struct cc_statement *st, int i, double value)
{
	struct cc_postgres_text *text = st->handle;

	if (i > text->n)
		return;
	if (isinf(value))
		strcpy(text->numbers[i - 1], value < 0 ? "-Infinity" : "Infinity");
	else
		snprintf(text->numbers[i - 1], sizeof text->numbers[0], "%.17g", value);
	text->values[i - 1] = text->numbers[i - 1];
}

void
cc_postgres_bind_text(struct cc_statement *st, int i, const char *value)
{
	struct cc_postgres_text *text = st->handle;

	if (i <= text->n)
		text->values[i - 1] = value;
}

#endif
