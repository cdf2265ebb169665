"""Attacks that must fail: by rivals who have accounts of their own and see what the guarded services answer to them.

Each attack is also tried where it must succeed, on what only the authority sees: an attack that cannot succeed shows
nothing.
"""
