"""Candidates as they are listed: from the columns and the sealed records, without reading any application."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import cast

from kpi.access.roles import Scope
from kpi.model.comparison import NO_VALUE
from kpi.model.evaluation import ClauseVerdict, Verdict
from kpi.model.lifecycle import ApplicationState
from kpi.queries.sql_runner import SqlRow, query_rows
from kpi.store.cursor import Cursor


@dataclass(frozen=True, slots=True)
class CandidateRecord:
    """One candidate by its latest sealed record; per KPI in the catalogue's order.

    ``places``: the share of peers beaten, ties half, None where nothing was placed. ``values``: what was compared, else
    None. ``not_applicable_accepted``: KPIs, by code, of which a reviewer accepted that they do not apply.
    ``leading_quantile`` is the policy's line. ``group`` is the one it claims; ``seal`` that of its latest record, which
    is against ``baseline``, whose enterprises are invented where it is ``illustrative``.
    """

    credit_code: str
    enterprise: str
    factory: str
    industry: str
    body: str
    year: int
    state: ApplicationState
    clause: ClauseVerdict
    leading: int
    leading_quantile: float
    places: tuple[float | None, ...]
    verdicts: tuple[Verdict, ...]
    values: tuple[float | None, ...]
    not_applicable_accepted: tuple[str, ...]
    group: str | None
    baseline: str
    illustrative: bool
    seal: str

    @property
    def label(self) -> str:
        """The factory's name, else its enterprise's."""
        return self.factory or self.enterprise

    @property
    def key(self) -> str:
        """As the audit trail names it: "credit_code year"."""
        return f"{self.credit_code} {self.year}"


def candidate_records(cursor: Cursor, scope: Scope) -> list[CandidateRecord]:
    """All candidates in the caller's scope, the latest year first."""
    return [_record(row) for row in query_rows(cursor, "candidate_list", scope.values())]


def _record(row: SqlRow) -> CandidateRecord:
    counts = zip(row["worse"], row["tied"], row["better"], strict=True)
    verdicts = tuple(cast("Verdict", word) for word in row["verdicts"])
    return CandidateRecord(
        credit_code=row["credit_code"],
        enterprise=row["enterprise"],
        factory=row["factory"],
        industry=row["industry"],
        body=row["body"],
        year=row["year"],
        state=row["state"],
        clause=row["clause"],
        leading=row["leading"],
        leading_quantile=row["leading_quantile"],
        places=tuple(
            (worse + tied / 2) / (worse + tied + better) if worse + tied + better else None
            for worse, tied, better in counts
        ),
        verdicts=verdicts,
        values=tuple(
            None if word in NO_VALUE else value for word, value in zip(verdicts, row["compared"], strict=True)
        ),
        not_applicable_accepted=tuple(
            item
            for kind, item, ruling in json.loads(row["rulings"])
            if (kind, ruling) == ("not_applicable", "accepted")
        ),
        group=row["own_group"],
        baseline=row["baseline"],
        illustrative=bool(row["illustrative"]),
        seal=row["seal"],
    )
