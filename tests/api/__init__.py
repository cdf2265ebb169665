"""The HTTP interface: asked as another system would ask it."""
