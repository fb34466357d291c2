"""How does a scorecard's audit go on into the next period?"""
