"""The pages of a district leader."""
