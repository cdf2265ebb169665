"""What reviewers found of evidence, what they asked and what was answered. Reached through a factory in reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kpi.model.claims import Enquiry, EnquiryAnswer, EnquiryWithdrawal, EvidenceFinding
from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import SqlRow, insert, query_rows

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
    insert(
        cursor,
        "evidence_finding",
        credit_code=credit_code,
        year=year,
        kpi=given.kpi,
        reported=given.reported,
        finding=given.finding,
        note=given.note,
        found_by=given.by,
        found_at=given.at,
    )


def add_enquiry(cursor: Cursor, asked: Enquiry) -> None:
    """The question alone: its answers come later."""
    insert(
        cursor,
        "enquiry",
        id=asked.id,
        credit_code=asked.credit_code,
        year=asked.year,
        kpi=asked.kpi,
        question=asked.question,
        asked_by=asked.by,
        asked_at=asked.at,
    )


def withdraw_enquiry(cursor: Cursor, enquiry: str, taken_back: EnquiryWithdrawal) -> None:
    insert(
        cursor,
        "enquiry_withdrawal",
        enquiry=enquiry,
        reason=taken_back.reason,
        withdrawn_by=taken_back.by,
        withdrawn_at=taken_back.at,
    )


def add_enquiry_answer(cursor: Cursor, enquiry: str, given: EnquiryAnswer) -> None:
    insert(
        cursor,
        "enquiry_answer",
        enquiry=enquiry,
        answer=given.answer,
        upload=given.upload,
        answered_by=given.by,
        answered_at=given.at,
    )
