"""Two families of errors: ``UserError`` is for people, with a remedy; anything else is a bug."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi.model.problem import Problem


class UserError(Exception):
    """An error for people; texts: ``error.<code>.message`` and ``.remedy`` in ``data/text``.

    ``also``: what else stands in the way of the same act.
    """

    def __init__(self, code: str, **params: str | float) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
        self.also: tuple[UserError, ...] = ()


class InvalidFile(UserError):
    """A file whose content has errors: all of them, at once. ``rows``: of a list, what else is wrong with rows that
    could be read.
    """

    def __init__(self, problems: Sequence[Problem], rows: Sequence[RowFault] = ()) -> None:
        super().__init__("file_refused", count=len(problems) + len(rows))
        self.problems, self.rows = tuple(problems), tuple(rows)


class IncompleteScore(UserError):
    """A score that cannot be handed in: each criterion's code with what it lacks, all at once."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__("score_incomplete", count=len(faults))
        self.faults = tuple(faults)


class StoreUnavailable(UserError):
    """The store cannot be used: locked, damaged, full, or of a newer version."""

    @property
    def uncertain(self) -> bool:
        """Whether nobody can say yet if the change is kept."""
        return self.code in ("change_uncertain", "shared_change_uncertain")


class NotFound(UserError):
    """It does not exist, or is out of the caller's scope: the two look the same."""

    def __init__(self, kind: str, name: str = "") -> None:
        super().__init__("not_there", kind=kind, name=name)


@dataclass(frozen=True, slots=True)
class DataFault:
    """What is wrong at a ``place``, file and key, of a data file; texts: ``data_fault.<code>`` in ``data/text``."""

    place: str
    code: str
    params: Mapping[str, str]


class InvalidData(Exception):
    """A data file breaks its schema: names file and key. ``faults``: the same for people, of a notice's folder."""

    def __init__(self, message: str, faults: Sequence[DataFault] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row of a list cannot be taken; ``row`` is 1-based, the header counted."""

    row: int
    error: UserError
