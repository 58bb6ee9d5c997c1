-- In a random life nobody keeps the nested set: the same by the tree that it is made from.
CREATE TEMP VIEW otherwise (id, "table", "column", key, at_least, stored, actual) AS
SELECT 'spree-09', 'categories', 'products_count', json_array(p."id"), 0,
    coalesce(p."products_count", 0),
    (WITH RECURSIVE below (id) AS (SELECT p.id UNION
        SELECT c.id FROM categories c JOIN below b ON c.parent_id = b.id)
    SELECT COUNT(DISTINCT c.product_id) FROM product_categories c
        WHERE c.category_id IN (SELECT id FROM below))
FROM "categories" p;
