"""Hostile input: bombs, names that would like to be code, text that is not what it looks like, and files mutated."""
