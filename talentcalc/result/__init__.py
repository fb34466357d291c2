"""What was found?"""
