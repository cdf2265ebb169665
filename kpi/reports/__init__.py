"""Answers written down for people and programs: JSON, workbook, page, document and PDF, all from the same objects."""
