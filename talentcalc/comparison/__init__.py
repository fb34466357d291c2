"""What changed between two audits, and what did each change do?"""
