"""What everyone may see of an audit: persons by pseudonyms, proofs withheld, points unchanged."""
