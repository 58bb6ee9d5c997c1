-- Each maintained column of Solidus, recounted by the application's own SQL: p is the row that has it.
-- at_least: the column never falls, so that it may be above what there is now.

CREATE TEMP VIEW recount (id, "table", "column", key, at_least, stored, actual) AS
SELECT 'solidus-01', 'orders', 'item_count', json_array(p."id"), 0,
    coalesce(p."item_count", 0),
    (SELECT COALESCE(SUM(c.quantity), 0) FROM line_items c WHERE c.order_id = p.id)
FROM "orders" p
UNION ALL
SELECT 'solidus-02', 'orders', 'item_total', json_array(p."id"), 0,
    CAST(round(coalesce(p."item_total", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT COALESCE(SUM(c.price * c.quantity), 0) FROM line_items c WHERE c.order_id = p.id) * 1e2) AS INTEGER)
FROM "orders" p
UNION ALL
SELECT 'solidus-03', 'orders', 'shipment_total', json_array(p."id"), 0,
    CAST(round(coalesce(p."shipment_total", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT COALESCE(SUM(COALESCE(c.cost, 0)), 0) FROM shipments c WHERE c.order_id = p.id) * 1e2) AS INTEGER)
FROM "orders" p
UNION ALL
SELECT 'solidus-04', 'line_items', 'included_tax_total', json_array(p."id"), 0,
    CAST(round(coalesce(p."included_tax_total", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT COALESCE(SUM(c.amount), 0) FROM adjustments c
        WHERE c.adjustable_type = 'Spree::LineItem' AND c.adjustable_id = p.id
        AND c.source_type = 'Spree::TaxRate' AND c.included = TRUE) * 1e2) AS INTEGER)
FROM "line_items" p
UNION ALL
SELECT 'solidus-05', 'line_items', 'additional_tax_total', json_array(p."id"), 0,
    CAST(round(coalesce(p."additional_tax_total", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT COALESCE(SUM(c.amount), 0) FROM adjustments c
        WHERE c.adjustable_type = 'Spree::LineItem' AND c.adjustable_id = p.id
        AND c.source_type = 'Spree::TaxRate' AND c.included = FALSE) * 1e2) AS INTEGER)
FROM "line_items" p
UNION ALL
SELECT 'solidus-06', 'line_items', 'adjustment_total', json_array(p."id"), 0,
    CAST(round(coalesce(p."adjustment_total", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT COALESCE(SUM(c.amount), 0) FROM adjustments c
        WHERE c.adjustable_type = 'Spree::LineItem' AND c.adjustable_id = p.id
        AND c.included = FALSE) * 1e2) AS INTEGER)
FROM "line_items" p
UNION ALL
SELECT 'solidus-07', 'line_items', 'promo_total', json_array(p."id"), 0,
    CAST(round(coalesce(p."promo_total", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT COALESCE(SUM(c.amount), 0) FROM adjustments c
        WHERE c.adjustable_type = 'Spree::LineItem' AND c.adjustable_id = p.id
        AND c.source_type IN ('Spree::PromotionAction', 'SolidusPromotions::Benefit')) * 1e2) AS INTEGER)
FROM "line_items" p
UNION ALL
SELECT 'solidus-08', 'shipments', 'included_tax_total', json_array(p."id"), 0,
    CAST(round(coalesce(p."included_tax_total", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT COALESCE(SUM(c.amount), 0) FROM adjustments c
        WHERE c.adjustable_type = 'Spree::Shipment' AND c.adjustable_id = p.id
        AND c.source_type = 'Spree::TaxRate' AND c.included = TRUE) * 1e2) AS INTEGER)
FROM "shipments" p
UNION ALL
SELECT 'solidus-09', 'shipments', 'additional_tax_total', json_array(p."id"), 0,
    CAST(round(coalesce(p."additional_tax_total", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT COALESCE(SUM(c.amount), 0) FROM adjustments c
        WHERE c.adjustable_type = 'Spree::Shipment' AND c.adjustable_id = p.id
        AND c.source_type = 'Spree::TaxRate' AND c.included = FALSE) * 1e2) AS INTEGER)
