"""Pieces of the page on the programme's year: its dates, deadlines of single bodies, what was set before."""
