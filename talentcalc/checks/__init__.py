"""Can the evidence be relied on?"""
