"""Which words of locked applications would be others: by another policy, or against another baseline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kpi.model.evaluation import ClauseVerdict, Evaluation, Verdict


@dataclass(frozen=True, slots=True)
class ChangedVerdict:
    """A KPI's word that would be another. ``n`` is the number of peers, ``line`` the leading line, before and after."""

    credit_code: str
    factory: str
    kpi: str
    before: Verdict
    after: Verdict
    n: tuple[int, int]
    line: tuple[float, float]


@dataclass(frozen=True, slots=True)
class ChangedClause:
    """A clause's word that would be another."""

    credit_code: str
    factory: str
    before: ClauseVerdict
    after: ClauseVerdict


@dataclass(frozen=True, slots=True)
class ChangedWords:
    """All that would be others, in the order of the applications."""

    clauses: tuple[ChangedClause, ...] = ()
    verdicts: tuple[ChangedVerdict, ...] = ()

    @property
    def applications(self) -> int:
        """How many applications would have any other word."""
        return len({one.credit_code for one in self.clauses} | {one.credit_code for one in self.verdicts})


def changed_words(before: Sequence[Evaluation], after: Sequence[Evaluation]) -> ChangedWords:
    """``before`` and ``after`` are of the same applications in the same order."""
    pairs = list(zip(before, after, strict=True))
    return ChangedWords(tuple(_clauses(pairs)), tuple(_verdicts(pairs)))


def _clauses(pairs: Sequence[tuple[Evaluation, Evaluation]]) -> Iterator[ChangedClause]:
    for old, new in pairs:
        if old.clause.verdict != new.clause.verdict:
            yield ChangedClause(*_factory(old), old.clause.verdict, new.clause.verdict)


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
                )


def _factory(answer: Evaluation) -> tuple[str, str]:
    application = answer.application
    return application.credit_code, application.text("factory_name") or application.text("enterprise") or ""
