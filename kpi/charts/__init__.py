"""Pictures drawn from answers: Plotly figures, and HTML for narrow screens. They know no services and no Streamlit.

Every picture comes with its finding as title, how to read it as caption, and the whole in words for who cannot see it.

Charts with a row a KPI (strip, comparison, gaps) say what stands in it; ``row_chart`` draws it, ``row_list`` lists it.
"""
