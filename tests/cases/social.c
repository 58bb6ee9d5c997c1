/*
 * Made by ccgen 0.1.0 from social.ccdl.  Do not edit: change that file and run ccgen again.
 */
#include "social_counters.h"

enum {
	TABLE_users,
	TABLE_posts,
	TABLE_follows,
};
enum {
	TARGET_users,
};

/* ---- users ---- */

static const struct cc_field users_fields[] = {
	{ "id", offsetof(struct social_users, id), CC_INT64, CC_PLAIN, 0, 0 },
};

static const uint16_t users_key[] = { 0 };

static const struct cc_column users_columns[] = {
	{ .name = "followers_count", .type = CC_INT64, .kind = CC_LINEAR,
	  .offset = offsetof(struct social_users_counters, followers_count),
	  .flags = CC_COLUMN_COUNT, .touch = CC_NONE, .min = INT64_MIN, .max = INT64_MAX,
	  .definition = "count(*) from follows by followed_id",
	  .definition_hash = "306d90b38635b4a8",
	},
	{ .name = "following_count", .type = CC_INT64, .kind = CC_LINEAR,
	  .offset = offsetof(struct social_users_counters, following_count),
	  .flags = CC_COLUMN_COUNT, .touch = CC_NONE, .min = INT64_MIN, .max = INT64_MAX,
	  .definition = "count(*) from follows by follower_id",
	  .definition_hash = "558767a18383f4c6",
	},
	{ .name = "posts_count", .type = CC_INT64, .kind = CC_LINEAR,
	  .offset = offsetof(struct social_users_counters, posts_count),
	  .flags = CC_COLUMN_COUNT, .touch = CC_NONE, .min = INT64_MIN, .max = INT64_MAX,
	  .definition = "count(*) from posts",
	  .definition_hash = "b825bfcf7b53471c",
	},
};

static const struct cc_column_sql users_columns_sql[] = {
	{ .name = "\"followers_count\"",
	  .value = "coalesce(\"followers_count\", 0) + ?1",
	  .guard = "\"followers_count\" + ?1 BETWEEN 0 AND 9223372036854775807",
	  .declared = "INTEGER NOT NULL DEFAULT 0",
	},
	{ .name = "\"following_count\"",
	  .value = "coalesce(\"following_count\", 0) + ?2",
	  .guard = "\"following_count\" + ?2 BETWEEN 0 AND 9223372036854775807",
	  .declared = "INTEGER NOT NULL DEFAULT 0",
	},
	{ .name = "\"posts_count\"",
	  .value = "coalesce(\"posts_count\", 0) + ?3",
	  .guard = "\"posts_count\" + ?3 BETWEEN 0 AND 9223372036854775807",
	  .declared = "INTEGER NOT NULL DEFAULT 0",
	},
};

static const struct cc_column_sql users_columns_pgsql[] = {
	{ .name = "\"followers_count\"",
	  .value = "coalesce(\"followers_count\", 0) + $1::bigint",
	  .guard = "\"followers_count\" + $1::bigint >= 0",
	  .declared = "bigint NOT NULL DEFAULT 0",
	},
	{ .name = "\"following_count\"",
	  .value = "coalesce(\"following_count\", 0) + $2::bigint",
	  .guard = "\"following_count\" + $2::bigint >= 0",
	  .declared = "bigint NOT NULL DEFAULT 0",
	},
	{ .name = "\"posts_count\"",
	  .value = "coalesce(\"posts_count\", 0) + $3::bigint",
	  .guard = "\"posts_count\" + $3::bigint >= 0",
	  .declared = "bigint NOT NULL DEFAULT 0",
	},
};

/* ---- posts ---- */

static const struct cc_field posts_fields[] = {
	{ "id", offsetof(struct social_posts, id), CC_INT64, CC_PLAIN, 0, 0 },
	{ "author_id", offsetof(struct social_posts, author_id), CC_INT64, CC_PLAIN, CC_FIELD_NULLABLE,
	    0 },
};

static const uint16_t posts_key[] = { 0 };

static bool
posts_author_id_key(const void *data, union cc_part *key)
{
	const struct social_posts *row = data;

	if (row->author_id.null)
		return false;
	key[0].i = row->author_id.value;
	return true;
}

