"""Commands that take a whole panel: to freeze it, or to place all its records."""
