/*
 * report.c - prints the diagnostics of a source, for people or as JSON lines.
 *
 * In source order, whatever order the stages found them in.  What is excerpted is made safe for
 * a terminal: control characters and broken UTF-8 become '?', tabs become blanks.
 */
#include <stdlib.h>
#include <string.h>

#include "source.h"
#include "text.h"

enum { ERRORS_MAX = 20, TAB_WIDTH = 8, EXCERPT_MAX = 160 };

struct printer {
	struct source *source;
	FILE *out;
	bool color;
};

static const char bold[] = "\033[1m", red[] = "\033[1;31m", magenta[] = "\033[1;35m",
    cyan[] = "\033[1;36m", green[] = "\033[1;32m", plain[] = "\033[0m";

static const char *
paint(const struct printer *printer, const char *color)
{
	return printer->color ? color : "";
}

/* ---- the excerpt ---------------------------------------------------------------- */

/* Bytes of the UTF-8 character at `at`, its code point in *point; 1 and '?' if it is broken. */
static size_t
decode(const char *at, const char *end, uint32_t *point)
{
	unsigned char first = (unsigned char)*at;
	size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4, i;

	*point = first < 0x80 ? first : first & (0x7Fu >> length);
	for (i = 1; i < length && at + i < end && (at[i] & 0xC0) == 0x80; i++)
		*point = *point << 6 | (at[i] & 0x3F);
	/* Controls, stray and missing bytes, forms that are too long, surrogates. */
	if (i != length || *point < 0x20 || (*point >= 0x7F && *point < 0xA0) ||
	    (length > 1 && *point < 0x80) || (length > 2 && *point < 0x800) ||
	    (length > 3 && *point < 0x10000) || *point > 0x10FFFF ||
	    (*point >= 0xD800 && *point < 0xE000) || (first & 0xC0) == 0x80) {
		*point = '?';
		return 1;
	}
	return length;
}

/* Columns that a terminal gives to a character. */
static unsigned
width(uint32_t point)
{
	if ((point >= 0x300 && point <= 0x36F) || (point >= 0x200B && point <= 0x200F) ||
	    (point >= 0xFE00 && point <= 0xFE0F))
		return 0;
	if ((point >= 0x1100 && point <= 0x115F) || (point >= 0x2E80 && point <= 0xA4CF) ||
	    (point >= 0xAC00 && point <= 0xD7A3) || (point >= 0xF900 && point <= 0xFAFF) ||
	    (point >= 0xFE30 && point <= 0xFE6F) || (point >= 0xFF00 && point <= 0xFF60) ||
	    (point >= 0x1F300 && point <= 0x1FAFF) || (point >= 0x20000 && point <= 0x3FFFD))
		return 2;
	return 1;
}

/* Appends a line up to EXCERPT_MAX columns; the columns of `start` and `end` in *from, *to. */
static void
excerpt(struct text *line, const char *at, const char *end_of_line, const char *start,
    const char *end, unsigned *from, unsigned *to)
{
	unsigned column = 0;
	uint32_t point;
	size_t length;

	*from = *to = 0;
	for (;; at += length) {
		if (at <= start)
			*from = column;
		if (at <= end)
			*to = column;
		if (at >= end_of_line || column >= EXCERPT_MAX)
			break;
		if (*at == '\t') {
			length = 1;
			do
				text_add_char(line, ' ');
			while (++column % TAB_WIDTH != 0);
			continue;
		}
		length = decode(at, end_of_line, &point);
		column += width(point);
		if (length == 1)
			text_add_char(line, (char)point);
		else
			text_add_bytes(line, at, length);
	}
}

static void
print_excerpt(const struct printer *printer, struct span span, unsigned number, const char *color)
{
	const struct source *source = printer->source;
	const char *text = source->text, *at = text + source->lines[number - 1];
	const char *end = text + source->length, *newline;
	struct text line = { .arena = source->arena };
	unsigned from, to;

	newline = memchr(at, '\n', (size_t)(end - at));
	if (newline != NULL)
		end = newline;
	if (end > at && end[-1] == '\r')
		end--;
	/* Of a very long line the part before the place is left out. */
	if (text + span.start - at > EXCERPT_MAX / 2) {
		at = text + span.start - EXCERPT_MAX / 4;
		while ((*at & 0xC0) == 0x80)
			at++;
		text_add(&line, "...");
	}
	from = (unsigned)line.length;
	{
		unsigned start_column, end_column;

		excerpt(&line, at, end, text + span.start, text + span.end, &start_column,
		    &end_column);
		to = from + end_column;
		from += start_column;
	}
	fprintf(printer->out, "%5u | %s\n      | %*s%s^", number, text_string(&line), (int)from,
	    "", paint(printer, color));
	while (++from < to)
		fputc('~', printer->out);
	fprintf(printer->out, "%s\n", paint(printer, plain));
}

