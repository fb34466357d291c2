"""How firm a score is and what it depends on: readings, reviewers, critical evidence, samples."""
