/*
 * source.h - the text of a .ccdl file and what the compiler has to say about it.
 *
 * Places are byte spans into the text; lines and columns are computed only to print them.
 * Diagnostics are collected, then printed in source order, at most 20 errors.
 */
#ifndef GEN_SOURCE_H
#define GEN_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct arena;

struct span {
	uint32_t start, end;           /* bytes; end is exclusive */
};

enum severity { SEVERITY_ERROR, SEVERITY_WARNING };

struct note {                      /* a related place */
	struct span span;
	const char *message;
	struct note *next;
};

struct diagnostic {
	enum severity severity;
	const char *code;              /* kebab-case name of the rule, for -W… and --json */
	struct span span;
	const char *message;           /* the fact, lower case, user words in '…' */
	struct note *notes;
	const char *hint;              /* what to do, or NULL */
	struct diagnostic *next;
};

struct source {
	struct arena *arena;
	const char *path;              /* as given; "<stdin>" for - */
	const char *text;              /* NUL-terminated copy; a NUL inside is an error of the lexer */
	size_t length;
	struct diagnostic *diagnostics, **tail;
	size_t errors, warnings;
	uint32_t *lines;               /* where each line starts; n_lines of them */
	size_t n_lines;
};

/* NULL with errno set when the file cannot be read; "-" is standard input. */
struct source *source_read(struct arena *arena, const char *path);
struct source *source_of_text(struct arena *arena, const char *path, const char *text,
    size_t length);

/*
 * Adds a diagnostic; notes and hint may be added to what is returned, until the next call.
 * Format arguments are copied.
 */
struct diagnostic *source_error(struct source *source, struct span span, const char *code,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
struct diagnostic *source_warning(struct source *source, struct span span, const char *code,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
void source_note(struct source *source, struct diagnostic *diagnostic, struct span span,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
void source_hint(struct source *source, struct diagnostic *diagnostic, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The words of a span, on one line and without comments; a `;` at its end is left out. */
const char *source_words(const struct source *source, struct span span);

/* Line and column (both from 1; the column counts bytes) of an offset. */
void source_place(const struct source *source, uint32_t offset, unsigned *line, unsigned *column);

/* "no-CODE" drops a warning, "error" makes all of them errors, "error=CODE" one; else nothing. */
void source_apply(struct source *source, const char *option);

enum { SOURCE_COLOR = 1, SOURCE_JSON = 2 };
void source_print(struct source *source, FILE *out, unsigned flags);

/* Of n names the one that is nearest to a misspelt one, or NULL if none is near. */
const char *source_nearest(const char *misspelt, const char *const *names, size_t n);

/* The words of a text, comments included: what the formatter lays out. */
enum token_kind { TOKEN_WORD, TOKEN_QUOTED, TOKEN_STRING, TOKEN_NUMBER, TOKEN_PUNCTUATION,
	TOKEN_LINE_COMMENT, TOKEN_DOC_COMMENT, TOKEN_BLOCK_COMMENT };

struct token {
	enum token_kind kind;
	struct span span;
};

#endif
