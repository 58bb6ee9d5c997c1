-- Each maintained column of phpBB, recounted by the application's own SQL: p is the row that has it.
-- at_least: the column never falls, so that it may be above what there is now.

CREATE TEMP VIEW recount (id, "table", "column", key, at_least, stored, actual) AS
SELECT 'phpbb-01', 'topics', 'topic_posts_approved', json_array(p."topic_id"), 0,
    coalesce(p."topic_posts_approved", 0),
    (SELECT COUNT(*) FROM posts c WHERE c.topic_id = p.topic_id AND c.post_visibility = 1)
FROM "topics" p
UNION ALL
SELECT 'phpbb-02', 'forums', 'forum_topics_approved', json_array(p."forum_id"), 0,
    coalesce(p."forum_topics_approved", 0),
    (SELECT COUNT(*) FROM topics c WHERE c.forum_id = p.forum_id AND c.topic_visibility = 1)
FROM "forums" p
UNION ALL
SELECT 'phpbb-03', 'forums', 'forum_posts_approved', json_array(p."forum_id"), 0,
    coalesce(p."forum_posts_approved", 0),
    (SELECT COALESCE(SUM(c.topic_posts_approved), 0) FROM topics c
        WHERE c.forum_id = p.forum_id AND c.topic_status <> 2)
FROM "forums" p
UNION ALL
SELECT 'phpbb-04', 'topics', 'topic_posts_unapproved', json_array(p."topic_id"), 0,
    coalesce(p."topic_posts_unapproved", 0),
    (SELECT COUNT(*) FROM posts c WHERE c.topic_id = p.topic_id
        AND c.post_visibility IN (0, 3))
FROM "topics" p
UNION ALL
SELECT 'phpbb-05', 'forums', 'forum_topics_unapproved', json_array(p."forum_id"), 0,
    coalesce(p."forum_topics_unapproved", 0),
    (SELECT COUNT(*) FROM topics c WHERE c.forum_id = p.forum_id
        AND c.topic_visibility IN (0, 3))
FROM "forums" p
UNION ALL
SELECT 'phpbb-06', 'forums', 'forum_posts_unapproved', json_array(p."forum_id"), 0,
    coalesce(p."forum_posts_unapproved", 0),
    (SELECT COALESCE(SUM(c.topic_posts_unapproved), 0) FROM topics c
        WHERE c.forum_id = p.forum_id AND c.topic_status <> 2)
FROM "forums" p
UNION ALL
SELECT 'phpbb-07', 'topics', 'topic_posts_softdeleted', json_array(p."topic_id"), 0,
    coalesce(p."topic_posts_softdeleted", 0),
    (SELECT COUNT(*) FROM posts c WHERE c.topic_id = p.topic_id AND c.post_visibility = 2)
FROM "topics" p
UNION ALL
SELECT 'phpbb-08', 'forums', 'forum_topics_softdeleted', json_array(p."forum_id"), 0,
    coalesce(p."forum_topics_softdeleted", 0),
    (SELECT COUNT(*) FROM topics c WHERE c.forum_id = p.forum_id AND c.topic_visibility = 2)
FROM "forums" p
UNION ALL
SELECT 'phpbb-09', 'forums', 'forum_posts_softdeleted', json_array(p."forum_id"), 0,
    coalesce(p."forum_posts_softdeleted", 0),
    (SELECT COALESCE(SUM(c.topic_posts_softdeleted), 0) FROM topics c
        WHERE c.forum_id = p.forum_id AND c.topic_status <> 2)
FROM "forums" p
UNION ALL
SELECT 'phpbb-10', 'topics', 'topic_first_post_id', json_array(p."topic_id"), 0,
    p."topic_first_post_id",
    (SELECT COALESCE((SELECT MIN(c.post_id) FROM posts c WHERE c.topic_id = p.topic_id
        AND c.post_visibility = 1), (SELECT MIN(c.post_id) FROM posts c
        WHERE c.topic_id = p.topic_id), 0))
FROM "topics" p
UNION ALL
SELECT 'phpbb-11', 'topics', 'topic_last_post_id', json_array(p."topic_id"), 0,
    p."topic_last_post_id",
    (SELECT COALESCE((SELECT MAX(c.post_id) FROM posts c WHERE c.topic_id = p.topic_id
        AND c.post_visibility = 1), (SELECT MAX(c.post_id) FROM posts c
        WHERE c.topic_id = p.topic_id), 0))
FROM "topics" p
UNION ALL
SELECT 'phpbb-12', 'topics', 'topic_last_poster_id', json_array(p."topic_id"), 0,
    p."topic_last_poster_id",
    (SELECT COALESCE((SELECT c.poster_id FROM posts c WHERE c.topic_id = p.topic_id
        AND c.post_visibility = 1 ORDER BY c.post_id DESC LIMIT 1), (SELECT c.poster_id
        FROM posts c WHERE c.topic_id = p.topic_id ORDER BY c.post_id DESC LIMIT 1), 0))
FROM "topics" p
UNION ALL
SELECT 'phpbb-13', 'forums', 'forum_last_post_id', json_array(p."forum_id"), 0,
    p."forum_last_post_id",
    coalesce((SELECT MAX(c.topic_last_post_id) FROM topics c WHERE c.forum_id = p.forum_id
        AND c.topic_visibility = 1), 0)
