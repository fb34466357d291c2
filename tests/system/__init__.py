"""The tests that need programs from outside PyPI."""
