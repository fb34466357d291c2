"""A package as a BagIt bag: laid out, written, opened and checked."""
