"""Which rows decide?"""
