"""What a recommending body does: coverage and its list."""
