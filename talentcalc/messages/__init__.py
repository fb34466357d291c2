"""What the package says to people: messages by key, and their wording in each language."""
