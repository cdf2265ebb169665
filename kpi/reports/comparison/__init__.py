"""A comparison of candidates as a file: JSON, workbook, draws, paper and picture. It says everywhere: no verdict."""
