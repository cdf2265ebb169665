"""The policy of one day: every value that verdicts, publication and quota use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Basis
from kpi.model.language import Text
from kpi.policy.schema import Bands, Codes, Release, WhoNeedsCodes


@dataclass(frozen=True, slots=True)
class DisclosureRules:
    """What may be published of a cell (method 5)."""

    min_groups: int
    max_group_share: float
    bands: Bands
    quantile_groups: int
    quantile_groups_unbounded: int
    median_only: Codes
    p_percent: float
    rounding_divisor: int
    protection_divisor: int
    correction_groups: int
    exposing_words: Release
    exposed_peers: int
    alert_values: int
    alert_days: int
    alert_what_ifs: int


@dataclass(frozen=True, slots=True)
class QuotaRule:
    """``raised`` candidates from ``raised_from`` awards on (that number included), else ``base``; without both ``base``
    whatever the awards.

    ``reference`` is the clause that it was last stated by.
    """

    base: int
    reference: Text
    raised: int | None = None
    raised_from: int | None = None

    def of(self, awards: int) -> int:
        """How many candidates a body with this many factories of the advanced tier and above may nominate."""
        return self.base if self.raised is None or self.case(awards) != "raised" else self.raised

    def case(self, awards: int) -> Literal["flat", "base", "raised"]:
        """What of the rule applies to a body."""
        if self.raised_from is None:
            return "flat"
        return "raised" if awards >= self.raised_from else "base"


@dataclass(frozen=True, slots=True)
class RecommendationRules:
    """The points a candidate's quality is made of, what the list's parts weigh, and which alternatives are shown."""

    points_clause: int
    points_composite: int
    points_maturity: int
    points_conditions: int
    points_change: int
    points_year_on_year: int
    points_spread: int
    points_scenarios: int
    points_segments: int
    spread_kpis: Codes
    undecided: float
    weight_quality: float
    weight_industry: float
    weight_scenario: float
    near_best: float
    alternatives: int


@dataclass(frozen=True, slots=True)
class MaturityRules:
    """The two levels the notice asks of an advanced factory; both must be met, so the stricter applies."""

    annex1_advanced: int
    body_advanced: int


@dataclass(frozen=True, slots=True)
class WeightBounds:
    """How much a KPI group may weigh where a reviewer weighs them, 0..1; all groups together weigh 1."""

    lowest: float
    highest: float

    def allow(self, weight: float) -> bool:
        return self.lowest <= weight <= self.highest


@dataclass(frozen=True, slots=True)
class PolicyEntry:
    """One stored value, for the policy page: ``key`` is its path in the file."""

    key: str
    name: Text
    value: Any
    unit: Text
    reference: Text
    reason: Text
    silent: Text | None
    in_force_from: date
    repealed: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """The values in force on one day. ``reference`` is the clause that the leading line interprets.

    ``clause_at_least``: so many main KPIs must lead for the clause to be met, 0: every one.
    ``in_force_from`` is the last day on which anything changed: two answers with the same one used the same policy.
    """

    in_force_from: date
    reference: str
    leading_quantile: float
    confidence: float
    method_version: Literal[2, 3]
    average: str
    clause_coverage: float
    clause_at_least: int
    sensitivity_quantiles: tuple[float, ...]
    power_percentiles: tuple[float, ...]
    release: Release
    window_closes: date
    factory_name_hanzi: int
    contact_years: int
    duties_in_one_account: int
    duties_of_a_person: int
    people_of_an_enterprise: int
    panel_least_share: float
    second_factor: WhoNeedsCodes
    published_open: bool
    tcams_182_applied: bool
    main_by_industry: Mapping[str, Codes]
    not_applicable_by_industry: Mapping[str, Codes]
    basis_by_kpi: Mapping[str, Basis]
    disclosure: DisclosureRules
    quota: QuotaRule
    recommendation: RecommendationRules
    maturity: MaturityRules
    group_weight: WeightBounds

    @property
    def alpha(self) -> float:
        """1 - confidence as written: 0.05, where floats alone give 0.050000000000000044."""
        return float(1 - Fraction(str(self.confidence)))

    @property
    def published_quantiles(self) -> tuple[float, float]:
        """The shares of the records below the two outer numbers of a table frozen under this policy: as far from the
        one end as the leading line is from the other, and the line. As written: 0.2, where floats alone give
        0.19999999999999996.
        """
        return float(1 - Fraction(str(self.leading_quantile))), self.leading_quantile

    def window_open(self, year: int, today: date) -> bool:
        """Whether values of ``year`` can still be chosen, for a year whose dates nobody has set: until the day is over,
        and while policy has none for that year.
        """
        return self.window_closes.year < year or today <= self.window_closes

    def main_kpis(self, industry: str) -> Codes:
        """The main technical-economic indicators of an industry, by exact Chinese name or code (else KeyError)."""
        return self.main_by_industry[catalogue().industry(industry).code]

    def not_applicable_allowed(self, industry: str) -> Codes:
        """The main KPIs that an accepted "不适用" may exclude from the clause."""
        return self.not_applicable_by_industry[catalogue().industry(industry).code]

    def basis(self, code: str) -> Basis | None:
        """The one basis on which a change of a share is compared; None for a KPI with only one basis."""
        return self.basis_by_kpi.get(code)
