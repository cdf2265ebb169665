"""Asking for an account, by whoever has none: what it says, how often, and what it reads of it later.

Nothing that a stranger is answered depends on who has an account, or has asked: every request is taken alike.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from ipaddress import ip_network

from kpi import tables
from kpi.access.passwords import FORGOTTEN
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import is_valid, normalise_credit_code
from kpi.catalogue.schema import DATA, Checked, load_toml
from kpi.errors import UserError
from kpi.files.proof import proof_kind
from kpi.files.text import plain_line
from kpi.model.account_request import AccountRequest, RequestAnswer
from kpi.model.times import just_after, now
from kpi.model.viewer import SYSTEM
from kpi.services.account_links import first_fault
from kpi.services.audit_trail import refuse_lost_acts
from kpi.services.operation.authentication import token_sha256
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.folder import ABANDONED_SECONDS
from kpi.store.proofs import erase_proof, keep_proof, proofs_before
from kpi.store.store import Store

LONGEST_NAME, LONGEST_CONTACT, LONGEST_WORDS = 100, 100, 300


class RequestLimits(Checked):
    """``proof_bytes``: of a file. Requests open at once, in a day, and from one address; how long a link is good."""

    reason: str
    proof_bytes: int
    open_requests: int
    a_day: int
    a_day_from_one_address: int
    link_days: int

    @property
    def proof_megabytes(self) -> int:
        """As a page promises it."""
        return self.proof_bytes // 1_000_000


@cache
def request_limits() -> RequestLimits:
    """How much is taken in of strangers."""
    return load_toml(DATA / "accounts" / "requests.toml", RequestLimits)


@dataclass(frozen=True, slots=True)
class NewAccountRequest:
    """As it was typed. ``industry`` and ``district`` by the notice's Chinese names; ``proof`` is the file."""

    credit_code: str
    enterprise: str
    industry: str
    district: str
    contact: str
    proof: bytes


# Asked without rights: strangers ask, and learn nothing
def ask_for_account(store: Store, new: NewAccountRequest, at: datetime | None = None, address: str = "") -> str:
    """Take the request. Returns its token, by which the asker alone reads later what became of it.

    Raises:
        UserError: a field is missing or wrong, with all others that are in ``also``; or enough was asked for.
    """
    since = at or now()
    new = replace(
        new,
        credit_code=normalise_credit_code(new.credit_code),
        enterprise=plain_line(new.enterprise, LONGEST_NAME),
        contact=plain_line(new.contact, LONGEST_CONTACT),
    )
    kind = proof_kind(new.proof)
    faults = [*_faults(new), *_proof_faults(new.proof)]
    if faults or kind is None:
        raise first_fault(faults)
    _take_turn(store, address, since)
    token, number = secrets.token_urlsafe(32), uuid.uuid4().hex
    with unit_of_work(store, replace(SYSTEM, address=address), since) as change:
        _refuse_crowd(change)
        request = AccountRequest(
            number,
            new.credit_code,
            new.enterprise,
            new.industry,
            new.district,
            new.contact,
            kind,
            hashlib.sha256(new.proof).hexdigest(),
            token_sha256(token),
            change.at,
        )
        tables.account_requests.add_account_request(change.cursor, request)
        change.audit("account_requested", request.credit_code, after=_details(request))
        keep_proof(store.folder, number, new.proof)
    return token


# Asked without rights: whoever has the request's token, and no account yet
def own_request(store: Store, token: str) -> AccountRequest | None:
    """The request of whoever has its token; None where there is none."""
    with store.cursor() as cursor:
        return tables.account_requests.account_request_by_token(cursor, token_sha256(token))


