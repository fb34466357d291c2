"""Samples of evidence: how many rows, which ones, and what they say of all."""