/*
 * posts by author_id: what a row adds to its users row.
 *   posts_count: count(*) from posts
 */
static bool
posts_by_author_id_adds(const void *data, struct cc_contribution *to)
{
	if (!posts_author_id_key(data, to->key))
		return false;
	to->amount[0].i = 1;                       /* posts_count */
	return true;
}

static const uint16_t posts_by_author_id_slots[] = { 2 };

static const uint16_t posts_author_id_parent[] = { 0 };
static const uint16_t posts_author_id_fields[] = { 1 };
static const uint16_t posts_author_id_nulls[] = { 1 };

static const struct cc_reference posts_references[] = {
	{ .name = "posts.author_id", .parent = TABLE_users,
	  .on_delete = CC_SET_NULL, .n_fields = 1,
	  .enforced = true,
	  .parent_fields = posts_author_id_parent, .fields = posts_author_id_fields,
	  .nulls = posts_author_id_nulls, .n_nulls = 1,
	  .key = posts_author_id_key },
};

static const struct cc_link posts_links[] = {
	{ .name = "posts by author_id", .target = TARGET_users, .reference = 0,
	  .n_slots = 1, .slots = posts_by_author_id_slots, .contribute = posts_by_author_id_adds },
};

static const char *const posts_set_sql[] = {
	NULL,
	"UPDATE \"posts\"\n"
	"SET \"author_id\" = ?1\n"
	"WHERE \"id\" = ?2",
};

static const struct cc_link_sql posts_links_sql[] = {
	{
	  .rows =
		"SELECT NULL, \"author_id\"\n"
		"FROM \"posts\"\n"
		"WHERE \"author_id\" = ?1",
	},
};

static const char *const posts_referring_sql[] = {
	"SELECT \"id\", \"author_id\"\n"
	"FROM \"posts\"\n"
	"WHERE \"author_id\" = ?1",
};

static const char *const posts_set_pgsql[] = {
	NULL,
	"UPDATE \"public\".\"posts\"\n"
	"SET \"author_id\" = $1\n"
	"WHERE \"id\" = $2",
};

static const struct cc_link_sql posts_links_pgsql[] = {
	{
	  .rows =
		"SELECT NULL, \"author_id\"\n"
		"FROM \"public\".\"posts\"\n"
		"WHERE \"author_id\" = $1",
	},
};

static const char *const posts_referring_pgsql[] = {
	"SELECT \"id\", \"author_id\"\n"
	"FROM \"public\".\"posts\"\n"
	"WHERE \"author_id\" = $1",
};

/* ---- follows ---- */

static const struct cc_field follows_fields[] = {
	{ "id", offsetof(struct social_follows, id), CC_INT64, CC_PLAIN, 0, 0 },
	{ "followed_id", offsetof(struct social_follows, followed_id), CC_INT64, CC_PLAIN, 0, 0 },
	{ "follower_id", offsetof(struct social_follows, follower_id), CC_INT64, CC_PLAIN, 0, 0 },
};

static const uint16_t follows_key[] = { 0 };

static bool
follows_follower_id_key(const void *data, union cc_part *key)
{
	const struct social_follows *row = data;

	key[0].i = row->follower_id;
	return true;
}

static bool
follows_followed_id_key(const void *data, union cc_part *key)
{
	const struct social_follows *row = data;

	key[0].i = row->followed_id;
	return true;
}

/*
 * follows by followed_id: what a row adds to its users row.
 *   followers_count: count(*) from follows by followed_id
 */
static bool
follows_by_followed_id_adds(const void *data, struct cc_contribution *to)
{
	if (!follows_followed_id_key(data, to->key))
		return false;
	to->amount[0].i = 1;                       /* followers_count */
	return true;
}

static const uint16_t follows_by_followed_id_slots[] = { 0 };

/*
 * follows by follower_id: what a row adds to its users row.
 *   following_count: count(*) from follows by follower_id
 */
static bool
follows_by_follower_id_adds(const void *data, struct cc_contribution *to)
{
	if (!follows_follower_id_key(data, to->key))
		return false;
	to->amount[0].i = 1;                       /* following_count */
	return true;
}

