"""Deciding who gets an account: what speaks for and against each request, and granting, asking or refusing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kpi import tables
from kpi.catalogue.names import normalise_name
from kpi.eligibility.award_names import alike_names
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.account_request import DECISIONS, AccountRequest, RequestAnswer, RequestOutcome
from kpi.model.programme import ToDo
from kpi.model.viewer import Viewer
from kpi.services.account_requests import LONGEST_WORDS, request_limits, write_answer
from kpi.services.authorization import reads, requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import Cursor
from kpi.store.proofs import erase_proof, kept_proof
from kpi.store.store import Store

NEAR_NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class RequestChecks:
    """What a decision has to look at, of one request.

    ``persons``: who has an account of this enterprise, each with its name. ``also_asked``: how many other open requests
    name its credit code. ``near``: enterprises of another code with such a name, each with its code. ``registered``:
    the name that the newest register has for the code, "" where it has none; None where there is no register.
    ``differs``: whether that is another name, punctuation and brackets at its end aside.
    """

    persons: tuple[tuple[str, str], ...]
    also_asked: int
    near: tuple[tuple[str, str], ...]
    registered: str | None
    differs: bool


@dataclass(frozen=True, slots=True)
class OpenRequests:
    """``requests``: those that can be decided now first. ``register``: name by code, None where none was taken in."""

    requests: tuple[AccountRequest, ...]
    accounts: tuple[Viewer, ...]
    register: Mapping[str, str] | None

    def checks(self, request: AccountRequest) -> RequestChecks:
        """Of one, as it is shown: each name of the register is held against its own."""
        code, register = request.credit_code, self.register
        asked = {item.credit_code: item.enterprise for item in self.requests}
        others = {other: name for other, name in {**asked, **(register or {})}.items() if other != code}
        near = alike_names(request.enterprise, set(others.values()))
        registered = None if register is None else register.get(code, "")
        return RequestChecks(
            persons=tuple((account.name, account.account) for account in self.accounts if code in account.scope),
            also_asked=sum(item.credit_code == code for item in self.requests) - 1,
            near=tuple((name, other) for other, name in others.items() if name in near)[:NEAR_NAMES_SHOWN],
            registered=registered,
            differs=bool(registered) and normalise_name(registered or "") != normalise_name(request.enterprise),
        )


@reads("decide_account_requests")
def requests_to_decide(cursor: Cursor, viewer: Viewer) -> OpenRequests:
    """What is open of the viewer's own district, or for an administrator of any."""
    reached = [item for item in _reached(cursor, viewer) if item.is_open]
    accounts = (item.viewer for item in tables.accounts.accounts(cursor))
    return OpenRequests(
        tuple(sorted(reached, key=lambda item: item.state != "waiting")),
        tuple(account for account in accounts if account.role == "enterprise"),
        _register(cursor) if reached else None,
    )


def account_request_to_dos(cursor: Cursor, viewer: Viewer) -> list[ToDo]:
    """What can be decided now, on the home of whoever may; nothing where nothing waits."""
    waiting = sum(item.state == "waiting" for item in _reached(cursor, viewer))
    return [ToDo("account_requests", True, "account-requests", {"count": waiting})] if waiting else []


@requires("decide_account_requests")
def account_request_proof(store: Store, viewer: Viewer, number: str) -> tuple[str, Path]:
    """The name that the proof of an open request is given here, whatever its sender called it, and its place.

    Raises:
        NotFound: no such request is open within reach, or its file is not there.
    """
    with store.cursor() as cursor:
        request = _open_request(cursor, viewer, number)
    place = kept_proof(store.folder, request.id)
    if place is None:
        raise NotFound("proof")
    return f"{request.credit_code}-{request.id[:8]}.{request.proof_kind}", place


@requires("decide_account_requests")
def decide_account_request(
    store: Store, viewer: Viewer, number: str, outcome: RequestOutcome, reason: str = "", at: datetime | None = None
) -> None:
    """Grant it, ask something, or refuse it. Granted, the asker's token makes the account, once. Once it is granted or
    refused the contact and the proof are erased.

    Raises:
        NotFound: no such request is open within reach, or there is no such outcome.
        UserError: nothing is asked, or no reason is given for a refusal.
    """
    if outcome not in DECISIONS:
        raise NotFound("account_request")
    said = plain_line(reason, LONGEST_WORDS)
    if not said and outcome != "granted":
        raise UserError(f"request_{outcome}_without_words")
    with unit_of_work(store, viewer.actor, at) as change:
        request = _open_request(change.cursor, viewer, number)
        write_answer(change, request, RequestAnswer(request.id, outcome, said, viewer.account, change.at))
        details: dict[str, object] = {"request": request.id[:8], "outcome": f"account_{outcome}", "reason": said}
        if outcome != "asked":
            tables.account_requests.blank_request_contact(change.cursor, request.id)
            details["erased"] = request.proof_sha256
        if outcome == "granted":
            # Letters of before would make a second account of it, whoever has them.
            tables.accounts.end_account_links(change.cursor, [request.credit_code], change.at)
            link = (request.token_sha256, request.credit_code, request.enterprise)
            until = change.at + timedelta(days=request_limits().link_days)
            tables.accounts.insert_account_links(change.cursor, [link], viewer.account, change.at, until)
        change.audit("account_request_decided", request.credit_code, after=details)
    if outcome != "asked":
        erase_proof(store.folder, request.id)


def _reached(cursor: Cursor, viewer: Viewer) -> list[AccountRequest]:
    """A body's own, or all: whoever keeps accounts has no district. None of an enterprise one is barred from."""
    everything = viewer.role == "administrator"
    return [
        item
        for item in tables.account_requests.account_requests(cursor)
        if (everything or item.district in viewer.scope) and item.credit_code not in viewer.barred
    ]


def _open_request(cursor: Cursor, viewer: Viewer, number: str) -> AccountRequest:
    found = next((item for item in _reached(cursor, viewer) if item.id == number and item.is_open), None)
    if found is None:
        raise NotFound("account_request")
    return found


def _register(cursor: Cursor) -> dict[str, str] | None:
    """Of the newest year."""
    editions = tables.campaign.register_editions(cursor)
    if not editions:
        return None
    found = tables.campaign.registered_enterprises(cursor, editions[0].year)
    return {item.credit_code: item.name for item in found}
