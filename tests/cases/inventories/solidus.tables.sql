-- The application's tables, cut down to what its counters need: nothing here is ours.

CREATE TABLE orders (
  id INTEGER NOT NULL,
  state TEXT,
  completed_at TEXT,
  item_count INTEGER DEFAULT 0,
  item_total DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  shipment_total DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  adjustment_total DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  promo_total DECIMAL_TEXT DEFAULT 0.0,
  included_tax_total DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  additional_tax_total DECIMAL_TEXT DEFAULT 0.0,
  payment_total DECIMAL_TEXT DEFAULT 0.0,
  total DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  payment_state TEXT,
  shipment_state TEXT,
  PRIMARY KEY (id)
);

CREATE TABLE line_items (
  id INTEGER NOT NULL,
  order_id INTEGER,
  variant_id INTEGER,
  quantity INTEGER NOT NULL,
  price DECIMAL_TEXT NOT NULL,
  promo_total DECIMAL_TEXT DEFAULT 0.0,
  included_tax_total DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  additional_tax_total DECIMAL_TEXT DEFAULT 0.0,
  adjustment_total DECIMAL_TEXT DEFAULT 0.0,
  PRIMARY KEY (id)
);

CREATE TABLE shipments (
  id INTEGER NOT NULL,
  order_id INTEGER,
  state TEXT,
  cost DECIMAL_TEXT DEFAULT 0.0,
  promo_total DECIMAL_TEXT DEFAULT 0.0,
  included_tax_total DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  additional_tax_total DECIMAL_TEXT DEFAULT 0.0,
  adjustment_total DECIMAL_TEXT DEFAULT 0.0,
  PRIMARY KEY (id)
);

CREATE TABLE adjustments (
  id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  adjustable_type TEXT,
  adjustable_id INTEGER NOT NULL,
  source_type TEXT,
  source_id INTEGER,
  amount DECIMAL_TEXT,
  included BOOLEAN DEFAULT FALSE,
  finalized BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (id)
);

CREATE TABLE payments (
  id INTEGER NOT NULL,
  order_id INTEGER,
  state TEXT,
  amount DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  PRIMARY KEY (id)
);

CREATE TABLE refunds (
  id INTEGER NOT NULL,
  payment_id INTEGER,
  reimbursement_id INTEGER,
  amount DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  PRIMARY KEY (id)
);

CREATE TABLE reimbursements (
  id INTEGER NOT NULL,
  order_id INTEGER,
  total DECIMAL_TEXT,
  PRIMARY KEY (id)
);

CREATE TABLE return_items (
  id INTEGER NOT NULL,
  reimbursement_id INTEGER,
  amount DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  included_tax_total DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  additional_tax_total DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  PRIMARY KEY (id)
);

CREATE TABLE inventory_units (
  id INTEGER NOT NULL,
  shipment_id INTEGER,
  order_id INTEGER,
  state TEXT,
  PRIMARY KEY (id)
);

CREATE TABLE zones (
  id INTEGER NOT NULL,
  zone_members_count INTEGER DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE zone_members (
  id INTEGER NOT NULL,
  zone_id INTEGER,
  zoneable_type TEXT,
  zoneable_id INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE stock_items (
  id INTEGER NOT NULL,
  variant_id INTEGER,
  stock_location_id INTEGER,
  count_on_hand INTEGER NOT NULL DEFAULT 0,
  deleted_at TEXT,
  PRIMARY KEY (id)
);

CREATE TABLE stock_movements (
  id INTEGER NOT NULL,
  stock_item_id INTEGER,
  quantity INTEGER DEFAULT 0,
  action TEXT,
  PRIMARY KEY (id)
);

CREATE TABLE store_credits (
  id INTEGER NOT NULL,
  user_id INTEGER,
  amount DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  amount_used DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  amount_authorized DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  deleted_at TEXT,
  invalidated_at TEXT,
  PRIMARY KEY (id)
);

CREATE TABLE store_credit_events (
  id INTEGER NOT NULL,
  store_credit_id INTEGER NOT NULL,
  action TEXT NOT NULL,
  amount DECIMAL_TEXT,
  user_total_amount DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  authorization_code TEXT NOT NULL,
  deleted_at TEXT,
  created_at TEXT,
  PRIMARY KEY (id)
);
