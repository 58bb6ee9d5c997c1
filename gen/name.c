/*
 * name.c - names of the schema as C identifiers.
 *
 * A name in the database may hold any character; the C name keeps what C allows, writes Latin
 * letters without their accents ("naïve" is naive), other letters as u and their code, everything
 * else as '_'.  Names that C, C++ or their headers claim get a '_' at the end.  Leading
 * underscores move to the end and runs of them become one, as both are reserved.
 *
 * It does not make names unique: check compares the results and refuses those that fall together.
 */
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* Sorted by bytes.  Upper case macros come by pattern, see is_macro. */
static const char *const claimed[] = {
	"CHAR_BIT", "EOF", "FILE", "HUGE_VAL", "I", "INFINITY", "M_E", "M_PI", "NAN", "NDEBUG", "NULL",
	"RAND_MAX", "WEOF", "alignas", "alignof", "and", "and_eq", "asm", "assert", "atomic_cancel",
	"atomic_commit", "atomic_noexcept", "auto", "bitand", "bitor", "bool", "break", "case",
	"catch", "cc", "char", "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return",
	"co_yield", "compl", "complex", "concept", "const", "const_cast", "consteval", "constexpr",
	"constinit", "continue", "decltype", "default", "delete", "do", "double", "dynamic_cast",
	"else", "enum", "errno", "explicit", "export", "extern", "false", "far", "final", "float",
	"for", "fortran", "friend", "goto", "i386", "if", "imaginary", "import", "inline", "int",
	"int16_t", "int32_t", "int64_t", "int8_t", "interface", "intmax_t", "intptr_t", "linux",
	"long", "main", "module", "mutable", "namespace", "near", "new", "noexcept", "noreturn", "not",
	"not_eq", "nullptr", "offsetof", "operator", "or", "or_eq", "override", "private", "protected",
	"ptrdiff_t", "public", "reflexpr", "register", "reinterpret_cast", "requires", "restrict",
	"return", "setjmp", "short", "signed", "size_t", "sizeof", "sqlite3", "static",
	"static_assert", "static_cast", "stderr", "stdin", "stdout", "struct", "switch",
	"synchronized", "template", "this", "thread_local", "throw", "true", "try", "typedef",
	"typeid", "typename", "typeof", "typeof_unqual", "uint16_t", "uint32_t", "uint64_t", "uint8_t",
	"uintmax_t", "uintptr_t", "union", "unix", "unsigned", "using", "va_arg", "va_copy", "va_end",
	"va_list", "va_start", "vax", "virtual", "void", "volatile", "wchar_t", "while", "xor",
	"xor_eq"
};

static int
by_bytes(const void *key, const void *member)
{
	const char *name = key, *other = *(const char *const *)member;

	return name[0] != other[0] ? name[0] - other[0] : strcmp(name, other);
}

static bool
ends_with(const char *name, const char *ending)
{
	size_t n = strlen(name), m = strlen(ending);

	return n > m && strcmp(name + n - m, ending) == 0;
}

/* INT32_MAX, CHAR_MIN, UINT8_C, PRId64, EINVAL, SIGINT and their like. */
static bool
is_macro(const char *name)
{
	size_t upper;

	if (name[0] < 'A' || name[0] > 'Z')
		return false;
	upper = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	if (strncmp(name, "PRI", 3) == 0 || strncmp(name, "SCN", 3) == 0 ||
	    strncmp(name, "CC_", 3) == 0 || strncmp(name, "SQLITE_", 7) == 0)
		return true;
	if (name[upper] != '\0' || upper < 2)
		return false;
	return name[0] == 'E' || strncmp(name, "SIG", 3) == 0 || strncmp(name, "SEEK", 4) == 0 ||
	    strncmp(name, "FP_", 3) == 0 || ends_with(name, "_MIN") || ends_with(name, "_MAX") ||
	    ends_with(name, "_C") || ends_with(name, "_WIDTH");
}

static bool
is_claimed(const char *name)
{
	return is_macro(name) || bsearch(name, claimed, sizeof(claimed) / sizeof(claimed[0]),
	    sizeof(claimed[0]), by_bytes) != NULL;
}

/* Latin-1 and Latin Extended-A without accents; NULL where there is no such letter. */
static const char *
latin(uint32_t code)
{
	static const char pairs[] =       /* U+0100 … U+017F */
	    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi..JjKkkLlLlLlLlLlNnNnNnnNnOoOoOo.."
	    "RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
	static const char *const first[] = {  /* U+00C0 … U+00FF */
		"A", "A", "A", "A", "A", "A", "Ae", "C", "E", "E", "E", "E", "I", "I", "I", "I",
		"D", "N", "O", "O", "O", "O", "O", NULL, "O", "U", "U", "U", "U", "Y", "Th", "ss",
		"a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
		"d", "n", "o", "o", "o", "o", "o", NULL, "o", "u", "u", "u", "u", "y", "th", "y"
	};
	static const char *const pieces[] = {
		"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
		"n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z",
		"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M",
		"N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z"
	};
	char letter;

	if (code >= 0xc0 && code <= 0xff)
		return first[code - 0xc0];
	if (code < 0x100 || code - 0x100 >= sizeof(pairs) - 1)
		return NULL;
	letter = pairs[code - 0x100];
	if (letter == '.')
		return NULL;
	return pieces[letter >= 'a' ? letter - 'a' : letter - 'A' + 26];
}

static bool
is_word(uint32_t code)
{
	return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') ||
	    (code >= '0' && code <= '9');
}

/* Adds '_' unless it would come first or double. */
static void
underscore(struct text *out)
{
	if (out->length > 0 && out->data[out->length - 1] != '_')
		text_add_char(out, '_');
}

/* How many bytes of `name` may stand in a C identifier as they are. */
static size_t
plain_length(const char *name)
{
	size_t n = 0;

	while (is_word((unsigned char)name[n]) || (name[n] == '_' && n > 0 && name[n - 1] != '_'))
		n++;
	return n > 0 && name[0] <= '9' ? 0 : n;
}

const char *
name_c(struct arena *arena, const char *name)
{
	struct text out = { .arena = arena };
	bool leading = name[0] == '_';
	uint32_t code;
	size_t n = plain_length(name);

	if (n > 0 && name[n] == '\0' && !is_claimed(name))
		return name;
	text_add_bytes(&out, name, n);
	for (name += n; *name != '\0'; name += n == 0 ? 1 : n) {
		n = text_utf8(name, &code);
		if (n == 0) {
			text_format(&out, "x%02x", (unsigned)(unsigned char)*name);
		} else if (n == 1 && is_word(code)) {
			if (out.length == 0 && code <= '9')
				text_add_char(&out, 'n');
			text_add_char(&out, *name);
		} else if (n == 1) {
			underscore(&out);
		} else if (latin(code) != NULL) {
			text_add(&out, latin(code));
		} else {
			text_format(&out, "u%04x", (unsigned)code);
		}
	}
	if (out.length == 0)
		text_add_char(&out, 'x');
	if (leading || is_claimed(out.data))
		underscore(&out);
	return text_end(&out);
}

const char *
name_join(struct arena *arena, const char *const *parts, size_t n)
{
	struct text joined = { .arena = arena };
	size_t i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			text_add_char(&joined, '_');
		text_add(&joined, parts[i]);
	}
	return name_c(arena, text_end(&joined));
}
