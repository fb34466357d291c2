"""Which rows are verified independently, and what does the sample say of all the others?"""
