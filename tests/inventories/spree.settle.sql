-- What the application keeps itself: a tree of categories, and it once more as a nested set.

UPDATE categories SET parent_id = CASE WHEN id > 3 THEN id / 2 - id % 3 END;
UPDATE categories SET parent_id = NULL WHERE parent_id < 1;

CREATE TEMP TABLE walk AS
WITH RECURSIVE w (id, depth, path) AS (
    SELECT id, 0, printf('%05d', id) FROM categories WHERE parent_id IS NULL
    UNION ALL
    SELECT c.id, w.depth + 1, w.path || printf('%05d', c.id)
    FROM w JOIN categories c ON c.parent_id = w.id
)
SELECT id, depth, path, row_number() OVER (ORDER BY path) AS n FROM w;
UPDATE categories SET
    lft = (SELECT 2 * n - 1 - depth FROM walk w WHERE w.id = categories.id),
    rgt = (SELECT 2 * n - 2 - depth
            + 2 * (SELECT count(*) FROM walk d WHERE substr(d.path, 1, length(w.path)) = w.path)
        FROM walk w WHERE w.id = categories.id);
DROP TABLE walk;
