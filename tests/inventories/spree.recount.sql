-- Each maintained column of Spree, recounted by the application's own SQL: p is the row that has it.
-- at_least: the column never falls, so that it may be above what there is now.

CREATE TEMP VIEW recount (id, "table", "column", key, at_least, stored, actual) AS
SELECT 'spree-01', 'products', 'variant_count', json_array(p."id"), 0,
    coalesce(p."variant_count", 0),
    (SELECT COUNT(*) FROM variants c WHERE c.product_id = p.id AND c.deleted_at IS NULL)
FROM "products" p
UNION ALL
SELECT 'spree-02', 'products', 'categories_count', json_array(p."id"), 0,
    coalesce(p."categories_count", 0),
    (SELECT COUNT(*) FROM product_categories c WHERE c.product_id = p.id)
FROM "products" p
UNION ALL
SELECT 'spree-03', 'products', 'collections_count', json_array(p."id"), 0,
    coalesce(p."collections_count", 0),
    (SELECT COUNT(*) FROM product_collections c WHERE c.product_id = p.id)
FROM "products" p
UNION ALL
SELECT 'spree-04', 'collections', 'products_count', json_array(p."id"), 0,
    coalesce(p."products_count", 0),
    (SELECT COUNT(*) FROM product_collections c WHERE c.collection_id = p.id)
FROM "collections" p
UNION ALL
SELECT 'spree-05', 'product_types', 'products_count', json_array(p."id"), 0,
    coalesce(p."products_count", 0),
    (SELECT COUNT(*) FROM products c WHERE c.product_type_id = p.id)
FROM "product_types" p
UNION ALL
SELECT 'spree-06', 'variants', 'media_count', json_array(p."id"), 0,
    coalesce(p."media_count", 0),
    (SELECT COUNT(*) FROM media c WHERE c.viewable_type = 'Spree::Variant'
        AND c.viewable_id = p.id)
FROM "variants" p
UNION ALL
SELECT 'spree-07', 'products', 'media_count', json_array(p."id"), 0,
    coalesce(p."media_count", 0),
    (SELECT (SELECT COUNT(*) FROM media c WHERE c.viewable_type = 'Spree::Product'
        AND c.viewable_id = p.id) + (SELECT COUNT(*) FROM media c
        JOIN variants j ON j.id = c.viewable_id WHERE c.viewable_type = 'Spree::Variant'
        AND j.product_id = p.id))
FROM "products" p
UNION ALL
SELECT 'spree-08', 'categories', 'children_count', json_array(p."id"), 0,
    coalesce(p."children_count", 0),
    (SELECT COUNT(*) FROM categories c WHERE c.parent_id = p.id)
FROM "categories" p
UNION ALL
SELECT 'spree-09', 'categories', 'products_count', json_array(p."id"), 0,
    coalesce(p."products_count", 0),
    (SELECT COUNT(DISTINCT c.product_id) FROM product_categories c
        JOIN categories d ON d.id = c.category_id WHERE d.lft >= p.lft AND d.rgt <= p.rgt)
FROM "categories" p
UNION ALL
SELECT 'spree-10', 'products', 'units_sold_count', json_array(p."id"), 0,
    coalesce(p."units_sold_count", 0),
    (SELECT COALESCE(SUM(c.quantity), 0) FROM line_items c
        JOIN variants j ON j.id = c.variant_id JOIN orders j2 ON j2.id = c.order_id
        WHERE j.product_id = p.id AND j2.completed_at IS NOT NULL)
FROM "products" p
UNION ALL
SELECT 'spree-11', 'products', 'revenue', json_array(p."id"), 0,
    CAST(round(coalesce(p."revenue", 0) * 1e4) AS INTEGER),
    CAST(round((SELECT COALESCE(SUM(c.pre_tax_amount), 0) FROM line_items c
        JOIN variants j ON j.id = c.variant_id JOIN orders j2 ON j2.id = c.order_id
        WHERE j.product_id = p.id AND j2.completed_at IS NOT NULL) * 1e4) AS INTEGER)
FROM "products" p
UNION ALL
SELECT 'spree-12', 'imports', 'rows_count', json_array(p."id"), 0,
    coalesce(p."rows_count", 0),
    (SELECT COUNT(*) FROM import_rows c WHERE c.import_id = p.id)
FROM "imports" p
UNION ALL
SELECT 'spree-14', 'stock_levels', 'count_on_hand', json_array(p."id"), 0,
    coalesce(p."count_on_hand", 0),
    (SELECT COALESCE(SUM(CASE c.kind WHEN 'received' THEN c.quantity
        WHEN 'adjusted' THEN c.quantity WHEN 'shipped' THEN -c.quantity ELSE 0 END), 0)
        FROM stock_movements c WHERE c.stock_level_id = p.id)
FROM "stock_levels" p
UNION ALL
SELECT 'spree-15', 'stock_levels', 'allocated_count', json_array(p."id"), 0,
    coalesce(p."allocated_count", 0),
    (SELECT COALESCE(SUM(CASE c.kind WHEN 'allocated' THEN c.quantity
        WHEN 'released' THEN -c.quantity WHEN 'shipped' THEN (CASE
        WHEN c.fulfillment_id IS NOT NULL THEN -c.quantity ELSE 0 END) ELSE 0 END), 0)
        FROM stock_movements c WHERE c.stock_level_id = p.id)
FROM "stock_levels" p
UNION ALL
SELECT 'spree-16', 'orders', 'total_quantity', json_array(p."id"), 0,
    coalesce(p."total_quantity", 0),
    (SELECT COALESCE(SUM(c.quantity), 0) FROM line_items c WHERE c.order_id = p.id)
FROM "orders" p
UNION ALL
SELECT 'spree-17', 'tags', 'taggings_count', json_array(p."id"), 0,
    coalesce(p."taggings_count", 0),
    (SELECT COUNT(*) FROM taggings c WHERE c.tag_id = p.id)
FROM "tags" p;
