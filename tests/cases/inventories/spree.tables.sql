-- The application's tables, cut down to what its counters need: nothing here is ours.

CREATE TABLE products (
  id INTEGER NOT NULL,
  product_type_id INTEGER,
  deleted_at TEXT,
  variant_count INTEGER NOT NULL DEFAULT 0,
  categories_count INTEGER NOT NULL DEFAULT 0,
  collections_count INTEGER NOT NULL DEFAULT 0,
  media_count INTEGER NOT NULL DEFAULT 0,
  units_sold_count INTEGER NOT NULL DEFAULT 0,
  revenue DECIMAL_TEXT NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE variants (
  id INTEGER NOT NULL,
  product_id INTEGER,
  deleted_at TEXT,
  media_count INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE media (
  id INTEGER NOT NULL,
  viewable_type TEXT,
  viewable_id INTEGER,
  position INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE categories (
  id INTEGER NOT NULL,
  parent_id INTEGER,
  lft INTEGER,
  rgt INTEGER,
  children_count INTEGER NOT NULL DEFAULT 0,
  products_count INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE product_categories (
  id INTEGER NOT NULL,
  product_id INTEGER NOT NULL,
  category_id INTEGER NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE collections (
  id INTEGER NOT NULL,
  products_count INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE product_collections (
  id INTEGER NOT NULL,
  product_id INTEGER NOT NULL,
  collection_id INTEGER NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE product_types (
  id INTEGER NOT NULL,
  products_count INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE imports (
  id INTEGER NOT NULL,
  rows_count INTEGER NOT NULL DEFAULT 0,
  processing_groups_count INTEGER DEFAULT 0,
  completed_groups_count INTEGER DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE import_rows (
  id INTEGER NOT NULL,
  import_id INTEGER NOT NULL,
  status TEXT NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE stock_levels (
  id INTEGER NOT NULL,
  variant_id INTEGER,
  stock_location_id INTEGER,
  count_on_hand INTEGER NOT NULL DEFAULT 0,
  allocated_count INTEGER NOT NULL DEFAULT 0,
  deleted_at TEXT,
  PRIMARY KEY (id)
);

CREATE TABLE stock_movements (
  id INTEGER NOT NULL,
  stock_level_id INTEGER NOT NULL,
  quantity INTEGER NOT NULL DEFAULT 0,
  kind TEXT,
  fulfillment_id INTEGER,
  PRIMARY KEY (id)
);

CREATE TABLE orders (
  id INTEGER NOT NULL,
  completed_at TEXT,
  total_quantity INTEGER DEFAULT 0,
  item_total DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  PRIMARY KEY (id)
);

CREATE TABLE line_items (
  id INTEGER NOT NULL,
  order_id INTEGER,
  variant_id INTEGER,
  quantity INTEGER NOT NULL,
  price DECIMAL_TEXT NOT NULL,
  pre_tax_amount DECIMAL_TEXT NOT NULL DEFAULT 0.0,
  PRIMARY KEY (id)
);

CREATE TABLE tags (
  id INTEGER NOT NULL,
  taggings_count INTEGER DEFAULT 0,
  PRIMARY KEY (id)
);

CREATE TABLE taggings (
  id INTEGER NOT NULL,
  tag_id INTEGER,
  PRIMARY KEY (id)
);

CREATE UNIQUE INDEX product_collections_collection_id_product_id ON product_collections (collection_id, product_id);
