"""The engine's slow twin: ``docs/method.md``, version 3, written down once more from its text alone.

Probabilities are fractions and written out as sums, and closed testing goes through every subset. Nothing is taken
from ``kpi``: not even the bounds of the KPIs, which are those of section 1.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from hashlib import sha256
from itertools import combinations
from math import ceil, comb, inf, nan
from typing import Literal, Protocol

ALPHA = Fraction(1, 20)
COVERAGE = Fraction(65, 100)
UPPER_BOUND = dict.fromkeys(["K01", "K02", "K03", "K04", "K19", "K20", "K06", "K10", "K15", "K17", "K18"], 100)
RISING_SHARES = ("K09", "K11", "K13", "K14")
TWO_BASES = (*RISING_SHARES, "K10")
TESTED = ("leading", "no_discrimination", "not_leading", "undecided")

Ruling = Literal["open", "accepted", "refused"]
Unit = Literal["records", "groups"]
Named = tuple[str, str | None]
Settled = Literal["not_reported", "not_applicable", "basis_mismatch"]


class Record(Protocol):
    """A row of a panel, as in ``tests/benchmark/panels.py``."""

    @property
    def credit_code(self) -> str: ...
    @property
    def group(self) -> str | None: ...
    @property
    def industry(self) -> str: ...
    @property
    def kpi(self) -> str: ...
    @property
    def value(self) -> float: ...
    @property
    def basis(self) -> str | None: ...


# Section 3: the exact test, and its bounds.


def chance(hits: Iterable[int], n: int, p: Fraction) -> Fraction:
    """That as many of n drawn from an endless industry are of its share p (binomial)."""
    share, whole = p.numerator, p.denominator
    return Fraction(sum(comb(n, hit) * share**hit * (whole - share) ** (n - hit) for hit in hits), whole**n)


def chance_among(hits: Iterable[int], n: int, marked: int, population: int) -> Fraction:
    """That as many of n drawn from an industry of ``population`` are of the ``marked`` in it (hypergeometric)."""
    return Fraction(sum(comb(marked, hit) * comb(population - marked, n - hit) for hit in hits), comb(population, n))


@cache
def p_leading(worse: int, n: int, p: Fraction, population: int | None) -> Fraction:
    """The chance of as many worse ones or more, if just fewer than pN of the others are strictly worse."""
    hits = range(worse, n + 1)
    if population is None:
        return chance(hits, n, p)
    return chance_among(hits, n, max(ceil(p * population) - 1, 0), population)


@cache
def p_not_leading(not_better: int, n: int, p: Fraction, population: int | None) -> Fraction:
    """The chance of as few that are not better, or fewer, if just pN of the others are not better."""
    hits = range(not_better + 1)
    return chance(hits, n, p) if population is None else chance_among(hits, n, ceil(p * population), population)


@cache
def smallest_n(p: Fraction, population: int | None) -> int:
    """From which beating everybody shows leading."""
    n = 1
    while population != 0 and p_leading(n, n, p, population) > ALPHA:
        n += 1
    return n


@cache
def size_of_test(n: int, p: Fraction, population: int | None) -> Fraction:
    """How likely "leading" is just at the line: the largest p-value within alpha that the test can give."""
    return max(found for k in range(n + 2) if (found := p_leading(k, n, p, population)) <= ALPHA)


@cache
def lower(worse: int, n: int, population: int | None) -> Fraction:
    """The smallest share of worse ones under which the chance of ``worse`` or more in n is above alpha."""
    hits = range(worse, n + 1)
    if population is not None:
        every = range(population + 1)
        return Fraction(min(m for m in every if chance_among(hits, n, m, population) > ALPHA), population)
    return _border(lambda share: chance(hits, n, share) <= ALPHA) if worse else Fraction(0)


@cache
def upper(not_better: int, n: int, population: int | None) -> Fraction:
    """The largest share under which the chance of ``not_better`` or fewer in n is above alpha."""
    hits = range(not_better + 1)
    if population is not None:
        every = range(population + 1)
        return Fraction(max(m for m in every if chance_among(hits, n, m, population) > ALPHA), population)
    return _border(lambda share: chance(hits, n, share) > ALPHA) if not_better < n else Fraction(1)


def _border(holds: Callable[[Fraction], bool]) -> Fraction:
    """Between 0, where it holds, and 1, where it does not: by halves, to 2^-50."""
    low, high = Fraction(0), Fraction(1)
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


# Section 2: who belongs together, who is a peer, what is counted.


def families(rows: Sequence[Record], candidate: str, claimed: str | None) -> dict[str, str]:
    """A name of its group for every enterprise of the panel and the candidate: those with one name hang together.

    A group is named, or is a legal person's by its credit code. ``claimed``: by the candidate, accepted by a reviewer.
    """
    named = {row.credit_code: _plain(row.group) for row in rows if row.group and _plain(row.group) != row.credit_code}
    if claimed and candidate not in named and candidate not in named.values():
        named[candidate] = _plain(claimed)
    above: dict[str, str] = {}

    def head(name: str) -> str:
        while above.get(name, name) != name:
            name = above[name]
        return name

    for code, group in named.items():
        above[head(code)] = head(group)
    return {code: head(code) for code in {*(row.credit_code for row in rows), candidate}}


def _plain(name: str) -> str:
    """Neither width, case nor spaces make another group, or another credit code."""
    return "".join(unicodedata.normalize("NFKC", name).split()).upper()


def quantile(values: Collection[Fraction], p: Fraction) -> Fraction:
    """Of type 7: the place (n - 1)p of the ordered values, on the line between its neighbours."""
    ordered, place = sorted(values), (len(values) - 1) * p
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


@dataclass(frozen=True)
class Counted:
    """One test of a value: what it counted, and its p-values; None where there was nobody to count."""

    unit: Unit
    worse: int
    not_better: int
    n: int
    population: int | None
    p_value: Fraction | None
    p_value_not: Fraction | None


@dataclass(frozen=True)
class Peers:
    """The peers of a candidate in one cell. ``size`` and ``groups``: N and G, None where no register counts them."""

    alone: Sequence[Record]
    siblings: Sequence[Record]
    siblings_in_industry: int
    family: Mapping[str, str]
    size: int | None
    groups: int | None
    year: int

    def left_out(self, value: float, p: Fraction) -> list[Counted]:
        return self._tests(value, p, self.alone, self.size, self.groups)

    def counted_in(self, value: float, p: Fraction) -> list[Counted]:
        """The siblings among the peers, and in N and G; nothing where none has a record."""
        if not self.siblings:
            return []
        size = None if self.size is None else self.size + self.siblings_in_industry
        groups = None if self.groups is None else self.groups + 1
        return self._tests(value, p, [*self.alone, *self.siblings], size, groups)

    def _tests(
        self, value: float, p: Fraction, records: Sequence[Record], size: int | None, groups: int | None
    ) -> list[Counted]:
        """All records, and one record a group where a group has more than one."""
        chosen: dict[str, Record] = {}
        for row in sorted(records, key=lambda row: sha256(f"{row.credit_code}{self.year}".encode()).digest()):
            chosen.setdefault(self.family[row.credit_code], row)
        tests = [_counted(value, p, "records", records, size)]
        if len(chosen) < len(records):
            tests.append(_counted(value, p, "groups", chosen.values(), groups))
        return tests


def _counted(value: float, p: Fraction, unit: Unit, records: Collection[Record], population: int | None) -> Counted:
    n = len(records)
    worse, not_better = sum(row.value < value for row in records), sum(row.value <= value for row in records)
    p_values = (p_leading(worse, n, p, population), p_not_leading(not_better, n, p, population)) if n else (None, None)
    return Counted(unit, worse, not_better, n, population, *p_values)


def largest(p_values: Iterable[Fraction | None]) -> Fraction | None:
    """None where there is no test, or one without anybody to count."""
    every = list(p_values)
    return None if None in every else max((item for item in every if item is not None), default=None)


# Section 3: the word on one KPI.


def attainable(kpi: str, before: float | None) -> float | None:
    """The largest change that a start allows, in per cent of it; None where none is stated or limits nothing."""
    if before is None or before <= 0 or kpi not in TWO_BASES:
        return None
    start = Fraction(str(before))
    return 100.0 if kpi == "K10" else float((100 - start) / start * 100)


@dataclass(frozen=True)
class Stated:
    """What a candidate states of a KPI: a value and the best that its start allows, or what settles it without.

    ``ruling``: on the start, or on "not applicable".
    """

    value: float = nan
    best: float | None = None
    settled: Settled | None = None
    ruling: Ruling = "open"


@dataclass(frozen=True)
class Twin:
    """The answer on one KPI. Counts are of records, without the siblings; None and 0 where nothing was compared.

    ``best``: the tests of the best value that the start allows, where it is below the bound. ``gave``: the test that
    gave ``p_value``. ``may_refuse`` and ``passes``: what it may do to the clause. ``score`` is of the composite.
    """

    verdict: str
    ruling: Ruling
    why: tuple[str, ...] = ()
    worse: int = 0
    tied: int = 0
    better: int = 0
    others: int | None = None
    left_out: Sequence[Counted] = ()
    counted_in: Sequence[Counted] = ()
    best: Sequence[Counted] = ()
    gave: Counted | None = None
    p_value: Fraction | None = None
    p_value_not: Fraction | None = None
    mean: Fraction | None = None
    mean_says: bool = False
    median: Fraction | None = None
    line: Fraction | None = None
    score: Fraction | None = None
    may_refuse: bool = False
    passes: bool = False

    @property
    def enough(self) -> bool:
        return self.verdict in TESTED

    def surely_below(self, p: Fraction) -> bool:
        """Even if every one of the others that the panel does not know were worse."""
        known = self.worse + self.tied + self.better
        return bool(self.others) and Fraction(self.worse + self.tied + self.others - known, self.others) < p


def word(
    tests: Sequence[Counted], p: Fraction, at_bound: bool, p_of_best: Fraction | None, start: Ruling
) -> tuple[str, tuple[str, ...]]:
    """The first that applies of what there is to say once there are enough peers, with its reasons."""
    if all(within_alpha(test.p_value) for test in tests):
        return "leading", ()
    if at_bound:
        return "no_discrimination", ("at_ceiling",)
    if within_alpha(p_of_best) and start == "accepted":
        return "no_discrimination", ("no_room",)
    if within_alpha(p_of_best) and start == "open":
        return "undecided", ("start_unproven",)
    if all(within_alpha(test.p_value_not) for test in tests):
        return "not_leading", ()
    some_speak = any(within_alpha(test.p_value) or within_alpha(test.p_value_not) for test in tests)
    return "undecided", (leaning(gave_p_value(tests), p), *(["group"] if some_speak else []))


def within_alpha(p_value: Fraction | None) -> bool:
    return p_value is not None and p_value <= ALPHA


def gave_p_value(tests: Sequence[Counted]) -> Counted:
    """The test with the largest p_value, as rounded by section 7, or with none: the first of several."""
    return max(tests, key=lambda test: 2 if test.p_value is None else round(test.p_value, 15))


def leaning(test: Counted, p: Fraction) -> str:
    if Fraction(test.worse, test.n) >= p:
        return "leans_leading"
    return "tied_on_line" if Fraction(test.not_better, test.n) >= p else "leans_not_leading"


@dataclass(frozen=True)
class Case:
    """A candidate held against a panel. ``size`` and ``groups`` of its industry are what the register counts in all."""

    rows: Sequence[Record]
    industry: str
    credit_code: str
    group: str | None
    values: Mapping[str, Stated]
    size: int | None
    groups: int | None
    group_ruling: Ruling
    year: int

    @cached_property
    def family(self) -> dict[str, str]:
        return families(self.rows, self.credit_code, self.group if self.group_ruling == "accepted" else None)

    @cached_property
    def cells(self) -> dict[str, list[Record]]:
        """The records of the industry on policy's basis, by KPI."""
        cells: dict[str, list[Record]] = {}
        for row in self.rows:
            if row.industry == self.industry and (row.kpi not in TWO_BASES or row.basis == "relative"):
                cells.setdefault(row.kpi, []).append(row)
        return cells

    @cached_property
    def siblings(self) -> set[str]:
        """The other enterprises of the candidate's group in the panel, of its industry."""
        here = {row.credit_code for row in self.rows if row.industry == self.industry} - {self.credit_code}
        return {code for code in here if self.family[code] == self.family[self.credit_code]}

    def peers(self, kpi: str) -> Peers:
        others = [row for row in self.cells.get(kpi, []) if row.credit_code != self.credit_code]
        return Peers(
            [row for row in others if row.credit_code not in self.siblings],
            [row for row in others if row.credit_code in self.siblings],
            len(self.siblings),
            self.family,
            None if self.size is None else self.size - 1 - len(self.siblings),
            None if self.groups is None else self.groups - 1,
            self.year,
        )

    def kpi(self, kpi: str, p: Fraction) -> Twin:
        stated, peers = self.values[kpi], self.peers(kpi)
        if stated.settled:
            return Twin(stated.settled, stated.ruling)
        left_out, counted_in = peers.left_out(stated.value, p), peers.counted_in(stated.value, p)
        tests, at_bound = [*left_out, *counted_in], stated.value == UPPER_BOUND.get(kpi)
        gave = gave_p_value(tests)
        best: list[Counted] = []
        if stated.best is not None and stated.best < UPPER_BOUND.get(kpi, inf):
            best = [*peers.left_out(stated.best, p), *peers.counted_in(stated.best, p)]
        p_of_best = largest(counted.p_value_not for counted in best)
        enough = all(item.n >= smallest_n(p, item.population) for item in left_out)
        verdict, why = word(tests, p, at_bound, p_of_best, stated.ruling) if enough else ("too_few_peers", ())
        passes = verdict == "leading" or "at_ceiling" in why
        if "no_room" in why and p_of_best is not None:
            passes = p_of_best <= ALPHA - min(size_of_test(item.n, p, item.population) for item in left_out)
        records, values = left_out[0], [Fraction(str(row.value)) for row in peers.alone]
        mean = sum(values) / len(values) if values else None
        return Twin(
            verdict,
            stated.ruling,
            why,
            worse=records.worse,
            tied=records.not_better - records.worse,
            better=records.n - records.not_better,
            others=peers.size,
            left_out=left_out,
            counted_in=counted_in,
            best=best,
            gave=gave,
            p_value=largest(test.p_value for test in tests),
            p_value_not=largest(test.p_value_not for test in tests),
            mean=mean,
            mean_says=mean is not None and Fraction(str(stated.value)) > mean,
            median=quantile(values, Fraction(1, 2)) if values else None,
            line=quantile(values, p) if values else None,
            score=self.score(kpi),
            may_refuse=enough and not at_bound and not (within_alpha(p_of_best) and stated.ruling != "refused"),
            passes=passes,
        )

    def score(self, kpi: str) -> Fraction:
        """Section 4: its place in the reference set with everyone in, the siblings too, and itself once."""
        value = self.values[kpi].value
        others = [row for row in self.cells.get(kpi, []) if row.credit_code != self.credit_code]
        worse, tied = sum(row.value < value for row in others), sum(row.value == value for row in others)
        return (worse + Fraction(tied + 1, 2)) / (len(others) + 1)


