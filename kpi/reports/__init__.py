"""Answers as JSON, XLSX, HTML, DOCX and PDF, all from the same objects."""
