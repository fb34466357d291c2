"""A table as it was submitted: its extent, headers, cells and types."""
