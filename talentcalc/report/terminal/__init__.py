"""A result and a difference as lines on the terminal."""
