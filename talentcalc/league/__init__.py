"""What do a city's homes earn in a year: ledger → ranking → stars → grants?"""
