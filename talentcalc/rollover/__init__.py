"""The next period of a scorecard's audit, the next year of a league."""
