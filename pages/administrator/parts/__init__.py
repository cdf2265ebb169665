"""The pieces of the administrator's pages. What another role draws too lies in ``pages.widgets``."""
