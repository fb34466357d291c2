"""What a rulebook may say, and whether one is sound."""
