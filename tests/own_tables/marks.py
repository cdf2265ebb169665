"""What must become of a cell, written where the cell stands: read, asked about, left out, never offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kpi.model.application import Basis, ValueState
from tests.freeform.hand_made_sheets import Page

Must = Literal["read", "asked", "read or asked", "refused", "other", "level", "label", "note"]
"""``read``: the value stands in the application, and nobody is asked about it. ``asked``: a question stands for it,
and the application has no value. ``read or asked``: one of the two. ``refused``: a problem names the cell or its
header, and nothing is read from it. ``other``: refused, and no question proposes the KPI for it. ``level``: the same of
a quantity that is not its change, and the words say that it is needed before and after.
``label``: a header that no question proposes as a factory, a part of a value or a KPI. ``note``: nothing blocks in its
row.
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """A cell and its verdict. ``value`` and ``basis`` are the truth, in the KPI's unit, of ``factory`` and ``year``.

    ``computed`` values are worked out from before and after, and stand in no cell of their own.
    """

    written: Any
    must: Must
    code: str = ""
    value: float | None = None
    basis: Basis | None = None
    factory: int = 1
    year: int = 2025
    state: ValueState = "reported"
    computed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A file: pages whose cells may be marks, and the form in which it is written (``writers.written``)."""

    name: str
    pages: Sequence[Page]
    form: str = "xlsx"


def is_(code: str, written: Any, value: float | None = None, basis: Basis | None = None, **more: Any) -> Mark:
    """Must be read; as it is written where no ``value`` is given."""
    return Mark(written, "read", code, written if value is None else value, basis, **more)


def computed(code: str, written: Any, value: float, basis: Basis | None = None, **more: Any) -> Mark:
    """The after of a before and an after: their change must be read."""
    return Mark(written, "read", code, value, basis, computed=True, **more)


def fine(code: str, written: Any, value: float, basis: Basis | None = None, **more: Any) -> Mark:
    return Mark(written, "read or asked", code, value, basis, **more)


def ask(code: str, written: Any, **more: Any) -> Mark:
    return Mark(written, "asked", code, **more)


def out(written: Any, code: str = "") -> Mark:
    return Mark(written, "refused", code)


def other(code: str, written: Any) -> Mark:
    return Mark(written, "other", code)


def level(code: str, written: Any) -> Mark:
    return Mark(written, "level", code)


def label(written: str) -> Mark:
    return Mark(written, "label")


def note(written: str) -> Mark:
    return Mark(written, "note")


def absent(code: str, written: Any, state: ValueState = "not_reported") -> Mark:
    """No number, clearly: nobody is asked about it."""
    return Mark(written, "read", code, state=state)
