"""A reproducible audit workbook for talent service organisations."""

__version__ = "0.1.0"
