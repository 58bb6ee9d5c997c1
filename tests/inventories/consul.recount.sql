-- Each maintained column of CONSUL, recounted by the application's own SQL: p is the row that has it.
-- at_least: the column never falls, so that it may be above what there is now.

CREATE TEMP VIEW recount (id, "table", "column", key, at_least, stored, actual) AS
SELECT 'consul-01', 'debates', 'cached_votes_total', json_array(p."id"), 0,
    coalesce(p."cached_votes_total", 0),
    (SELECT COUNT(*) FROM votes c WHERE c.votable_type = 'Debate' AND c.votable_id = p.id)
FROM "debates" p
UNION ALL
SELECT 'consul-02', 'debates', 'cached_votes_up', json_array(p."id"), 0,
    coalesce(p."cached_votes_up", 0),
    (SELECT COUNT(*) FROM votes c WHERE c.votable_type = 'Debate' AND c.votable_id = p.id
        AND c.vote_flag = TRUE)
FROM "debates" p
UNION ALL
SELECT 'consul-03', 'debates', 'cached_votes_down', json_array(p."id"), 0,
    coalesce(p."cached_votes_down", 0),
    (SELECT COUNT(*) FROM votes c WHERE c.votable_type = 'Debate' AND c.votable_id = p.id
        AND c.vote_flag = FALSE)
FROM "debates" p
UNION ALL
SELECT 'consul-04', 'comments', 'cached_votes_total', json_array(p."id"), 0,
    coalesce(p."cached_votes_total", 0),
    (SELECT COUNT(*) FROM votes c WHERE c.votable_type = 'Comment' AND c.votable_id = p.id)
FROM "comments" p
UNION ALL
SELECT 'consul-05', 'comments', 'cached_votes_up', json_array(p."id"), 0,
    coalesce(p."cached_votes_up", 0),
    (SELECT COUNT(*) FROM votes c WHERE c.votable_type = 'Comment' AND c.votable_id = p.id
        AND c.vote_flag = TRUE)
FROM "comments" p
UNION ALL
SELECT 'consul-06', 'comments', 'cached_votes_down', json_array(p."id"), 0,
    coalesce(p."cached_votes_down", 0),
    (SELECT COUNT(*) FROM votes c WHERE c.votable_type = 'Comment' AND c.votable_id = p.id
        AND c.vote_flag = FALSE)
FROM "comments" p
UNION ALL
SELECT 'consul-07', 'debates', 'cached_votes_score', json_array(p."id"), 0,
    coalesce(p."cached_votes_score", 0),
    (SELECT COALESCE(SUM(CASE WHEN c.vote_flag THEN 1 ELSE -1 END), 0) FROM votes c
        WHERE c.votable_type = 'Debate' AND c.votable_id = p.id)
FROM "debates" p
UNION ALL
SELECT 'consul-08', 'proposals', 'cached_votes_up', json_array(p."id"), 0,
    coalesce(p."cached_votes_up", 0),
    (SELECT COUNT(*) FROM votes c WHERE c.votable_type = 'Proposal' AND c.votable_id = p.id
        AND c.vote_flag = TRUE)
FROM "proposals" p
UNION ALL
SELECT 'consul-09', 'budget_investments', 'cached_votes_up', json_array(p."id"), 0,
    coalesce(p."cached_votes_up", 0),
    (SELECT COUNT(*) FROM votes c WHERE c.votable_type = 'Budget::Investment'
        AND c.votable_id = p.id AND c.vote_flag = TRUE)
FROM "budget_investments" p
UNION ALL
SELECT 'consul-10', 'debates', 'cached_anonymous_votes_total', json_array(p."id"), 1,
    coalesce(p."cached_anonymous_votes_total", 0),
    (SELECT COUNT(*) FROM votes c JOIN users j ON j.id = c.voter_id
        WHERE c.votable_type = 'Debate' AND c.votable_id = p.id
        AND j.level_two_verified_at IS NULL AND c.voter_type = 'User')
FROM "debates" p
UNION ALL
SELECT 'consul-11', 'debates', 'comments_count', json_array(p."id"), 0,
    coalesce(p."comments_count", 0),
    (SELECT COUNT(*) FROM comments c WHERE c.commentable_type = 'Debate'
        AND c.commentable_id = p.id AND c.hidden_at IS NULL)
FROM "debates" p
UNION ALL
SELECT 'consul-12', 'proposals', 'comments_count', json_array(p."id"), 0,
    coalesce(p."comments_count", 0),
    (SELECT COUNT(*) FROM comments c WHERE c.commentable_type = 'Proposal'
        AND c.commentable_id = p.id AND c.hidden_at IS NULL)
FROM "proposals" p
UNION ALL
SELECT 'consul-13', 'budget_investments', 'comments_count', json_array(p."id"), 0,
    coalesce(p."comments_count", 0),
    (SELECT COUNT(*) FROM comments c WHERE c.commentable_type = 'Budget::Investment'
        AND c.commentable_id = p.id AND c.hidden_at IS NULL)
FROM "budget_investments" p
UNION ALL
SELECT 'consul-14', 'topics', 'comments_count', json_array(p."id"), 0,
    coalesce(p."comments_count", 0),
    (SELECT COUNT(*) FROM comments c WHERE c.commentable_type = 'Topic'
        AND c.commentable_id = p.id AND c.hidden_at IS NULL)