# Section 4: the clause, the list, and what is shown of several at once.


@dataclass(frozen=True)
class Rule:
    """What policy says of the clause. ``may_leave``: the main KPIs that "not applicable" may take out of it."""

    main: Sequence[str]
    may_leave: Collection[str] = ()
    official: bool = False
    at_least: int = 0

    def lets_leave(self, code: str, twin: Twin) -> bool:
        return twin.verdict == "not_applicable" and code in self.may_leave and twin.ruling != "refused"

    def left_out(self, code: str, twin: Twin) -> bool:
        """Of the composite: also what policy does not let leave, once a reviewer accepted it."""
        accepted = twin.verdict == "not_applicable" and twin.ruling == "accepted"
        return accepted or self.lets_leave(code, twin)


def clause(main: Mapping[str, Twin], rule: Rule, p: Fraction) -> tuple[str, set[Named]]:
    """The word and its reasons, each with the KPI that it names."""
    rest = {code: twin for code, twin in main.items() if not rule.lets_leave(code, twin)}
    if len(rest) < COVERAGE * len(main):
        return "withheld", {("coverage_low", None)}
    needed = min(rule.at_least, len(rest)) or len(rest)

    enough_to_refuse = len(rest) - needed + 1
    against = {code: _against(twin) for code, twin in rest.items()}
    if shown_of(list(against.values())) >= enough_to_refuse:
        within = [item for place, item in enumerate(sorted(against.values()), 1) if len(rest) * item <= ALPHA * place]
        named = [code for code, item in against.items() if item <= within[-1]]
        surely = sum(rest[code].surely_below(p) for code in named) >= enough_to_refuse
        beside = set() if rule.official or surely else {("not_official_no_refusal", None)}
        return "not_met", {("smallest_p", code) for code in named} | beside

    shown = shown_of(supports(rest.values()))
    leading = sum(twin.verdict == "leading" for twin in rest.values())
    blocking = {(_blocker(twin), code) for code, twin in rest.items() if not twin.passes}
    if rule.at_least and shown >= needed:
        return "met", {("enough_lead", None)}
    if not rule.at_least and not blocking and leading >= COVERAGE * len(main):
        return "met", {("all_pass", None)}

    if sum(twin.verdict in TESTED for twin in rest.values()) < COVERAGE * len(rest):
        return "withheld", {("tested_low", None)}
    if rule.at_least:
        return "undecided", {("too_few_lead", None)}
    flat = {("blocked_no_discrimination", code) for code, twin in rest.items() if twin.verdict == "no_discrimination"}
    return "undecided", blocking or flat


