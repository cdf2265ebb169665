"""The files people send: an application's workbook or table, read with every fault at once, and the form to fill in.

``read``      a file's bytes -> ``Reading``: applications, and problems with their cells
``template``  the workbook to fill in
``codes``     the registry of what can be wrong
"""

from kpi.intake.book import ReadFile, Reading
from kpi.intake.read import read
from kpi.intake.template import template

__all__ = ["ReadFile", "Reading", "read", "template"]
