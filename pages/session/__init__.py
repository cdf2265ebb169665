"""Who is reading, in which language, on which store: what a page knows before it draws. Nothing here draws a result."""
