"""What an enterprise does with its own applications."""
