"""What holds of any evidence, and second ways of computing."""