static const uint16_t follows_by_follower_id_slots[] = { 1 };

static const uint16_t follows_follower_id_parent[] = { 0 };
static const uint16_t follows_follower_id_fields[] = { 2 };

static const uint16_t follows_followed_id_parent[] = { 0 };
static const uint16_t follows_followed_id_fields[] = { 1 };

static const struct cc_reference follows_references[] = {
	{ .name = "follows.follower_id", .parent = TABLE_users,
	  .on_delete = CC_CASCADE, .n_fields = 1,
	  .enforced = true,
	  .parent_fields = follows_follower_id_parent, .fields = follows_follower_id_fields,
	  .key = follows_follower_id_key },
	{ .name = "follows.followed_id", .parent = TABLE_users,
	  .on_delete = CC_CASCADE, .n_fields = 1,
	  .enforced = true,
	  .parent_fields = follows_followed_id_parent, .fields = follows_followed_id_fields,
	  .key = follows_followed_id_key },
};

static const struct cc_link follows_links[] = {
	{ .name = "follows by followed_id", .target = TARGET_users, .reference = 1,
	  .n_slots = 1, .slots = follows_by_followed_id_slots, .contribute = follows_by_followed_id_adds },
	{ .name = "follows by follower_id", .target = TARGET_users, .reference = 0,
	  .n_slots = 1, .slots = follows_by_follower_id_slots, .contribute = follows_by_follower_id_adds },
};

static const char *const follows_set_sql[] = {
	NULL,
	"UPDATE \"follows\"\n"
	"SET \"followed_id\" = ?1\n"
	"WHERE \"id\" = ?2",
	"UPDATE \"follows\"\n"
	"SET \"follower_id\" = ?1\n"
	"WHERE \"id\" = ?2",
};

static const struct cc_link_sql follows_links_sql[] = {
	{
	  .rows =
		"SELECT NULL, \"followed_id\", \"follower_id\"\n"
		"FROM \"follows\"\n"
		"WHERE \"followed_id\" = ?1",
	},
	{
	  .rows =
		"SELECT NULL, \"followed_id\", \"follower_id\"\n"
		"FROM \"follows\"\n"
		"WHERE \"follower_id\" = ?1",
	},
};

static const char *const follows_referring_sql[] = {
	"SELECT \"id\", \"followed_id\", \"follower_id\"\n"
	"FROM \"follows\"\n"
	"WHERE \"follower_id\" = ?1",
	"SELECT \"id\", \"followed_id\", \"follower_id\"\n"
	"FROM \"follows\"\n"
	"WHERE \"followed_id\" = ?1",
};

static const char *const follows_set_pgsql[] = {
	NULL,
	"UPDATE \"public\".\"follows\"\n"
	"SET \"followed_id\" = $1\n"
	"WHERE \"id\" = $2",
	"UPDATE \"public\".\"follows\"\n"
	"SET \"follower_id\" = $1\n"
	"WHERE \"id\" = $2",
};

static const struct cc_link_sql follows_links_pgsql[] = {
	{
	  .rows =
		"SELECT NULL, \"followed_id\", \"follower_id\"\n"
		"FROM \"public\".\"follows\"\n"
		"WHERE \"followed_id\" = $1",
	},
	{
	  .rows =
		"SELECT NULL, \"followed_id\", \"follower_id\"\n"
		"FROM \"public\".\"follows\"\n"
		"WHERE \"follower_id\" = $1",
	},
};

static const char *const follows_referring_pgsql[] = {
	"SELECT \"id\", \"followed_id\", \"follower_id\"\n"
	"FROM \"public\".\"follows\"\n"
	"WHERE \"follower_id\" = $1",
	"SELECT \"id\", \"followed_id\", \"follower_id\"\n"
	"FROM \"public\".\"follows\"\n"
	"WHERE \"followed_id\" = $1",
};

/* ---- the schema ---- */

