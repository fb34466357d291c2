"""Tables as submitted: their extent, headers, cells and types."""
