"""What may everyone see of an audit?"""
