"""Pieces of the page on awards: the list as a file, single awards, what was changed."""
