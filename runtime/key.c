/*
 * key.c - keys of rows: a form that sorts as bytes, and JSON for people and bookkeeping.
 *
 * JSON keys hold what the database stores, so that SQL's json_array(key columns) gives the
 * same text: a timestamp in its storage unit, a date as text.
 */
#include "cc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void
cc_key_encode(struct cc_text *out, const struct cc_field *fields, const uint16_t *which,
    size_t n, const union cc_part *parts)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char bytes[8];
		uint64_t value;

		if (cc_field_is_text(&fields[which[i]])) {
			cc_text_bytes(out, parts[i].s, strlen(parts[i].s) + 1);
			continue;
		}
		value = (uint64_t)parts[i].i ^ UINT64_C(1) << 63;
		for (int b = 0; b < 8; b++)
			bytes[b] = (unsigned char)(value >> (56 - 8 * b));
		cc_text_bytes(out, bytes, sizeof bytes);
	}
}

void
cc_key_decode(const char *bytes, const struct cc_field *fields, const uint16_t *which,
    size_t n, union cc_part *parts)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t value = 0;

		if (cc_field_is_text(&fields[which[i]])) {
			parts[i].s = bytes;
			bytes += strlen(bytes) + 1;
			continue;
		}
		for (int b = 0; b < 8; b++)
			value = value << 8 | (unsigned char)*bytes++;
		parts[i].i = (int64_t)(value ^ UINT64_C(1) << 63);
	}
}

bool
cc_key_equal(const struct cc_field *fields, const uint16_t *which, size_t n,
    const union cc_part *a, const union cc_part *b)
{
	for (size_t i = 0; i < n; i++)
		if (cc_field_is_text(&fields[which[i]]) ? strcmp(a[i].s, b[i].s) != 0 :
		    a[i].i != b[i].i)
			return false;
	return true;
}

static void
key_json_time(struct cc_text *out, int storage, int64_t micros)
{
	char text[40];
	int64_t unit = storage == CC_SECONDS ? 1000000 : storage == CC_MILLIS ? 1000 : 1;

	if (storage == CC_ISO) {
		cc_timestamp_print(micros, text);
		cc_text_json(out, text);
	} else
		cc_text_int(out, micros / unit - (micros % unit < 0));
}

static void
key_json_part(struct cc_text *out, const struct cc_field *field, union cc_part part)
{
	char date[16];
	int64_t units;

	if (field->type == CC_TIMESTAMP)
		key_json_time(out, field->storage, part.i);
	else if (field->type == CC_DATE) {
		cc_date_print((int32_t)part.i, date);
		cc_text_json(out, date);
	} else if (field->type == CC_DECIMAL && field->storage == CC_UNITS &&
	    cc_decimal_parse(part.s, field->scale, &units))
		cc_text_int(out, units);
	else if (cc_field_is_text(field))
		cc_text_json(out, part.s);
	else
		cc_text_int(out, part.i);
}

void
cc_key_json(struct cc_text *out, const struct cc_field *fields, const uint16_t *which,
    size_t n, const union cc_part *parts)
{
	cc_text_add(out, "[");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			cc_text_add(out, ",");
		key_json_part(out, &fields[which[i]], parts[i]);
	}
	cc_text_add(out, "]");
}

/* ---- and back ------------------------------------------------------------------------ */

static const char *
key_blank(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')
		p++;
	return p;
}

static bool
key_four_hex(const char *p, unsigned *out)
{
	*out = 0;
	for (int i = 0; i < 4; i++) {
		const char *digits = "0123456789abcdef";
		const char *at = p[i] == '\0' ? NULL : strchr(digits, p[i] | 0x20);

		if (at == NULL || (p[i] < '0'))
			return false;
		*out = *out << 4 | (unsigned)(at - digits);
	}
	return true;
}

static size_t
key_utf8(unsigned code, char *out)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

