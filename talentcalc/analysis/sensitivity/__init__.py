"""Sensitivity analysis: the score and the money under other readings."""
