"""The pages of an enterprise."""
