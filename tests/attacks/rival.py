"""A rival: enterprises with accounts of their own, and everything that the services ever answer to them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from kpi import tables
from kpi.benchmark.evaluation import evaluate_all
from kpi.errors import UserError
from kpi.i18n import problem_message
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.form.answer_sheet import sheet_items
from kpi.model.application import Application
from kpi.model.claims import GROUP_ITEM, ClaimKey, Rulings
from kpi.model.evaluation import Evaluation
from kpi.model.publication import EnterpriseView, PublishedCell
from kpi.model.viewer import Viewer
from kpi.policy.load import policies
from kpi.reports.as_json import enterprise_json, problem_json
from kpi.services.conditions import own_checklists
from kpi.services.enterprise.lock import own_results, own_stages, receipt, reopen_application
from kpi.services.enterprise.sheets import (
    SheetEdit,
    create_sheet,
    edit_sheet,
    own_sheet,
    own_sheets,
    plausibility_warnings,
    sheet_changes,
)
from kpi.services.enterprise.uploads import receive_file
from kpi.services.enterprise.what_if import WhatIf, what_if
from kpi.services.evaluation import evaluation_context
from kpi.store.store import Store
from tests.benchmark.panels import CODES, HOME_REGION, INDUSTRY, TWO_BASES, Record, credit_code, records, seeded
from tests.services.sample_store import AT
from tests.services.submitting import lock_as_it_stands

YEAR = 2025
WHOLE = ("K05", "K21")
POLICY = policies().of_year(YEAR)
RIVALS = tuple(credit_code(8_100_001 + place) for place in range(6))
OWN_STATE = {"not_reported", "not_applicable", "basis_mismatch"}
Values = Mapping[str, float | str]


def planted(n: int = 30, industry: str = INDUSTRY, first: int = 1, seed: str = "planted") -> list[Record]:
    """A panel whose values nobody can mistake: 37.41287, and 41287 where values are whole."""
    draw = seeded(f"{seed} {industry} {n}")

    def value(code: str) -> float:
        tail = draw.randrange(100) * 10 + draw.choice((1, 3, 7, 9))
        return float(41_000 + tail) if code in WHOLE else float(f"{draw.randrange(4, 70)}.41{tail:03d}")

    return records({code: [value(code) for _ in range(n)] for code in CODES}, industry=industry, first=first)


def of(rows: list[Record], code: str, industry: str = INDUSTRY) -> list[float]:
    """The panel's values of one KPI, ascending."""
    return sorted(row.value for row in rows if (row.kpi, row.industry) == (code, industry))


def answer_sheet(code: str, values: Values, year: int = YEAR, **facts: str) -> bytes:
    """An enterprise's file. A value is a number, or text of up to five fields: ``5|points`` or ``|relative|40|50``."""
    reported: dict[str, list[str]] = {item: ["", "", "", "", ""] for item in sheet_items()}
    named = {"credit_code": code, "year": str(year), "industry": INDUSTRY, "enterprise": "演示企业900（虚构）"} | facts
    for item, fact in named.items():
        reported[item][0] = fact
    for kpi, value in values.items():
        reported[kpi] = fields_of(kpi, value)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["item", *ANSWER_FIELDS])
    writer.writerows([item, *row] for item, row in reported.items())
    return out.getvalue().encode("utf-8-sig")


def fields_of(kpi: str, value: float | str) -> list[str]:
    text = value if isinstance(value, str) else f"{value:.10g}|{'relative' if kpi in TWO_BASES else ''}"
    return [*text.split("|"), "", "", "", "", ""][:5]


