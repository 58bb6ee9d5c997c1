CREATE TABLE "Group" ("int" INTEGER PRIMARY KEY, "?1" INTEGER, "select" TEXT, "a""b" INTEGER NOT NULL,
    "naïve" TEXT NOT NULL UNIQUE COLLATE NOCASE, "out" INTEGER NOT NULL);
CREATE TABLE "order; DROP TABLE x" ("te xt" TEXT, "class" INTEGER, "static" TEXT COLLATE NOCASE);
CREATE TABLE "table_class" ("KEY" TEXT PRIMARY KEY);
CREATE TABLE keyed ("by" INTEGER NOT NULL, n TEXT NOT NULL, "value" TEXT NOT NULL,
    "row" INTEGER NOT NULL, PRIMARY KEY ("by", "value"));
INSERT INTO "Group" VALUES (1, 2, NULL, 5, 'x', 0), (2, NULL, 'a', 6, 'y', 0);
INSERT INTO "order; DROP TABLE x" VALUES ('it''s "so" \ */ %s ?? /* é', 1, 'x'), ('%d', NULL, 'Y'),
    ('\n', 2, 'y'), ('''', 1, NULL), ('', 1, 'x'), (NULL, 1, 'x');
INSERT INTO "table_class" VALUES ('a"b'), ('A"B'), ('c');
INSERT INTO keyed VALUES (1, 'a"b', 'u', 0), (2, 'a"b', 'u', 0), (3, 'A"B', 'v', 0);
