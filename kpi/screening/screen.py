"""Every comparison of one application."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from scipy.special import ndtri
from scipy.stats import chi2, rankdata

from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Application, Basis, ReportedValue
from kpi.model.scoring import FLAG_CODES, Flag, FlagCode, Screening
from kpi.screening.rules import (
    Bools,
    Floats,
    NamedRow,
    PeerRows,
    ScreeningRules,
    codes_at,
    enough_rows,
    own_row,
    screening_rules,
    share_at_least,
)

# How numbers are written: round ones, the same one over and over, values at their bound, the example's.


Marked = Callable[[Floats], Bools]
"""Of a matrix of rows: which cells show the habit."""


def habit_flags(row: Floats, peers: PeerRows, example: Floats, rules: ScreeningRules) -> Iterator[Flag | FlagCode]:
    """The flags raised, and the codes of those that too few peers can decide."""
    habits: tuple[tuple[FlagCode, Marked, int], ...] = (
        ("round_numbers", lambda rows: _round(rows, rules.round_to), rules.fewest_values),
        ("repeated_numbers", _most_repeated, rules.fewest_values),
        ("at_bounds", _at_bounds, 1),
        ("example_copied", lambda rows: np.asarray(rows == example), 1),
    )
    for code, marked, fewest in habits:
        of_peers = _count(peers.values, marked, fewest)
        if not enough_rows(of_peers, rules.level):
            yield code
            continue
        cells = marked(row[None, :])[0]
        own = float(np.count_nonzero(cells))
        if np.count_nonzero(~np.isnan(row)) < fewest or own < (rules.fewest_copied if code == "example_copied" else 2):
            continue
        chance = share_at_least(of_peers, own)
        if chance <= rules.level:
            yield Flag(code, codes_at(np.flatnonzero(cells)), chance, {"count": own, "of": _reported(row)})


def _count(rows: Floats, marked: Marked, fewest: int) -> Floats:
    counts = np.count_nonzero(marked(rows), axis=1).astype(float)
    return np.where(np.count_nonzero(~np.isnan(rows), axis=1) >= fewest, counts, np.nan)


def _reported(row: Floats) -> float:
    return float(np.count_nonzero(~np.isnan(row)))


def _round(rows: Floats, unit: float) -> Bools:
    """Multiples of the unit; 0 is a count or an absence, and no rounding."""
    return np.asarray((rows % unit == 0) & (rows != 0))


def _most_repeated(rows: Floats) -> Bools:
    """The cells with the number, not 0, that a row shows most often."""
    same = (rows[:, :, None] == rows[:, None, :]) & (rows != 0)[:, :, None]
    times = np.count_nonzero(same, axis=2)
    most = times.max(axis=1, keepdims=True)
    first = np.argmax(times == most, axis=1)
    number = rows[np.arange(len(rows)), first][:, None]
    return np.asarray((rows == number) & (rows != 0) & (most > 1))


def _at_bounds(rows: Floats) -> Bools:
    """At the physical maximum, where a KPI has one."""
    limits = [np.nan if kpi.maximum is None else kpi.maximum for kpi in catalogue().kpis]
    return np.asarray(rows == np.array(limits))


# Values that are ordinary one by one and unlike anybody's together.


FEWEST_KPIS = 3
NAMED = 4
"""So many KPIs are named: those that add most to the distance."""


def outlier_flag(row: Floats, industry: str, peers: PeerRows, rules: ScreeningRules) -> Flag | FlagCode | None:
    """The candidate is one row among its peers': ranked, correlated and measured with them, so that all are alike
    before they are compared.

    The distance is Mahalanobis' of normal scores within the industry, which no single large value can stretch; rows
    with different KPIs missing are compared by the tail of chi-squared with as many degrees of freedom as they have.
    """
    rows = np.vstack([peers.values, row])
    industries = np.append(peers.industries, industry)
    scores = normal_scores(rows, industries)
    known = ~np.isnan(scores)
    inverse_product, parts = _distances(np.where(known, scores, 0.0), known, rules.shrinkage)
    degrees = known.sum(axis=1)
    unlikely = np.where(degrees >= FEWEST_KPIS, -chi2.logsf(inverse_product, np.maximum(degrees, 1)), np.nan)
    of_peers, own = unlikely[:-1], float(unlikely[-1])
    if np.isnan(own):
        return None
    if not enough_rows(of_peers, rules.level):
        return "outlier"
    chance = share_at_least(of_peers, own)
    if chance > rules.level:
        return None
    largest = np.argsort(-parts[-1], kind="stable")[:NAMED]
    return Flag("outlier", codes_at(np.sort(largest[known[-1][largest]])), chance)


def normal_scores(rows: Floats, industries: np.ndarray) -> Floats:
    """Each value's rank within its industry and KPI as a quantile of the normal distribution; NaN stays."""
    scores = np.full_like(rows, np.nan)
    for industry in np.unique(industries):
        own = industries == industry
        ranks = rankdata(rows[own], axis=0, nan_policy="omit")
        scores[own] = ndtri(ranks / (1 + np.count_nonzero(~np.isnan(rows[own]), axis=0)))
    return scores