static const struct cc_table tables[] = {
	[TABLE_users] = {
		.name = "users", .sql_name = "users",
		.row_size = sizeof(struct social_users),
		.fields = users_fields, .n_fields = 1,
		.key = users_key, .n_key = 1,
		.counters_size = sizeof(struct social_users_counters),
		.columns = users_columns, .n_columns = 3,
	},
	[TABLE_posts] = {
		.name = "posts", .sql_name = "posts",
		.row_size = sizeof(struct social_posts),
		.fields = posts_fields, .n_fields = 2,
		.key = posts_key, .n_key = 1,
		.references = posts_references, .n_references = 1,
		.links = posts_links, .n_links = 1,
	},
	[TABLE_follows] = {
		.name = "follows", .sql_name = "follows",
		.row_size = sizeof(struct social_follows),
		.fields = follows_fields, .n_fields = 3,
		.key = follows_key, .n_key = 1,
		.references = follows_references, .n_references = 2,
		.links = follows_links, .n_links = 2,
	},
};

/* In the order in which they are flushed. */
static const uint16_t TARGET_users_fields[] = { 0 };

static const struct cc_target targets[] = {
	[TARGET_users] = { .table = TABLE_users, .n_fields = 1, .fields = TARGET_users_fields },
};

/* ---- SQLite ---- */

static const struct cc_table_sql tables_sql[] = {
	[TABLE_users] = {
		.name = "\"users\"", .tag = "/* ccgen social.users */",
		.scan =
			"SELECT NULL\n"
			"FROM \"users\"",
		.load =
			"SELECT \"id\"\n"
			"FROM \"users\"\n"
			"WHERE \"id\" = ?1",
		.insert =
			"INSERT INTO \"users\" (\"id\")\n"
			"VALUES (?1)",
		.remove =
			"DELETE FROM \"users\"\n"
			"WHERE \"id\" = ?1",
		.columns = users_columns_sql,
	},
	[TABLE_posts] = {
		.name = "\"posts\"", .tag = "/* ccgen social.posts */",
		.scan =
			"SELECT NULL, \"author_id\"\n"
			"FROM \"posts\"",
		.load =
			"SELECT \"id\", \"author_id\"\n"
			"FROM \"posts\"\n"
			"WHERE \"id\" = ?1",
		.insert =
			"INSERT INTO \"posts\" (\"id\", \"author_id\")\n"
			"VALUES (?1, ?2)",
		.update =
			"UPDATE \"posts\"\n"
			"SET \"author_id\" = ?2\n"
			"WHERE \"id\" = ?1",
		.remove =
			"DELETE FROM \"posts\"\n"
			"WHERE \"id\" = ?1",
		.set = posts_set_sql,
		.links = posts_links_sql,
		.referring = posts_referring_sql,
	},
	[TABLE_follows] = {
		.name = "\"follows\"", .tag = "/* ccgen social.follows */",
		.scan =
			"SELECT NULL, \"followed_id\", \"follower_id\"\n"
			"FROM \"follows\"",
		.load =
			"SELECT \"id\", \"followed_id\", \"follower_id\"\n"
			"FROM \"follows\"\n"
			"WHERE \"id\" = ?1",
		.insert =
			"INSERT INTO \"follows\" (\"id\", \"followed_id\", \"follower_id\")\n"
			"VALUES (?1, ?2, ?3)",
		.update =
			"UPDATE \"follows\"\n"
			"SET \"followed_id\" = ?2, \"follower_id\" = ?3\n"
			"WHERE \"id\" = ?1",
		.remove =
			"DELETE FROM \"follows\"\n"
			"WHERE \"id\" = ?1",
		.set = follows_set_sql,
		.links = follows_links_sql,
		.referring = follows_referring_sql,
	},
};

static const struct cc_target_sql targets_sql[] = {
	[TARGET_users] = { .where = "\"id\" = ?4" },
};

