/*
 * text.h - memory, text building, and every spelling that the compiler writes.
 *
 * The arena holds everything that one run allocates and is freed once.  `struct text` is a
 * growing string.  All quoting of user text (SQL identifiers and literals, C strings, comments)
 * and all generated names are made here and nowhere else.
 */
#ifndef GEN_TEXT_H
#define GEN_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);
/* Zeroed, aligned for any type, never NULL: out of memory ends the process with status 2. */
void *arena_alloc(struct arena *arena, size_t size);
char *arena_copy(struct arena *arena, const char *text, size_t length);
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Always NUL-terminated once anything was added; {.arena = a} is the empty text. */
struct text {
	struct arena *arena;
	char *data;
	size_t length, capacity;
};

void text_add(struct text *text, const char *piece);
void text_add_bytes(struct text *text, const char *piece, size_t length);
void text_add_char(struct text *text, char c);
void text_add_int(struct text *text, int64_t number);
void text_format(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *text_string(const struct text *text);   /* "" when empty */

/* ---- quoting: the only doors for user text ---------------------------------- */

void text_c_string(struct text *text, const char *value);        /* "a\"b", escapes, no trigraphs */
/* SQL of many lines as a C literal: one "…\n" a line, each indented by `indent` tabs. */
void text_c_lines(struct text *text, const char *value, int indent);
void text_c_comment(struct text *text, const char *value, int indent);  /* body only; no way out */
void text_sql_name(struct text *text, const char *name);         /* "a""b" */
void text_sql_string(struct text *text, const char *value);      /* 'it''s' */
void text_sql_comment(struct text *text, const char *value);     /* safe inside C style comments */
void text_json_string(struct text *text, const char *value);

/* ---- generated names ---------------------------------------------------------- */

/* A name as a C identifier: not a C or C++ keyword, not reserved, ASCII only. */
const char *name_c(struct arena *arena, const char *name);
/* "social_posts_inserted": prefix and parts joined by '_', made safe as a whole. */
const char *name_join(struct arena *arena, const char *const *parts, size_t n);

#endif
