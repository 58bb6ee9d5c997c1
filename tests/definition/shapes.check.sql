-- JSON, and in its shortest form: SQLite's own gives the same bytes.
SELECT 'not JSON', value FROM (SELECT '' AS value WHERE FALSE
    UNION ALL SELECT score_counts FROM polls
    UNION ALL SELECT stance_counts FROM polls
    UNION ALL SELECT matrix_counts FROM polls
    UNION ALL SELECT totals FROM polls
    UNION ALL SELECT mixed FROM polls
    UNION ALL SELECT notes FROM polls
    UNION ALL SELECT ordered FROM polls
    UNION ALL SELECT deep FROM polls
    UNION ALL SELECT pairs FROM polls
    UNION ALL SELECT one FROM polls
    UNION ALL SELECT types FROM polls
    UNION ALL SELECT sums FROM polls
    UNION ALL SELECT by_flag FROM polls
    UNION ALL SELECT by_day FROM polls
) WHERE json(value) IS NOT value;
