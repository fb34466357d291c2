"""The page over all audits."""
