"""What reviewers found of evidence, what they asked and what was answered. Reached through a factory in reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kpi.model.claims import Enquiry, EnquiryAnswer, EnquiryWithdrawal, EvidenceFinding
from kpi.model.times import from_stored
from kpi.queries.sql_runner import SqlRow, query_rows
from kpi.store.cursor import Cursor


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
