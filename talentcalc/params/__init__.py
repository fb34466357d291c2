"""Which audit is meant: the params file and what it names."""
