"""Finished runs sealed, signed, verified and run again."""
