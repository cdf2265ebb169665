"""A slow twin of the whole decision, from docs/method.md 2-4 (version 3) in plain Python: lists, fractions, binomials.

It shares no arithmetic with ``kpi``: it reads the panel's records as stated, not the store, and counts one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from hashlib import sha256
from itertools import combinations
from math import ceil, comb, inf, nan
from typing import TypeVar

from scipy import optimize, stats

from kpi.model.claims import Ruling
from tests.benchmark.panels import Record

ALPHA = Fraction(1, 20)
CEILING = dict.fromkeys(("K01", "K02", "K03", "K04", "K19", "K20", "K06", "K10", "K15", "K17", "K18"), 100.0)
OF_SHARE = ("K09", "K10", "K11", "K13", "K14")
Key = TypeVar("Key")
TESTED = ("leading", "no_discrimination", "not_leading", "undecided")


@cache
def at_least(hits: int, n: int, p: Fraction, population: int | None, members: int) -> Fraction:
    """P(X >= hits) among n: binomial at p, or drawn from ``population`` with ``members`` in it."""
    if population is None:
        return sum((comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(hits, n + 1)), Fraction(0))
    ways = sum(comb(members, i) * comb(population - members, n - i) for i in range(hits, n + 1))
    return Fraction(ways, comb(population, n))


def p_leading(k: int, n: int, p: Fraction, population: int | None) -> Fraction:
    members = 0 if population is None else max(ceil(p * population) - 1, 0)
    return at_least(k, n, p, population, members)


def p_not_leading(not_better: int, n: int, p: Fraction, population: int | None) -> Fraction:
    members = 0 if population is None else ceil(p * population)
    return 1 - at_least(not_better + 1, n, p, population, members)


@cache
def smallest_n(p: Fraction, population: int | None) -> int:
    n = 1
    while p_leading(n, n, p, population) > ALPHA:
        n += 1
    return n


@cache
def size_of_leading(n: int, p: Fraction, population: int | None) -> Fraction:
    """How likely ``leading`` is for a factory exactly at the line: the tail of the smallest count that reaches it."""
    size = Fraction(0)
    for k in range(n, -1, -1):
        tail = p_leading(k, n, p, population)
        if tail > ALPHA:
            break
        size = tail
    return size


@cache
def lower(k: int, n: int, population: int | None) -> float:
    """The one-sided 95 % bound under k of n, the test turned round."""
    if population is None:
        if k == 0:
            return 0.0
        return float(optimize.brentq(lambda s: stats.binom.sf(k - 1, n, s) - 0.05, 1e-12, 1 - 1e-12, xtol=1e-15))
    kept = (m for m in range(population + 1) if at_least(k, n, Fraction(0), population, m) > ALPHA)
    return next(kept) / population


def upper(not_better: int, n: int, population: int | None) -> float:
    return 1 - lower(n - not_better, n, population)


def families(records: Sequence[Record], code: str, stated: str | None) -> dict[str, str]:
    """Credit code -> its family: everybody joined by a group's name, or by naming another's credit code as group.

    What the panel says of the candidate's group, by its own row or its branches', outranks what its file says.
    ``stated``: the group that its file names, where a reviewer has accepted that; else None.
    """
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    members = {code, *(record.credit_code for record in records)}
    for record in records:
        if record.group:
            parent[root(record.credit_code)] = root(record.group)
    frozen = any(record.credit_code == code and record.group not in (None, code) for record in records) or any(
        member != code and root(member) == root(code) for member in members
    )
    if stated and not frozen:
        parent[root(code)] = root(stated)
    return {member: root(member) for member in members}


@dataclass(frozen=True)
class Counted:
    unit: str
    worse: int
    not_better: int
    n: int
    population: int | None
    p_value: Fraction | None
    p_value_not: Fraction | None


@dataclass(frozen=True)
class Twin:
    """What the twin says of one KPI at one line.

    ``left_out``, ``counted_in``: the tests of the value, without the candidate's siblings and with them; ``room``: all
    those of the best value that its start allows, where a start limits it. ``ruling``: on the KPI's own claim.
    """

    verdict: str
    why: tuple[str, ...]
    worse: int
    tied: int
    better: int
    others: int | None
    left_out: tuple[Counted, ...]
    counted_in: tuple[Counted, ...]
    mean: float
    median: float
    line: float
    mean_says: bool | None
    enough: bool
    at_ceiling: bool
    p: Fraction
    ruling: Ruling
    room: tuple[Counted, ...] | None = None
    score: Fraction | None = None

    @property
    def p_value(self) -> Fraction | None:
        """A word must hold by every test, so the weakest of them speaks."""
        return _weakest(one.p_value for one in (*self.left_out, *self.counted_in))

    @property
    def p_value_not(self) -> Fraction | None:
        return _weakest(one.p_value_not for one in (*self.left_out, *self.counted_in))

    @property
    def no_room(self) -> bool:
        """Nobody who starts there could have reached the line, and no reviewer refused the start."""
        if self.room is None or self.ruling == "refused":
            return False
        p_value_not = _weakest(one.p_value_not for one in self.room)
        return p_value_not is not None and p_value_not <= ALPHA

    @property
    def clearly_no_room(self) -> bool:
        """Also within what the tests of leading leave of alpha."""
        taken = min(size_of_leading(one.n, self.p, one.population) for one in self.left_out)
        return self.no_room and all(one.p_value_not <= ALPHA - taken for one in self.room)

    @property
    def passes(self) -> bool:
        if self.verdict == "no_discrimination":
            return self.at_ceiling or self.clearly_no_room
        return self.verdict == "leading"

    @property
    def blocks_as(self) -> str:
        return "no_room" if self.verdict == "no_discrimination" else self.verdict


def _weakest(p_values: Iterable[Fraction | None]) -> Fraction | None:
    known = list(p_values)
    return None if None in known else max(known)


@dataclass(frozen=True)
class Stated:
    """One candidate's value: ``settled`` is the verdict where there is nothing to compare.

    ``ruling`` is that on its start, or on its "not applicable".
    """

    value: float = nan
    settled: str | None = None
    attainable: float | None = None
    ruling: Ruling = "open"


def attainable(kpi: str, before: float | None) -> float | None:
    """The best gain that a known start leaves room for: a share rises to 100 at most, a share reduced falls to 0."""
    if before is None or kpi not in OF_SHARE or before <= 0:
        return None
    return 100.0 if kpi == "K10" else float((100 - Fraction(str(before))) / Fraction(str(before)) * 100)


def exact_tests(
    records: Sequence[tuple[str, str, float]],
    x: float,
    p: Fraction,
    others: int | None,
    other_groups: int | None,
    year: int,
) -> tuple[Counted, ...]:
    """``records``: family, credit code and value of each; ``others`` and ``other_groups``: N and G, None where unknown.

    All records; and where any family has two, one record a family: of the code with the lowest SHA-256 with the year.
    """
    by_family = defaultdict(list)
    for family, code, value in records:
        by_family[family].append((sha256(f"{code}{year}".encode()).hexdigest(), value))
    tests = [_counted("records", [value for *_, value in records], x, p, others)]
    if any(len(family) > 1 for family in by_family.values()):
        drawn = [min(family)[1] for family in by_family.values()]
        tests.append(_counted("groups", drawn, x, p, other_groups))
    return tuple(tests)


def _counted(unit: str, values: Sequence[float], x: float, p: Fraction, population: int | None) -> Counted:
    n, worse, not_better = len(values), sum(v < x for v in values), sum(v <= x for v in values)
    if not n:
        return Counted(unit, 0, 0, 0, population, None, None)
    both = p_leading(worse, n, p, population), p_not_leading(not_better, n, p, population)
    return Counted(unit, worse, not_better, n, population, *both)


def type7(values: Sequence[float], p: Fraction) -> float:
    ordered = sorted(Fraction(value) for value in values)
    at = p * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (at - low) * (ordered[high] - ordered[low]))


@dataclass(frozen=True)
class Case:
    """A candidate and the panel it is held against.

    ``size`` and ``groups`` are the whole register's, the candidate and its group in them; None where unknown.
    ``group_ruling`` is that on the group that its file names.
    """

    records: Sequence[Record]
    industry: str
    code: str
    stated_group: str | None
    stated: Mapping[str, Stated]
    size: int | None = None
    groups: int | None = None
    group_ruling: Ruling = "open"
    year: int = 2025

    def kpi(self, kpi: str, p: Fraction) -> Twin:
        stated = self.stated[kpi]
        family = families(self.records, self.code, self.stated_group if self.group_ruling == "accepted" else None)
        here = [r for r in self.records if r.industry == self.industry]
        own = {r.credit_code for r in here if r.credit_code != self.code and family[r.credit_code] == family[self.code]}
        others = None if self.size is None else self.size - 1 - len(own)
        other_groups = None if self.groups is None else self.groups - 1
        basis = "relative" if kpi in OF_SHARE else None
        cell = [r for r in here if r.kpi == kpi and r.basis == basis and r.credit_code != self.code]
        with_siblings = [(family[r.credit_code], r.credit_code, r.value) for r in cell]
        peers = [one for one in with_siblings if one[1] not in own]

        def both_ways(x: float) -> tuple[tuple[Counted, ...], tuple[Counted, ...]]:
            left_out = exact_tests(peers, x, p, others, other_groups, self.year)
            if len(peers) == len(with_siblings):
                return left_out, left_out
            # The siblings are so many enterprises more, and one group.
            more = None if others is None else others + len(own)
            more_groups = None if other_groups is None else other_groups + 1
            return left_out, exact_tests(with_siblings, x, p, more, more_groups, self.year)

        if stated.settled:
            empty = exact_tests([], nan, p, others, other_groups, self.year)
            return Twin(
                stated.settled, (), 0, 0, 0, others, empty, empty, nan, nan, nan, None, False, False, p, stated.ruling
            )
        x, values = stated.value, [value for *_, value in peers]
        left_out, counted_in = both_ways(x)
        bound = CEILING.get(kpi, inf)
        limited = stated.attainable is not None and stated.attainable < bound
        # As stated, in decimals: what is equal on paper is equal here.
        mean = sum((Fraction(str(v)) for v in values), Fraction(0)) / max(len(values), 1)
        twin = Twin(
            verdict="",
            why=(),
            worse=sum(v < x for v in values),
            tied=sum(v == x for v in values),
            better=sum(v > x for v in values),
            others=others,
            left_out=left_out,
            counted_in=counted_in,
            mean=float(mean) if values else nan,
            median=type7(values, Fraction(1, 2)) if values else nan,
            line=type7(values, p) if values else nan,
            mean_says=Fraction(str(x)) > mean if values else None,
            enough=all(one.n > 0 and one.n >= smallest_n(p, one.population) for one in left_out),
            at_ceiling=x >= bound,
            p=p,
            ruling=stated.ruling,
            room=sum(both_ways(stated.attainable), ()) if limited else None,
            score=(sum(v < x for *_, v in with_siblings) + Fraction(sum(v == x for *_, v in with_siblings) + 1, 2))
            / (len(with_siblings) + 1),
        )
        verdict, why = _verdict(twin)
        return replace(twin, verdict=verdict, why=why)


def _verdict(twin: Twin) -> tuple[str, tuple[str, ...]]:
    """The first of section 3's seven steps that applies."""
    if not twin.enough:
        return "too_few_peers", ()
    assert twin.p_value is not None
    assert twin.p_value_not is not None
    if twin.p_value <= ALPHA:
        return "leading", ()
    if twin.at_ceiling:
        return "no_discrimination", ("at_ceiling",)
    if twin.no_room:
        accepted = twin.ruling == "accepted"
        return ("no_discrimination", ("no_room",)) if accepted else ("undecided", ("start_unproven",))
    if twin.p_value_not <= ALPHA:
        return "not_leading", ()
    tests = (*twin.left_out, *twin.counted_in)
    counted = max(tests, key=lambda one: one.p_value)
    strict, weak = Fraction(counted.worse, counted.n), Fraction(counted.not_better, counted.n)
    why = ["leans_leading" if strict >= twin.p else "tied_on_line" if weak >= twin.p else "leans_not_leading"]
    if min(one.p_value for one in tests) <= ALPHA or min(one.p_value_not for one in tests) <= ALPHA:
        why.append("group")
    return "undecided", tuple(dict.fromkeys(why))


