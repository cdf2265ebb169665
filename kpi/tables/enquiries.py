"""What reviewers found of evidence, what they asked and what was answered. Reached through a factory in reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kpi.model.claims import Enquiry, EnquiryAnswer, EnquiryWithdrawal, EvidenceFinding
from kpi.model.times import from_stored, to_stored
from kpi.store.cursor import Cursor
from kpi.tables.sql_runner import SqlRow, query_rows

# What reviewers found of evidence, what they asked and what was answered. Reached through a factory in reach.


def evidence_findings(cursor: Cursor, credit_code: str, year: int) -> list[EvidenceFinding]:
    """The earliest first. The caller reached the candidate before."""
    return [
        EvidenceFinding(
            row["kpi"], row["reported"], row["finding"], row["note"], row["found_by"], from_stored(row["found_at"])
        )
        for row in query_rows(cursor, "evidence_findings", {"credit_code": credit_code, "year": year})
    ]


def enquiries(cursor: Cursor, credit_codes: Sequence[str], year: int | None = None) -> list[Enquiry]:
    """Questions with their answers, the earliest first. The caller reached the factories before, or owns them."""
    asked = {"own": list(credit_codes), "year": year}
    answers: dict[str, list[EnquiryAnswer]] = defaultdict(list)
    for row in query_rows(cursor, "enquiry_answers", asked):
        given = EnquiryAnswer(row["answer"], row["upload"], row["answered_by"], from_stored(row["answered_at"]))
        answers[row["enquiry"]].append(given)
    return [
        Enquiry(
            row["id"],
            row["credit_code"],
            row["year"],
            row["kpi"],
            row["question"],
            row["asked_by"],
            from_stored(row["asked_at"]),
            tuple(answers[row["id"]]),
            _withdrawal(row),
        )
        for row in query_rows(cursor, "enquiries", asked)
    ]


def _withdrawal(row: SqlRow) -> EnquiryWithdrawal | None:
    if row["withdrawn_at"] is None:
        return None
    return EnquiryWithdrawal(row["withdrawn_because"], row["withdrawn_by"], from_stored(row["withdrawn_at"]))


# What reviewers found of evidence, their questions to enterprises, and the answers. Only ever added to.


def add_evidence_finding(cursor: Cursor, credit_code: str, year: int, given: EvidenceFinding) -> None:
    cursor.execute(
        "insert into evidence_finding values ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            credit_code,
            year,
            given.kpi,
            given.reported,
            given.finding,
            given.note,
            given.by,
            to_stored(given.at),
        ],
    )


def add_enquiry(cursor: Cursor, asked: Enquiry) -> None:
    """The question alone: its answers come later."""
    cursor.execute(
        "insert into enquiry values ($1, $2, $3, $4, $5, $6, $7)",
        [asked.id, asked.credit_code, asked.year, asked.kpi, asked.question, asked.by, to_stored(asked.at)],
    )


def withdraw_enquiry(cursor: Cursor, enquiry: str, taken_back: EnquiryWithdrawal) -> None:
    cursor.execute(
        "insert into enquiry_withdrawal values ($1, $2, $3, $4)",
        [enquiry, taken_back.reason, taken_back.by, to_stored(taken_back.at)],
    )


def add_enquiry_answer(cursor: Cursor, enquiry: str, given: EnquiryAnswer) -> None:
    cursor.execute(
        "insert into enquiry_answer values ($1, $2, $3, $4, $5)",
        [enquiry, given.answer, given.upload, given.by, to_stored(given.at)],
    )
