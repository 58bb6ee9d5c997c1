-- The settings, totals among them.

INSERT INTO config (config_name, config_value) VALUES
    ('num_posts', '0'), ('num_topics', '0'), ('num_users', '0'), ('num_files', '0'),
    ('upload_dir_size', '0'), ('sitename', 'a forum'), ('num_things', '7');
