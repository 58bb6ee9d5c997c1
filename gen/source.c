/*
 * source.c - the text of a .ccdl file, places in it, and the collecting of diagnostics.
 *
 * Every stage up to check reports here; report.c prints.  Offsets are bytes, so a text may have
 * at most SOURCE_MAX of them.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "source.h"
#include "text.h"

enum { SOURCE_MAX = 1 << 28 };

static void
index_lines(struct source *source)
{
	const char *at = source->text, *end = source->text + source->length;
	size_t n = 1;

	for (; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
		n++;
	source->lines = arena_alloc(source->arena, n * sizeof(*source->lines));
	source->n_lines = 1;
	for (at = source->text; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
		source->lines[source->n_lines++] = (uint32_t)(at + 1 - source->text);
}

struct source *
source_of_text(struct arena *arena, const char *path, const char *text, size_t length)
{
	struct source *source = arena_alloc(arena, sizeof(*source));

	source->arena = arena;
	source->path = arena_copy(arena, path, strlen(path));
	source->text = arena_copy(arena, text, length);
	source->length = length;
	source->tail = &source->diagnostics;
	index_lines(source);
	return source;
}

/* The whole of a stream, malloc'd; NULL with errno set. */
static char *
read_all(FILE *in, size_t *length)
{
	size_t capacity = 1 << 16, got;
	char *text = malloc(capacity), *grown;

	*length = 0;
	while (text != NULL && (got = fread(text + *length, 1, capacity - *length, in)) > 0) {
		*length += got;
		if (*length < capacity)
			continue;
		capacity *= 2;
		grown = *length < SOURCE_MAX ? realloc(text, capacity) : NULL;
		if (grown == NULL) {
			free(text);
			errno = *length < SOURCE_MAX ? ENOMEM : EFBIG;
			return NULL;
		}
		text = grown;
	}
	if (text != NULL && ferror(in)) {
		free(text);
		return NULL;
	}
	return text;
}

struct source *
source_read(struct arena *arena, const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *in = standard ? stdin : fopen(path, "rb");
	struct source *source;
	size_t length;
	char *text;
	int failure;

	if (in == NULL)
		return NULL;
	text = read_all(in, &length);
	failure = errno;
	if (!standard)
		fclose(in);
	errno = failure;
	if (text == NULL)
		return NULL;
	source = source_of_text(arena, standard ? "<stdin>" : path, text, length);
	free(text);
	return source;
}

void
source_place(const struct source *source, uint32_t offset, unsigned *line, unsigned *column)
{
	size_t low = 0, high = source->n_lines;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (source->lines[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	*line = (unsigned)low + 1;
	*column = offset - source->lines[low] + 1;
}

/* ---- diagnostics -------------------------------------------------------------- */

static const char *
format_message(struct arena *arena, const char *format, va_list arguments)
{
	size_t length;

	return arena_vformat(arena, &length, format, arguments);
}

static struct diagnostic *
add(struct source *source, enum severity severity, struct span span, const char *code,
    const char *message)
{
	struct diagnostic *diagnostic = arena_alloc(source->arena, sizeof(*diagnostic));

	diagnostic->severity = severity;
	diagnostic->span = span;
	diagnostic->code = code;
	diagnostic->message = message;
	*source->tail = diagnostic;
	source->tail = &diagnostic->next;
	if (severity == SEVERITY_ERROR)
		source->errors++;
	else
		source->warnings++;
	return diagnostic;
}

struct diagnostic *
source_error(struct source *source, struct span span, const char *code, const char *format, ...)
{
	const char *message;
	va_list arguments;

	va_start(arguments, format);
	message = format_message(source->arena, format, arguments);
	va_end(arguments);
	return add(source, SEVERITY_ERROR, span, code, message);
}

struct diagnostic *
source_warning(struct source *source, struct span span, const char *code, const char *format,
    ...)
{
	const char *message;
	va_list arguments;

	va_start(arguments, format);
	message = format_message(source->arena, format, arguments);
	va_end(arguments);
	return add(source, SEVERITY_WARNING, span, code, message);
}

void
source_note(struct source *source, struct diagnostic *diagnostic, struct span span,
    const char *format, ...)
{
	struct note *note = arena_alloc(source->arena, sizeof(*note)), **tail;
	va_list arguments;

	note->span = span;
	va_start(arguments, format);
	note->message = format_message(source->arena, format, arguments);
	va_end(arguments);
	for (tail = &diagnostic->notes; *tail != NULL; tail = &(*tail)->next)
		;
	*tail = note;
}

void
source_hint(struct source *source, struct diagnostic *diagnostic, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diagnostic->hint = format_message(source->arena, format, arguments);
	va_end(arguments);
}

void
source_apply(struct source *source, const char *option)
{
	struct diagnostic **at = &source->diagnostics, *diagnostic;
	bool drop = strncmp(option, "no-", 3) == 0;
	const char *code = drop ? option + 3 :
	    strncmp(option, "error=", 6) == 0 ? option + 6 : NULL;

	if (code == NULL && strcmp(option, "error") != 0)
		return;
	while ((diagnostic = *at) != NULL) {
		bool meant = diagnostic->severity == SEVERITY_WARNING &&
		    (code == NULL || strcmp(code, diagnostic->code) == 0);

		if (meant && drop)
			*at = diagnostic->next;
		else
			at = &diagnostic->next;
		if (!meant)
			continue;
		source->warnings--;
		if (drop)
			continue;
		diagnostic->severity = SEVERITY_ERROR;
		source->errors++;
	}
	source->tail = at;
}

/* ---- did you mean --------------------------------------------------------------- */

static int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

enum { NAME_MAX_COMPARED = 63 };

/* Edits between two names, a swap of neighbours being one; case does not matter. */
static unsigned
distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	unsigned rows[3][NAME_MAX_COMPARED + 1];
	unsigned *before = rows[0], *last = rows[1], *row = rows[2], *spare, least;
	size_t i, j;

	for (j = 0; j <= b_length; j++)
		last[j] = (unsigned)j;
	for (i = 1; i <= a_length; i++) {
		row[0] = (unsigned)i;
		for (j = 1; j <= b_length; j++) {
			bool same = lower(a[i - 1]) == lower(b[j - 1]);

			least = last[j - 1] + !same;
			if (last[j] + 1 < least)
				least = last[j] + 1;
			if (row[j - 1] + 1 < least)
				least = row[j - 1] + 1;
			if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
			    lower(a[i - 2]) == lower(b[j - 1]) && before[j - 2] + 1 < least)
				least = before[j - 2] + 1;
			row[j] = least;
		}
		spare = before, before = last, last = row, row = spare;
	}
	return last[b_length];
}

