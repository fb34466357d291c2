"""What changed between two audits, and what each change did."""
