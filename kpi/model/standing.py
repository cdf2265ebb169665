"""What a home page says: how each matter of somebody's work stands, and which is to be done next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Standing:
    """One matter. Text: ``page.home.<code>`` with ``params``; ``open``: somebody has to do something about it.

    ``page`` is the address of the page where it is done, "" where no page is; ``query`` says what of it.
    """

    code: str
    open: bool
    page: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


def next_matter(standings: Sequence[Standing]) -> Standing | None:
    """The first that is open, in the order of importance that the service gave; None where all is done."""
    return next((one for one in standings if one.open), None)
