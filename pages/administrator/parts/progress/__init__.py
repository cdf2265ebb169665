"""Pieces of the page on progress: filters, moving many at once, the lists of a year."""
