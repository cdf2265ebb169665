"""What an enterprise does: from a file to a lock."""
