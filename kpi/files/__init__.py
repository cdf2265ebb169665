"""Opening any file that a person sends, safely: containers, parsers in a sandbox, limits, sheets of cells.

What the cells mean is not known here: that is ``kpi.intake``, ``kpi.baseline`` and ``kpi.annex4``.
"""
