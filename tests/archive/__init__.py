"""Packages, signatures, publication and comparison."""
