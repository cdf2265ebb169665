"""Pieces of a district leader's pages."""
