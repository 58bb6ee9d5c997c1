/*
 * text.c - the growing string, and every way to quote user text.
 *
 * Sits below all other stages.  Quoting is total: any bytes give a result that the reader of that
 * language takes as one token (a literal, a name, part of a comment) with exactly the value that
 * was given.  Bytes that C or a terminal would trip over are written as octal escapes; valid UTF-8
 * stays readable.
 *
 * It does not wrap lines and does not decide what is written: that is the templates' part.
 */
#include <string.h>

#include "text.h"

enum { LITERAL_MAX = 4095 };           /* C11 5.2.4.1: characters of a literal */

/* ---- the growing string ----------------------------------------------------------- */

void
text_grow(struct text *text, size_t n)
{
	size_t capacity = text->capacity < 64 ? 64 : text->capacity;
	char *data;

	if (text->capacity - text->length > n)
		return;
	while (capacity - text->length <= n)
		capacity *= 2;
	data = text->capacity == 0 ? NULL :
	    arena_extend(text->arena, text->data, text->capacity, capacity);
	if (data == NULL) {
		data = arena_bytes(text->arena, capacity);
		if (text->length > 0)
			memcpy(data, text->data, text->length);
	}
	text->data = data;
	text->capacity = capacity;
}

void
text_add_int(struct text *text, int64_t number)
{
	char digits[20], *first = digits + sizeof(digits);
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

	do {
		*--first = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest != 0);
	if (number < 0)
		*--first = '-';
	text_add_bytes(text, first, (size_t)(digits + sizeof(digits) - first));
}

const char *
text_string(const struct text *text)
{
	return text->data == NULL ? "" : text->data;
}

const char *
text_end(struct text *text)
{
	if (text->data == NULL)
		return "";
	arena_trim(text->arena, text->data, text->capacity, text->length + 1);
	text->capacity = text->length + 1;
	return text->data;
}

/* ---- reading bytes ------------------------------------------------------------------ */

size_t
text_utf8(const char *at, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = (const unsigned char *)at;
	size_t i, n = s[0] < 0x80 ? 1 : s[0] < 0xc0 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 :
	    s[0] < 0xf8 ? 4 : 0;

	if (n <= 1) {
		*code = s[0];
		return n;
	}
	*code = s[0] & (0xffu >> (n + 1));
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (s[i] & 0x3fu);
	}
	if (*code < least[n] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return n;
}

