"""Panels piece by piece, of any length: read in parts, frozen, and all their records placed at once, into files.

Placed counts are confidential: for the authority alone.
"""
