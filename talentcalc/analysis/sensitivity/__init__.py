"""How firm is a score, under other readings and other marks?"""
