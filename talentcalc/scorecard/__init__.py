"""Which rows count, what do they earn, what is paid?"""