const char *
source_nearest(const char *misspelt, const char *const *names, size_t n)
{
	size_t length = strlen(misspelt), other, i;
	unsigned best = (unsigned)(length + 2) / 4 + (length < 2), edits;
	const char *nearest = NULL;

	if (length > NAME_MAX_COMPARED)
		return NULL;
	for (i = 0; i < n; i++) {
		other = strlen(names[i]);
		if (other > NAME_MAX_COMPARED || other > length + best || length > other + best)
			continue;
		edits = distance(misspelt, length, names[i], other);
		/* All of a short name replaced is another name, not a misspelling. */
		if (edits < best + (nearest == NULL) && edits < length) {
			best = edits;
			nearest = names[i];
		}
	}
	return nearest;
}

/* ---- words ------------------------------------------------------------------------------ */

/* The end of the comment or of the quoted text that starts at `at`; `at` itself if none does. */
static const char *
skip(const char *at, const char *end, bool *comment)
{
	const char *start = at;
	char quote = *at;

	*comment = false;
	if (quote == '\'' || quote == '"') {
		for (at++; at < end && *at != quote; at++)
			;
		return at < end ? at + 1 : at;
	}
	if (end - at < 2 || at[0] != '/' || (at[1] != '/' && at[1] != '*'))
		return start;
	*comment = true;
	if (at[1] == '/') {
		while (at < end && *at != '\n')
			at++;
		return at;
	}
	for (at += 2; at < end; at++) {
		if (at[0] == '*' && end - at > 1 && at[1] == '/')
			return at + 2;
	}
	return end;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Neither ends a word nor may start what `skip` skips. */
static bool
is_plain(char c)
{
	return !is_space(c) && c != '\'' && c != '"' && c != '/';
}

const char *
source_words(const struct source *source, struct span span)
{
	const char *at = source->text + span.start, *end = source->text + span.end, *next;
	struct text line = { .arena = source->arena };
	bool comment, space = false;

	while (end > at && (is_space(end[-1]) || end[-1] == ';'))
		end--;
	while (at < end) {
		next = skip(at, end, &comment);
		if (comment || is_space(*at)) {
			space = line.length > 0;
			at = comment ? next : at + 1;
			continue;
		}
		if (space)
			text_add_char(&line, ' ');
		space = false;
		while (next == at || (next < end && is_plain(*next)))
			next++;
		text_add_bytes(&line, at, (size_t)(next - at));
		at = next;
	}
	return text_end(&line);
}
