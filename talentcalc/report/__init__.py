"""How is a result shown?"""
