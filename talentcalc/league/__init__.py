"""A city's homes in a year: ledger → ranking → stars → grants."""
