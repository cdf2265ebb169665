"""An error, a warning or a question found in a file; ``kpi.i18n`` puts it into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning", "question"]


LISTED = "\x1f"
"""Between several names in one parameter: in words each language has a mark of its own there."""


def listed(names: Iterable[str]) -> str:
    """Several names as one parameter of a problem, an error or a reason; ``kpi.i18n.text`` joins them."""
    return LISTED.join(names)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem at one place. ``value`` is the content found, as text; ``params`` fill message and remedy.

    ``items`` are the codes of all items that it is about, where it is about several at once.

    Texts: ``problem.<code>.message`` and ``problem.<code>.remedy`` in ``data/text``.
    """

    severity: Severity
    code: str
    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    params: Mapping[str, str | float] = field(default_factory=dict)
    items: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        """Errors and unanswered questions stop the file from being used."""
        return self.severity != "warning"
