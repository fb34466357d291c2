"""The table in which one period's findings are followed up in the next, where a rulebook has it."""

FOLLOWUPS = "followups"

FOLLOWED = ("finding_id", "check", "severity", "table", "title", "rows", "remedy", "state", "note")
"""Its columns: what was found, and what has become of it."""

SEVERITIES = ("critical", "warning")
"""The findings that are followed up."""

OPEN, DONE, DROPPED = "open", "done", "dropped"
"""What may have become of one; the last of them: it no longer applies."""
