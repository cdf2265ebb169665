"""Tables of a factory's own making: finding them on a sheet, matching their headers, reading their records."""
