"""Two credit codes with like names: an administrator says whether they are of one enterprise, and nobody joins them
before.

Names come from registers, locked applications and reports for baselines, of whatever year. A register alone asks
nothing: one of the two has reported values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.eligibility.award_names import alike_names, lead_of
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.campaign import NamedThere, SameAnswer, Sameness
from kpi.model.times import just_after
from kpi.model.viewer import Viewer
from kpi.services.authorization import reads, requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.cache import cached_read
from kpi.store.database import Cursor
from kpi.store.store import Store

LONGEST_WHY = 200
_READ = ("baseline_report", "register_edition", "registered_enterprise", "release", "same_enterprise")


@dataclass(frozen=True, slots=True)
class LikeNames:
    """Two credit codes, the lesser first, with where each stands under which name; ``answer`` is what was said last."""

    codes: tuple[str, str]
    named: tuple[tuple[NamedThere, ...], tuple[NamedThere, ...]]
    answer: SameAnswer | None


@reads("run_programme")
def like_names(cursor: Cursor, viewer: Viewer) -> list[LikeNames]:
    """Every pair that is asked or answered, those to answer first; none of which the viewer has a conflict."""
    return sorted(find_like_names(cursor, viewer.barred), key=lambda item: (item.answer is not None, item.codes))


@requires("run_programme")
def answer_like_names(
    store: Store,
    viewer: Viewer,
    codes: tuple[str, str],
    outcome: Sameness,
    reason: str,
    at: datetime | None = None,
    seen: SameAnswer | None = None,
) -> None:
    """Say whether the two are one enterprise; from then on its years are joined, or not. ``seen``: what stood before.

    Raises:
        NotFound: nobody asks that of these two.
        UserError: no reason is given, or somebody has answered since ``seen``.
    """
    said = plain_line(reason, LONGEST_WHY)
    with unit_of_work(store, viewer.actor, at) as change:
        asked = {item.codes: item for item in find_like_names(change.cursor, viewer.barred)}
        if codes not in asked:
            raise NotFound("enterprise")
        if not said:
            raise UserError("reason_needed")
        before = asked[codes].answer
        if before != seen:
            raise UserError("changed_since_read")
        written_at = just_after(change.at, before.written_at if before else None)
        tables.campaign.add_same_enterprise(
            change.cursor, SameAnswer(*codes, outcome, said, viewer.account, written_at)
        )
        change.audit("enterprises_matched", " ".join(codes), after={"outcome": outcome, "reason": said})


def find_like_names(cursor: Cursor, barred: Collection[str]) -> list[LikeNames]:
    """As ``like_names``, in no order, for services that have asked for rights."""
    # Once for what is written: a register has tens of thousands of names.
    found = cached_read(("like names", catalogue().notice.region.zh), _READ, lambda: _find(cursor))
    return [item for item in found if not set(item.codes) & set(barred)]


def _find(cursor: Cursor) -> list[LikeNames]:
    places: defaultdict[str, list[NamedThere]] = defaultdict(list)
    for item in tables.campaign.enterprise_names(cursor):
        places[item.credit_code].append(item)
    answers = {(item.first_code, item.second_code): item for item in tables.campaign.same_enterprises(cursor)}
    pairs = {codes for codes in _alike(places) if _is_asked(places[codes[0]], places[codes[1]])}
    return [
        LikeNames(codes, (tuple(places[codes[0]]), tuple(places[codes[1]])), answers.get(codes))
        for codes in pairs | answers.keys()
    ]


def _alike(places: Mapping[str, Sequence[NamedThere]]) -> set[tuple[str, str]]:
    """The pairs of codes that bear names near one another: compared with those that lead alike alone."""
    leads: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for code, named in places.items():
        for item in named:
            leads[lead_of(item.name)][item.name].add(code)
    reporting = {item.name for named in places.values() for item in named if item.source != "register"}
    found = set()
    for names in leads.values():
        for name in names.keys() & reporting:
            codes = {code for other in alike_names(name, names) for code in names[other]} | names[name]
            found |= {(min(pair), max(pair)) for pair in combinations(codes, 2) if names[name] & set(pair)}
    return found


def _is_asked(first: Sequence[NamedThere], second: Sequence[NamedThere]) -> bool:
    """Not where both stand in one list of one year under names of their own: whoever made it knew them for two."""
    there = {(item.year, item.source): item.name for item in first}
    return all(there.get((item.year, item.source), item.name) == item.name for item in second)
