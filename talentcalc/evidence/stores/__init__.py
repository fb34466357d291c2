"""Evidence and databases: large tables in DuckDB, snapshots of a database server's tables."""