static const char *const install_sql[] = {
	"CREATE TABLE IF NOT EXISTS cc_meta (\n"
	"    schema TEXT NOT NULL,\n"
	"    table_name TEXT NOT NULL,\n"
	"    column_name TEXT NOT NULL,\n"
	"    definition TEXT NOT NULL,\n"
	"    definition_hash TEXT NOT NULL,\n"
	"    maintained_by TEXT NOT NULL DEFAULT 'hooks',\n"
	"    state TEXT NOT NULL DEFAULT 'installed',\n"
	"    PRIMARY KEY (schema, table_name, column_name)\n"
	")",
	"CREATE TABLE IF NOT EXISTS cc_dirty (\n"
	"    table_name TEXT NOT NULL,\n"
	"    key TEXT NOT NULL,\n"
	"    reason TEXT,\n"
	"    at INTEGER NOT NULL,\n"
	"    PRIMARY KEY (table_name, key)\n"
	")",
	"CREATE TABLE IF NOT EXISTS cc_progress (\n"
	"    schema TEXT NOT NULL,\n"
	"    table_name TEXT NOT NULL,\n"
	"    generation INTEGER NOT NULL DEFAULT 0,\n"
	"    key_done TEXT,\n"
	"    at INTEGER,\n"
	"    PRIMARY KEY (schema, table_name)\n"
	")",
	"CREATE TABLE IF NOT EXISTS cc_drift (\n"
	"    id INTEGER PRIMARY KEY,\n"
	"    at INTEGER NOT NULL,\n"
	"    table_name TEXT NOT NULL,\n"
	"    key TEXT NOT NULL,\n"
	"    column_name TEXT NOT NULL,\n"
	"    stored,\n"
	"    actual,\n"
	"    by_what TEXT NOT NULL\n"
	")",
	"CREATE TABLE IF NOT EXISTS cc_window (\n"
	"    schema TEXT NOT NULL,\n"
	"    moment TEXT NOT NULL,\n"
	"    at INTEGER NOT NULL,\n"
	"    PRIMARY KEY (schema, moment)\n"
	")",
	NULL
};

static const struct cc_schema_sql sqlite = {
	.tables = tables_sql,
	.targets = targets_sql,
	.install = install_sql,
	.record =
		"INSERT INTO cc_meta (schema, table_name, column_name, definition, definition_hash)\n"
		"VALUES (?1, ?2, ?3, ?4, ?5)\n"
		"ON CONFLICT (schema, table_name, column_name) DO UPDATE SET\n"
		"    state = CASE cc_meta.definition_hash WHEN excluded.definition_hash THEN cc_meta.state ELSE 'installed' END,\n"
		"    definition = excluded.definition,\n"
		"    definition_hash = excluded.definition_hash",
};

/* ---- PostgreSQL ---- */

static const struct cc_table_sql tables_pgsql[] = {
	[TABLE_users] = {
		.name = "\"public\".\"users\"", .tag = "/* ccgen social.users */",
		.scan =
			"SELECT NULL\n"
			"FROM \"public\".\"users\"",
		.load =
			"SELECT \"id\"\n"
			"FROM \"public\".\"users\"\n"
			"WHERE \"id\" = $1",
		.insert =
			"INSERT INTO \"public\".\"users\" (\"id\")\n"
			"VALUES ($1)",
		.remove =
			"DELETE FROM \"public\".\"users\"\n"
			"WHERE \"id\" = $1",
		.columns = users_columns_pgsql,
	},
	[TABLE_posts] = {
		.name = "\"public\".\"posts\"", .tag = "/* ccgen social.posts */",
		.scan =
			"SELECT NULL, \"author_id\"\n"
			"FROM \"public\".\"posts\"",
		.load =
			"SELECT \"id\", \"author_id\"\n"
			"FROM \"public\".\"posts\"\n"
			"WHERE \"id\" = $1",
		.insert =
			"INSERT INTO \"public\".\"posts\" (\"id\", \"author_id\")\n"
			"VALUES ($1, $2)",
		.update =
			"UPDATE \"public\".\"posts\"\n"
			"SET \"author_id\" = $2\n"
			"WHERE \"id\" = $1",
		.remove =
			"DELETE FROM \"public\".\"posts\"\n"
			"WHERE \"id\" = $1",
		.set = posts_set_pgsql,
		.links = posts_links_pgsql,
		.referring = posts_referring_pgsql,
	},
	[TABLE_follows] = {
		.name = "\"public\".\"follows\"", .tag = "/* ccgen social.follows */",
		.scan =
			"SELECT NULL, \"followed_id\", \"follower_id\"\n"
			"FROM \"public\".\"follows\"",
		.load =
			"SELECT \"id\", \"followed_id\", \"follower_id\"\n"
			"FROM \"public\".\"follows\"\n"
			"WHERE \"id\" = $1",
		.insert =
			"INSERT INTO \"public\".\"follows\" (\"id\", \"followed_id\", \"follower_id\")\n"
			"VALUES ($1, $2, $3)",
		.update =
			"UPDATE \"public\".\"follows\"\n"
			"SET \"followed_id\" = $2, \"follower_id\" = $3\n"
			"WHERE \"id\" = $1",
		.remove =
			"DELETE FROM \"public\".\"follows\"\n"
			"WHERE \"id\" = $1",
		.set = follows_set_pgsql,
		.links = follows_links_pgsql,
		.referring = follows_referring_pgsql,
	},
};

