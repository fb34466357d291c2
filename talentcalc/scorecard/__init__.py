"""Which rows count, what they earn, and what is paid."""