FROM "shipments" p
UNION ALL
SELECT 'solidus-10', 'shipments', 'adjustment_total', json_array(p."id"), 0,
    CAST(round(coalesce(p."adjustment_total", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT COALESCE(SUM(c.amount), 0) FROM adjustments c
        WHERE c.adjustable_type = 'Spree::Shipment' AND c.adjustable_id = p.id
        AND c.included = FALSE) * 1e2) AS INTEGER)
FROM "shipments" p
UNION ALL
SELECT 'solidus-11', 'shipments', 'promo_total', json_array(p."id"), 0,
    CAST(round(coalesce(p."promo_total", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT COALESCE(SUM(c.amount), 0) FROM adjustments c
        WHERE c.adjustable_type = 'Spree::Shipment' AND c.adjustable_id = p.id
        AND c.source_type IN ('Spree::PromotionAction', 'SolidusPromotions::Benefit')) * 1e2) AS INTEGER)
FROM "shipments" p
UNION ALL
SELECT 'solidus-12', 'orders', 'adjustment_total', json_array(p."id"), 0,
    CAST(round(coalesce(p."adjustment_total", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT (SELECT COALESCE(SUM(c.adjustment_total), 0) FROM line_items c
        WHERE c.order_id = p.id) + (SELECT COALESCE(SUM(c.adjustment_total), 0) FROM shipments c
        WHERE c.order_id = p.id) + (SELECT COALESCE(SUM(c.amount), 0) FROM adjustments c
        WHERE c.adjustable_type = 'Spree::Order' AND c.adjustable_id = p.id)) * 1e2) AS INTEGER)
FROM "orders" p
UNION ALL
SELECT 'solidus-13', 'orders', 'included_tax_total', json_array(p."id"), 0,
    CAST(round(coalesce(p."included_tax_total", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT (SELECT COALESCE(SUM(c.included_tax_total), 0) FROM line_items c
        WHERE c.order_id = p.id) + (SELECT COALESCE(SUM(c.included_tax_total), 0)
        FROM shipments c WHERE c.order_id = p.id) + (SELECT COALESCE(SUM(c.amount), 0)
        FROM adjustments c WHERE c.adjustable_type = 'Spree::Order' AND c.adjustable_id = p.id
        AND c.source_type = 'Spree::TaxRate' AND c.included = TRUE)) * 1e2) AS INTEGER)
FROM "orders" p
UNION ALL
SELECT 'solidus-14', 'orders', 'additional_tax_total', json_array(p."id"), 0,
    CAST(round(coalesce(p."additional_tax_total", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT (SELECT COALESCE(SUM(c.additional_tax_total), 0) FROM line_items c
        WHERE c.order_id = p.id) + (SELECT COALESCE(SUM(c.additional_tax_total), 0)
        FROM shipments c WHERE c.order_id = p.id) + (SELECT COALESCE(SUM(c.amount), 0)
        FROM adjustments c WHERE c.adjustable_type = 'Spree::Order' AND c.adjustable_id = p.id
        AND c.source_type = 'Spree::TaxRate' AND c.included = FALSE)) * 1e2) AS INTEGER)
FROM "orders" p
UNION ALL
SELECT 'solidus-15', 'orders', 'promo_total', json_array(p."id"), 0,
    CAST(round(coalesce(p."promo_total", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT (SELECT COALESCE(SUM(c.promo_total), 0) FROM line_items c
        WHERE c.order_id = p.id) + (SELECT COALESCE(SUM(c.promo_total), 0) FROM shipments c
        WHERE c.order_id = p.id)) * 1e2) AS INTEGER)
FROM "orders" p
UNION ALL
SELECT 'solidus-16', 'orders', 'payment_total', json_array(p."id"), 0,
    CAST(round(coalesce(p."payment_total", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT COALESCE(SUM(c.amount - (SELECT COALESCE(SUM(r.amount), 0) FROM refunds r
        WHERE r.payment_id = c.id)), 0) FROM payments c WHERE c.order_id = p.id
        AND c.state = 'completed') * 1e2) AS INTEGER)
FROM "orders" p
UNION ALL
SELECT 'solidus-17', 'orders', 'total', json_array(p."id"), 0,
    CAST(round(coalesce(p."total", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT p.item_total + p.shipment_total + p.adjustment_total) * 1e2) AS INTEGER)
