"""Screening: what is raised, what is not, and how often a clean row is."""
