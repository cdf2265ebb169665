"""The city's coverage: what stands behind its counts, and its report."""
