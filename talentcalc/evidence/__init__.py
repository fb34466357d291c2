"""Reads the submitted evidence: tables, proof files and the findings of reading them."""
