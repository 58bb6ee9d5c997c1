-- The application's tables, cut down to what its counters need: nothing here is ours.

CREATE TABLE debates (
  id INTEGER NOT NULL,
  author_id INTEGER,
  hidden_at TEXT,
  cached_votes_total INTEGER DEFAULT 0,
  cached_votes_up INTEGER DEFAULT 0,
  cached_votes_down INTEGER DEFAULT 0,
  cached_votes_score INTEGER DEFAULT 0,
  cached_anonymous_votes_total INTEGER DEFAULT 0,
  comments_count INTEGER DEFAULT 0,
  flags_count INTEGER DEFAULT 0,
  hot_score INTEGER DEFAULT 0,
  confidence_score INTEGER DEFAULT 0,
  created_at TEXT,
  PRIMARY KEY (id)
);

CREATE TABLE proposals (
  id INTEGER NOT NULL,
  author_id INTEGER,
  hidden_at TEXT,
  cached_votes_up INTEGER DEFAULT 0,
  comments_count INTEGER DEFAULT 0,
  flags_count INTEGER DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE budget_investments (
  id INTEGER NOT NULL,
  budget_id INTEGER,
  heading_id INTEGER,
  author_id INTEGER,
  hidden_at TEXT,
  cached_votes_up INTEGER DEFAULT 0,
  comments_count INTEGER DEFAULT 0,
  physical_votes INTEGER DEFAULT 0,
  ballot_lines_count INTEGER DEFAULT 0,
  valuator_assignments_count INTEGER DEFAULT 0,
  valuator_group_assignments_count INTEGER DEFAULT 0,
  flags_count INTEGER DEFAULT 0,
  confidence_score INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE comments (
  id INTEGER NOT NULL,
  commentable_id INTEGER,
  commentable_type TEXT,
  user_id INTEGER NOT NULL,
  hidden_at TEXT,
  valuation BOOLEAN DEFAULT FALSE,
  ancestry TEXT,
  cached_votes_total INTEGER DEFAULT 0,
  cached_votes_up INTEGER DEFAULT 0,
  cached_votes_down INTEGER DEFAULT 0,
  flags_count INTEGER DEFAULT 0,
  confidence_score INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE votes (
  id INTEGER NOT NULL,
  votable_id INTEGER,
  votable_type TEXT,
  voter_id INTEGER,
  voter_type TEXT,
  vote_flag BOOLEAN,
  vote_scope TEXT,
  vote_weight INTEGER,
  signature_id INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE users (
  id INTEGER NOT NULL,
  verified_at TEXT,
  level_two_verified_at TEXT,
  notifications_count INTEGER DEFAULT 0,
  failed_census_calls_count INTEGER DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE flags (
  id INTEGER NOT NULL,
  user_id INTEGER,
  flaggable_type TEXT,
  flaggable_id INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE budget_ballots (
  id INTEGER NOT NULL,
  user_id INTEGER,
  budget_id INTEGER,
  ballot_lines_count INTEGER DEFAULT 0,
  physical BOOLEAN DEFAULT FALSE,
  PRIMARY KEY (id)
);

CREATE TABLE budget_ballot_lines (
  id INTEGER NOT NULL,
  ballot_id INTEGER,
  investment_id INTEGER,
  budget_id INTEGER,
  group_id INTEGER,
  heading_id INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE budget_valuator_assignments (
  id INTEGER NOT NULL,
  valuator_id INTEGER,
  investment_id INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE budget_valuator_group_assignments (
  id INTEGER NOT NULL,
  valuator_group_id INTEGER,
  investment_id INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE valuators (
  id INTEGER NOT NULL,
  valuator_group_id INTEGER,
  budget_investments_count INTEGER DEFAULT 0,
  spending_proposals_count INTEGER DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE valuator_groups (
  id INTEGER NOT NULL,
  budget_investments_count INTEGER DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE topics (
  id INTEGER NOT NULL,
  community_id INTEGER,
  comments_count INTEGER DEFAULT 0,
  hidden_at TEXT,
  PRIMARY KEY (id)
);

CREATE TABLE tags (
  id INTEGER NOT NULL,
  name TEXT,
  kind TEXT,
  taggings_count INTEGER DEFAULT 0,
  debates_count INTEGER DEFAULT 0,
  proposals_count INTEGER DEFAULT 0,
  "budget/investments_count" INTEGER DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE taggings (
  id INTEGER NOT NULL,
  tag_id INTEGER,
  taggable_id INTEGER,
  taggable_type TEXT,
  context TEXT,
  PRIMARY KEY (id)
);

CREATE TABLE failed_census_calls (
  id INTEGER NOT NULL,
  user_id INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE notifications (
  id INTEGER NOT NULL,
  user_id INTEGER,
  read_at TEXT,
  PRIMARY KEY (id)
);

CREATE UNIQUE INDEX budget_ballot_lines_ballot_id_investment_id ON budget_ballot_lines (ballot_id, investment_id);
