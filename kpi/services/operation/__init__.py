"""Operating the installation: signing in, verifying the store, the demonstration."""
