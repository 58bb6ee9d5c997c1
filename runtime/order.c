/*
 * order.c - the order of the flush: the entries of one pool by their keys, so that parents are
 * locked in the same order by everybody and their pages are met one after the other.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

enum { ORDER_VERY_FEW = 32, ORDER_FEW = 256 };   /* keys, for insertion to sort them soon */

static bool
order_before(const struct cc_pool *pool, const struct cc_ordered *a, const struct cc_ordered *b)
{
	const char *x, *y;
	uint32_t n, m;
	int order;

	if (pool->narrow)
		return a->key < b->key;
	x = pool->bytes.data + a->key;
	y = pool->bytes.data + b->key;
	memcpy(&n, x, sizeof n);
	memcpy(&m, y, sizeof m);
	order = memcmp(x + sizeof n, y + sizeof m, n < m ? n : m);
	return order != 0 ? order < 0 : n < m;
}

static void
order_insertion(const struct cc_pool *pool, struct cc_ordered *items, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct cc_ordered item;
		size_t k = i;

		if (!order_before(pool, &items[i], &items[i - 1]))
			continue;
		item = items[i];
		for (; k > 0 && order_before(pool, &item, &items[k - 1]); k--)
			items[k] = items[k - 1];
		items[k] = item;
	}
}

/* By eight bits of the key. */
static void
order_turn(const struct cc_ordered *items, struct cc_ordered *to, size_t n, int shift)
{
	size_t count[257] = {0};

	for (size_t i = 0; i < n; i++)
		count[(items[i].key >> shift & 0xff) + 1]++;
	for (int b = 0; b < 256; b++)
		count[b + 1] += count[b];
	for (size_t i = 0; i < n; i++)
		to[count[items[i].key >> shift & 0xff]++] = items[i];
}

/*
 * By key, eight bits a turn; a byte that is the same in all keys costs no turn.  Of a few keys the
 * highest bits that differ say almost all.
 */
static struct cc_ordered *
order_radix(const struct cc_pool *pool, struct cc_ordered *items, struct cc_ordered *spare,
    size_t n)
{
	uint64_t differ = 0;

	for (size_t i = 1; i < n; i++)
		differ |= items[i].key ^ items[0].key;
	if (n <= ORDER_FEW) {
		order_turn(items, spare, n, differ > 0xff ? 56 - __builtin_clzll(differ) : 0);
		order_insertion(pool, spare, n);
		return spare;
	}
	for (int shift = 0; shift < 64; shift += 8) {
		struct cc_ordered *swap = items;

		if ((differ >> shift & 0xff) == 0)
			continue;
		order_turn(items, spare, n, shift);
		items = spare;
		spare = swap;
	}
	return items;
}

/* Merges runs of doubling length. */
static struct cc_ordered *
order_merge(const struct cc_pool *pool, struct cc_ordered *items, struct cc_ordered *spare,
    size_t n)
{
	for (size_t run = 1; run < n; run *= 2) {
		struct cc_ordered *swap = items;

		for (size_t start = 0; start < n; start += 2 * run) {
			size_t a = start, middle = start + run < n ? start + run : n;
			size_t b = middle, end = middle + run < n ? middle + run : n;

			for (size_t to = start; to < end; to++)
				if (b >= end || (a < middle &&
				    !order_before(pool, &items[b], &items[a])))
					spare[to] = items[a++];
				else
					spare[to] = items[b++];
		}
		items = spare;
		spare = swap;
	}
	return items;
}

int
cc_order(struct cc *cc, const struct cc_pool *pool, uint32_t flags,
    struct cc_ordered **out, size_t *n)
{
	struct cc_ordered *items = cc->sort;

	if (cc->sort_capacity < pool->n) {
		size_t capacity = pool->n + pool->n / 2 + 64;

		items = realloc(cc->sort, 2 * capacity * sizeof *items);
		if (items == NULL)
			return cc_nomem(cc);
		cc->sort = items;
		cc->sort_capacity = capacity;
	}
	*n = 0;
	for (uint32_t i = 0; i < pool->n; i++) {
		const struct cc_entry *entry = cc_pool_entry(pool, i);

		if (cc_entry_concerns(pool, entry, flags))
			items[(*n)++] = (struct cc_ordered){ entry->key, i };
	}
	*out = items;
	if (*n <= ORDER_VERY_FEW)
		order_insertion(pool, items, *n);
	else if (pool->narrow)
		*out = order_radix(pool, items, items + cc->sort_capacity, *n);
	else
		*out = order_merge(pool, items, items + cc->sort_capacity, *n);
	return CC_OK;
}
