"""How does the office compute it again?"""
