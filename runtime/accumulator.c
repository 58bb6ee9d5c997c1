/*
 * accumulator.c - what is pending: a map from (target, key) to deltas.
 *
 * One pool per target.  Entries live in chunks, so that their addresses stay while the map
 * grows; a hash table of indices finds them by key.  A key that is one integer is kept in the
 * entry, in a form that sorts unsigned; others are bytes behind it (see key.c).  Entries are never
 * removed before the transaction ends; one that nets to zero is skipped by the flush.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

enum { ACCUMULATOR_KEEP = 65536 };     /* entries whose memory stays for the next transaction */
enum { ACCUMULATOR_SWEEP = 256 };      /* so many slots are cleared together */

int
cc_accumulator_open(struct cc *cc)
{
	uint16_t n = cc->schema->n_targets;

	cc->pools = calloc(n == 0 ? 1 : n, sizeof *cc->pools);
	cc->filled = calloc(n == 0 ? 1 : n, sizeof *cc->filled);
	if (cc->pools == NULL || cc->filled == NULL)
		return cc_nomem(cc);
	for (uint16_t i = 0; i < n; i++) {
		struct cc_pool *pool = &cc->pools[i];
		const struct cc_target *target = &cc->schema->targets[i];
		const struct cc_table *table = &cc->schema->tables[target->table];

		pool->target = target;
		pool->table = table;
		pool->sql = &cc->sql->tables[target->table];
		pool->where = cc->sql->targets[i].where;
		pool->entry_size = sizeof(struct cc_entry) +
		    table->n_columns * sizeof(union cc_number);
		pool->narrow = target->n_fields == 0 || (target->n_fields == 1 &&
		    !cc_field_is_text(&table->fields[target->fields[0]]));
		pool->plain = pool->narrow && target->n_fields == 1 &&
		    cc_field_is_integer(&table->fields[target->fields[0]]);
	}
	return CC_OK;
}

void
cc_accumulator_free(struct cc *cc)
{
	for (size_t i = 0; cc->pools != NULL && i < cc->schema->n_targets; i++) {
		struct cc_pool *pool = &cc->pools[i];

		for (size_t k = 0; k < pool->n_chunks; k++)
			free(pool->chunks[k]);
		free(pool->chunks);
		free(pool->slots);
		cc_updates_free(pool);
		cc_text_free(&pool->bytes);
	}
	for (size_t i = 0; i < cc->n_marks; i++)
		free(cc->marks[i].name);
	free(cc->pools);
	free(cc->filled);
	free(cc->marks);
	free(cc->journal);
}

/* ---- finding ---------------------------------------------------------------------- */

static uint64_t
accumulator_mix(uint64_t x)
{
	x *= UINT64_C(0x9e3779b97f4a7c15);
	return x ^ x >> 32;
}

static uint64_t
accumulator_hash_bytes(const char *bytes, size_t n)
{
	uint64_t hash = n, word;

	for (; n >= 8; bytes += 8, n -= 8) {
		memcpy(&word, bytes, 8);
		hash = accumulator_mix(hash ^ word);
	}
	word = 0;
	memcpy(&word, bytes, n);
	return accumulator_mix(hash ^ word);
}

static const char *
accumulator_bytes(const struct cc_pool *pool, const struct cc_entry *entry, uint32_t *length)
{
	const char *place = pool->bytes.data + entry->key;

	memcpy(length, place, sizeof *length);
	return place + sizeof *length;
}

static uint64_t
accumulator_hash(const struct cc_pool *pool, const struct cc_entry *entry)
{
	uint32_t length;
	const char *bytes;

	if (pool->narrow)
		return accumulator_mix(entry->key);
	bytes = accumulator_bytes(pool, entry, &length);
	return accumulator_hash_bytes(bytes, length);
}

/* The slot of a key, or the free one that is its place. */
static inline uint32_t *
accumulator_slot_narrow(const struct cc_pool *pool, uint64_t key)
{
	uint32_t mask = pool->n_slots - 1, i = (uint32_t)accumulator_mix(key) & mask;

	while (pool->slots[i] != 0 && cc_pool_entry(pool, pool->slots[i] - 1)->key != key)
		i = (i + 1) & mask;
	return &pool->slots[i];
}

static uint32_t *
accumulator_slot_wide(const struct cc_pool *pool, const struct cc_text *key)
{
	uint32_t mask = pool->n_slots - 1, slot, length;
	uint32_t i = (uint32_t)accumulator_hash_bytes(key->data, key->length) & mask;

	for (; (slot = pool->slots[i]) != 0; i = (i + 1) & mask) {
		const char *bytes = accumulator_bytes(pool, cc_pool_entry(pool, slot - 1), &length);

		if (length == key->length && memcmp(bytes, key->data, length) == 0)
			break;
	}
	return &pool->slots[i];
}

