"""The web server around the pages: what is refused unread, headers, logs, errors, start and end. No page's content."""
