/*
 * recount_table.c - the table of counts in memory.
 *
 * Parents are numbered in the order of their keys and kept in chunks, an array a member, so that
 * the sums that a scan of the children adds to lie close together.  An index a target finds a
 * parent by the key that children know: open addressing, a single integer in the slot itself,
 * other keys as their memcomparable bytes.  run->used counts every byte.
 */
#include <stdlib.h>
#include <string.h>

#include "recount.h"

enum { RECOUNT_LEAST_SLOTS = 256 };

static size_t
recount_chunk_size(const struct recount_holder *holder)
{
	size_t each = holder->n_sums * (2 * sizeof(union cc_number) + 1) +
	    ((size_t)holder->table->n_key + holder->n_up) * sizeof(union cc_part) + 1 +
	    (holder->n_climbs > 0 ? sizeof(uint32_t) : 0) + holder->n_climbs;

	return RECOUNT_CHUNK * each;
}

/* One allocation, cut into the arrays of a chunk, the widest members first. */
static int
recount_add_chunk(struct recount *run, struct recount_holder *holder)
{
	size_t sums = (size_t)RECOUNT_CHUNK * holder->n_sums;
	struct recount_chunk *chunk;
	unsigned char *memory;

	if (holder->n_chunks == holder->chunks_capacity) {
		size_t capacity = holder->chunks_capacity ? holder->chunks_capacity * 2 : 16;

		chunk = realloc(holder->chunks, capacity * sizeof *chunk);
		if (chunk == NULL)
			return cc_nomem(run->cc);
		holder->chunks = chunk;
		holder->chunks_capacity = capacity;
	}
	memory = calloc(1, recount_chunk_size(holder));
	if (memory == NULL)
		return cc_nomem(run->cc);
	chunk = &holder->chunks[holder->n_chunks++];
	chunk->sums = (union cc_number *)(void *)memory;
	chunk->stored = chunk->sums + sums;
	chunk->key = (union cc_part *)(void *)(chunk->stored + sums);
	chunk->up = chunk->key + (size_t)RECOUNT_CHUNK * holder->table->n_key;
	chunk->stamp = (uint32_t *)(void *)(chunk->up + RECOUNT_CHUNK * holder->n_up);
	chunk->state = (uint8_t *)(chunk->stamp + (holder->n_climbs > 0 ? RECOUNT_CHUNK : 0));
	chunk->flags = chunk->state + sums;
	chunk->above = chunk->flags + RECOUNT_CHUNK;
	run->used += recount_chunk_size(holder);
	return CC_OK;
}

int
cc_recount_add_parent(struct recount *run, struct recount_holder *holder, uint32_t *out)
{
	if (holder->n == holder->n_chunks * RECOUNT_CHUNK) {
		int result = recount_add_chunk(run, holder);

		if (result != CC_OK)
			return result;
	}
	*out = holder->n++;
	return CC_OK;
}

