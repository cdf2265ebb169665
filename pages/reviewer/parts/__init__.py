"""The pieces of the reviewer's pages. What another role draws too lies in ``pages.widgets``."""
