-- The application's SQL says everything by itself.
CREATE TEMP VIEW otherwise AS SELECT * FROM recount WHERE 0;