/* \uXXXX at p, with its second half where it has one; returns what follows, or NULL. */
static const char *
key_escape_unicode(const char *p, char **to)
{
	unsigned code, low;

	if (!key_four_hex(p + 2, &code) || code == 0)
		return NULL;
	p += 6;
	if (code >= 0xd800 && code < 0xdc00) {
		if (p[0] != '\\' || p[1] != 'u' || !key_four_hex(p + 2, &low) || low < 0xdc00 ||
		    low > 0xdfff)
			return NULL;
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
		p += 6;
	}
	*to += key_utf8(code, *to);
	return p;
}

/* A JSON string at p into out, which has room for it; returns what follows, or NULL. */
static const char *
key_parse_string(const char *p, char *out)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";

	for (p++; *p != '"';) {
		const char *at;

		if (*p == '\0')
			return NULL;
		if (*p != '\\') {
			*out++ = *p++;
			continue;
		}
		if (p[1] == 'u') {
			p = key_escape_unicode(p, &out);
			if (p == NULL)
				return NULL;
			continue;
		}
		at = p[1] == '\0' ? NULL : strchr(from, p[1]);
		if (at == NULL)
			return NULL;
		*out++ = into[at - from];
		p += 2;
	}
	*out = '\0';
	return p + 1;
}

/* A string or number as text; returns what follows, or NULL. */
static const char *
key_parse_value(const char *p, char *text, bool *quoted)
{
	*quoted = *p == '"';
	if (*quoted)
		return key_parse_string(p, text);
	while (*p == '-' || *p == '+' || *p == '.' || (*p >= '0' && *p <= '9'))
		*text++ = *p++;
	*text = '\0';
	return p;
}

static bool
key_parse_int(const char *text, int64_t *out)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	*out = value;
	return errno == 0 && end != text && *end == '\0';
}

/* text stays where it is: the arena. */
static bool
key_part_of(const struct cc_field *field, char *text, bool quoted, union cc_part *out)
{
	int64_t unit = field->storage == CC_SECONDS ? 1000000 :
	    field->storage == CC_MILLIS ? 1000 : 1;
	int32_t days;

	if (field->type == CC_DATE) {
		if (!quoted || !cc_date_parse(text, &days))
			return false;
		out->i = days;
		return true;
	}
	if (field->type == CC_TIMESTAMP && field->storage == CC_ISO)
		return quoted && cc_timestamp_parse(text, &out->i);
	if (field->type == CC_DECIMAL && field->storage == CC_UNITS) {
		if (quoted || !key_parse_int(text, &unit))
			return false;
		cc_decimal_print(unit, field->scale, text);
		out->s = text;
		return true;
	}
	if (cc_field_is_text(field)) {
		out->s = text;
		return quoted || field->type == CC_DECIMAL;
	}
	if (quoted || !key_parse_int(text, &out->i))
		return false;
	return field->type != CC_TIMESTAMP || !__builtin_mul_overflow(out->i, unit, &out->i);
}

int
cc_key_parse(struct cc *cc, const char *json, const struct cc_field *fields,
    const uint16_t *which, size_t n, union cc_part *parts, struct cc_arena *arena)
{
	const char *p = key_blank(json);

	if (*p++ != '[')
		goto bad;
	for (size_t i = 0; i < n; i++) {
		bool quoted;
		char *text = cc_arena_get(arena, strlen(p) + 32);

		if (text == NULL)
			return cc_nomem(cc);
		p = key_parse_value(key_blank(p), text, &quoted);
		if (p == NULL || !key_part_of(&fields[which[i]], text, quoted, &parts[i]))
			goto bad;
		p = key_blank(p);
		if (*p++ != (i + 1 < n ? ',' : ']'))
			goto bad;
	}
	if (n == 0 && *p++ != ']')
		goto bad;
	if (*key_blank(p) == '\0')
		return CC_OK;
bad:
	return cc_fail(cc, CC_MISUSE, "not a key of %zu part%s as a JSON array: %s", n,
	    n == 1 ? "" : "s", json);
}
