"""What reading a file comes to: applications, problems, what was recognised, and what must be asked."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.files.workbook import FileKind
from kpi.intake.layout import Question, SheetLayout
from kpi.model.application import Application
from kpi.model.problem import Problem


@dataclass(frozen=True, slots=True)
class FileInfo:
    """What was sent: ``sha256`` is of its bytes, "" for an answer sheet; ``sheets`` names a workbook's visible sheets.

    ``kind`` is that of the content, None where the file could not be opened; ``separator`` parts a text's columns.
    """

    name: str
    sha256: str
    encoding: str | None
    sheets: tuple[str, ...]
    kind: FileKind | None = None
    separator: str | None = None


@dataclass(frozen=True, slots=True)
class ReadResult:
    """A file read: what could be understood, and everything that is wrong with it.

    Applications come back even beside problems; use them only where ``blocked`` is False. ``layout`` says, sheet by
    sheet, what each header was taken for; ``questions`` are those of the problems that ``Answers`` can answer.
    """

    file: FileInfo
    applications: tuple[Application, ...]
    problems: tuple[Problem, ...]
    layout: tuple[SheetLayout, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def blocked(self) -> bool:
        """An error or an unanswered question stands."""
        return any(problem.blocks for problem in self.problems)
