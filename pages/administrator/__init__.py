"""The pages of the city commission's administrator; the pieces of theirs alone lie in ``parts``."""
