"""Requests for an account: read and written. What became of one is only ever added."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from kpi.model.account_request import AccountRequest, ProofKind, RequestAnswer
from kpi.model.times import from_stored, to_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import fields_of, insert, query_rows


def account_requests(cursor: Cursor) -> list[AccountRequest]:
    """All of them, the longest ago first."""
    answers: dict[str, list[RequestAnswer]] = defaultdict(list)
    for row in query_rows(cursor, "account_request_answers"):
        answers[row["request"]].append(RequestAnswer(**(row | {"answered_at": from_stored(row["answered_at"])})))
    return [
        AccountRequest(**(row | {"asked_at": from_stored(row["asked_at"])}), answers=tuple(answers[row["id"]]))
        for row in query_rows(cursor, "account_requests")
    ]


def account_request_by_token(cursor: Cursor, token_sha256: str) -> AccountRequest | None:
    return next((item for item in account_requests(cursor) if item.token_sha256 == token_sha256), None)


def add_account_request(cursor: Cursor, request: AccountRequest) -> None:
    insert(cursor, "account_request", **fields_of(request, "answers"))


def add_request_answer(cursor: Cursor, answer: RequestAnswer) -> None:
    insert(cursor, "account_request_answer", **fields_of(answer))


def set_request_proof(cursor: Cursor, account_request: str, kind: ProofKind, sha256: str) -> None:
    cursor.execute(
        "update account_request set proof_kind = $2, proof_sha256 = $3 where id = $1", [account_request, kind, sha256]
    )


def blank_request_contact(cursor: Cursor, account_request: str) -> None:
    cursor.execute("update account_request set contact = '' where id = $1", [account_request])


def count_requests_since(cursor: Cursor, since: datetime) -> int:
    return int(query_rows(cursor, "account_requests_since", {"since": to_stored(since)})[0]["requests"])