@dataclass(frozen=True)
class Rule:
    """The policy's part of the clause."""

    main: Sequence[str]
    coverage: Fraction = Fraction("0.65")
    may_leave: Collection[str] = ()
    official: bool = False
    at_least: int = 0

    def lets_leave(self, code: str, one: Twin) -> bool:
        """A KPI "not applicable" leaves where policy allows it and no reviewer refused it."""
        return one.verdict == "not_applicable" and code in self.may_leave and one.ruling != "refused"

    def left_out(self, code: str, one: Twin) -> bool:
        """Of a group's score: what may leave, and what a reviewer has accepted."""
        return self.lets_leave(code, one) or (one.verdict == "not_applicable" and one.ruling == "accepted")


def clause(main: Mapping[str, Twin], rule: Rule, p: Fraction) -> tuple[str, set[str]]:
    """The clause's verdict, and the codes of its reasons."""
    rest = {code: one for code, one in main.items() if not rule.lets_leave(code, one)}
    m, of = len(rest), len(main)
    if Fraction(m, of) < rule.coverage or not m:
        return "withheld", {"coverage_low"}
    needed = min(rule.at_least or m, m)
    tested = [one for one in rest.values() if one.verdict in TESTED]
    refusing = {id(one): one.p_value_not for one in tested if not one.at_ceiling and not one.no_room}
    against = [refusing.get(id(one), Fraction(1)) for one in rest.values()]
    if shown_of(against) > m - needed:
        listed = benjamini_hochberg(dict(enumerate(against)))
        certain = [
            one
            for place, one in enumerate(rest.values())
            if place in listed and one.others is not None and Fraction(one.others - one.better, one.others) < p
        ]
        enough = rule.official or len(certain) > m - needed
        return "not_met", {"smallest_p"} | (set() if enough else {"not_official_no_refusal"})
    shown = shown_of(supports(rest.values()))
    leading = sum(one.verdict == "leading" for one in rest.values())
    blockers = {one.blocks_as for one in rest.values() if not one.passes}
    if rule.at_least and shown >= needed:
        return "met", {"enough_lead"}
    if not rule.at_least and not blockers and Fraction(leading, of) >= rule.coverage:
        return "met", {"all_pass"}
    if Fraction(len(tested), m) < rule.coverage:
        return "withheld", {"tested_low"}
    if rule.at_least:
        return "undecided", {"too_few_lead"}
    # All pass, but too few of them by leading: what passes otherwise is what blocks.
    return "undecided", {f"blocked_{word}" for word in blockers or {"no_discrimination"}}


