"""The pieces of the enterprise's pages. What another role draws too lies in ``pages.widgets``."""
