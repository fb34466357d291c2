"""How firm is a score?"""
