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
#include <string.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);
void arena_empty(struct arena *arena);   /* what was in it is gone; its memory is used again */
/* Zeroed, aligned for any type, never NULL: out of memory ends the process with status 2. */
void *arena_alloc(struct arena *arena, size_t size);
/* For text: not zeroed, and of the three that follow. */
char *arena_bytes(struct arena *arena, size_t size);
char *arena_copy(struct arena *arena, const char *text, size_t length);
/* The block at `data` enlarged without copying it, perhaps elsewhere; NULL: it has to be copied. */
char *arena_extend(struct arena *arena, char *data, size_t size, size_t larger);
/* Gives back the end of a block, if nothing was allocated after it. */
void arena_trim(struct arena *arena, char *data, size_t size, size_t smaller);
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* ... and says how long it became. */
char *arena_vformat(struct arena *arena, size_t *length, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

/* Always NUL-terminated once anything was added; {.arena = a} is the empty text. */
struct text {
	struct arena *arena;
	char *data;
	size_t length, capacity;
	void (*take)(struct text *);       /* of a long text: empties it; or NULL */
};

/*
 * Nothing will be changed in what is there: a long text may be written, and made empty.  Whatever
 * else was allocated in its arena is gone after it.
 */
static inline void
text_settled(struct text *text)
{
	if (text->take != NULL)
		text->take(text);
}

/* Makes room for n more bytes and the closing NUL. */
void text_grow(struct text *text, size_t n);

static inline void
text_add_bytes(struct text *text, const char *piece, size_t length)
{
	if (text->capacity - text->length <= length)
		text_grow(text, length);
	memcpy(text->data + text->length, piece, length);
	text->length += length;
	text->data[text->length] = '\0';
}

static inline void
text_add(struct text *text, const char *piece)
{
	text_add_bytes(text, piece, strlen(piece));
}

static inline void
text_add_char(struct text *text, char c)
{
	text_add_bytes(text, &c, 1);
}

void text_add_int(struct text *text, int64_t number);
void text_format(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *text_string(const struct text *text);   /* "" when empty */
const char *text_end(struct text *text);   /* the same, and what was not needed is given back */

/* Length and code of the UTF-8 character at `at` (1 for a NUL); 0 where it is malformed. */
size_t text_utf8(const char *at, uint32_t *code);
/*
 * Length of the character at `at` if it may be printed as it is: not a control character, nor one
 * of those that turn the direction of writing or hide themselves (compilers warn of them); else 0.
 */
size_t text_plain(const char *at);

/* ---- quoting: the only doors for user text ---------------------------------- */

/*
 * A C literal: "a\"b", escapes, no trigraphs.  C11 promises 4095 characters to a literal and
 * -Wpedantic warns above: a longer one is printed as  __extension__ "…", which gcc and clang
 * take in silence.  It is an expression still; do not put another literal beside it.
 */
void text_c_string(struct text *text, const char *value);
/*
 * SQL of many lines as a C literal: one "…\n" a line, each indented by `indent` tabs, the first
 * too; no newline after the last.  Long ones start with a line __extension__, as above.
 */
void text_c_lines(struct text *text, const char *value, int indent);
/* Body of a comment only, no way out of it; further lines start with `indent` tabs and " * ". */
void text_c_comment(struct text *text, const char *value, int indent);
void text_sql_name(struct text *text, const char *name);         /* "a""b" */
void text_sql_string(struct text *text, const char *value);      /* 'it''s' */
/* Body of a C style comment only; further lines start with " * ". */
void text_sql_comment(struct text *text, const char *value);
void text_json_string(struct text *text, const char *value);
/* For HTML and its like, also between quotation marks; no character is left out. */
void text_html(struct text *text, const char *value);
/* Text, and code, of Markdown: one line, at the start of one too, and in the cell of a table. */
void text_markdown(struct text *text, const char *value);
void text_markdown_code(struct text *text, const char *value);

/* ---- generated names ---------------------------------------------------------- */

/*
 * A name as a C identifier: not a keyword of C or C++, not reserved, no macro of the standard
 * headers, not `cc` (the first parameter of every generated function); ASCII only.  Different
 * names may fall together ("a-b", "a_b"): check refuses them.
 */
const char *name_c(struct arena *arena, const char *name);
/* "social_posts_inserted": prefix and parts joined by '_', made safe as a whole. */
const char *name_join(struct arena *arena, const char *const *parts, size_t n);

#endif