static const struct cc_target_sql targets_pgsql[] = {
	[TARGET_users] = { .where = "\"id\" = $4" },
};

static const char *const install_pgsql[] = {
	"CREATE TABLE IF NOT EXISTS public.cc_meta (\n"
	"    schema text NOT NULL,\n"
	"    table_name text NOT NULL,\n"
	"    column_name text NOT NULL,\n"
	"    definition text NOT NULL,\n"
	"    definition_hash text NOT NULL,\n"
	"    maintained_by text NOT NULL DEFAULT 'hooks',\n"
	"    state text NOT NULL DEFAULT 'installed',\n"
	"    PRIMARY KEY (schema, table_name, column_name)\n"
	")",
	"CREATE TABLE IF NOT EXISTS public.cc_dirty (\n"
	"    table_name text NOT NULL,\n"
	"    key text NOT NULL,\n"
	"    reason text,\n"
	"    at bigint NOT NULL,\n"
	"    PRIMARY KEY (table_name, key)\n"
	")",
	"CREATE TABLE IF NOT EXISTS public.cc_progress (\n"
	"    schema text NOT NULL,\n"
	"    table_name text NOT NULL,\n"
	"    generation bigint NOT NULL DEFAULT 0,\n"
	"    key_done text,\n"
	"    at bigint,\n"
	"    PRIMARY KEY (schema, table_name)\n"
	")",
	"CREATE TABLE IF NOT EXISTS public.cc_drift (\n"
	"    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,\n"
	"    at bigint NOT NULL,\n"
	"    table_name text NOT NULL,\n"
	"    key text NOT NULL,\n"
	"    column_name text NOT NULL,\n"
	"    stored text,\n"
	"    actual text,\n"
	"    by_what text NOT NULL\n"
	")",
	"CREATE TABLE IF NOT EXISTS public.cc_window (\n"
	"    schema text NOT NULL,\n"
	"    moment text NOT NULL,\n"
	"    at bigint NOT NULL,\n"
	"    PRIMARY KEY (schema, moment)\n"
	")",
	NULL
};

static const struct cc_schema_sql postgres = {
	.tables = tables_pgsql,
	.targets = targets_pgsql,
	.install = install_pgsql,
	.record =
		"INSERT INTO public.cc_meta (schema, table_name, column_name, definition, definition_hash)\n"
		"VALUES ($1, $2, $3, $4, $5)\n"
		"ON CONFLICT (schema, table_name, column_name) DO UPDATE SET\n"
		"    state = CASE cc_meta.definition_hash WHEN excluded.definition_hash THEN cc_meta.state ELSE 'installed' END,\n"
		"    definition = excluded.definition,\n"
		"    definition_hash = excluded.definition_hash",
};

const struct cc_schema social_schema = {
	.abi = CCRT_ABI, .name = "social", .generator = "ccgen 0.1.0",
	.tables = tables, .n_tables = 3,
	.targets = targets, .n_targets = 1,
	.sqlite = &sqlite,
	.postgres = &postgres,
};

/* ---- users ---- */

int
social_users_insert(struct cc *cc, const struct social_users *row)
{
	return cc_row_insert(cc, &tables[TABLE_users], row);
}

int
social_users_delete(struct cc *cc, int64_t id)
{
	return cc_row_delete(cc, &tables[TABLE_users], (const union cc_part[]){ { .i = id } });
}

