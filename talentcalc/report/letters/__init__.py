"""What is the operator told, and the office that pays?"""