FROM "orders" p
UNION ALL
SELECT 'solidus-19', 'orders', 'shipment_state', json_array(p."id"), 0,
    p."shipment_state",
    (SELECT CASE WHEN EXISTS (SELECT 1 FROM inventory_units i WHERE i.order_id = p.id
        AND i.state = 'backordered') THEN 'backorder' WHEN (SELECT COUNT(DISTINCT c.state)
        FROM shipments c WHERE c.order_id = p.id) > 1 THEN 'partial' ELSE (SELECT MIN(c.state)
        FROM shipments c WHERE c.order_id = p.id) END)
FROM "orders" p
UNION ALL
SELECT 'solidus-20', 'reimbursements', 'total', json_array(p."id"), 0,
    CAST(round(coalesce(p."total", 0) * 1e2) AS INTEGER),
    (CAST(round((SELECT COALESCE(SUM(c.amount + c.additional_tax_total), 0) FROM return_items c
        WHERE c.reimbursement_id = p.id) * 1e4) AS INTEGER) + 50) / 100
FROM "reimbursements" p
UNION ALL
SELECT 'solidus-21', 'zones', 'zone_members_count', json_array(p."id"), 0,
    coalesce(p."zone_members_count", 0),
    (SELECT COUNT(*) FROM zone_members c WHERE c.zone_id = p.id)
FROM "zones" p
UNION ALL
SELECT 'solidus-22', 'stock_items', 'count_on_hand', json_array(p."id"), 0,
    coalesce(p."count_on_hand", 0),
    (SELECT COALESCE(SUM(COALESCE(c.quantity, 0)), 0) FROM stock_movements c
        WHERE c.stock_item_id = p.id)
FROM "stock_items" p
UNION ALL
SELECT 'solidus-23', 'store_credits', 'amount_used', json_array(p."id"), 0,
    CAST(round(coalesce(p."amount_used", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT COALESCE(SUM(CASE c.action WHEN 'capture' THEN c.amount ELSE -c.amount END), 0)
        FROM store_credit_events c WHERE c.store_credit_id = p.id AND c.deleted_at IS NULL
        AND c.action IN ('capture', 'credit')) * 1e2) AS INTEGER)
FROM "store_credits" p
UNION ALL
SELECT 'solidus-24', 'store_credits', 'amount_authorized', json_array(p."id"), 0,
    CAST(round(coalesce(p."amount_authorized", 0) * 1e2) AS INTEGER),
    CAST(round((SELECT COALESCE(SUM(c.amount), 0) FROM store_credit_events c
        WHERE c.store_credit_id = p.id AND c.deleted_at IS NULL AND c.action = 'authorize'
        AND NOT EXISTS (SELECT 1 FROM store_credit_events e WHERE e.store_credit_id = p.id
        AND e.authorization_code = c.authorization_code AND e.action IN ('capture', 'void')
        AND e.deleted_at IS NULL)) * 1e2) AS INTEGER)
FROM "store_credits" p
UNION ALL
SELECT 'solidus-18', 'orders', 'payment_state', json_array(p."id"), 0,
    p."payment_state",
    (SELECT CASE
            WHEN s.n > 0 AND s.valid = 0
        AND s.owed <> 0 THEN 'failed'
            WHEN p.state = 'canceled'
        AND s.paid = 0 THEN 'void'
            WHEN s.owed > 0 THEN 'balance_due'
           
        WHEN s.owed < 0 THEN 'credit_owed'
            ELSE 'paid' END
       
        FROM (SELECT CAST(coalesce(p.payment_total, 0) AS REAL) AS paid,
                round(CASE
        WHEN p.state = 'canceled' THEN 0
        ELSE p.total END
                    - coalesce(p.payment_total, 0), 2) AS owed,
                (SELECT COUNT(*)
        FROM payments c WHERE c.order_id = p.id) AS n,
                (SELECT COUNT(*)
        FROM payments c WHERE c.order_id = p.id
                   
        AND c.state NOT IN ('failed', 'invalid', 'void')) AS valid) s)
FROM "orders" p;
