-- The application's tables, cut down to what its counters need: nothing here is ours.

CREATE TABLE "user" (
  id INTEGER NOT NULL,
  type INTEGER,
  num_followers INTEGER,
  num_following INTEGER NOT NULL DEFAULT 0,
  num_stars INTEGER,
  num_repos INTEGER,
  num_teams INTEGER,
  num_members INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE repository (
  id INTEGER NOT NULL,
  owner_id INTEGER,
  fork_id INTEGER,
  is_fork BOOLEAN NOT NULL DEFAULT FALSE,
  num_watches INTEGER,
  num_stars INTEGER,
  num_forks INTEGER,
  num_issues INTEGER,
  num_closed_issues INTEGER,
  num_pulls INTEGER,
  num_closed_pulls INTEGER,
  num_milestones INTEGER NOT NULL DEFAULT 0,
  num_closed_milestones INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE watch (
  id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  repo_id INTEGER NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE star (
  id INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  repo_id INTEGER NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE follow (
  id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  follow_id INTEGER NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE issue (
  id INTEGER NOT NULL,
  repo_id INTEGER,
  milestone_id INTEGER,
  is_closed BOOLEAN,
  is_pull BOOLEAN,
  num_comments INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE comment (
  id INTEGER NOT NULL,
  issue_id INTEGER,
  type INTEGER,
  poster_id INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE label (
  id INTEGER NOT NULL,
  repo_id INTEGER,
  num_issues INTEGER,
  num_closed_issues INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE issue_label (
  id INTEGER NOT NULL,
  issue_id INTEGER,
  label_id INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE milestone (
  id INTEGER NOT NULL,
  repo_id INTEGER,
  is_closed BOOLEAN,
  num_issues INTEGER,
  num_closed_issues INTEGER,
  completeness INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE org_user (
  id INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  org_id INTEGER NOT NULL,
  num_teams INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE team (
  id INTEGER NOT NULL,
  org_id INTEGER,
  num_repos INTEGER,
  num_members INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE team_user (
  id INTEGER NOT NULL,
  org_id INTEGER,
  team_id INTEGER,
  uid INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE team_repo (
  id INTEGER NOT NULL,
  org_id INTEGER,
  team_id INTEGER,
  repo_id INTEGER,
  PRIMARY KEY (id)
);

CREATE UNIQUE INDEX watch_user_id_repo_id ON watch (user_id, repo_id);
CREATE UNIQUE INDEX star_uid_repo_id ON star (uid, repo_id);
CREATE UNIQUE INDEX follow_user_id_follow_id ON follow (user_id, follow_id);
CREATE UNIQUE INDEX issue_label_issue_id_label_id ON issue_label (issue_id, label_id);
CREATE UNIQUE INDEX org_user_uid_org_id ON org_user (uid, org_id);
