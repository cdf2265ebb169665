"""One application as it leaves a table."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.intake.problem_collector import SourceCell
from kpi.model.application import Application


@dataclass(frozen=True, slots=True)
class ParsedApplication:
    """An application with the cell that stands for it, for a problem of the whole."""

    application: Application
    spot: SourceCell
