"""Readers of each workbook format; cells are read as a person sees them."""
