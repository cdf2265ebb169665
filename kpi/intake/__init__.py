"""The files people send: an application's workbook or table, read with every fault at once, and the form to fill in.

``read``      a file's bytes -> ``ReadResult``: applications, problems with their cells, recognised headers, questions
``Answers``   what was answered, for this file and the next of its layout
``template``  the workbook to fill in
``problem_codes``  the registry of what can be wrong

Tables of a factory's own making are read in ``freeform``, our workbook in ``form``, single answers in ``values``.
"""

from kpi.intake.answers import NO_ANSWERS, Answers, AnswersInvalid
from kpi.intake.form.template import template
from kpi.intake.layout import Question, RecognisedHeader, SheetLayout
from kpi.intake.read import read
from kpi.intake.read_result import FileInfo, ReadResult

__all__ = [
    "NO_ANSWERS",
    "Answers",
    "AnswersInvalid",
    "FileInfo",
    "Question",
    "ReadResult",
    "RecognisedHeader",
    "SheetLayout",
    "read",
    "template",
]
