"""The regulations, clause by clause."""
