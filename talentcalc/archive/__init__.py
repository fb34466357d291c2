"""How is it kept and proved?"""
