"""Who is reading, in which language, on which store: what a page knows before it draws. Nothing here draws a result.

``streamlit_internals`` is the one door to Streamlit's private parts, for the rooms above as well.
"""
