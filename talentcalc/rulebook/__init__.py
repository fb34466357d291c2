"""What may a rulebook say, and is this one sound?"""
