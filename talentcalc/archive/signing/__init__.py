"""The signatures of a package: keys, statements and their order."""
