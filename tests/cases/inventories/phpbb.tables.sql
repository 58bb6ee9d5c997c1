-- The application's tables, cut down to what its counters need: nothing here is ours.

CREATE TABLE forums (
  forum_id INTEGER NOT NULL,
  parent_id INTEGER NOT NULL DEFAULT 0,
  left_id INTEGER NOT NULL DEFAULT 0,
  right_id INTEGER NOT NULL DEFAULT 0,
  forum_type INTEGER NOT NULL DEFAULT 1,
  forum_posts_approved INTEGER NOT NULL DEFAULT 0,
  forum_posts_unapproved INTEGER NOT NULL DEFAULT 0,
  forum_posts_softdeleted INTEGER NOT NULL DEFAULT 0,
  forum_topics_approved INTEGER NOT NULL DEFAULT 0,
  forum_topics_unapproved INTEGER NOT NULL DEFAULT 0,
  forum_topics_softdeleted INTEGER NOT NULL DEFAULT 0,
  forum_last_post_id INTEGER NOT NULL DEFAULT 0,
  forum_last_poster_id INTEGER NOT NULL DEFAULT 0,
  forum_last_post_time INTEGER NOT NULL DEFAULT 0,
  forum_last_post_subject TEXT NOT NULL,
  forum_last_poster_name TEXT NOT NULL,
  PRIMARY KEY (forum_id)
);

CREATE TABLE topics (
  topic_id INTEGER NOT NULL,
  forum_id INTEGER NOT NULL DEFAULT 0,
  topic_visibility INTEGER NOT NULL DEFAULT 0,
  topic_status INTEGER NOT NULL DEFAULT 0,
  topic_moved_id INTEGER NOT NULL DEFAULT 0,
  topic_posts_approved INTEGER NOT NULL DEFAULT 0,
  topic_posts_unapproved INTEGER NOT NULL DEFAULT 0,
  topic_posts_softdeleted INTEGER NOT NULL DEFAULT 0,
  topic_first_post_id INTEGER NOT NULL DEFAULT 0,
  topic_last_post_id INTEGER NOT NULL DEFAULT 0,
  topic_last_poster_id INTEGER NOT NULL DEFAULT 0,
  topic_last_post_time INTEGER NOT NULL DEFAULT 0,
  topic_attachment INTEGER NOT NULL DEFAULT 0,
  topic_reported INTEGER NOT NULL DEFAULT 0,
  topic_views INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (topic_id)
);

CREATE TABLE posts (
  post_id INTEGER NOT NULL,
  topic_id INTEGER NOT NULL DEFAULT 0,
  forum_id INTEGER NOT NULL DEFAULT 0,
  poster_id INTEGER NOT NULL DEFAULT 0,
  post_visibility INTEGER NOT NULL DEFAULT 0,
  post_time INTEGER NOT NULL DEFAULT 0,
  post_subject TEXT NOT NULL,
  post_username TEXT NOT NULL,
  post_attachment INTEGER NOT NULL DEFAULT 0,
  post_reported INTEGER NOT NULL DEFAULT 0,
  post_postcount INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (post_id)
);

CREATE TABLE users (
  user_id INTEGER NOT NULL,
  user_type INTEGER NOT NULL DEFAULT 0,
  username TEXT NOT NULL,
  user_posts INTEGER NOT NULL DEFAULT 0,
  user_new_privmsg INTEGER NOT NULL DEFAULT 0,
  user_unread_privmsg INTEGER NOT NULL DEFAULT 0,
  user_warnings INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id)
);

CREATE TABLE attachments (
  attach_id INTEGER NOT NULL,
  post_msg_id INTEGER NOT NULL DEFAULT 0,
  topic_id INTEGER NOT NULL DEFAULT 0,
  in_message INTEGER NOT NULL DEFAULT 0,
  is_orphan INTEGER NOT NULL DEFAULT 1,
  filesize INTEGER NOT NULL DEFAULT 0,
  download_count INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (attach_id)
);

CREATE TABLE privmsgs_to (
  msg_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  author_id INTEGER NOT NULL DEFAULT 0,
  pm_new INTEGER NOT NULL DEFAULT 1,
  pm_unread INTEGER NOT NULL DEFAULT 1,
  folder_id INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (msg_id, user_id)
);

CREATE TABLE privmsgs_folder (
  folder_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL DEFAULT 0,
  pm_count INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (folder_id)
);

CREATE TABLE warnings (
  warning_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL DEFAULT 0,
  warning_time INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (warning_id)
);

CREATE TABLE config (
  config_name TEXT NOT NULL,
  config_value TEXT NOT NULL DEFAULT 0,
  PRIMARY KEY (config_name)
);
