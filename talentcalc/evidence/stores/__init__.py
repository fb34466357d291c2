"""Evidence in databases: large tables in DuckDB, tables read from a database server."""
