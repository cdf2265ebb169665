"""Every comparison of one application."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kpi.model.application import Application, Basis
from kpi.model.screening import FLAG_CODES, Flag, FlagCode, Screening
from kpi.screening.contradictions import contradiction_flags
from kpi.screening.copies import same_as_other
from kpi.screening.habits import habit_flags
from kpi.screening.jumps import jump_flag
from kpi.screening.outliers import outlier_flag
from kpi.screening.peer_rows import Floats, NamedRow, PeerRows, own_row
from kpi.screening.rules import ScreeningRules, screening_rules


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an application is held against.

    ``panel``: the baseline's rows, of which those of ``own_group`` are no peers; ``sample``: so many of them that pairs
    can be compared. ``others``: applications of the same year, of other groups.
    ``earlier``: the same factory's row of its latest earlier year. ``example``: what our own template shows.
    """

    panel: PeerRows
    sample: PeerRows
    own_group: str
    basis: Callable[[str], Basis | None]
    example: Application
    earlier: Floats | None = None
    others: tuple[NamedRow, ...] = ()


def screen(application: Application, around: Surroundings, rules: ScreeningRules | None = None) -> Screening:
    """The flags in the order of ``FLAG_CODES``."""
    found = list(_found(application, around, rules or screening_rules()))
    order = {code: at for at, code in enumerate(FLAG_CODES)}
    flags = sorted((one for one in found if isinstance(one, Flag)), key=lambda flag: order[flag.code])
    return Screening(tuple(flags), tuple((one, "few_rows") for one in found if not isinstance(one, Flag)))


def _found(application: Application, around: Surroundings, rules: ScreeningRules) -> Iterator[Flag | FlagCode]:
    row, peers = own_row(application, around.basis), around.panel.without(around.own_group)
    yield from habit_flags(row, peers, own_row(around.example, around.basis), rules)
    compared = [
        same_as_other(row, around.others, around.sample, rules),
        outlier_flag(row, application.industry, peers, rules),
        None if around.earlier is None else jump_flag(row, around.earlier, application.industry, peers, rules),
    ]
    yield from (one for one in compared if one is not None)
    yield from contradiction_flags(application, rules)
