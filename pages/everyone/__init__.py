"""The pages that no role owns: signing in, and one's own account."""
