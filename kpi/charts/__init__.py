"""Pictures drawn from answers: Plotly figures, and HTML for narrow screens. They know no services and no Streamlit.

Every picture comes with its finding as title, how to read it as caption, and the whole in words for who cannot see it.
"""