int
social_users_inserted(struct cc *cc, const struct social_users *row)
{
	return cc_row_inserted(cc, &tables[TABLE_users], row);
}

int
social_users_inserted_many(struct cc *cc, const struct social_users *rows, size_t n)
{
	return cc_rows_inserted(cc, &tables[TABLE_users], rows, n);
}

int
social_users_updated(struct cc *cc, const struct social_users *before,
    const struct social_users *after)
{
	return cc_row_updated(cc, &tables[TABLE_users], before, after);
}

int
social_users_deleting(struct cc *cc, int64_t id)
{
	return cc_row_deleting(cc, &tables[TABLE_users], (const union cc_part[]){ { .i = id } });
}

int
social_users_updated_many(struct cc *cc, const struct social_users *before,
    const struct social_users *after, size_t n)
{
	return cc_rows_updated(cc, &tables[TABLE_users], before, after, n);
}

int
social_users_load_for_update(struct cc *cc, int64_t id, struct social_users *out)
{
	return cc_row_load_for_update(cc, &tables[TABLE_users], (const union cc_part[]){ { .i = id } },
	    out);
}

int
social_users_counters(struct cc *cc, int64_t id, struct social_users_counters *out)
{
	return cc_row_counters(cc, &tables[TABLE_users], (const union cc_part[]){ { .i = id } }, out);
}

int
social_recount_users(struct cc *cc, int64_t id)
{
	return cc_row_recount(cc, &tables[TABLE_users], (const union cc_part[]){ { .i = id } });
}

/* ---- posts ---- */

int
social_posts_insert(struct cc *cc, const struct social_posts *row)
{
	return cc_row_insert(cc, &tables[TABLE_posts], row);
}

int
social_posts_update(struct cc *cc, const struct social_posts *row)
{
	return cc_row_update(cc, &tables[TABLE_posts], row);
}

int
social_posts_set_author_id(struct cc *cc, int64_t id, struct cc_int64 author_id)
{
	return cc_row_set(cc, &tables[TABLE_posts], (const union cc_part[]){ { .i = id } }, 1, &author_id);
}

int
social_posts_delete(struct cc *cc, int64_t id)
{
	return cc_row_delete(cc, &tables[TABLE_posts], (const union cc_part[]){ { .i = id } });
}

int
social_posts_set_author_id_where_author_id(struct cc *cc, int64_t author_id, struct cc_int64 value,
    int64_t *n)
{
	return cc_rows_set(cc, &tables[TABLE_posts], 0, (const union cc_part[]){ { .i = author_id } }, 1,
	    &value, n);
}

int
social_posts_delete_where_author_id(struct cc *cc, int64_t author_id, int64_t *n)
{
	return cc_rows_delete(cc, &tables[TABLE_posts], 0, (const union cc_part[]){ { .i = author_id } },
	    n);
}

int
social_posts_inserted(struct cc *cc, const struct social_posts *row)
{
	return cc_row_inserted(cc, &tables[TABLE_posts], row);
}

int
social_posts_inserted_many(struct cc *cc, const struct social_posts *rows, size_t n)
{
	return cc_rows_inserted(cc, &tables[TABLE_posts], rows, n);
}

int
social_posts_updated(struct cc *cc, const struct social_posts *before,
    const struct social_posts *after)
{
	return cc_row_updated(cc, &tables[TABLE_posts], before, after);
}

int
social_posts_deleted(struct cc *cc, const struct social_posts *before)
{
	return cc_row_deleted(cc, &tables[TABLE_posts], before);
}

int
social_posts_updated_many(struct cc *cc, const struct social_posts *before,
    const struct social_posts *after, size_t n)
{
	return cc_rows_updated(cc, &tables[TABLE_posts], before, after, n);
}

int
social_posts_deleted_many(struct cc *cc, const struct social_posts *before, size_t n)
{
	return cc_rows_deleted(cc, &tables[TABLE_posts], before, n);
}

int
social_posts_load_for_update(struct cc *cc, int64_t id, struct social_posts *out)
{
	return cc_row_load_for_update(cc, &tables[TABLE_posts], (const union cc_part[]){ { .i = id } },
	    out);
}

