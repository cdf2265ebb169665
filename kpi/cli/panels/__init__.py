"""Commands that take a whole panel."""
