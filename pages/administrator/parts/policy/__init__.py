"""Parts of the policy page: what is in force, what is drafted, and how it came about."""
