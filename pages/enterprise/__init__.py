"""The pages of an enterprise; the pieces of theirs alone lie in ``parts``."""