# Asked without rights: whoever has the request's token, and no account yet
def supply_answer(
    store: Store, token: str, words: str, proof: bytes, at: datetime | None = None, address: str = ""
) -> None:
    """Answer what was asked: in words, by another proof, or both. ``proof`` is empty where there is none.

    Raises:
        UserError: nothing is asked, nothing is said, or the file is not one that is taken.
    """
    said = plain_line(words, LONGEST_WORDS)
    kind = proof_kind(proof)
    with unit_of_work(store, replace(SYSTEM, address=address), at) as change:
        request = tables.account_requests.account_request_by_token(change.cursor, token_sha256(token))
        if request is None or request.state != "asked":
            raise UserError("link_over")
        if faults := _proof_faults(proof) if proof else [] if said else [UserError("request_answer_missing")]:
            raise first_fault(faults)
        sha256 = hashlib.sha256(proof).hexdigest() if proof else request.proof_sha256
        write_answer(change, request, RequestAnswer(request.id, "supplied", said, "", change.at))
        change.audit("account_request_supplied", request.credit_code, after={"request": request.id[:8], "file": sha256})
        if kind:
            tables.account_requests.set_request_proof(change.cursor, request.id, kind, sha256)
            keep_proof(store.folder, request.id, proof)


def write_answer(change: UnitOfWork, request: AccountRequest, answer: RequestAnswer) -> None:
    """After the last one, also where a clock was put back: of several the latest stands."""
    last = request.answers[-1].answered_at if request.answers else request.asked_at
    at = just_after(answer.answered_at, last)
    tables.account_requests.add_request_answer(change.cursor, replace(answer, answered_at=at))


# Asked without rights: the product's own, daily: what a kill left behind
def sweep_proofs(store: Store, at: datetime | None = None) -> None:
    """Erase what a kill left behind: proofs of no request that is open, once nobody can be at work on them."""
    abandoned = (at or now()) - timedelta(seconds=ABANDONED_SECONDS)
    with store.cursor() as cursor:
        kept = {item.id for item in tables.account_requests.account_requests(cursor) if item.is_open}
    for name in proofs_before(store.folder, abandoned):
        if name not in kept:
            erase_proof(store.folder, name)


# Without a word in the trail: a stranger's requests are counted as tries are
def _take_turn(store: Store, address: str, at: datetime) -> None:
    """Count it, as failed sign-ins are counted. Raises ``UserError`` where that address has asked often enough."""
    bucket = "asking " + hashlib.sha256(_network(address).encode()).hexdigest()
    with store.transaction_of_a_try() as cursor:
        refuse_lost_acts(store, cursor)
        past = tables.accounts.failures(cursor, bucket)
        count = past.count if past and at - past.last_at < FORGOTTEN else 0
        if count >= request_limits().a_day_from_one_address:
            raise UserError("asked_enough")
        tables.accounts.count_failure(cursor, bucket, count + 1, at)


def _network(address: str) -> str:
    """Of an IPv6 address what its provider gave it: whoever has one has all that begin alike."""
    try:
        return str(ip_network((address, 64), strict=False)) if ":" in address else address
    except ValueError:
        return address


def _refuse_crowd(change: UnitOfWork) -> None:
    limits = request_limits()
    waiting = sum(item.is_open for item in tables.account_requests.account_requests(change.cursor))
    today = tables.account_requests.count_requests_since(change.cursor, change.at - timedelta(days=1))
    if waiting >= limits.open_requests or today >= limits.a_day:
        raise UserError("asked_enough")


def _faults(new: NewAccountRequest) -> list[UserError]:
    wrong = {
        "request_code_invalid": not is_valid(new.credit_code),
        "request_name_missing": not new.enterprise,
        "request_industry_missing": new.industry not in {item.name.zh for item in catalogue().industries},
        "request_district_missing": new.district not in {item.name.zh for item in catalogue().bodies},
        "request_contact_missing": not new.contact,
    }
    return [UserError(code) for code, holds in wrong.items() if holds]


def _proof_faults(proof: bytes) -> list[UserError]:
    limits = request_limits()
    if len(proof) > limits.proof_bytes:
        return [UserError("proof_too_large", most=limits.proof_megabytes)]
    return [] if proof_kind(proof) else [UserError("proof_unknown" if proof else "proof_missing")]


def _details(request: AccountRequest) -> dict[str, object]:
    return {"request": request.id[:8], "name": request.enterprise, "file": request.proof_sha256}
