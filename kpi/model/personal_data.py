"""What is held of persons, by kind, and where a person was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OnRequest = Literal["change", "erase", "no"]
"""Whether it is corrected or erased, erased alone, or neither. Texts: ``page.persons.then_<what>`` but for the last."""
Until = Literal["contact_years", "decision", "account", "proof"]
"""Until when it is held. Texts: ``page.persons.until_<until>``."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """A kind of what is held of persons. ``places`` are columns, as table.column.

    ``stays`` says why nothing is done ``on_request``; "" where something is. Texts: ``page.persons.kind.<code>``,
    ``page.persons.until_<until>``, ``page.persons.stays_<stays>``.
    """

    code: str
    places: tuple[str, ...]
    until: Until
    on_request: OnRequest
    stays: str


@dataclass(frozen=True, slots=True)
class PersonTrace:
    """A row in which the words looked for stand. ``key`` names the row within its table; ``times`` is how often.

    ``items`` are the facts of annex 3 by code where it is an application or an answer sheet.
    """

    kind: PersonalData
    place: str
    key: tuple[str, ...]
    times: int
    items: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return " ".join((self.place, *self.key))

    @property
    def on_request(self) -> bool:
        return self.kind.on_request != "no"
