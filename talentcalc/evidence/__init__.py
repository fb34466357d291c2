"""What was submitted?"""
