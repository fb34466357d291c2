"""How is each kind of file read?"""