size_t
text_plain(const char *at)
{
	uint32_t code;
	size_t n = text_utf8(at, &code);

	if (n == 0 || code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x61c ||
	    (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
	    (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || code >= 0xe0000)
		return 0;
	return n;
}

/* Bytes that mean nothing to any language that is quoted here: not " ' * / ? \\ nor DEL. */
static const bool ordinary[256] = {
	[' '] = 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0,
	['0'] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0,
	['@'] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	['P'] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1,
	['`'] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	['p'] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0
};

/* Adds the ordinary bytes from `at` on, `most` or fewer: another byte follows.  How many? */
static size_t
add_ordinary(struct text *text, const char *at, size_t most)
{
	size_t n;
	char *to;

	if (text->capacity - text->length <= most)
		text_grow(text, most);
	to = text->data + text->length;
	for (n = 0; ordinary[(unsigned char)at[n]]; n++)
		to[n] = at[n];
	to[n] = '\0';
	text->length += n;
	return n;
}

/* ---- C -------------------------------------------------------------------------------- */

/* One character that is not ordinary; how many bytes of `value` it is. */
static size_t
c_escape(struct text *text, const char *value, const char *end)
{
	static const char letters[] = "\"\"\\\\\nn\aa\bb\tt\vv\ff\rr";
	const char *letter;
	size_t n;

	for (letter = letters; *letter != '\0'; letter += 2) {
		if (*letter != *value)
			continue;
		text_add_bytes(text, (const char[]){ '\\', letter[1] }, 2);
		return 1;
	}
	n = text_plain(value);
	/* Three octal digits never run into what follows; \? so that no trigraph forms. */
	if (*value == '?' && value + 1 < end && value[1] == '?')
		text_add(text, "?\\");
	else if (n > 0)
		text_add_bytes(text, value, n);
	else
		text_format(text, "\\%03o", (unsigned)(unsigned char)*value);
	return n == 0 ? 1 : n;
}

/* What follows is a NUL, or the last byte is a newline. */
static void
c_escaped(struct text *text, const char *value, size_t length)
{
	const char *end = value + length;

	for (; value < end; value += c_escape(text, value, end)) {
		value += add_ordinary(text, value, (size_t)(end - value));
		if (value == end)
			return;
	}
}

void
text_c_string(struct text *text, const char *value)
{
	size_t length = strlen(value);

	if (length > LITERAL_MAX)
		text_add(text, "__extension__ ");
	text_add_char(text, '"');
	c_escaped(text, value, length);
	text_add_char(text, '"');
}

static void
indented(struct text *text, int indent)
{
	while (indent-- > 0)
		text_add_char(text, '\t');
}

void
text_c_lines(struct text *text, const char *value, int indent)
{
	const char *end;
	size_t length;

	indented(text, indent);
	if (strlen(value) > LITERAL_MAX) {
		text_add(text, "__extension__\n");
		indented(text, indent);
	}
	for (;; value = end + 1) {
		end = strchr(value, '\n');
		length = end == NULL ? strlen(value) : (size_t)(end - value) + 1;
		text_add_char(text, '"');
		c_escaped(text, value, length);
		text_add_char(text, '"');
		if (end == NULL || end[1] == '\0')
			break;
		text_add_char(text, '\n');
		indented(text, indent);
	}
}

/* ---- comments ---------------------------------------------------------------------------- */

/* Comment openers and closers, and trigraphs, are broken up by a blank; odd bytes become '?'. */
static void
comment(struct text *text, const char *value, int indent)
{
	const char *end = value + strlen(value);
	char last = '\0';
	size_t n;

	for (; *value != '\0'; value += n == 0 ? 1 : n) {
		n = add_ordinary(text, value, (size_t)(end - value));
		if (n > 0) {
			last = value[n - 1];
			continue;
		}
		n = text_plain(value);
		if (*value == '\n') {
			text_add_char(text, '\n');
			indented(text, indent);
			text_add(text, value[1] == '\n' || value[1] == '\0' ? " *" : " * ");
			last = ' ';
			continue;
		}
		if ((last == '*' && *value == '/') || (last == '/' && *value == '*') ||
		    (last == '?' && (n == 0 || *value == '?')))
			text_add_char(text, ' ');
		if (n > 0)
			text_add_bytes(text, value, n);
		else
			text_add_char(text, *value == '\t' ? ' ' : '?');
		last = n > 0 ? *value : *value == '\t' ? ' ' : '?';
	}
	/* A closer that follows must neither be completed early nor spliced away. */
	if (last == '*' || last == '\\' || last == '/')
		text_add_char(text, ' ');
}

void
text_c_comment(struct text *text, const char *value, int indent)
{
	comment(text, value, indent);
}

void
text_sql_comment(struct text *text, const char *value)
{
	comment(text, value, 0);
}

/* ---- SQL, JSON --------------------------------------------------------------------------- */

void
text_sql_name(struct text *text, const char *name)
{
	size_t n;

	text_add_char(text, '"');
	for (; *name != '\0'; name += n) {
		n = strcspn(name, "\"");
		text_add_bytes(text, name, n);
		if (name[n] == '"') {
			text_add(text, "\"\"");
			n++;
		}
	}
	text_add_char(text, '"');
}

void
text_sql_string(struct text *text, const char *value)
{
	/* The sqlite3 shell drops a carriage return at the end of a line, even in a literal. */
	const char *end = value + strlen(value);
	bool spelt = memchr(value, '\r', (size_t)(end - value)) != NULL;

	text_add(text, spelt ? "('" : "'");
	for (; *value != '\0'; value++) {
		value += add_ordinary(text, value, (size_t)(end - value));
		if (*value == '\0')
			break;
		if (*value == '\r') {
			text_add(text, "' || char(13) || '");
			continue;
		}
		if (*value == '\'')
			text_add_char(text, '\'');
		text_add_char(text, *value);
	}
	text_add(text, spelt ? "')" : "'");
}

void
text_json_string(struct text *text, const char *value)
{
	uint32_t code;
	size_t n;

	text_add_char(text, '"');
	for (; *value != '\0'; value += n == 0 ? 1 : n) {
		n = text_utf8(value, &code);
		if (n == 0)
			text_add(text, "\\ufffd");
		else if (code == '"' || code == '\\')
			text_format(text, "\\%c", *value);
		else if (code == '\n')
			text_add(text, "\\n");
		else if (code < 0x20 || code == 0x7f)
			text_format(text, "\\u%04x", (unsigned)code);
		else
			text_add_bytes(text, value, n);
	}
	text_add_char(text, '"');
}
