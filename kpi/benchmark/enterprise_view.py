"""The one function that makes an enterprise's view of an answer (method 5, rules 3 and 4).

It is given the own application and the published table, never the counted answer: what it does not hold it cannot
leak. Released words come from a sealed record, and only for the value that was locked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isnan, nan
from statistics import fmean

from kpi.benchmark.comparable_value import ComparableValue, comparable_value
from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Application, ReportedValue
from kpi.model.evaluation import Baseline, ClauseVerdict, PolicyUsed, Reason, Verdict
from kpi.model.publication import EnterpriseGroupView, EnterpriseKpiView, EnterpriseView, PublishedCell, PublishedPlace
from kpi.policy.policy import Policy

NOWHERE = PublishedPlace(0.0, 1.0, nan)
OWN_STATE: frozenset[Verdict] = frozenset({"not_reported", "not_applicable", "basis_mismatch"})
"""Words that say nothing of anybody else: an enterprise reads them in its own file."""
OPEN_WORD: frozenset[Verdict] = frozenset({"undecided", "too_few_peers"})
"""Words that decide nothing, for all that a place by published numbers may seem to say."""


@dataclass(frozen=True, slots=True)
class ReleasedVerdicts:
    """The words given out at locking, with the values they were given for.

    ``held`` is why there is no word at all, None where words were given out; ``year`` is then the application year of
    the lock that gave them, and ``later`` are the KPIs whose words wait for the close of the window.
    """

    words: Mapping[str, Verdict]
    values: Mapping[str, float]
    clause: ClauseVerdict | None
    held: str | None = None
    year: int = 0
    later: frozenset[str] = frozenset()


NOTHING_RELEASED = ReleasedVerdicts({}, {}, None, "not_released")
"""A draft: it is decided at the lock."""
HELD_TO_CLOSE = ReleasedVerdicts({}, {}, None, "held_to_close")
"""Policy holds all words until the application window closes."""
HELD_FOR_GROUP = ReleasedVerdicts({}, {}, None, "held_for_group")
"""Nothing yet: a reviewer must first rule on the group that the file claims."""
OTHER_INDUSTRY = ReleasedVerdicts({}, {}, None, "decided_in_other_industry")
"""The one lock that gives words was judged among another industry's peers."""


def enterprise_view(
    application: Application,
    published: Mapping[str, PublishedCell],
    baseline: Baseline,
    policy: Policy,
    used: PolicyUsed,
    as_of: date,
    released: ReleasedVerdicts = NOTHING_RELEASED,
) -> EnterpriseView:
    """What the enterprise itself may see. ``published``: the published table of its industry, by KPI code."""
    values = {
        kpi.code: comparable_value(kpi, application.values[kpi.code], policy.basis(kpi.code))
        for kpi in catalogue().kpis
    }
    kpis = tuple(
        _kpi(value, application.values[code], published[code], used, released) for code, value in values.items()
    )
    main = [kpi for kpi in kpis if kpi.main]
    whole = all(_same(released.values.get(kpi.code, nan), kpi.value) for kpi in kpis)
    waits = any(kpi.code in released.later for kpi in main)
    clause = released.clause if whole and not waits else None
    return EnterpriseView(
        application=application,
        as_of=as_of,
        baseline=baseline,
        policy=used,
        kpis=kpis,
        groups=_groups(kpis),
        clause=clause,
        coverage=sum(kpi.state == "reported" for kpi in main) / len(main),
        clause_reasons=() if clause else (_without_clause(released, whole=whole, waits=waits),),
        eligibility=(),
    )


def _kpi(
    value: ComparableValue,
    reported: ReportedValue,
    published: PublishedCell,
    used: PolicyUsed,
    released: ReleasedVerdicts,
) -> EnterpriseKpiView:
    code = value.kpi.code
    own = value.value if value.settled is None else (nan if reported.value is None else reported.value)
    word = value.settled
    if word is None and _same(released.values.get(code, nan), own):
        word = released.words.get(code)
    place = place_in_published(value.value, published)
    return EnterpriseKpiView(
        code=code,
        state=reported.state,
        value=own,
        basis=value.basis if value.settled is None else reported.basis,
        cell=reported.cell,
        published=published,
        place=place,
        gap_to_line=value.value - published.p80,
        verdict=word,
        reasons=_reasons(value, word, published, released, reached=place.low >= used.leading_quantile),
        main=code in used.main_kpis,
    )


def _reasons(
    value: ComparableValue, word: Verdict | None, published: PublishedCell, released: ReleasedVerdicts, *, reached: bool
) -> tuple[Reason, ...]:
    if word in OWN_STATE:
        return value.reasons
    found = [Reason(published.withheld)] if published.withheld else []
    if word is None:
        found.append(_without_word(value, released))
    elif word in OPEN_WORD and reached:
        found.append(Reason("in_zone_by_estimate"))
    return tuple(found)


def _without_word(value: ComparableValue, released: ReleasedVerdicts) -> Reason:
    """The rule that withholds the word of a value that can be compared."""
    if released.held:
        return Reason(released.held)
    if not _same(released.values.get(value.kpi.code, nan), value.value):
        return Reason("decided_before", {"year": released.year})
    if value.kpi.code in released.later:
        return Reason("held_exposing")
    return Reason("no_word_of_few_groups")


def _without_clause(released: ReleasedVerdicts, *, whole: bool, waits: bool) -> Reason:
    if released.held:
        return Reason(released.held)
    if not whole:
        return Reason("decided_before", {"year": released.year})
    return Reason("held_exposing_main") if waits and released.clause else Reason("few_groups_main")


def place_in_published(value: float, published: PublishedCell) -> PublishedPlace:
    """Between which published shares a value lies, and a straight line's estimate between two of them.

    On a published number the value counts as having reached it. Beyond the outer numbers there is no estimate.
    """
    if isnan(value):
        return NOWHERE
    shares = (published.lower_quantile, 0.5, published.upper_quantile)
    numbers = (published.p20, published.median, published.p80)
    known = sorted((share, number) for share, number in zip(shares, numbers, strict=True) if not isnan(number))
    below = [(share, number) for share, number in known if number <= value]
    above = [(share, number) for share, number in known if number > value]
    low, high = (below[-1][0] if below else 0.0), (above[0][0] if above else 1.0)
    if not below or not above:
        return PublishedPlace(low, high, nan)
    (low, from_), (high, to) = below[-1], above[0]
    return PublishedPlace(low, high, low + (high - low) * (value - from_) / (to - from_))


def _groups(kpis: tuple[EnterpriseKpiView, ...]) -> tuple[EnterpriseGroupView, ...]:
    by_code = {kpi.code: kpi for kpi in kpis}
    groups = []
    for group in catalogue().groups:
        codes = [kpi.code for kpi in catalogue().kpis if kpi.group == group.code]
        estimates = [_middle(by_code[code].place) for code in codes if _placed(by_code[code])]
        groups.append(
            EnterpriseGroupView(
                code=group.code,
                score=fmean(estimates) if estimates else nan,
                reported=sum(by_code[code].state == "reported" for code in codes),
            )
        )
    return tuple(groups)


def _placed(kpi: EnterpriseKpiView) -> bool:
    return kpi.place.high - kpi.place.low < 1.0


def _middle(place: PublishedPlace) -> float:
    return (place.low + place.high) / 2 if isnan(place.estimate) else place.estimate


def _same(one: float, other: float) -> bool:
    return one == other or (isnan(one) and isnan(other))