/* ---- for people ------------------------------------------------------------------ */

static void
print_place(const struct printer *printer, uint32_t offset, unsigned *line)
{
	unsigned column;

	source_place(printer->source, offset, line, &column);
	fprintf(printer->out, "%s%s:%u:%u:%s ", paint(printer, bold), printer->source->path,
	    *line, column, paint(printer, plain));
}

static void
print_diagnostic(const struct printer *printer, const struct diagnostic *diagnostic)
{
	bool error = diagnostic->severity == SEVERITY_ERROR;
	const char *color = error ? red : magenta;
	const struct note *note;
	unsigned line, ignored;

	print_place(printer, diagnostic->span.start, &line);
	fprintf(printer->out, "%s%s:%s %s", paint(printer, color), error ? "error" : "warning",
	    paint(printer, plain), diagnostic->message);
	if (!error)
		fprintf(printer->out, " [-W%s]", diagnostic->code);
	fputc('\n', printer->out);
	print_excerpt(printer, diagnostic->span, line, green);
	for (note = diagnostic->notes; note != NULL; note = note->next) {
		print_place(printer, note->span.start, &ignored);
		fprintf(printer->out, "%snote:%s %s\n", paint(printer, cyan),
		    paint(printer, plain), note->message);
	}
	if (diagnostic->hint != NULL)
		fprintf(printer->out, "%shint:%s %s\n", paint(printer, bold),
		    paint(printer, plain), diagnostic->hint);
}

/* ---- for machines ----------------------------------------------------------------- */

static void
json_place(const struct source *source, struct text *out, struct span span)
{
	unsigned line, column;

	source_place(source, span.start, &line, &column);
	text_format(out, "\"line\":%u,\"column\":%u", line, column);
	source_place(source, span.end, &line, &column);
	text_format(out, ",\"end\":{\"line\":%u,\"column\":%u}", line, column);
}

static void
json_member(struct text *out, const char *name, const char *value)
{
	text_format(out, ",\"%s\":", name);
	if (value != NULL)
		text_json_string(out, value);
	else
		text_add(out, "null");
}

static void
print_json(const struct printer *printer, const struct diagnostic *diagnostic)
{
	const struct source *source = printer->source;
	struct text out = { .arena = source->arena };
	const struct note *note;

	text_add(&out, "{\"path\":");
	text_json_string(&out, source->path);
	text_add_char(&out, ',');
	json_place(source, &out, diagnostic->span);
	json_member(&out, "severity",
	    diagnostic->severity == SEVERITY_ERROR ? "error" : "warning");
	json_member(&out, "code", diagnostic->code);
	json_member(&out, "message", diagnostic->message);
	text_add(&out, ",\"notes\":[");
	for (note = diagnostic->notes; note != NULL; note = note->next) {
		text_add(&out, note == diagnostic->notes ? "{" : ",{");
		json_place(source, &out, note->span);
		json_member(&out, "message", note->message);
		text_add_char(&out, '}');
	}
	text_add_char(&out, ']');
	json_member(&out, "hint", diagnostic->hint);
	fprintf(printer->out, "%s}\n", text_string(&out));
}

/* ---- all of them ------------------------------------------------------------------- */

struct place {
	const struct diagnostic *diagnostic;
	size_t found;                  /* which came first: keeps the order of equal places */
};

static int
compare_places(const void *a, const void *b)
{
	const struct place *one = a, *two = b;
	uint32_t x = one->diagnostic->span.start, y = two->diagnostic->span.start;

	if (x != y)
		return x < y ? -1 : 1;
	return one->found < two->found ? -1 : 1;
}

void
source_print(struct source *source, FILE *out, unsigned flags)
{
	struct printer printer = { source, out, (flags & SOURCE_COLOR) != 0 };
	size_t n = 0, i, errors = 0;
	const struct diagnostic *diagnostic;
	struct place *places;

	places = arena_alloc(source->arena,
	    (source->errors + source->warnings + 1) * sizeof(*places));
	for (diagnostic = source->diagnostics; diagnostic != NULL; diagnostic = diagnostic->next) {
		places[n] = (struct place){ diagnostic, n };
		n++;
	}
	qsort(places, n, sizeof(*places), compare_places);
	for (i = 0; i < n; i++) {
		diagnostic = places[i].diagnostic;
		if ((flags & SOURCE_JSON) != 0)
			print_json(&printer, diagnostic);
		else if (diagnostic->severity == SEVERITY_WARNING || errors++ < ERRORS_MAX)
			print_diagnostic(&printer, diagnostic);
	}
	if (errors > ERRORS_MAX)
		fprintf(out, "%s: %zu more errors are not shown\n", source->path,
		    errors - ERRORS_MAX);
}