static uint32_t
recount_hash_integer(int64_t key)
{
	return (uint32_t)((uint64_t)key * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static uint32_t
recount_hash_bytes(const char *bytes, size_t length)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
	return (uint32_t)(hash ^ hash >> 32);
}

static void
recount_put(struct recount_index *index, struct recount_slot slot)
{
	uint32_t at = slot.hash & (index->n_slots - 1);

	while (index->slots[at].parent != 0)
		at = (at + 1) & (index->n_slots - 1);
	index->slots[at] = slot;
}

/* Keeps the index at most half full. */
static int
recount_grow(struct recount *run, struct recount_index *index)
{
	struct recount_index old = *index;

	if (index->n < index->n_slots / 2)
		return CC_OK;
	index->n_slots = old.n_slots ? old.n_slots * 2 : RECOUNT_LEAST_SLOTS;
	index->slots = calloc(index->n_slots, sizeof *index->slots);
	if (index->slots == NULL) {
		*index = old;
		return cc_nomem(run->cc);
	}
	for (uint32_t i = 0; i < old.n_slots; i++)
		if (old.slots[i].parent != 0)
			recount_put(index, old.slots[i]);
	run->used += (index->n_slots - old.n_slots) * sizeof *index->slots;
	free(old.slots);
	return CC_OK;
}

/* The key's bytes behind their length, in the arena. */
static int
recount_keep_key(struct recount *run, const char **out)
{
	uint32_t length = (uint32_t)run->key.length;
	char *bytes = cc_arena_get(&run->arena, sizeof length + length);

	if (bytes == NULL)
		return cc_nomem(run->cc);
	memcpy(bytes, &length, sizeof length);
	memcpy(bytes + sizeof length, run->key.data, length);
	run->used += sizeof length + length + 16;
	*out = bytes + sizeof length;
	return CC_OK;
}

static bool
recount_slot_bytes(const struct recount_slot *slot, const char *bytes, size_t length)
{
	uint32_t stored;

	memcpy(&stored, slot->key.bytes - sizeof stored, sizeof stored);
	return stored == length && memcmp(slot->key.bytes, bytes, length) == 0;
}

int
cc_recount_index_parent(struct recount *run, struct recount_holder *holder,
    struct recount_index *index, const union cc_part *key, uint32_t parent)
{
	struct recount_slot slot = { .parent = parent + 1 };
	int result = recount_grow(run, index);

	if (result != CC_OK)
		return result;
	if (cc_recount_find(run, holder, index, key) != NULL)
		index->repeated = true;
	if (index->narrow) {
		if (index->n == 0 || key[0].i < index->least)
			index->least = key[0].i;
		if (index->n == 0 || key[0].i > index->greatest)
			index->greatest = key[0].i;
		slot.key.integer = key[0].i;
		slot.hash = recount_hash_integer(key[0].i);
	} else {
		if (run->key.failed)
			return cc_nomem(run->cc);
		slot.hash = recount_hash_bytes(run->key.data, run->key.length);
		result = recount_keep_key(run, &slot.key.bytes);
		if (result != CC_OK)
			return result;
	}
	recount_put(index, slot);
	index->n++;
	return CC_OK;
}

int
cc_recount_index_done(struct recount *run, struct recount_index *index)
{
	uint64_t range = (uint64_t)index->greatest - (uint64_t)index->least;

	if (!index->narrow || index->repeated || index->n == 0 || range / 4 >= index->n)
		return CC_OK;
	index->direct = calloc(range + 1, sizeof *index->direct);
	if (index->direct == NULL)
		return cc_nomem(run->cc);
	index->n_direct = range + 1;
	for (uint32_t i = 0; i < index->n_slots; i++)
		if (index->slots[i].parent != 0)
			index->direct[(uint64_t)index->slots[i].key.integer -
			    (uint64_t)index->least] = index->slots[i].parent;
	free(index->slots);
	index->slots = NULL;
	index->n_slots = 0;
	return CC_OK;
}

static const struct recount_slot *
recount_find_integer(const struct recount_index *index, int64_t key)
{
	uint32_t mask = index->n_slots - 1, at = recount_hash_integer(key) & mask;

	while (index->slots[at].parent != 0) {
		if (index->slots[at].key.integer == key)
			return &index->slots[at];
		at = (at + 1) & mask;
	}
	return NULL;
}

const struct recount_slot *
cc_recount_find(struct recount *run, struct recount_holder *holder,
    const struct recount_index *index, const union cc_part *key)
{
	uint32_t mask, at;

	if (!index->narrow) {
		cc_text_clear(&run->key);
		cc_key_encode(&run->key, holder->table->fields, index->target->fields,
		    index->target->n_fields, key);
	}
	if (index->n_slots == 0 || run->key.failed)
		return NULL;
	if (index->narrow)
		return recount_find_integer(index, key[0].i);
	mask = index->n_slots - 1;
	at = recount_hash_bytes(run->key.data, run->key.length) & mask;
	while (index->slots[at].parent != 0) {
		if (recount_slot_bytes(&index->slots[at], run->key.data, run->key.length))
			return &index->slots[at];
		at = (at + 1) & mask;
	}
	return NULL;
}

const struct recount_slot *
cc_recount_find_next(const struct recount_index *index, const struct recount_slot *slot)
{
	uint32_t mask = index->n_slots - 1, at = (uint32_t)(slot - index->slots), length;

	if (!index->repeated)
		return NULL;
	for (at = (at + 1) & mask; index->slots[at].parent != 0; at = (at + 1) & mask) {
		const struct recount_slot *next = &index->slots[at];

		if (next->hash != slot->hash)
			continue;
		if (index->narrow) {
			if (next->key.integer == slot->key.integer)
				return next;
			continue;
		}
		memcpy(&length, slot->key.bytes - sizeof length, sizeof length);
		if (recount_slot_bytes(next, slot->key.bytes, length))
			return next;
	}
	return NULL;
}

void
cc_recount_clear(struct recount *run)
{
	for (size_t h = 0; h < run->n_holders; h++) {
		struct recount_holder *holder = &run->holders[h];

		for (size_t i = 0; i < holder->n_chunks; i++)
			free(holder->chunks[i].sums);
		holder->n_chunks = 0;
		holder->n = holder->done = 0;
		holder->present = false;
		for (size_t i = 0; i < holder->n_indexes; i++) {
			struct recount_index *index = &holder->indexes[i];

			free(index->slots);
			free(index->direct);
			index->slots = NULL;
			index->direct = NULL;
			index->n = index->n_slots = 0;
			index->repeated = false;
		}
	}
	cc_arena_reset(&run->arena);
	run->used = 0;
}

void
cc_recount_free_table(struct recount *run)
{
	cc_recount_clear(run);
	for (size_t h = 0; h < run->n_holders; h++)
		free(run->holders[h].chunks);
	cc_arena_free(&run->arena);
	cc_text_free(&run->key);
}
