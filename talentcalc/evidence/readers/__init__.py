"""Readers of each file format: CSV, Parquet, workbooks."""