static uint64_t
accumulator_narrow_key(const struct cc_pool *pool, const union cc_part *key)
{
	return pool->target->n_fields == 0 ? 0 : (uint64_t)key[0].i ^ UINT64_C(1) << 63;
}

/* Leaves the encoded key in cc->key.  NULL: no memory. */
static uint32_t *
accumulator_slot_encoded(struct cc *cc, const struct cc_pool *pool, const union cc_part *key)
{
	cc_text_clear(&cc->key);
	cc_key_encode(&cc->key, pool->table->fields, pool->target->fields,
	    pool->target->n_fields, key);
	return cc->key.failed ? NULL : accumulator_slot_wide(pool, &cc->key);
}

/* ---- adding ----------------------------------------------------------------------- */

static void
accumulator_place(const struct cc_pool *pool, uint32_t *slots, uint32_t n_slots, uint32_t index)
{
	uint32_t i = (uint32_t)accumulator_hash(pool, cc_pool_entry(pool, index)) &
	    (n_slots - 1);

	while (slots[i] != 0)
		i = (i + 1) & (n_slots - 1);
	slots[i] = index + 1;
}

static bool
accumulator_grow_chunks(struct cc_pool *pool)
{
	if (pool->n_chunks == pool->chunks_capacity) {
		size_t capacity = pool->chunks_capacity * 2 + 8;
		unsigned char **chunks = realloc(pool->chunks, capacity * sizeof *chunks);

		if (chunks == NULL)
			return false;
		pool->chunks = chunks;
		pool->chunks_capacity = capacity;
	}
	pool->chunks[pool->n_chunks] = malloc(CC_CHUNK * pool->entry_size);
	if (pool->chunks[pool->n_chunks] == NULL)
		return false;
	pool->n_chunks++;
	return true;
}

static bool
accumulator_grow_slots(struct cc_pool *pool)
{
	uint32_t n_slots = pool->n_slots == 0 ? 64 : pool->n_slots * 2;
	uint32_t *slots = calloc(n_slots, sizeof *slots);

	if (slots == NULL)
		return false;
	for (uint32_t i = 0; i < pool->n; i++)
		accumulator_place(pool, slots, n_slots, i);
	free(pool->slots);
	pool->slots = slots;
	pool->n_slots = n_slots;
	return true;
}

/* Room for one entry more, or false; three quarters of the slots are used at most. */
static bool
accumulator_reserve(struct cc_pool *pool)
{
	size_t room, most;

	if (pool->n == UINT32_MAX / 4)
		return false;
	if (pool->n / CC_CHUNK == pool->n_chunks && !accumulator_grow_chunks(pool))
		return false;
	if (pool->n >= pool->n_slots / 4 * 3 && !accumulator_grow_slots(pool))
		return false;
	room = pool->n_chunks * CC_CHUNK;
	most = pool->n_slots / 4 * 3;
	pool->room = (uint32_t)(room < most ? room : most);
	return true;
}

/* The pool is no longer empty: it takes its place in the order of the flush. */
static void
accumulator_fill(struct cc *cc, uint16_t pool)
{
	size_t i = cc->n_filled++;

	for (; i > 0 && cc->filled[i - 1] > pool; i--)
		cc->filled[i] = cc->filled[i - 1];
	cc->filled[i] = pool;
}

/* There is room; the key belongs into the free slot. */
static inline struct cc_entry *
accumulator_new(struct cc *cc, uint16_t index, uint32_t *slot, uint64_t key)
{
	struct cc_pool *pool = &cc->pools[index];
	struct cc_entry *entry = cc_pool_entry(pool, pool->n);

	entry->key = key;
	entry->epoch = entry->flags = 0;
	for (size_t i = 0; i < pool->table->n_columns; i++)
		entry->delta[i] = cc->zeros[i];
	if (pool->n++ == 0)
		accumulator_fill(cc, index);
	*slot = pool->n;
	return entry;
}

static struct cc_entry *
accumulator_get_narrow(struct cc *cc, uint16_t index, const union cc_part *key)
{
	const struct cc_pool *pool = &cc->pools[index];
	uint64_t narrow = accumulator_narrow_key(pool, key);
	uint32_t *slot = accumulator_slot_narrow(pool, narrow);

	return *slot != 0 ? cc_pool_entry(pool, *slot - 1) :
	    accumulator_new(cc, index, slot, narrow);
}

