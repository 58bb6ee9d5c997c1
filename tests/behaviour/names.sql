CREATE TABLE "order" ("select" INTEGER PRIMARY KEY);
CREATE TABLE "Group's ""own"" table" (
	"table" INTEGER PRIMARY KEY,
	"from" INTEGER REFERENCES "order" ON DELETE CASCADE,
	"a""b" TEXT,
	"naïve" INTEGER,
	"two words" TEXT
);
