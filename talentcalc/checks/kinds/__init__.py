"""The kinds of checks: for each, the rows that fail it."""