def supports(rest: Collection[Twin]) -> list[Fraction]:
    """P-values of leading; what was not tested supports nothing."""
    return [one.p_value if one.verdict in TESTED and one.p_value is not None else Fraction(1) for one in rest]


@cache
def simes(p_values: tuple[Fraction, ...]) -> Fraction:
    """The p-value of "none of these"."""
    return min(p * len(p_values) / place for place, p in enumerate(sorted(p_values), 1))


def at_least_p(p_values: Sequence[Fraction], u: int) -> Fraction:
    """Of "at least u of these": every set of more than m-u must be rejected as "none of these"."""
    sizes = range(len(p_values) - u + 1, len(p_values) + 1)
    return max(simes(tuple(sorted(some))) for size in sizes for some in combinations(p_values, size))


def shown_of(p_values: Sequence[Fraction]) -> int:
    """At least so many are true, all at once."""
    return max((u for u in range(1, len(p_values) + 1) if at_least_p(p_values, u) <= ALPHA), default=0)


def benjamini_hochberg(p_values: Mapping[Key, Fraction]) -> set[Key]:
    """All up to the last i with p_(i) <= i * alpha / m."""
    ordered = sorted(p_values.items(), key=lambda pair: pair[1])
    last = max((i for i, (_, p) in enumerate(ordered, 1) if p * len(ordered) <= i * ALPHA), default=0)
    bar = ordered[last - 1][1] if last else Fraction(-1)
    return {code for code, p in p_values.items() if p <= bar}


def holm(p_values: Collection[Fraction]) -> int:
    m = len(p_values)
    for i, p in enumerate(sorted(p_values)):
        if p * (m - i) > ALPHA:
            return i
    return m
