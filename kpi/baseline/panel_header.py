"""What one header of a panel says, by the words that the headers of applications are read by.

Certain is what stands under its own name in its own unit. Whatever else a name resembles is a proposal with its
grounds, for a question.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kpi.baseline.header_row import WANTED
from kpi.baseline.panel_settings import panel_settings
from kpi.catalogue.catalogue import catalogue, kept_per_notice
from kpi.catalogue.names import match_fact
from kpi.catalogue.schema import Kpi
from kpi.intake.freeform.headers import HeaderMatch, classify, closest, in_brackets, unit_fits
from kpi.intake.settings import comparable_word
from kpi.model.application import Basis

OMIT = "omit"
"""What a column holds that is left out."""

Ground = Literal[
    "exact", "code", "alias", "column", "recipe", "year", "fraction", "unit", "position", "similar", "unit_unlike",
    "brackets", "quantity", "part", "several", "beside", "repeated", "unknown",
]  # fmt: skip
"""Why a column is read as it is, or what speaks for a proposal, and what against it.

``exact``, ``code``, ``alias``: a KPI's name, code or known other spelling; ``column``: a column of the format;
``recipe``: somebody said so. ``year`` and ``fraction``: the name is known, and beside it stands a year or that 0.35 is
meant for 35 %. ``unit``, ``position``, ``similar``: the unit agrees, it stands where the KPI would, it is alike.
``unit_unlike``, ``brackets``, ``quantity``, ``part``: the unit is another's, what the brackets say is not known, it
names what is measured and not its change, a part of a value. ``several``: as like to another KPI. ``beside``: known,
and nothing of a panel. ``repeated``: another column says the same.
"""

_FACTS = ("credit_code", "group", "industry", "body")
_LONG: dict[str | None, str] = {"item": "kpi", "value": "value", "basis": "basis"}
_BESIDE = ("note", "beside", "aside", "summary")
_CONFIRMABLE = 2
"""So many grounds that are not a name choose a proposal beforehand."""


@dataclass(frozen=True, slots=True)
class HeaderMeaning:
    """``holds`` is certain, ``proposal`` is to be asked; ``chosen``: sure enough to be chosen before anybody is asked.

    ``unit`` (of ``headings.toml``) and ``basis`` are those that the header states.
    """

    holds: str | None = None
    proposal: str | None = None
    grounds: tuple[Ground, ...] = ("unknown",)
    chosen: bool = False
    unit: str | None = None
    basis: Basis | None = None

    def with_ground(self, ground: Ground) -> HeaderMeaning:
        """With one ground more for its proposal."""
        grounds = (*self.grounds, ground)
        return replace(self, grounds=grounds, chosen=self.chosen or len(grounds) >= _CONFIRMABLE)


_UNKNOWN = HeaderMeaning()


def is_panel(header: Sequence[str]) -> bool:
    """Has a column of credit codes: what tells a panel's sheet from a cover sheet."""
    return any(_fact(name) == "credit_code" for name in header)


def panel_likeness(header: Sequence[str]) -> int:
    """For ``open_table``: a panel's header, else a row that names two of its columns or more."""
    if is_panel(header):
        return WANTED
    return int(sum(header_meaning(name).holds is not None for name in header) > 1)


@kept_per_notice(4096)
def header_meaning(name: str) -> HeaderMeaning:
    """What a header says by itself."""
    if fact := _fact(name):
        return HeaderMeaning(fact, grounds=("column",))
    if column := panel_settings().panel_words().get(comparable_word(name)):
        return HeaderMeaning(column, grounds=("column",))
    match = classify(name)
    if match.kpi:
        return _of_kpi(catalogue().kpi(match.kpi), match)
    if match.is_word and match.part in _LONG and not (match.year or match.unit):
        return HeaderMeaning(_LONG[match.part], grounds=("column",))
    if match.item in _FACTS:
        return HeaderMeaning(proposal=match.item, grounds=("brackets",))
    if match.part in _BESIDE or (match.item and match.certain):
        return HeaderMeaning(proposal=OMIT, grounds=("beside",), chosen=True)
    return _UNKNOWN if match.is_word else _alike(name)


def kpi_named(text: str) -> Kpi | None:
    """The KPI that a text names for certain."""
    holds = header_meaning(text).holds if text else None
    return catalogue().kpi(holds) if holds and holds == classify(text).kpi else None


def nearest_kpi_name(name: str) -> str:
    """The KPI's name that an unknown name most resembles, for the remedy; "" where nothing does."""
    found = header_meaning(name).proposal or closest(name).kpi
    return next((kpi.name.zh for kpi in catalogue().kpis if kpi.code == found), NO_SUGGESTION)


NO_SUGGESTION = ""


def _fact(name: str) -> str | None:
    """A column of the format; what stands in brackets behind its name would make it another one: 集团（是否上市）."""
    fact = None if name.endswith((")", "）")) else match_fact(name)
    return fact.code if fact and fact.code in _FACTS else None


_NAMED: dict[str, Ground] = {"exact": "exact", "bare": "exact", "code": "code", "alias": "alias"}
_AGAINST: dict[str, Ground] = {"brackets": "brackets", "unit": "unit_unlike", "quantity": "quantity"}


def _of_kpi(kpi: Kpi, match: HeaderMatch) -> HeaderMeaning:
    """The name is a KPI's; whatever else the header says decides how sure that is."""
    stated = HeaderMeaning(unit=match.unit, basis=match.basis)
    if match.part == "basis" and kpi.bases and match.certain and not match.year:
        return replace(stated, holds=f"{kpi.code}_basis", grounds=("column",))
    if match.part not in (None, "value"):
        return replace(stated, grounds=("part",))
    if not match.certain:
        return replace(stated, proposal=kpi.code, grounds=(_AGAINST.get(match.reason, "unknown"),))
    named = _NAMED.get(match.reason, "alias")
    doubts: list[Ground] = ["year"] if match.year else []
    doubts += ["fraction"] if match.unit == "fraction" else []
    if doubts:
        return replace(stated, proposal=kpi.code, grounds=(named, *doubts), chosen=True)
    return replace(stated, holds=kpi.code, grounds=(named,))


def _alike(name: str) -> HeaderMeaning:
    match, unit = closest(name), in_brackets(unicodedata.normalize("NFKC", name).strip(), ()).get("unit")
    if match.item in _FACTS:
        return HeaderMeaning(proposal=match.item, grounds=("similar",))
    if match.kpi is None:
        return _UNKNOWN
    kpi = catalogue().kpi(match.kpi)
    if match.reason == "quantity":
        return HeaderMeaning(proposal=kpi.code, grounds=("quantity",), unit=unit)
    if not unit_fits(kpi, unit):
        return HeaderMeaning(proposal=kpi.code, grounds=("unit_unlike",), unit=unit)
    # 综合利用率提升 is as like to one KPI as to another: then it speaks for neither.
    alike = match.ahead >= panel_settings().proposals.least_ahead
    if not alike:
        return HeaderMeaning(proposal=kpi.code, grounds=("several",), unit=unit)
    found = HeaderMeaning(proposal=kpi.code, grounds=("similar",), unit=unit)
    return found.with_ground("unit") if unit else found
