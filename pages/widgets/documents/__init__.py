"""What an enterprise attached, and what the check of a report found in it."""
