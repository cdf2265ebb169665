"""Pieces of the page on objections: recording one, answering one, all of them as a list."""
