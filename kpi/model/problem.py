"""A fault, an oddity or a question found in a file, told by code; ``wording`` puts it into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning", "question"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault at one place. ``value`` is what stood there, as text; ``params`` fill the sentence and the remedy.

    The words are ``problem.<code>.message`` and ``problem.<code>.remedy`` in ``data/text``.
    """

    severity: Severity
    code: str
    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    params: Mapping[str, str | float] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        """An error, or a question nobody has answered, stops the file from being used."""
        return self.severity != "warning"
