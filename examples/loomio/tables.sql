-- The tables of the application that loomio.ccdl counts over, counters and all.

CREATE TABLE groups (
  id INTEGER NOT NULL,
  parent_id INTEGER,
  name TEXT,
  archived_at TEXT,
  memberships_count INTEGER NOT NULL DEFAULT 0,
  pending_memberships_count INTEGER NOT NULL DEFAULT 0,
  admin_memberships_count INTEGER NOT NULL DEFAULT 0,
  delegates_count INTEGER NOT NULL DEFAULT 0,
  invitations_count INTEGER NOT NULL DEFAULT 0,
  discussions_count INTEGER NOT NULL DEFAULT 0,
  open_discussions_count INTEGER NOT NULL DEFAULT 0,
  closed_discussions_count INTEGER NOT NULL DEFAULT 0,
  public_discussions_count INTEGER NOT NULL DEFAULT 0,
  polls_count INTEGER NOT NULL DEFAULT 0,
  closed_polls_count INTEGER NOT NULL DEFAULT 0,
  closed_motions_count INTEGER NOT NULL DEFAULT 0,
  proposal_outcomes_count INTEGER NOT NULL DEFAULT 0,
  subgroups_count INTEGER NOT NULL DEFAULT 0,
  recent_activity_count INTEGER NOT NULL DEFAULT 0,
  discussion_templates_count INTEGER NOT NULL DEFAULT 0,
  poll_templates_count INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE memberships (
  id INTEGER NOT NULL,
  group_id INTEGER,
  user_id INTEGER,
  admin BOOLEAN NOT NULL DEFAULT FALSE,
  delegate BOOLEAN NOT NULL DEFAULT FALSE,
  accepted_at TEXT,
  revoked_at TEXT,
  inviter_id INTEGER,
  created_at TEXT,
  PRIMARY KEY (id)
);

CREATE TABLE invitations (
  id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  email TEXT,
  PRIMARY KEY (id)
);

CREATE TABLE users (
  id INTEGER NOT NULL,
  email_verified BOOLEAN NOT NULL DEFAULT FALSE,
  memberships_count INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE discussions (
  id INTEGER NOT NULL,
  group_id INTEGER,
  private BOOLEAN NOT NULL DEFAULT TRUE,
  closed_at TEXT,
  discarded_at TEXT,
  created_at TEXT,
  items_count INTEGER NOT NULL DEFAULT 0,
  versions_count INTEGER DEFAULT 0,
  closed_polls_count INTEGER NOT NULL DEFAULT 0,
  anonymous_polls_count INTEGER NOT NULL DEFAULT 0,
  seen_by_count INTEGER NOT NULL DEFAULT 0,
  members_count INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE discussion_readers (
  id INTEGER NOT NULL,
  discussion_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  last_read_at TEXT,
  revoked_at TEXT,
  inviter_id INTEGER,
  guest BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (id)
);

CREATE TABLE polls (
  id INTEGER NOT NULL,
  group_id INTEGER,
  discussion_id INTEGER,
  poll_type TEXT NOT NULL DEFAULT 'poll',
  closed_at TEXT,
  discarded_at TEXT,
  anonymous BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TEXT,
  voters_count INTEGER NOT NULL DEFAULT 0,
  undecided_voters_count INTEGER NOT NULL DEFAULT 0,
  none_of_the_above_count INTEGER NOT NULL DEFAULT 0,
  versions_count INTEGER DEFAULT 0,
  stance_counts TEXT NOT NULL DEFAULT '[]',
  matrix_counts TEXT NOT NULL DEFAULT '[]',
  score_counts TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (id)
);

CREATE TABLE poll_options (
  id INTEGER NOT NULL,
  poll_id INTEGER,
  name TEXT,
  none_of_the_above_count INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE stances (
  id INTEGER NOT NULL,
  poll_id INTEGER NOT NULL,
  participant_id INTEGER,
  latest BOOLEAN NOT NULL DEFAULT TRUE,
  cast_at TEXT,
  revoked_at TEXT,
  none_of_the_above BOOLEAN NOT NULL DEFAULT FALSE,
  versions_count INTEGER DEFAULT 0,
  created_at TEXT,
  updated_at TEXT,
  PRIMARY KEY (id)
);

CREATE TABLE stance_choices (
  id INTEGER NOT NULL,
  stance_id INTEGER NOT NULL REFERENCES stances ON DELETE CASCADE,
  poll_option_id INTEGER NOT NULL,
  score INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (id)
);

CREATE TABLE outcomes (
  id INTEGER NOT NULL,
  poll_id INTEGER,
  versions_count INTEGER NOT NULL DEFAULT 0,
  created_at TEXT,
  PRIMARY KEY (id)
);

CREATE TABLE comments (
  id INTEGER NOT NULL,
  discussion_id INTEGER DEFAULT 0,
  user_id INTEGER DEFAULT 0,
  parent_id INTEGER,
  discarded_at TEXT,
  created_at TEXT,
  comment_votes_count INTEGER NOT NULL DEFAULT 0,
  attachments_count INTEGER NOT NULL DEFAULT 0,
  versions_count INTEGER DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE reactions (
  id INTEGER NOT NULL,
  reactable_type TEXT NOT NULL DEFAULT 'Comment',
  reactable_id INTEGER,
  user_id INTEGER,
  reaction TEXT NOT NULL DEFAULT '+1',
  PRIMARY KEY (id)
);

CREATE TABLE attachments (
  id INTEGER NOT NULL,
  attachable_type TEXT,
  attachable_id INTEGER,
  comment_id INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE versions (
  id INTEGER NOT NULL,
  item_type TEXT NOT NULL,
  item_id INTEGER NOT NULL,
  created_at TEXT,
  PRIMARY KEY (id)
);

CREATE TABLE events (
  id INTEGER NOT NULL,
  kind TEXT,
  discussion_id INTEGER,
  user_id INTEGER,
  parent_id INTEGER,
  child_count INTEGER NOT NULL DEFAULT 0,
  descendant_count INTEGER NOT NULL DEFAULT 0,
  created_at TEXT,
  PRIMARY KEY (id)
);

CREATE TABLE tags (
  id INTEGER NOT NULL,
  group_id INTEGER,
  name TEXT COLLATE NOCASE,
  taggings_count INTEGER DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE taggings (
  id INTEGER NOT NULL,
  tag_id INTEGER NOT NULL,
  taggable_type TEXT,
  taggable_id INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE discussion_templates (
  id INTEGER NOT NULL,
  group_id INTEGER,
  discarded_at TEXT,
  PRIMARY KEY (id)
);

CREATE TABLE poll_templates (
  id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  discarded_at TEXT,
  PRIMARY KEY (id)
);
