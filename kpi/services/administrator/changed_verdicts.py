"""Which words of locked applications would be others: by another policy, or against another baseline."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from math import isfinite
from typing import Literal

from kpi.model.evaluation import ClauseVerdict, Evaluation, KpiEvaluation, PolicyUsed, Verdict

ChangeReason = Literal[
    "too_few",
    "enough",
    "need_rose",
    "need_fell",
    "line_rose",
    "line_fell",
    "fewer_peers",
    "more_peers",
    "leading_quantile",
    "confidence",
    "basis",
    "place",
    "rule",
]
"""Texts: ``changed_because.<reason>``. ``need_rose``, ``need_fell``: as many peers, and the rule asks for another
number. ``place``: the values around the own moved. ``rule``: the peers are the same, and so is all that has a reason.
"""


@dataclass(frozen=True, slots=True)
class ChangedVerdict:
    """A KPI's word that would be another, and why: all that moved.

    ``n`` is the number of peers, ``line`` the leading line, before and after: of the authority's own answers.
    """

    credit_code: str
    factory: str
    kpi: str
    before: Verdict
    after: Verdict
    n: tuple[int, int]
    line: tuple[float, float]
    why: tuple[ChangeReason, ...]


@dataclass(frozen=True, slots=True)
class ChangedClause:
    """A clause's word that would be another; ``why``: the main KPIs whose own word would be another.

    ``rules``: what of the policy is another for this application, by the names of ``PolicyUsed``; ``method`` beside.
    With neither it is the peers of words that stay.
    """

    credit_code: str
    factory: str
    before: ClauseVerdict
    after: ClauseVerdict
    why: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangedWords:
    """All that would be others, in the order of the applications."""

    clauses: tuple[ChangedClause, ...] = ()
    verdicts: tuple[ChangedVerdict, ...] = ()

    @property
    def applications(self) -> int:
        """How many applications would have any other word."""
        return len({clause.credit_code for clause in self.clauses} | {verdict.credit_code for verdict in self.verdicts})


SAID_BESIDE = ("in_force_from", "reference")
"""Of ``PolicyUsed`` what decides nothing."""


def changed_words(before: Sequence[Evaluation], after: Sequence[Evaluation]) -> ChangedWords:
    """``before`` and ``after`` are of the same applications in the same order."""
    pairs = list(zip(before, after, strict=True))
    return ChangedWords(tuple(_clauses(pairs)), tuple(_verdicts(pairs)))


def _clauses(pairs: Sequence[tuple[Evaluation, Evaluation]]) -> Iterator[ChangedClause]:
    for old, new in pairs:
        if old.clause.verdict != new.clause.verdict:
            changed = (
                kpi.code
                for kpi, other in zip(old.kpis, new.kpis, strict=True)
                if kpi.verdict != other.verdict and (kpi.main or other.main)
            )
            yield ChangedClause(
                *_factory(old), old.clause.verdict, new.clause.verdict, tuple(changed), tuple(_rules(old, new))
            )


def _verdicts(pairs: Sequence[tuple[Evaluation, Evaluation]]) -> Iterator[ChangedVerdict]:
    for old, new in pairs:
        for kpi, other in zip(old.kpis, new.kpis, strict=True):
            if kpi.verdict != other.verdict:
                yield ChangedVerdict(
                    *_factory(old),
                    kpi.code,
                    kpi.verdict,
                    other.verdict,
                    n=(kpi.peers.n, other.peers.n),
                    line=(kpi.leading_line, other.leading_line),
                    why=tuple(_why(kpi, other, set(_rules(old, new))))
                    or ("rule" if old.baseline.sha256 == new.baseline.sha256 else "place",),
                )


def _rules(old: Evaluation, new: Evaluation) -> Iterator[str]:
    """What of the policy is another for this application."""
    for field in fields(PolicyUsed):
        if field.name not in SAID_BESIDE and getattr(old.policy, field.name) != getattr(new.policy, field.name):
            yield field.name
    if old.method != new.method:
        yield "method"


def _why(old: KpiEvaluation, new: KpiEvaluation, rules: Collection[str]) -> Iterator[ChangeReason]:
    before, after = (old.leading_line, old.peers.n), (new.leading_line, new.peers.n)
    if "too_few_peers" in (old.verdict, new.verdict):
        if before[1] == after[1]:
            yield "need_rose" if new.verdict == "too_few_peers" else "need_fell"
        else:
            yield "too_few" if new.verdict == "too_few_peers" else "enough"
    elif isfinite(before[0]) and isfinite(after[0]) and before[0] != after[0]:
        yield "line_rose" if after[0] > before[0] else "line_fell"
    elif "leading_quantile" in rules:
        yield "leading_quantile"
    if before[1] != after[1]:
        yield "more_peers" if after[1] > before[1] else "fewer_peers"
    if "confidence" in rules:
        yield "confidence"
    if old.basis != new.basis:
        yield "basis"


def _factory(answer: Evaluation) -> tuple[str, str]:
    application = answer.application
    return application.credit_code, application.text("factory_name") or application.text("enterprise") or ""