FROM "topics" p
UNION ALL
SELECT 'consul-15', 'debates', 'flags_count', json_array(p."id"), 0,
    coalesce(p."flags_count", 0),
    (SELECT COUNT(*) FROM flags c WHERE c.flaggable_type = 'Debate' AND c.flaggable_id = p.id)
FROM "debates" p
UNION ALL
SELECT 'consul-16', 'proposals', 'flags_count', json_array(p."id"), 0,
    coalesce(p."flags_count", 0),
    (SELECT COUNT(*) FROM flags c WHERE c.flaggable_type = 'Proposal'
        AND c.flaggable_id = p.id)
FROM "proposals" p
UNION ALL
SELECT 'consul-17', 'comments', 'flags_count', json_array(p."id"), 0,
    coalesce(p."flags_count", 0),
    (SELECT COUNT(*) FROM flags c WHERE c.flaggable_type = 'Comment'
        AND c.flaggable_id = p.id)
FROM "comments" p
UNION ALL
SELECT 'consul-18', 'budget_investments', 'flags_count', json_array(p."id"), 0,
    coalesce(p."flags_count", 0),
    (SELECT COUNT(*) FROM flags c WHERE c.flaggable_type = 'Budget::Investment'
        AND c.flaggable_id = p.id)
FROM "budget_investments" p
UNION ALL
SELECT 'consul-21', 'budget_investments', 'ballot_lines_count', json_array(p."id"), 0,
    coalesce(p."ballot_lines_count", 0),
    (SELECT COUNT(*) FROM budget_ballot_lines c WHERE c.investment_id = p.id)
FROM "budget_investments" p
UNION ALL
SELECT 'consul-22', 'budget_ballots', 'ballot_lines_count', json_array(p."id"), 0,
    coalesce(p."ballot_lines_count", 0),
    (SELECT COUNT(*) FROM budget_ballot_lines c WHERE c.ballot_id = p.id)
FROM "budget_ballots" p
UNION ALL
SELECT 'consul-24', 'budget_investments', 'valuator_assignments_count', json_array(p."id"), 0,
    coalesce(p."valuator_assignments_count", 0),
    (SELECT COUNT(*) FROM budget_valuator_assignments c WHERE c.investment_id = p.id)
FROM "budget_investments" p
UNION ALL
SELECT 'consul-25', 'valuators', 'budget_investments_count', json_array(p."id"), 0,
    coalesce(p."budget_investments_count", 0),
    (SELECT COUNT(*) FROM budget_valuator_assignments c WHERE c.valuator_id = p.id)
FROM "valuators" p
UNION ALL
SELECT 'consul-26', 'budget_investments', 'valuator_group_assignments_count', json_array(p."id"), 0,
    coalesce(p."valuator_group_assignments_count", 0),
    (SELECT COUNT(*) FROM budget_valuator_group_assignments c WHERE c.investment_id = p.id)
FROM "budget_investments" p
UNION ALL
SELECT 'consul-27', 'valuator_groups', 'budget_investments_count', json_array(p."id"), 0,
    coalesce(p."budget_investments_count", 0),
    (SELECT COUNT(*) FROM budget_valuator_group_assignments c
        WHERE c.valuator_group_id = p.id)
FROM "valuator_groups" p
UNION ALL
SELECT 'consul-28', 'tags', 'taggings_count', json_array(p."id"), 0,
    coalesce(p."taggings_count", 0),
    (SELECT COUNT(*) FROM taggings c WHERE c.tag_id = p.id)
FROM "tags" p
UNION ALL
SELECT 'consul-29', 'tags', 'debates_count', json_array(p."id"), 0,
    coalesce(p."debates_count", 0),
    (SELECT COUNT(*) FROM taggings c WHERE c.tag_id = p.id AND c.taggable_type = 'Debate')
FROM "tags" p
UNION ALL
SELECT 'consul-30', 'tags', 'proposals_count', json_array(p."id"), 0,
    coalesce(p."proposals_count", 0),
    (SELECT COUNT(*) FROM taggings c WHERE c.tag_id = p.id AND c.taggable_type = 'Proposal')
FROM "tags" p
UNION ALL
SELECT 'consul-31', 'tags', 'budget/investments_count', json_array(p."id"), 0,
    coalesce(p."budget/investments_count", 0),
    (SELECT COUNT(*) FROM taggings c WHERE c.tag_id = p.id
        AND c.taggable_type = 'Budget::Investment')
FROM "tags" p
UNION ALL
SELECT 'consul-32', 'users', 'failed_census_calls_count', json_array(p."id"), 0,
    coalesce(p."failed_census_calls_count", 0),
    (SELECT COUNT(*) FROM failed_census_calls c WHERE c.user_id = p.id)
FROM "users" p
UNION ALL
SELECT 'consul-33', 'users', 'notifications_count', json_array(p."id"), 0,
    coalesce(p."notifications_count", 0),
    (SELECT COUNT(*) FROM notifications c WHERE c.user_id = p.id AND c.read_at IS NULL)
FROM "users" p
UNION ALL
SELECT 'consul-20', 'debates', 'confidence_score', json_array(p."id"), 0,
    p."confidence_score",
    (SELECT CASE
        WHEN p.cached_votes_total > 0 THEN (2 * p.cached_votes_up - p.cached_votes_total) * p.cached_votes_up * 100 / p.cached_votes_total
        ELSE 1 END)
FROM "debates" p;
