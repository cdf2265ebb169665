"""The pages of a reviewer."""
