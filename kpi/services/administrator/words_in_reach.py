"""What one more peer, or a register, is worth to an industry: in words decided of the panel's own members.

Each member is held against all others, and of every word that stays open it is asked what would have decided it.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from kpi import tables
from kpi.benchmark.clause import TESTED
from kpi.benchmark.evaluation import evaluate_all
from kpi.benchmark.what_would_decide import by_data, chance_decided, register_in_use, shown_with_register
from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Application, ReportedValue
from kpi.model.evaluation import Baseline, Evaluation, KpiEvaluation
from kpi.model.times import year_end
from kpi.policy.policy import Policy
from kpi.services.authorization import reads_unscoped
from kpi.services.evaluation import newest_baseline
from kpi.services.notices import under_notice_of
from kpi.services.year import policy_of_year
from kpi.store.database import Cursor
from kpi.tables.baselines import part_of_baseline

FURTHER_PEERS = (1, 5, 10, 20)
"""So many further peers each KPI is tried with."""
REGISTER_SIZES = (1.0, 1.5, 2.0)
"""Sizes of a register that are tried, as multiples of the peers of each KPI."""
MEMBERS = 100
"""Of an industry with more members so many are asked: those with the lowest numbers, which a hash gave them."""


@dataclass(frozen=True, slots=True)
class IndustryWords:
    """One industry: ``words`` tested of so many ``members``, of which ``inconclusive`` are open.

    Of these ``by_further_peers``: as many as each of ``FURTHER_PEERS`` decides on average; ``by_register``: as many as
    a register of each of ``REGISTER_SIZES`` decides, None where the industry's register is in use.
    """

    industry: str
    members: int
    words: int
    inconclusive: int
    by_further_peers: tuple[float, ...]
    by_register: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class WordsInReach:
    """The industries of a baseline, in the catalogue's order, under the policy of its year."""

    baseline: Baseline
    policy: Policy
    industries: tuple[IndustryWords, ...]


@reads_unscoped("see_baselines")
def words_in_reach(cursor: Cursor) -> WordsInReach:
    """Of the baseline in force; seconds where it is asked for the first time. No candidate is read.

    Raises:
        UserError: no baseline is in force.
    """
    baseline = newest_baseline(cursor)
    with under_notice_of(cursor, baseline.year):
        policy = policy_of_year(cursor, baseline.year)
        return part_of_baseline(
            baseline.name,
            ("words in reach", *_decided_by(policy)),
            lambda: WordsInReach(baseline, policy, _industries(cursor, baseline, policy)),
        )


def _decided_by(policy: Policy) -> tuple[Hashable, ...]:
    """All of a policy that the word on a KPI depends on, and its day, for the policy comes with the answer."""
    bases = tuple(policy.basis(kpi.code) for kpi in catalogue().kpis)
    return policy.in_force_from, policy.leading_quantile, policy.confidence, policy.method_version, bases


def _industries(cursor: Cursor, baseline: Baseline, policy: Policy) -> tuple[IndustryWords, ...]:
    names = [industry.name.zh for industry in catalogue().industries]
    return tuple(
        _words(name, evaluate_all(cursor, members, baseline, policy, year_end(baseline.year)), policy)
        for name in names
        if (members := _members(cursor, baseline, name, policy))
    )


def _members(cursor: Cursor, baseline: Baseline, industry: str, policy: Policy) -> list[Application]:
    """The panel's records as if each enterprise had applied with them; of two bases on policy's."""
    known: dict[str, dict[str, ReportedValue]] = {}
    for record in tables.peers.first_members(cursor, baseline.name, baseline.region, industry, MEMBERS):
        basis = next((basis for basis in catalogue().kpi(record.kpi).bases if basis == record.basis), None)
        values = known.setdefault(record.credit_code, {})
        if record.kpi not in values or basis == policy.basis(record.kpi):
            values[record.kpi] = ReportedValue(record.kpi, "reported", record.value, basis)
    blanks = {kpi.code: ReportedValue(kpi.code, "not_reported") for kpi in catalogue().kpis}
    return [
        Application({"credit_code": code, "industry": industry, "year": baseline.year}, blanks | known[code])
        for code in sorted(known)
    ]


def _words(industry: str, members: Sequence[Evaluation], policy: Policy) -> IndustryWords:
    tested = [kpi for answer in members for kpi in answer.kpis if kpi.verdict in TESTED]
    open_ones = [kpi for kpi in tested if by_data(kpi)]
    line, alpha = policy.leading_quantile, policy.alpha
    in_use = bool(open_ones) and all(register_in_use(kpi) for kpi in open_ones)
    by_register = [_with_registers(kpi, policy) for kpi in open_ones]
    return IndustryWords(
        industry,
        len(members),
        len(tested),
        sum(kpi.verdict == "undecided" for kpi in tested),
        tuple(sum(chance_decided(kpi, count, line, alpha) for kpi in open_ones) for count in FURTHER_PEERS),
        None if in_use else tuple(map(sum, zip(*by_register, strict=True))) or (0,) * len(REGISTER_SIZES),
    )


def _with_registers(kpi: KpiEvaluation, policy: Policy) -> list[bool]:
    """Whether a register of each of ``REGISTER_SIZES`` would decide."""
    outside = np.array([ceil(kpi.peers.n * (size - 1)) for size in REGISTER_SIZES])
    shown = shown_with_register(kpi, policy.leading_quantile, policy.alpha, outside)
    decided: list[bool] = np.any(list(shown.values()), axis=0).tolist()
    return decided
