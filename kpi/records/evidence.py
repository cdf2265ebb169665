"""What reviewers found of evidence, their questions to enterprises, and the answers. Only ever added to."""

from __future__ import annotations

from kpi.model.claims import Enquiry, EnquiryAnswer, EnquiryWithdrawal, EvidenceFinding
from kpi.model.times import to_stored
from kpi.store.cursor import Cursor


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
