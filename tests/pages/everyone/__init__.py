"""Pages that every role has, and what holds of many pages: reports, downloads, links."""
