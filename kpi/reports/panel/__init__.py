"""What a panel takes away from its meeting: the scores as a workbook, the minutes as a document."""
