"""One application as it leaves a table."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.intake.problem_collector import Spot
from kpi.model.application import Application


@dataclass(frozen=True, slots=True)
class One:
    """An application with the cell that stands for it, for a problem of the whole."""

    application: Application
    spot: Spot
