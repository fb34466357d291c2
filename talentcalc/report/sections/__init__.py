"""The sections of a report, each a view of the result."""