def _distances(scores: Floats, known: np.ndarray, shrinkage: float) -> tuple[Floats, Floats]:
    """Squared distances, and each KPI's part in them; a missing KPI takes no part."""
    both = known.T.astype(float) @ known.astype(float)
    covariance = (1 - shrinkage) * (scores.T @ scores) / np.maximum(both, 1) + shrinkage * np.eye(scores.shape[1])
    present = known[:, :, None] & known[:, None, :]
    matrices = np.where(present, covariance, np.eye(scores.shape[1]))
    solved = np.linalg.solve(matrices, scores[:, :, None])[:, :, 0]
    parts = scores * solved
    return parts.sum(axis=1), parts


# What contradicts itself within one application: true or not, whatever the peers do.


WHOLE = 100.0
"""A share, in percent."""
ROUNDING = 1e-9


def contradiction_flags(application: Application, rules: ScreeningRules) -> Iterator[Flag]:
    values = application.values
    for rule in rules.contradictions:
        if (_number(values.get(rule.positive)) or 0) > 0 and _number(values.get(rule.zero)) == 0:
            yield Flag("ai_share_without_models", (rule.positive, rule.zero), nan)
    for unused in rules.unused_scenarios:
        if unused.scenario in application.scenarios and _number(values.get(unused.zero)) == 0:
            yield Flag("scenario_without_value", (unused.zero,), nan, {"scenario": unused.scenario})
    beyond = tuple(code for code, value in values.items() if _beyond_a_share(code, value))
    if beyond:
        yield Flag("cannot_yield", beyond, nan)


def _number(value: ReportedValue | None) -> float | None:
    """None where nothing is reported, or the notice has no such KPI."""
    return value.value if value and value.state == "reported" else None


def _beyond_a_share(code: str, value: ReportedValue) -> bool:
    """Whether the change, from the stated start, ends below 0 or above 100 % of a share."""
    kpi, change = catalogue().kpi(code), _number(value)
    if not kpi.of_share or change is None or value.before is None:
        return False
    signed = -change if kpi.reduces else change
    after = value.before + (signed if value.basis == "points" else value.before * signed / 100)
    return not -ROUNDING <= after <= WHOLE + ROUNDING


# Columns that two applications share: rare values alike to the last digit.


