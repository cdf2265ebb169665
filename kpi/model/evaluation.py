"""The engine's answer, and the baseline it was given by. Undefined numbers are NaN with a reason, none is rounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from math import nan
from typing import Literal

from kpi.model.application import Application, Basis, CellReference, ValueState
from kpi.model.representation import Representation

# The baseline that an answer is based on.


Provenance = Literal["official", "panel", "illustrative"]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A frozen baseline. ``sha256`` is of its canonical content, not of the files sent.

    ``groups_sha256`` is of the register of groups as sent, None where the panel alone says who belongs together.
    """

    name: str
    region: str
    year: int
    provenance: Provenance
    sha256: str
    source: str
    original_sha256: str
    imported_at: datetime
    shipped: bool
    groups_sha256: str | None = None

    @property
    def illustrative(self) -> bool:
        return self.provenance == "illustrative"


MethodVersion = Literal[1, 2, 3]
"""Which version of the method decided: ``docs/method.md`` 8."""

Verdict = Literal[
    "not_reported",
    "not_applicable",
    "basis_mismatch",
    "too_few_peers",
    "leading",
    "no_discrimination",
    "not_leading",
    "undecided",
]
ClauseVerdict = Literal["met", "not_met", "undecided", "withheld"]
RuleState = Literal["ok", "fails", "unknown"]


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason for a verdict; texts: ``reason.<code>`` in ``data/text``."""

    code: str
    params: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Peers:
    """The peers a value was compared with. ``industry_size`` is N: the *other* enterprises, None if unknown."""

    region: str
    industry: str
    n: int
    industry_size: int | None


@dataclass(frozen=True, slots=True)
class Percentile:
    """Shares of the peers, 0..1: strictly beaten, mid-rank, and the two one-sided bounds at the policy's confidence."""

    strict: float
    mid: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class TestedCounts:
    """What one exact test counted: all records, or one record a group (``docs/method.md`` 3).

    ``worse`` is k, ``not_better`` k + e. ``population`` is N for ``records`` and G for ``groups``, None where unknown.
    A group's record is its chosen one; before version 3 its best for ``worse`` and its worst for ``not_better``.
    """

    unit: Literal["records", "groups"]
    worse: int
    not_better: int
    n: int
    population: int | None


@dataclass(frozen=True, slots=True)
class TestResult:
    """What the exact test says of one count: of the peers, or of the peers with the siblings among them."""

    tested: TestedCounts
    p_value: float
    p_value_not: float

    def content(self) -> dict[str, str | float | None]:
        """As answers and sealed records have it."""
        return asdict(self.tested) | {"p_value": self.p_value, "p_value_not": self.p_value_not}


@dataclass(frozen=True, slots=True)
class KpiEvaluation:
    """Where one KPI stands among its peers, exactly. Counts are of records.

    ``tests`` are all that a word must hold by; the p-values are the largest of them, and ``tested`` is what the one
    counted that gave ``p_value``. ``room_tests`` are those of the best value that the stated start allows. Before
    version 3 of the method there are neither. ``mean_place`` is the share of the peers at or below their mean, 0..1.
    """

    code: str
    state: ValueState
    value: float
    basis: Basis | None
    cell: CellReference | None
    peers: Peers
    worse: int
    tied: int
    better: int
    percentile: Percentile
    tested: TestedCounts
    p_value: float
    p_value_not: float
    p_value_median: float
    gamma: float
    mean: float
    median: float
    leading_line: float
    gap_to_line: float
    verdict: Verdict
    reasons: tuple[Reason, ...]
    main: bool
    mean_place: float = nan
    tests: tuple[TestResult, ...] = ()
    room_tests: tuple[TestResult, ...] = ()
    at_ceiling: bool = False


@dataclass(frozen=True, slots=True)
class GroupScore:
    """A KPI group's composite score, 0..1: for ordering and display, never a verdict. ``highest``: blanks as 1."""

    code: str
    score: float
    highest: float
    leading: int
    reported: int


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """The notice's clause on main technical-economic indicators, as interpreted by the policy in force.

    ``at_least_main``: so many main KPIs at least are leading, stated of all at once at the policy's confidence.
    """

    verdict: ClauseVerdict
    coverage: float
    expected_power: float
    conditional: bool
    reasons: tuple[Reason, ...]
    at_least_main: int = 0


@dataclass(frozen=True, slots=True)
class SensitivityRow:
    """The clause under another interpretation: another leading quantile, or "at least u of m main KPIs"."""

    rule: Literal["quantile", "at_least"]
    leading_quantile: float
    at_least: int | None
    of: int
    p_value: float
    verdict: ClauseVerdict


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One condition of the notice, and whether what is known so far meets it.

    ``evidence`` is the document the enterprise named, where it has stated the condition.
    """

    rule: str
    source: str
    state: RuleState
    why: Reason
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class PolicyUsed:
    """The policy values an answer was decided with. ``may_leave``: main KPIs that leave as "not applicable"."""

    in_force_from: date
    leading_quantile: float
    confidence: float
    main_kpis: tuple[str, ...]
    reference: str
    clause_coverage: float
    clause_at_least: int
    may_leave: tuple[str, ...]


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Evaluation:
    """One factory's evaluation: pages, charts, reports, JSON and command line all draw from this.

    ``method`` is the version of the method that decided (``docs/method.md`` 8). ``representation``: of the peers, None
    where nobody counted; nothing is decided by it.
    """

    application: Application
    as_of: date
    baseline: Baseline
    policy: PolicyUsed
    kpis: tuple[KpiEvaluation, ...]
    groups: tuple[GroupScore, ...]
    clause: ClauseResult
    leading_list: tuple[str, ...]
    at_least_leading: int
    sensitivity: tuple[SensitivityRow, ...]
    eligibility: tuple[RuleResult, ...]
    method: MethodVersion
    representation: Representation | None = None

    def kpi(self, code: str) -> KpiEvaluation:
        return next(answer for answer in self.kpis if answer.code == code)
