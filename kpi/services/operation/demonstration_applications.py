"""The fictitious applications of a demonstration, and their verdicts."""

from __future__ import annotations

import csv
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable

from kpi import tables
from kpi.benchmark.sealed_record import seal
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import match_industry, match_scenario
from kpi.catalogue.schema import Fact
from kpi.files.workbook import column_letter
from kpi.model.application import Application, Basis, CellReference, FactValue, ReportedValue
from kpi.model.evaluation import Evaluation
from kpi.services.evaluation import evaluation_context, full_evaluations
from kpi.services.lifecycle import Move, move
from kpi.services.notices import illustrative_file
from kpi.services.unit_of_work import UnitOfWork

SENT_BY = "demonstration"
BASES: dict[str, Basis] = {"relative": "relative", "points": "points"}


def lock_demonstration_applications(change: UnitOfWork, original: str, but_not: Collection[str]) -> int:
    """Lock them, put forward some of each body's, and return their year; ``original`` is the hash of their file.

    ``but_not`` are the credit codes of those who upload their own file: that is what the demonstration is for.
    """
    cursor, at = change.cursor, change.at
    applications = [
        demonstration for demonstration in demonstration_applications() if demonstration.credit_code not in but_not
    ]
    year = applications[0].year
    on = evaluation_context(cursor, year)
    upload = uuid.uuid4().hex
    tables.applications.add_upload(cursor, upload, illustrative_file("applications").name, original, SENT_BY, at, 0)
    answers = full_evaluations(cursor, applications, on)
    for answer in answers:
        application, (record, sha256) = answer.application, seal(answer, notice=on.notice.edition)
        tables.applications.add_locked_application(
            cursor, application, upload, SENT_BY, at, on.baseline.name, record, sha256
        )
        change.audit("application_locked", f"{application.credit_code} {year}", after={"record": sha256})
    _nominate(change, answers, year)
    return year


def _nominate(change: UnitOfWork, answers: Iterable[Evaluation], year: int) -> None:
    """Each body puts half of its candidates forward; whoever fails a condition is not among them."""
    by_body = defaultdict(list)
    for answer in answers:
        by_body[answer.application.body or ""].append(answer)
    for body, candidates in by_body.items():
        eligible = [
            candidate for candidate in candidates if all(rule.state != "fails" for rule in candidate.eligibility)
        ]
        chosen = [item.application.credit_code for item in eligible[: (len(candidates) + 1) // 2]]
        tables.stages.set_nominations(change.cursor, body, year, chosen)
        move(change, [Move("demonstrate", code, year, "submitted", "put_forward") for code in chosen], by=SENT_BY)


def demonstration_applications() -> list[Application]:
    """The fictitious applications that ship, in the file's order, of industries that the notice names; what it does not
    ask for is left out.
    """
    path = illustrative_file("applications")
    with path.open(encoding="utf-8-sig") as file:
        read = csv.DictReader(file)
        letters = {name: column_letter(at) for at, name in enumerate(read.fieldnames or ())}
        return [
            _application(
                row, {name: CellReference(path.name, None, number, letter) for name, letter in letters.items()}
            )
            for number, row in enumerate(read, start=2)
            if match_industry(row["industry"])
        ]


def _application(row: dict[str, str], cells: dict[str, CellReference]) -> Application:
    facts = {fact.code: _fact(fact, row[fact.code]) for fact in catalogue().facts if row.get(fact.code)}
    return Application(facts, {kpi.code: _value(kpi.code, row, cells.get(kpi.code)) for kpi in catalogue().kpis})


def _fact(fact: Fact, text: str) -> FactValue:
    if fact.kind == "integer":
        return int(text)
    if fact.kind == "number":
        return float(text)
    if fact.kind == "list":
        return tuple(name for part in text.split(";") if match_scenario(name := part.strip()))
    return text


def _value(code: str, row: dict[str, str], cell: CellReference | None) -> ReportedValue:
    text, year = row.get(code), int(row["year"])
    if not text:
        return ReportedValue(code, "not_reported", year=year, cell=cell)
    basis: Basis | None = BASES.get(row.get(f"{code}_basis", ""))
    return ReportedValue(code, "reported", float(text), basis, year=year, cell=cell)
