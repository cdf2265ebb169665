"""Types of reviewers' scores: rounds and versions of a score, and what a panel's scores say."""
