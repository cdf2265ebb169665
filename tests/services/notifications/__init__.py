"""What a reviewer does: evidence, claims, scores."""
