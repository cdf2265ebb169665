"""What keeps the installation itself: signing in, verifying the store, the demonstration."""
