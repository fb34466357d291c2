"""What does a result say, key by key?"""
