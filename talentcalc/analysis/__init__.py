"""How firm is a score, and what does it depend on?"""