static struct cc_entry *
accumulator_get_wide(struct cc *cc, uint16_t index, const union cc_part *key)
{
	struct cc_pool *pool = &cc->pools[index];
	uint32_t *slot = accumulator_slot_encoded(cc, pool, key);
	uint32_t length = (uint32_t)cc->key.length;
	size_t place = pool->bytes.length;

	if (slot == NULL)
		return NULL;
	if (*slot != 0)
		return cc_pool_entry(pool, *slot - 1);
	cc_text_bytes(&pool->bytes, &length, sizeof length);
	cc_text_bytes(&pool->bytes, cc->key.data, length);
	if (pool->bytes.failed) {
		pool->bytes.length = place;
		pool->bytes.failed = false;
		return NULL;
	}
	return accumulator_new(cc, index, slot, place);
}

struct cc_entry *
cc_entry_find(struct cc *cc, uint16_t index, const union cc_part *key)
{
	const struct cc_pool *pool = &cc->pools[index];
	const uint32_t *slot = NULL;

	if (pool->n > 0)
		slot = pool->narrow ?
		    accumulator_slot_narrow(pool, accumulator_narrow_key(pool, key)) :
		    accumulator_slot_encoded(cc, pool, key);
	return slot == NULL || *slot == 0 ? NULL : cc_pool_entry(pool, *slot - 1);
}

struct cc_entry *
cc_entry_get(struct cc *cc, uint16_t index, const union cc_part *key)
{
	struct cc_pool *pool = &cc->pools[index];
	struct cc_entry *entry = NULL;

	if (pool->n < pool->room || accumulator_reserve(pool))
		entry = pool->narrow ? accumulator_get_narrow(cc, index, key) :
		    accumulator_get_wide(cc, index, key);
	if (entry == NULL)
		cc_nomem(cc);
	return entry != NULL && cc_entry_journal(cc, index, entry) == CC_OK ? entry : NULL;
}

void
cc_entry_parts(const struct cc_pool *pool, const struct cc_entry *entry, union cc_part *parts)
{
	uint32_t length;

	if (!pool->narrow)
		cc_key_decode(accumulator_bytes(pool, entry, &length), pool->table->fields,
		    pool->target->fields, pool->target->n_fields, parts);
	else if (pool->target->n_fields != 0)
		parts[0].i = cc_entry_narrow(entry);
}

uint64_t
cc_pending_count(const struct cc *cc)
{
	uint64_t count = 0;

	for (size_t i = 0; i < cc->n_filled; i++) {
		const struct cc_pool *pool = &cc->pools[cc->filled[i]];

		for (uint32_t k = 0; k < pool->n; k++)
			count += !cc_entry_empty(pool, cc_pool_entry(pool, k));
	}
	return count;
}

bool
cc_pending(const struct cc *cc)
{
	for (size_t i = 0; i < cc->n_filled; i++) {
		const struct cc_pool *pool = &cc->pools[cc->filled[i]];

		for (uint32_t k = 0; k < pool->n; k++)
			if (!cc_entry_empty(pool, cc_pool_entry(pool, k)))
				return true;
	}
	return false;
}

/* ---- forgetting -------------------------------------------------------------------- */

/* A few entries in a large table are taken out one by one; it is not swept for them. */
static void
accumulator_empty_slots(struct cc_pool *pool)
{
	uint32_t mask = pool->n_slots - 1;

	if (pool->n_slots <= ACCUMULATOR_SWEEP || pool->n >= pool->n_slots / 16) {
		memset(pool->slots, 0, pool->n_slots * sizeof *pool->slots);
		return;
	}
	for (uint32_t k = 0; k < pool->n; k++) {
		uint32_t i = (uint32_t)accumulator_hash(pool, cc_pool_entry(pool, k)) & mask;

		while (pool->slots[i] != k + 1)
			i = (i + 1) & mask;
		pool->slots[i] = 0;
	}
}

static void
accumulator_clear_pool(struct cc_pool *pool)
{
	if (pool->n > ACCUMULATOR_KEEP) {
		while (pool->n_chunks > ACCUMULATOR_KEEP / CC_CHUNK)
			free(pool->chunks[--pool->n_chunks]);
		free(pool->slots);
		pool->slots = NULL;
		pool->n_slots = 0;
		cc_text_free(&pool->bytes);
		pool->room = 0;
	} else
		accumulator_empty_slots(pool);
	if (!pool->narrow)
		cc_text_clear(&pool->bytes);
	pool->n = 0;
}

void
cc_pending_drop(struct cc *cc)
{
	for (size_t i = 0; i < cc->n_filled; i++)
		accumulator_clear_pool(&cc->pools[cc->filled[i]]);
	cc->n_filled = 0;
	cc_arena_reset(&cc->values);
}

void
cc_pending_clear(struct cc *cc)
{
	cc_path_clear(cc);
	cc_pending_drop(cc);
	cc_mark_pop(cc, 0);
	cc->strays = false;
}
