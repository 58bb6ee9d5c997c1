/*
 * stress.c - eight connections write at random for a while, with moves on the paths and in the tree,
 * rollbacks and savepoints; then every column has to be right.
 *
 * STRESS_SECONDS: how long each isolation level takes; STRESS_SEED: another course.
 */
#include "side.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SIDES = 8, GROUPS = 6, DISCUSSIONS = 10, COMMENTS = 60, USERS = 4 };

struct writer {
	struct side side;
	unsigned seed;
	time_t end;
	long done, aborted, other;
	char message[300];
};

static int64_t
pick(struct writer *writer, int n)
{
	return rand_r(&writer->seed) % n + 1;
}

static struct cc_int64
maybe(struct writer *writer, int n)
{
	return (struct cc_int64){ .value = pick(writer, n),
		.null = rand_r(&writer->seed) % 10 == 0 };
}

static int
write_comment(struct writer *writer)
{
	struct cc *cc = writer->side.cc;
	int64_t id = pick(writer, COMMENTS);
	struct forum_comments row = { .id = id, .discussion_id = maybe(writer, DISCUSSIONS),
		.author_id = maybe(writer, USERS), .score = pick(writer, 9) };

	switch (rand_r(&writer->seed) % 6) {
	case 0:
	case 1:
		return forum_comments_insert(cc, &row);
	case 2:
		return forum_comments_delete(cc, id);
	case 3:
		return forum_comments_update(cc, &row);
	case 4:
		return forum_comments_set_score(cc, id, row.score);
	default:
		return forum_comments_set_discussion_id(cc, id, row.discussion_id);
	}
}

static int
write_middle(struct writer *writer)
{
	struct cc *cc = writer->side.cc;
	int64_t id = pick(writer, DISCUSSIONS);

	switch (rand_r(&writer->seed) % 6) {
	case 0:
		return forum_discussions_insert(cc, &(struct forum_discussions){ .id = id,
		    .group_id = maybe(writer, GROUPS) });
	case 1:
		return forum_discussions_delete(cc, id);
	case 2:
		return forum_groups_set_parent_id(cc, pick(writer, GROUPS), maybe(writer, GROUPS));
	case 3:
		return forum_discussions_set_closed(cc, id, rand_r(&writer->seed) % 2);
	default:
		return forum_discussions_set_group_id(cc, id, maybe(writer, GROUPS));
	}
}

static int
write_one(struct writer *writer)
{
	return rand_r(&writer->seed) % 3 == 0 ? write_middle(writer) : write_comment(writer);
}

static bool
is_refused(int result)
{
	return result == CC_NOTFOUND || result == CC_CONSTRAINT || result == CC_MISUSE;
}

static int
write_some(struct writer *writer)
{
	struct cc *cc = writer->side.cc;
	int n = rand_r(&writer->seed) % 4, result = cc_begin(cc);

	for (int i = 0; result == CC_OK && i <= n; i++) {
		bool undo = rand_r(&writer->seed) % 5 == 0;

		if (undo)
			result = cc_savepoint(cc, "s");
		if (result == CC_OK)
			result = write_one(writer);
		result = is_refused(result) ? CC_OK : result;
		if (result == CC_OK && undo)
			result = cc_rollback_to(cc, "s");
	}
	if (result == CC_OK && rand_r(&writer->seed) % 8 != 0)
		result = cc_commit(cc);
	if (result != CC_OK || PQtransactionStatus(writer->side.conn) != PQTRANS_IDLE) {
		char message[sizeof writer->message];

		snprintf(message, sizeof message, "%s", cc_errmsg(cc));
		if (PQtransactionStatus(writer->side.conn) != PQTRANS_IDLE)
			cc_rollback(cc);
		snprintf(writer->message, sizeof writer->message, "%s", message);
	}
	return result;
}

static void *
write_all(void *ctx)
{
	struct writer *writer = ctx;

	while (time(NULL) < writer->end) {
		bool one = rand_r(&writer->seed) % 2;
		int result = one ? write_one(writer) : write_some(writer);

		if (result == CC_ABORTED || result == CC_BUSY)
			writer->aborted++;
		else if (result == CC_OK || is_refused(result))
			writer->done++;
		else {
			writer->other++;
			fprintf(stderr, "    %s: %s\n", cc_result_name(result), one ?
			    cc_errmsg(writer->side.cc) : writer->message);
		}
	}
	return NULL;
}

static void
stress(const char *level)
{
	const char *seconds = getenv("STRESS_SECONDS"), *seed = getenv("STRESS_SEED");
	static struct writer writers[SIDES];
	pthread_t threads[SIDES];
	long done = 0, aborted = 0, other = 0;
	char sql[100];

	snprintf(sql, sizeof sql, "SET default_transaction_isolation = '%s'", level);
	for (int i = 0; i < SIDES; i++) {
		writers[i] = (struct writer){ .seed = (unsigned)i +
		    100u * (unsigned)atoi(seed != NULL ? seed : "1"),
		    .end = time(NULL) + atoi(seconds != NULL ? seconds : "5") };
		side_open(&writers[i].side);
		side_sql(&writers[i].side, sql);
	}
	for (int i = 0; i < SIDES; i++)
		pthread_create(&threads[i], NULL, write_all, &writers[i]);
	for (int i = 0; i < SIDES; i++) {
		pthread_join(threads[i], NULL);
		done += writers[i].done;
		aborted += writers[i].aborted;
		other += writers[i].other;
		side_close(&writers[i].side);
	}
	printf("    %s: %ld transactions, %ld to be done again\n", level, done, aborted);
	EXPECT(done > 0 && other == 0);
	side_truth(level);
}

static void
test_read_committed(void)
{
	stress("read committed");
}

static void
test_repeatable_read(void)
{
	stress("repeatable read");
}

static void
test_serializable(void)
{
	stress("serializable");
}

int
main(void)
{
	side_test("stress-read-committed", test_read_committed);
	side_test("stress-repeatable-read", test_repeatable_read);
	side_test("stress-serializable", test_serializable);
	return side_failures() != 0;
}
