"""The pages of a reviewer; the pieces of theirs alone lie in ``parts``."""