FROM "forums" p
UNION ALL
SELECT 'phpbb-14', 'forums', 'forum_last_poster_name', json_array(p."forum_id"), 0,
    p."forum_last_poster_name",
    coalesce((SELECT CASE WHEN x.poster_id <> 1 THEN u.username ELSE x.post_username END FROM posts x
        JOIN users u ON u.user_id = x.poster_id
        WHERE x.post_id = (SELECT MAX(c.topic_last_post_id) FROM topics c
        WHERE c.forum_id = p.forum_id AND c.topic_visibility = 1)), '')
FROM "forums" p
UNION ALL
SELECT 'phpbb-15', 'topics', 'topic_reported', json_array(p."topic_id"), 0,
    p."topic_reported",
    (SELECT EXISTS (SELECT 1 FROM posts c WHERE c.topic_id = p.topic_id
        AND c.post_reported = 1))
FROM "topics" p
UNION ALL
SELECT 'phpbb-16', 'topics', 'topic_attachment', json_array(p."topic_id"), 0,
    p."topic_attachment",
    (SELECT EXISTS (SELECT 1 FROM posts c WHERE c.topic_id = p.topic_id
        AND c.post_attachment = 1))
FROM "topics" p
UNION ALL
SELECT 'phpbb-17', 'posts', 'post_attachment', json_array(p."post_id"), 0,
    p."post_attachment",
    (SELECT EXISTS (SELECT 1 FROM attachments c WHERE c.post_msg_id = p.post_id
        AND c.in_message = 0))
FROM "posts" p
UNION ALL
SELECT 'phpbb-19', 'users', 'user_posts', json_array(p."user_id"), 0,
    coalesce(p."user_posts", 0),
    (SELECT COUNT(*) FROM posts c WHERE c.poster_id = p.user_id AND c.post_visibility = 1
        AND c.post_postcount = 1)
FROM "users" p
UNION ALL
SELECT 'phpbb-20', 'users', 'user_unread_privmsg', json_array(p."user_id"), 0,
    coalesce(p."user_unread_privmsg", 0),
    (SELECT COUNT(*) FROM privmsgs_to c WHERE c.user_id = p.user_id AND c.pm_unread = 1
        AND c.folder_id <> -1)
FROM "users" p
UNION ALL
SELECT 'phpbb-21', 'users', 'user_new_privmsg', json_array(p."user_id"), 0,
    coalesce(p."user_new_privmsg", 0),
    (SELECT COUNT(*) FROM privmsgs_to c WHERE c.user_id = p.user_id AND c.pm_new = 1
        AND c.folder_id IN (-3, -4))
FROM "users" p
UNION ALL
SELECT 'phpbb-22', 'privmsgs_folder', 'pm_count', json_array(p."folder_id"), 0,
    coalesce(p."pm_count", 0),
    (SELECT COUNT(*) FROM privmsgs_to c WHERE c.folder_id = p.folder_id)
FROM "privmsgs_folder" p
UNION ALL
SELECT 'phpbb-23', 'users', 'user_warnings', json_array(p."user_id"), 0,
    coalesce(p."user_warnings", 0),
    (SELECT COUNT(*) FROM warnings c WHERE c.user_id = p.user_id
        AND c.warning_time >= 1700000000)
FROM "users" p
UNION ALL
SELECT 'phpbb-24', 'config', 'config_value', json_array(p."config_name"), 0,
    CAST(p."config_value" AS INTEGER),
    (SELECT CASE WHEN p.config_name = 'num_posts' THEN (SELECT COUNT(*) FROM posts c
        WHERE c.post_visibility = 1) END)
FROM "config" p
WHERE p.config_name = 'num_posts'
UNION ALL
SELECT 'phpbb-25', 'config', 'config_value', json_array(p."config_name"), 0,
    CAST(p."config_value" AS INTEGER),
    (SELECT CASE WHEN p.config_name = 'num_topics' THEN (SELECT COUNT(*) FROM topics c
        WHERE c.topic_visibility = 1) END)
FROM "config" p
WHERE p.config_name = 'num_topics'
UNION ALL
SELECT 'phpbb-26', 'config', 'config_value', json_array(p."config_name"), 0,
    CAST(p."config_value" AS INTEGER),
    (SELECT CASE WHEN p.config_name = 'num_users' THEN (SELECT COUNT(*) FROM users c
        WHERE c.user_type IN (0, 3)) END)
FROM "config" p
WHERE p.config_name = 'num_users'
UNION ALL
SELECT 'phpbb-27', 'config', 'config_value', json_array(p."config_name"), 0,
    CAST(p."config_value" AS INTEGER),
    (SELECT CASE WHEN p.config_name = 'num_files' THEN (SELECT COUNT(*) FROM attachments c
        WHERE c.is_orphan = 0) END)
FROM "config" p
WHERE p.config_name = 'num_files'
UNION ALL
SELECT 'phpbb-28', 'config', 'config_value', json_array(p."config_name"), 0,
    CAST(p."config_value" AS INTEGER),
    (SELECT CASE
        WHEN p.config_name = 'upload_dir_size' THEN (SELECT COALESCE(SUM(c.filesize), 0)
        FROM attachments c WHERE c.is_orphan = 0) END)
FROM "config" p
WHERE p.config_name = 'upload_dir_size';
