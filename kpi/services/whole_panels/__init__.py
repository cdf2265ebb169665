"""A whole baseline or panel placed at once, into files: for the authority alone, since counts are confidential."""
