"""The files people send: an application's workbook or table, read with every fault at once, and the form to fill in.

``read``      a file's bytes -> ``Reading``: applications, problems with their cells, what was recognised, what is asked
``Answers``   what was answered, for this file and the next of its layout
``template``  the workbook to fill in
``codes``     the registry of what can be wrong
"""

from kpi.intake.answers import NO_ANSWERS, Answers, AnswersInvalid
from kpi.intake.book import ReadFile, Reading
from kpi.intake.layout import Header, Question, SheetLayout
from kpi.intake.read import read
from kpi.intake.template import template

__all__ = [
    "NO_ANSWERS",
    "Answers",
    "AnswersInvalid",
    "Header",
    "Question",
    "ReadFile",
    "Reading",
    "SheetLayout",
    "read",
    "template",
]
