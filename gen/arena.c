/*
 * arena.c - the memory of a run: allocated piece by piece, freed at once.
 *
 * Sits below all other stages.  Blocks come from chunks.  Those of what has to be zeroed are so
 * when they are made, and again when they are used again; most of what is allocated is text, and
 * lies in chunks of its own, where nothing is.  The last text of a chunk, and one that has a chunk
 * to itself, can grow without being copied.
 */
#define _DEFAULT_SOURCE                /* madvise */
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "text.h"

enum { CHUNK = 256 * 1024, HUGE_PAGE = 2 * 1024 * 1024,
	MAPPING = 3 * HUGE_PAGE, SMALL_CHUNKS = 8 };

struct chunk {
	struct chunk *next;
	size_t used, size;
	void *mapping;                     /* that it lies in, of MAPPING bytes; NULL: of calloc */
	alignas(max_align_t) char data[];
};

struct pool {
	bool zeroed;
	struct chunk *chunks;              /* the one that is being filled comes first */
	struct chunk *spare;               /* emptied, not zeroed */
	size_t n_small;                    /* chunks of the usual size */
};

struct arena {
	struct pool zeroed, text;
};

static void *
must(void *memory)
{
	if (memory == NULL) {
		fputs("ccgen: out of memory\n", stderr);
		exit(2);
	}
	return memory;
}

struct arena *
arena_new(void)
{
	struct arena *arena = must(calloc(1, sizeof(*arena)));

	arena->zeroed.zeroed = true;
	return arena;
}

static void
pool_empty(struct pool *pool)
{
	struct chunk *chunk;

	while ((chunk = pool->chunks) != NULL) {
		pool->chunks = chunk->next;
		chunk->next = pool->spare;
		pool->spare = chunk;
	}
}

static void
pool_free(struct pool *pool)
{
	struct chunk *chunk, *next;

	pool_empty(pool);
	for (chunk = pool->spare; chunk != NULL; chunk = next) {
		next = chunk->next;
		if (chunk->mapping != NULL)
			munmap(chunk->mapping, MAPPING);
		else
			free(chunk);
	}
}

void
arena_free(struct arena *arena)
{
	if (arena == NULL)
		return;
	pool_free(&arena->zeroed);
	pool_free(&arena->text);
	free(arena);
}

void
arena_empty(struct arena *arena)
{
	pool_empty(&arena->zeroed);
	pool_empty(&arena->text);
}

/* A model of megabytes is walked many times: in huge pages, where the system has them. */
static struct chunk *
map_chunk(void)
{
	char *mapping = mmap(NULL, MAPPING, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct chunk *chunk;

	if (mapping == MAP_FAILED)
		must(NULL);
	chunk = (struct chunk *)(mapping + HUGE_PAGE - (uintptr_t)mapping % HUGE_PAGE);
#ifdef MADV_HUGEPAGE
	madvise(chunk, MAPPING - HUGE_PAGE, MADV_HUGEPAGE);
#endif
	chunk->mapping = mapping;
	chunk->size = MAPPING - HUGE_PAGE - sizeof(*chunk);
	return chunk;
}

static struct chunk *
new_chunk(struct pool *pool, size_t size)
{
	struct chunk *chunk = pool->spare;

	if (chunk != NULL && chunk->size >= size) {
		pool->spare = chunk->next;
		if (pool->zeroed)
			memset(chunk->data, 0, chunk->used);
		chunk->used = 0;
		return chunk;
	}
	if (size == CHUNK && pool->n_small++ >= SMALL_CHUNKS)
		return map_chunk();
	chunk = must(pool->zeroed ? calloc(1, sizeof(*chunk) + size) : malloc(sizeof(*chunk) + size));
	*chunk = (struct chunk){ .size = size };
	return chunk;
}

static size_t
aligned(size_t size)
{
	size_t mask = alignof(max_align_t) - 1;

	return (size + mask) & ~mask;
}

static void *
pool_alloc(struct pool *pool, size_t size)
{
	struct chunk *chunk = pool->chunks;

	if (size > SIZE_MAX / 2)
		must(NULL);
	size = aligned(size == 0 ? 1 : size);
	if (chunk == NULL || chunk->size - chunk->used < size) {
		chunk = new_chunk(pool, size > CHUNK ? size : CHUNK);
		/* A large block is full at once: keep filling the chunk before it. */
		if (pool->chunks != NULL && size > CHUNK / 4) {
			chunk->next = pool->chunks->next;
			pool->chunks->next = chunk;
		} else {
			chunk->next = pool->chunks;
			pool->chunks = chunk;
		}
	}
	chunk->used += size;
	return chunk->data + chunk->used - size;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	return pool_alloc(&arena->zeroed, size);
}

char *
arena_bytes(struct arena *arena, size_t size)
{
	return pool_alloc(&arena->text, size);
}

char *
arena_copy(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_bytes(arena, length + 1);

	if (length > 0)
		memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

/* Where it stands, if it is the last and there is room. */
static bool
extended(struct pool *pool, const char *data, size_t size, size_t larger)
{
	struct chunk *chunk = pool->chunks;

	size = aligned(size);
	larger = aligned(larger);
	if (chunk == NULL || chunk->used < size || data != chunk->data + chunk->used - size ||
	    chunk->size - chunk->used < larger - size)
		return false;
	chunk->used += larger - size;
	return true;
}

/* A block that has a chunk of its own, by moving its pages, not its bytes; NULL: it has none. */
static char *
moved(struct pool *pool, const char *data, size_t size, size_t larger)
{
	struct chunk **link = &pool->chunks, *chunk;

	if (size <= CHUNK)
		return NULL;
	while (*link != NULL && (*link)->data != data)
		link = &(*link)->next;
	if (*link == NULL || (*link)->mapping != NULL || (*link)->used != aligned(size))
		return NULL;
	larger = aligned(larger);
	chunk = must(realloc(*link, sizeof(*chunk) + larger));
	chunk->used = chunk->size = larger;
	*link = chunk;
	return chunk->data;
}

char *
arena_extend(struct arena *arena, char *data, size_t size, size_t larger)
{
	struct pool *pool = &arena->text;

	return extended(pool, data, size, larger) ? data : moved(pool, data, size, larger);
}

void
arena_trim(struct arena *arena, char *data, size_t size, size_t smaller)
{
	struct chunk *chunk = arena->text.chunks;

	size = aligned(size);
	smaller = aligned(smaller);
	if (chunk->used >= size && data == chunk->data + chunk->used - size)
		chunk->used -= size - smaller;
}
