"""Walks of each role in a real browser, on a served demonstration."""
