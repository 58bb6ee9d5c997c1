/*
 * features.c - which parts of the language schemas are drawn from.
 *
 * PROPERTY_FEATURES names them: "all", "none", "default", or a list in which each word adds a
 * part and -word takes one out: "none,path,side", "default,-json".
 */
#include <stdlib.h>
#include <string.h>

#include "property.h"

#define ON(id) (UINT32_C(1) << F_##id)
static const uint32_t DEFAULT = ON(DISTINCT) | ON(EXTREME) | ON(AVG) | ON(FIRST) | ON(EXISTS)
    | ON(COMBO) | ON(JSON) | ON(BATCH) | ON(SHARED) | ON(COMPUTED) | ON(TWINS) | ON(RAW) | ON(BULK)
    | ON(NOW) | ON(UPSERT) | ON(PATH) | ON(SIDE) | ON(NAMED) | ON(TREE) | ON(INNER) | ON(UP);

static const char *const words[] = {
#define FEATURE_WORD(id, word) [F_##id] = word,
	FEATURES(FEATURE_WORD)
};

static void
add(const char *word, size_t length, uint32_t *set)
{
	bool out = *word == '-';
	uint32_t bits = 0;

	word += out;
	length -= out;
	if (length == 3 && strncmp(word, "all", 3) == 0)
		bits = (1u << N_FEATURES) - 1;
	else if (length == 7 && strncmp(word, "default", 7) == 0)
		bits = DEFAULT;
	for (int i = 0; i < N_FEATURES; i++)
		if (strlen(words[i]) == length && strncmp(word, words[i], length) == 0)
			bits = 1u << i;
	if (bits == 0 && strncmp(word, "none", length) != 0
	    && strncmp(word, "default", length) != 0) {
		fprintf(stderr, "PROPERTY_FEATURES: no such feature: %.*s\n", (int)length, word);
		exit(2);
	}
	*set = out ? *set & ~bits : *set | bits;
}

uint32_t
features_chosen(void)
{
	const char *s = getenv("PROPERTY_FEATURES");
	uint32_t set = 0;

	if (s == NULL || *s == '\0')
		return DEFAULT;
	while (*s != '\0') {
		size_t length = strcspn(s, ", ");

		if (length > 0)
			add(s, length, &set);
		s += length + (s[length] != '\0');
	}
	return set;
}

void
features_show(uint32_t features, struct text *out)
{
	text_add(out, "none");
	for (int i = 0; i < N_FEATURES; i++)
		if ((features & 1u << i) != 0)
			text_add(out, ",%s", words[i]);
}