def same_as_other(
    row: Floats, others: Sequence[NamedRow], sample: PeerRows, rules: ScreeningRules
) -> Flag | FlagCode | None:
    """The other application that this one resembles most, where two peers of different groups hardly ever do so.

    ``sample``: rows of the baseline. Likeness is the sum over equal values of minus the logarithm
    of how common the value is. The chance is of the most alike of all the others, by Bonferroni.
    """
    if not others:
        return None
    pairs = sample.pair_likeness
    if (len(pairs) + 1) * rules.level < len(others):
        return "same_as_other"
    likeness = _likeness(row, np.array([other.values for other in others]), sample)
    most = int(np.argmax(likeness))
    equal = np.flatnonzero((row == others[most].values) & (row != 0))
    chance = min(1.0, len(others) * (1 + np.count_nonzero(pairs >= likeness[most])) / (1 + len(pairs)))
    if chance > rules.level or len(equal) < rules.fewest_copied:
        return None
    return Flag(
        "same_as_other", codes_at(equal), float(chance), {"other": others[most].name, "count": float(len(equal))}
    )


def _likeness(one: Floats, others: Floats, sample: PeerRows) -> Floats:
    """Of each other row, added up KPI by KPI as ``pair_likeness`` is: equal pairs come out equal to the last bit."""
    equal = (others == one) & (one != 0)
    likeness = np.zeros(len(others))
    for at in range(len(one)):
        likeness += np.where(equal[:, at], sample.rarity(at, one[[at]])[0], 0.0)
    return likeness


# A change against the factory's own earlier year that is larger than peers differ among themselves.


def jump_flag(
    row: Floats, earlier: Floats, industry: str, peers: PeerRows, rules: ScreeningRules
) -> Flag | FlagCode | None:
    """``earlier``: the same factory's row of its latest earlier year.

    A factory is more like itself than like another one: two years of one factory differ by as much as two of its
    industry's at most as often as those do. The chance is of the largest change of all, by Bonferroni.
    """
    both = np.flatnonzero(~np.isnan(row) & ~np.isnan(earlier))
    if not len(both):
        return None
    own = peers.values[peers.industries == industry]
    chances = np.array([_chance(abs(row[at] - earlier[at]), own[:, at], rules.largest_sample) for at in both])
    if np.isnan(chances).all() or np.nanmin(_smallest(own[:, both], rules.largest_sample)) * len(both) > rules.level:
        return "jump"
    chance = float(np.nanmin(chances)) * len(both)
    if chance > rules.level:
        return None
    found = both[chances * len(both) <= rules.level]
    return Flag("jump", codes_at(found), chance)


def _chance(change: float, values: Floats, most: int) -> float:
    """How often two peers differ by as much; NaN with fewer than two."""
    differences = _differences(values, most)
    return float((1 + np.count_nonzero(differences >= change)) / (1 + len(differences))) if len(differences) else np.nan


def _smallest(columns: Floats, most: int) -> Floats:
    """The smallest chance that each column's pairs can show."""
    counts = np.minimum(np.count_nonzero(~np.isnan(columns), axis=0), most)
    return np.asarray(1 / (1 + counts * (counts - 1) / 2), dtype=float)


def _differences(values: Floats, most: int) -> Floats:
    known: Floats = values[~np.isnan(values)][:most]
    first, second = np.triu_indices(len(known), 1)
    return np.asarray(np.abs(known[first] - known[second]), dtype=float)


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
    flags = sorted((item for item in found if isinstance(item, Flag)), key=lambda flag: order[flag.code])
    return Screening(tuple(flags), tuple((item, "few_rows") for item in found if not isinstance(item, Flag)))


def _found(application: Application, around: Surroundings, rules: ScreeningRules) -> Iterator[Flag | FlagCode]:
    row, peers = own_row(application, around.basis), around.panel.without(around.own_group)
    yield from habit_flags(row, peers, own_row(around.example, around.basis), rules)
    compared = [
        same_as_other(row, around.others, around.sample, rules),
        outlier_flag(row, application.industry, peers, rules),
        None if around.earlier is None else jump_flag(row, around.earlier, application.industry, peers, rules),
    ]
    yield from (item for item in compared if item is not None)
    yield from contradiction_flags(application, rules)
