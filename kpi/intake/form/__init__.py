"""Our own workbook: the template that is filled in, its answer sheet read back, and the answer sheet kept as text."""
