/*
 * journal.c - marks of savepoints in what is pending, and how it becomes again what it was there.
 *
 * While a savepoint is open, an entry is copied to the journal before its first change since
 * then: epochs only grow, and an entry remembers the one that it was last copied under.  Undoing
 * walks the journal backwards.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

/* Ends a record of the journal: the entry as it was, from epoch on, stands before it. */
struct journal_record {
	struct cc_entry *entry;
	uint64_t pool;
};

static size_t
journal_saved_size(const struct cc_pool *pool)
{
	return pool->entry_size - offsetof(struct cc_entry, epoch);
}

/* All but the key. */
static void *
journal_saved(struct cc_entry *entry)
{
	return (char *)entry + offsetof(struct cc_entry, epoch);
}

static bool
journal_grow(struct cc *cc, size_t size)
{
	size_t need = cc->journal_length + size, capacity;
	unsigned char *journal;

	if (need <= cc->journal_capacity)
		return true;
	capacity = need + need / 2 + 1024;
	journal = realloc(cc->journal, capacity);
	if (journal == NULL)
		return false;
	cc->journal = journal;
	cc->journal_capacity = capacity;
	return true;
}

int
cc_entry_save(struct cc *cc, uint16_t pool, struct cc_entry *entry)
{
	struct journal_record record = { entry, pool };
	size_t size = journal_saved_size(&cc->pools[pool]);

	if (!journal_grow(cc, size + sizeof record))
		return cc_nomem(cc);
	memcpy(cc->journal + cc->journal_length, journal_saved(entry), size);
	memcpy(cc->journal + cc->journal_length + size, &record, sizeof record);
	cc->journal_length += size + sizeof record;
	entry->epoch = cc->mark_epoch;
	return CC_OK;
}

static void
journal_inner_mark(struct cc *cc)
{
	cc->mark_epoch = cc->n_marks == 0 ? 0 : cc->marks[cc->n_marks - 1].epoch;
	if (cc->mark_epoch == 0)
		cc->journal_length = 0;
}

/* A transaction's own mark has epoch 0: undoing all of it needs no journal. */
int
cc_mark_push(struct cc *cc, enum cc_mark_kind kind, const char *name)
{
	struct cc_mark *mark;
	char *copy = NULL;

	if (cc->n_marks == cc->marks_capacity) {
		size_t capacity = cc->marks_capacity * 2 + 8;
		struct cc_mark *marks = realloc(cc->marks, capacity * sizeof *marks);

		if (marks == NULL)
			return cc_nomem(cc);
		cc->marks = marks;
		cc->marks_capacity = capacity;
	}
	if (name != NULL) {
		copy = malloc(strlen(name) + 1);
		if (copy == NULL)
			return cc_nomem(cc);
		memcpy(copy, name, strlen(name) + 1);
	}
	if (cc->n_marks == 0 && cc->n_filled == 0)
		cc->epoch = 0;
	mark = &cc->marks[cc->n_marks++];
	*mark = (struct cc_mark){ .kind = kind, .name = copy, .journal = cc->journal_length,
		.told = cc->paths.told, .epoch = kind == CC_MARK_TRANSACTION ? 0 : ++cc->epoch };
	journal_inner_mark(cc);
	return CC_OK;
}

void
cc_mark_rewind(struct cc *cc, size_t mark)
{
	size_t to = cc->marks[mark].journal;

	cc->paths.told = cc->marks[mark].told;
	while (cc->journal_length > to) {
		struct journal_record record;
		size_t size;

		cc->journal_length -= sizeof record;
		memcpy(&record, cc->journal + cc->journal_length, sizeof record);
		size = journal_saved_size(&cc->pools[record.pool]);
		cc->journal_length -= size;
		memcpy(journal_saved(record.entry), cc->journal + cc->journal_length, size);
	}
	cc_mark_pop(cc, mark + 1);
}

void
cc_mark_pop(struct cc *cc, size_t mark)
{
	while (cc->n_marks > mark)
		free(cc->marks[--cc->n_marks].name);
	journal_inner_mark(cc);
}
