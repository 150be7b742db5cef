"""What staff learn from: why a question was understood as it was, and how many are."""