def _against(twin: Twin) -> Fraction:
    """Its p-value for refusing the clause: who cannot lead, for a ceiling or a start, refuses nothing."""
    return twin.p_value_not if twin.may_refuse and twin.p_value_not is not None else Fraction(1)


def _blocker(twin: Twin) -> str:
    return "blocked_no_room" if twin.why == ("no_room",) else f"blocked_{twin.verdict}"


def supports(twins: Iterable[Twin]) -> list[Fraction]:
    """What each has for leading: its p-value, above alpha where it only passes, and 1 where it was not tested."""
    return [twin.p_value if twin.enough and twin.p_value is not None else Fraction(1) for twin in twins]


def simes(p_values: Collection[Fraction]) -> Fraction:
    """The p-value of "each of these is so by chance"."""
    return min(len(p_values) * p_value / place for place, p_value in enumerate(sorted(p_values), 1))


def at_least_p(p_values: Sequence[Fraction], least: int) -> Fraction:
    """The p-value of "at least so many are more than chance": were it fewer, some subset so large were chance."""
    sizes = range(len(p_values) - least + 1, len(p_values) + 1)
    return max(simes(subset) for size in sizes for subset in combinations(p_values, size))


def shown_of(p_values: Sequence[Fraction]) -> int:
    """How many are shown all at once, by closed testing: every subset that leaves fewer is rejected."""
    shown = 0
    while shown < len(p_values) and at_least_p(p_values, shown + 1) <= ALPHA:
        shown += 1
    return shown


def benjamini_hochberg(p_values: Mapping[str, Fraction]) -> set[str]:
    """The list: up to the last whose p-value is within its share of alpha."""
    ordered = sorted(p_values.values())
    within = [fraction for place, fraction in enumerate(ordered, 1) if fraction <= ALPHA * place / len(ordered)]
    return {code for code, p_value in p_values.items() if within and p_value <= within[-1]}


def holm(p_values: Iterable[Fraction]) -> int:
    """How many are rejected, from the smallest on, each held against alpha shared by those that are left."""
    ordered, rejected = sorted(p_values), 0
    while rejected < len(ordered) and ordered[rejected] * (len(ordered) - rejected) <= ALPHA:
        rejected += 1
    return rejected
