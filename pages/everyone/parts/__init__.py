"""Pieces of the pages that are there for everybody."""