/* ---- follows ---- */

int
social_follows_insert(struct cc *cc, const struct social_follows *row)
{
	return cc_row_insert(cc, &tables[TABLE_follows], row);
}

int
social_follows_update(struct cc *cc, const struct social_follows *row)
{
	return cc_row_update(cc, &tables[TABLE_follows], row);
}

int
social_follows_set_follower_id(struct cc *cc, int64_t id, int64_t follower_id)
{
	return cc_row_set(cc, &tables[TABLE_follows], (const union cc_part[]){ { .i = id } }, 2,
	    &follower_id);
}

int
social_follows_set_followed_id(struct cc *cc, int64_t id, int64_t followed_id)
{
	return cc_row_set(cc, &tables[TABLE_follows], (const union cc_part[]){ { .i = id } }, 1,
	    &followed_id);
}

int
social_follows_delete(struct cc *cc, int64_t id)
{
	return cc_row_delete(cc, &tables[TABLE_follows], (const union cc_part[]){ { .i = id } });
}

int
social_follows_set_follower_id_where_follower_id(struct cc *cc, int64_t follower_id, int64_t value,
    int64_t *n)
{
	return cc_rows_set(cc, &tables[TABLE_follows], 0, (const union cc_part[]){ { .i = follower_id } },
	    2, &value, n);
}

int
social_follows_set_followed_id_where_follower_id(struct cc *cc, int64_t follower_id, int64_t value,
    int64_t *n)
{
	return cc_rows_set(cc, &tables[TABLE_follows], 0, (const union cc_part[]){ { .i = follower_id } },
	    1, &value, n);
}

int
social_follows_delete_where_follower_id(struct cc *cc, int64_t follower_id, int64_t *n)
{
	return cc_rows_delete(cc, &tables[TABLE_follows], 0,
	    (const union cc_part[]){ { .i = follower_id } }, n);
}

int
social_follows_set_follower_id_where_followed_id(struct cc *cc, int64_t followed_id, int64_t value,
    int64_t *n)
{
	return cc_rows_set(cc, &tables[TABLE_follows], 1, (const union cc_part[]){ { .i = followed_id } },
	    2, &value, n);
}

int
social_follows_set_followed_id_where_followed_id(struct cc *cc, int64_t followed_id, int64_t value,
    int64_t *n)
{
	return cc_rows_set(cc, &tables[TABLE_follows], 1, (const union cc_part[]){ { .i = followed_id } },
	    1, &value, n);
}

int
social_follows_delete_where_followed_id(struct cc *cc, int64_t followed_id, int64_t *n)
{
	return cc_rows_delete(cc, &tables[TABLE_follows], 1,
	    (const union cc_part[]){ { .i = followed_id } }, n);
}

int
social_follows_inserted(struct cc *cc, const struct social_follows *row)
{
	return cc_row_inserted(cc, &tables[TABLE_follows], row);
}

int
social_follows_inserted_many(struct cc *cc, const struct social_follows *rows, size_t n)
{
	return cc_rows_inserted(cc, &tables[TABLE_follows], rows, n);
}

int
social_follows_updated(struct cc *cc, const struct social_follows *before,
    const struct social_follows *after)
{
	return cc_row_updated(cc, &tables[TABLE_follows], before, after);
}

int
social_follows_deleted(struct cc *cc, const struct social_follows *before)
{
	return cc_row_deleted(cc, &tables[TABLE_follows], before);
}

int
social_follows_updated_many(struct cc *cc, const struct social_follows *before,
    const struct social_follows *after, size_t n)
{
	return cc_rows_updated(cc, &tables[TABLE_follows], before, after, n);
}

int
social_follows_deleted_many(struct cc *cc, const struct social_follows *before, size_t n)
{
	return cc_rows_deleted(cc, &tables[TABLE_follows], before, n);
}

int
social_follows_load_for_update(struct cc *cc, int64_t id, struct social_follows *out)
{
	return cc_row_load_for_update(cc, &tables[TABLE_follows], (const union cc_part[]){ { .i = id } },
	    out);
}
