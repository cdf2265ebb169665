"""The HTML documents that the server answers with: Streamlit's own with our scripts, and plain ones of ours."""