@dataclass
class Rival:
    """One account. ``asked`` counts what it put to the product."""

    store: Store
    viewer: Viewer
    asked: int = 0

    @classmethod
    def with_account(cls, store: Store, code: str, account: str = "rival") -> Rival:
        return cls(store, Viewer(account, "演示企业900（虚构）", "enterprise", (code,)))

    @property
    def code(self) -> str:
        return self.viewer.scope[0]

    def hand_in(self, values: Values, year: int = YEAR, **facts: str) -> None:
        self.asked += 1
        sent = receive_file(self.store, self.viewer, "own.csv", answer_sheet(self.code, values, year, **facts), AT)
        create_sheet(self.store, self.viewer, sent, 0, self.code, year, AT)

    def change(self, values: Values, year: int = YEAR, **facts: str) -> None:
        """On the page, in the sheet."""
        self.asked += 1
        edits = [SheetEdit(fact, "value", text) for fact, text in facts.items()]
        for kpi, value in values.items():
            edits += [
                SheetEdit(kpi, name, text) for name, text in zip(ANSWER_FIELDS, fields_of(kpi, value), strict=True)
            ]
        version = own_sheet(self.store, self.viewer, self.code, year).version
        try:
            edit_sheet(self.store, self.viewer, self.code, year, version, edits, at=AT)
        except UserError as error:
            if error.code != "nothing_changed":  # the same values once more: the page says so, and keeps nothing
                raise

    def lock(self, year: int = YEAR) -> None:
        lock_as_it_stands(self.store, self.viewer, self.code, year)

    def reopen(self, year: int = YEAR) -> None:
        reopen_application(self.store, self.viewer, self.code, year, "填错")

    def result(self, year: int = YEAR) -> EnterpriseView:
        found = [
            own_result.answer
            for own_result in own_results(self.store, self.viewer)
            if own_result.answer.application.year == year
        ]
        assert len(found) == 1
        return found[0]

    def what_if(self, moves: Mapping[str, float], year: int = YEAR) -> WhatIf:
        self.asked += 1
        return what_if(self.store, self.viewer, self.result(year), moves, AT)

    def words(self, year: int = YEAR) -> dict[str, tuple[float, str]]:
        """Released words that say something of others: by KPI, with the value that they were given for."""
        answer = self.result(year)
        reported = {kpi.code: (kpi.value, kpi.verdict) for kpi in answer.kpis if kpi.verdict not in (None, *OWN_STATE)}
        return reported | ({"clause": (0.0, answer.clause)} if answer.clause else {})

    def shown(self) -> dict[str, str]:
        """Everything, as text; what is new at every run, times and numbers of uploads, left out."""
        store, viewer = self.store, self.viewer
        results, sheets = own_results(store, viewer), own_sheets(store, viewer)
        years = [sheet.year for sheet in sheets]
        return {
            "results": repr([_json(enterprise_json(found.answer, lang)) for found in results for lang in ("zh", "en")]),
            "answers": repr([(result.answer, result.locked_at is None) for result in results]),
            "ways": repr([what_if(store, viewer, result.answer, {}, AT) for result in results]),
            "second look": _problems([plausibility_warnings(store, viewer, sheet) for sheet in sheets]),
            "sheets": _problems([sheet.reading.problems for sheet in sheets]) + repr([sheet.rows for sheet in sheets]),
            "changes": repr([sheet_changes(store, viewer, self.code, year) for year in years]),
            "checklists": repr([(own.rules, own.known, own.tiers()) for own in own_checklists(store, viewer)]),
            "steps": repr([(stage.year, stage.state, stage.note) for stage in own_stages(store, viewer)]),
            "receipts": repr([receipt(store, viewer, self.code, result.answer.application.year).text
                              for result in results if result.locked_at]),
        }  # fmt: skip


def _json(reported: Any) -> str:
    return json.dumps(reported, ensure_ascii=False, sort_keys=True)


def _problems(found: Any) -> str:
    reported = [
        [_json(problem_json(problem, lang)) for problem in problems for lang in ("zh", "en")] for problems in found
    ]
    assert all(problem_message(problem, "en") for problems in found for problem in problems)
    return repr(reported)


def counted(store: Store, applications: list[Application], baseline: str | None = None) -> list[Evaluation]:
    """The authority's view of any number of applications: where the attacks must succeed. Claimed groups count."""
    accepted = Rulings({ClaimKey("group", GROUP_ITEM): "accepted"})
    with store.cursor() as cursor:
        on = evaluation_context(cursor, YEAR, baseline)
        rulings = [accepted] * len(applications)
        return evaluate_all(cursor, applications, on.baseline, on.policy, on.as_of, rulings)


def table(store: Store, baseline: str, industry: str = INDUSTRY) -> dict[str, PublishedCell]:
    """What is published of an industry, by KPI code."""
    with store.cursor() as cursor:
        return tables.baselines.published_table(cursor, baseline, HOME_REGION, industry)


@dataclass
class Search:
    """Where does a signal change along a KPI's values? Bisection, one question at a time."""

    low: float
    high: float
    fineness: float
    known: dict[float, Hashable] = field(default_factory=dict)

    def next(self) -> float | None:
        """The value to ask about: the ends, the middle of the narrowest step not yet fine, else of the widest gap."""
        for end in (self.low, self.high):
            if end not in self.known:
                return end
        gaps = [(high - low, low, high) for low, high in pairwise(sorted(self.known)) if high - low > self.fineness]
        steps = [gap for gap in gaps if self.known[gap[1]] != self.known[gap[2]]]
        if not gaps:
            return None
        _, low, high = min(steps) if steps else max(gaps)
        return round((low + high) / 2, 4)

    def steps(self) -> list[float]:
        """What the attacker takes for somebody's value: the middles of narrow steps."""
        return [
            (low + high) / 2
            for low, high in pairwise(sorted(self.known))
            if high - low <= self.fineness and self.known[low] != self.known[high]
        ]


Ask = Callable[[dict[str, float]], Mapping[str, Hashable]]


def bisect(ask: Ask, questions: int, fineness: float = 0.1) -> dict[str, list[float]]:
    """All KPIs of one scale searched at once: what is taken for somebody's value, by KPI."""
    searches = {code: Search(0.0, 100.0, fineness) for code in CODES if code not in (*TWO_BASES, *WHOLE)}
    for _ in range(questions):
        asked = {code: at for code, search in searches.items() if (at := search.next()) is not None}
        if not asked:
            break
        for code, signal in ask(asked).items():
            if code in asked:
                searches[code].known[asked[code]] = signal
    return {code: search.steps() for code, search in searches.items()}


def read_back(found: Mapping[str, list[float]], rows: list[Record], fineness: float = 0.1) -> int:
    """How many peers' values were found, to within the fineness."""
    return sum(any(abs(value - item) <= fineness for item in found[code]) for code in found for value in of(rows, code))
