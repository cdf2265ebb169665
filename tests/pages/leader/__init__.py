"""The pages of a recommending body."""
