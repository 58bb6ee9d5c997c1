-- Each maintained column of Gogs, recounted by the application's own SQL: p is the row that has it.
-- at_least: the column never falls, so that it may be above what there is now.

CREATE TEMP VIEW recount (id, "table", "column", key, at_least, stored, actual) AS
SELECT 'gogs-01', 'repository', 'num_watches', json_array(p."id"), 0,
    coalesce(p."num_watches", 0),
    (SELECT COUNT(*) FROM watch c WHERE c.repo_id = p.id)
FROM "repository" p
UNION ALL
SELECT 'gogs-02', 'repository', 'num_stars', json_array(p."id"), 0,
    coalesce(p."num_stars", 0),
    (SELECT COUNT(*) FROM star c WHERE c.repo_id = p.id)
FROM "repository" p
UNION ALL
SELECT 'gogs-03', 'user', 'num_stars', json_array(p."id"), 0,
    coalesce(p."num_stars", 0),
    (SELECT COUNT(*) FROM star c WHERE c.uid = p.id)
FROM "user" p
UNION ALL
SELECT 'gogs-04', 'repository', 'num_forks', json_array(p."id"), 0,
    coalesce(p."num_forks", 0),
    (SELECT COUNT(*) FROM repository c WHERE c.fork_id = p.id)
FROM "repository" p
UNION ALL
SELECT 'gogs-05', 'repository', 'num_issues', json_array(p."id"), 1,
    coalesce(p."num_issues", 0),
    (SELECT COUNT(*) FROM issue c WHERE c.repo_id = p.id AND c.is_pull = FALSE)
FROM "repository" p
UNION ALL
SELECT 'gogs-06', 'repository', 'num_pulls', json_array(p."id"), 1,
    coalesce(p."num_pulls", 0),
    (SELECT COUNT(*) FROM issue c WHERE c.repo_id = p.id AND c.is_pull = TRUE)
FROM "repository" p
UNION ALL
SELECT 'gogs-07', 'repository', 'num_closed_issues', json_array(p."id"), 0,
    coalesce(p."num_closed_issues", 0),
    (SELECT COUNT(*) FROM issue c WHERE c.repo_id = p.id AND c.is_closed = TRUE
        AND c.is_pull = FALSE)
FROM "repository" p
UNION ALL
SELECT 'gogs-08', 'repository', 'num_closed_pulls', json_array(p."id"), 0,
    coalesce(p."num_closed_pulls", 0),
    (SELECT COUNT(*) FROM issue c WHERE c.repo_id = p.id AND c.is_closed = TRUE
        AND c.is_pull = TRUE)
FROM "repository" p
UNION ALL
SELECT 'gogs-09', 'repository', 'num_milestones', json_array(p."id"), 0,
    coalesce(p."num_milestones", 0),
    (SELECT COUNT(*) FROM milestone c WHERE c.repo_id = p.id)
FROM "repository" p
UNION ALL
SELECT 'gogs-10', 'repository', 'num_closed_milestones', json_array(p."id"), 0,
    coalesce(p."num_closed_milestones", 0),
    (SELECT COUNT(*) FROM milestone c WHERE c.repo_id = p.id AND c.is_closed = TRUE)
FROM "repository" p
UNION ALL
SELECT 'gogs-11', 'user', 'num_followers', json_array(p."id"), 0,
    coalesce(p."num_followers", 0),
    (SELECT COUNT(*) FROM follow c WHERE c.follow_id = p.id)
FROM "user" p
UNION ALL
SELECT 'gogs-12', 'user', 'num_following', json_array(p."id"), 0,
    coalesce(p."num_following", 0),
    (SELECT COUNT(*) FROM follow c WHERE c.user_id = p.id)
FROM "user" p
UNION ALL
SELECT 'gogs-13', 'user', 'num_repos', json_array(p."id"), 0,
    coalesce(p."num_repos", 0),
    (SELECT COUNT(*) FROM repository c WHERE c.owner_id = p.id)
FROM "user" p
UNION ALL
SELECT 'gogs-14', 'user', 'num_teams', json_array(p."id"), 0,
    coalesce(p."num_teams", 0),
    (SELECT COUNT(*) FROM team c WHERE c.org_id = p.id)
FROM "user" p
UNION ALL
SELECT 'gogs-15', 'user', 'num_members', json_array(p."id"), 0,
    coalesce(p."num_members", 0),
    (SELECT COUNT(*) FROM org_user c WHERE c.org_id = p.id)
FROM "user" p
UNION ALL
SELECT 'gogs-16', 'issue', 'num_comments', json_array(p."id"), 0,
    coalesce(p."num_comments", 0),
    (SELECT COUNT(*) FROM comment c WHERE c.issue_id = p.id AND c.type = 0)
FROM "issue" p
UNION ALL
SELECT 'gogs-17', 'label', 'num_issues', json_array(p."id"), 0,
    coalesce(p."num_issues", 0),
    (SELECT COUNT(*) FROM issue_label c WHERE c.label_id = p.id)
FROM "label" p
UNION ALL
SELECT 'gogs-18', 'label', 'num_closed_issues', json_array(p."id"), 0,
    coalesce(p."num_closed_issues", 0),
    (SELECT COUNT(*) FROM issue_label c JOIN issue j ON j.id = c.issue_id
        WHERE c.label_id = p.id AND j.is_closed = TRUE)
FROM "label" p
UNION ALL
SELECT 'gogs-19', 'milestone', 'num_issues', json_array(p."id"), 0,
    coalesce(p."num_issues", 0),
    (SELECT COUNT(*) FROM issue c WHERE c.milestone_id = p.id)
FROM "milestone" p
UNION ALL
SELECT 'gogs-20', 'milestone', 'num_closed_issues', json_array(p."id"), 0,
    coalesce(p."num_closed_issues", 0),
    (SELECT COUNT(*) FROM issue c WHERE c.milestone_id = p.id AND c.is_closed = TRUE)
FROM "milestone" p
UNION ALL
SELECT 'gogs-21', 'milestone', 'completeness', json_array(p."id"), 0,
    p."completeness",
    (SELECT CASE WHEN p.num_issues > 0 THEN p.num_closed_issues * 100 / p.num_issues
        ELSE 0 END)
FROM "milestone" p
UNION ALL
SELECT 'gogs-22', 'team', 'num_repos', json_array(p."id"), 0,
    coalesce(p."num_repos", 0),
    (SELECT COUNT(*) FROM team_repo c WHERE c.team_id = p.id)
FROM "team" p
UNION ALL
SELECT 'gogs-23', 'team', 'num_members', json_array(p."id"), 0,
    coalesce(p."num_members", 0),
    (SELECT COUNT(*) FROM team_user c WHERE c.team_id = p.id)
FROM "team" p
UNION ALL
SELECT 'gogs-24', 'org_user', 'num_teams', json_array(p."id"), 0,
    coalesce(p."num_teams", 0),
    (SELECT COUNT(*) FROM team_user c WHERE c.uid = p.uid AND c.org_id = p.org_id)
FROM "org_user" p;
