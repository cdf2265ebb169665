"""Reviewers' scores worked out: who scores whom, what a panel's scores say, in which order it meets."""
