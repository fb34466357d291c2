"""A reproducible audit workbook for talent service organisations."""

import sys

__version__ = "0.1.0"

# jsonschema (in nbformat, papermill, Great Expectations) builds a grammar of IRIs whenever it is imported:
# a second, for a format that no document here has. Without this package it does without that format.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
