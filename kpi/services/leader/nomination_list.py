"""A body's list: saved, put forward, withdrawn, sent. Two officials of one body do not overwrite each other.

Every act names the edition it was made on; where another has been saved meanwhile, nothing is done. What is put forward
takes places of the quota and is the state that enterprise and reviewer see. A sent list is sealed and never altered.
After the body's deadline only an order can be saved: what others see stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from kpi import queries, records
from kpi.access.scope import Scope
from kpi.benchmark.sealed_record import sealed_hash
from kpi.errors import UserError
from kpi.model.application_state import APPLICATION_STATES, ApplicationState
from kpi.model.audit_entry import AuditAction
from kpi.model.nomination_list import (
    ListContent,
    ListEdition,
    ListState,
    Placement,
    ProposalUsed,
    SealedInput,
    differences_to_proposal,
    dump_list,
)
from kpi.model.problem import listed
from kpi.model.viewer import Viewer
from kpi.queries import LockedApplication
from kpi.recommendation.choice import failed_conditions, quality
from kpi.services.authorization import requires
from kpi.services.leader.list_checks import attached_kinds, body_applications, judged_applications, list_faults
from kpi.services.leader.own_list import current_list, list_quota
from kpi.services.policies import policy_of_year
from kpi.services.programme_year import refuse_late_list
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.cursor import Cursor
from kpi.store.store import Store

LONGEST_REASON = 200


@requires("put_forward")
def save_list(
    store: Store,
    viewer: Viewer,
    year: int,
    seen: int,
    placements: Sequence[Placement],
    proposal: ProposalUsed | None = None,
    at: datetime | None = None,
    left_out: Sequence[Placement] | None = None,
) -> None:
    """Keep an order as the list's next edition; nothing is put forward by it. ``seen``: the edition it was made on.

    ``left_out``: who is not on the list, with the reason; by default those of before that are still not on it.

    Raises:
        UserError: another edition was saved meanwhile, the list is sent, or a placement is nobody's or doubled.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        latest = _on(change.cursor, viewer.scope[0], year, seen)
        known = body_applications(change.cursor, latest.body, year)
        if left_out is None:
            others = known.keys() - {one.credit_code for one in placements}
            left_out = [one for one in latest.content.left_out if one.credit_code in others]
        _refuse_strangers([*placements, *left_out], known)
        content = ListContent(_kept(placements), proposal or latest.content.proposal, left_out=_explained(left_out))
        _add(change, latest, "draft", content, "list_saved")


@requires("put_forward")
def put_forward(
    store: Store, viewer: Viewer, year: int, seen: int, reason: str = "", at: datetime | None = None
) -> None:
    """Put the list forward as it stands: it takes the quota's places, and enterprises and reviewers see it.

    ``reason`` is for candidates that were put forward before and are no longer on the list.

    Raises:
        UserError: another edition was saved meanwhile, the list is sent, empty, over the quota or holds a candidate
            that does not meet the conditions, or a candidate is dropped without a reason.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        cursor = change.cursor
        latest = _on(cursor, viewer.scope[0], year, seen)
        refuse_late_list(cursor, year, latest.body, change.at)
        releases = body_applications(cursor, latest.body, year)
        placements = latest.content.placements
        _refuse_strangers(placements, releases)
        _refuse_unfit(cursor, latest, releases)
        before = queries.nominations(cursor, Scope(bodies=(latest.body,)), year)
        dropped = [code for code in before if code not in latest.content.order]
        said = _reason(reason) if dropped else ""
        _refuse_beyond(cursor, latest.body, year, dropped)
        records.nominate(cursor, latest.body, year, latest.content.order)
        _step(change, dropped, year, "submitted", said)
        _step(change, [code for code in latest.content.order if code not in before], year, "put_forward", "")
        _add(change, latest, "put_forward", latest.content, "list_put_forward", said)


@requires("put_forward")
def withdraw_list(store: Store, viewer: Viewer, year: int, seen: int, reason: str, at: datetime | None = None) -> None:
    """Take back what is put forward; the order is kept as a draft. The enterprises see the reason.

    Raises:
        UserError: another edition was saved meanwhile, the list is sent or not put forward, its applications are under
            review, or no reason is given.
    """
    said = _reason(reason)
    with unit_of_work(store, viewer.actor, at) as change:
        latest = _on(change.cursor, viewer.scope[0], year, seen)
        refuse_late_list(change.cursor, year, latest.body, change.at)
        forward = queries.nominations(change.cursor, Scope(bodies=(latest.body,)), year)
        if not forward:
            raise UserError("list_not_forward")
        _refuse_beyond(change.cursor, latest.body, year, forward)
        records.nominate(change.cursor, latest.body, year, [])
        _step(change, forward, year, "submitted", said)
        _add(change, latest, "draft", latest.content, "list_withdrawn", said)


@requires("put_forward")
def send_list(store: Store, viewer: Viewer, year: int, seen: int, at: datetime | None = None) -> None:
    """Seal the list that is put forward: order, reasons, proposal, and what was known of each candidate.

    Raises:
        UserError: another edition was saved meanwhile, the list is sent or not put forward as it stands, or has faults.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        cursor = change.cursor
        latest = _on(cursor, viewer.scope[0], year, seen)
        refuse_late_list(cursor, year, latest.body, change.at)
        if latest.state != "put_forward":
            raise UserError("list_not_forward")
        releases = body_applications(cursor, latest.body, year)
        quota = list_quota(cursor, latest.body, year)
        answers = judged_applications(cursor, [releases[code] for code in latest.content.order], year)
        attached = attached_kinds(cursor, latest.content.order, year)
        if faults := list_faults(latest.content.placements, answers, quota.allowed, attached):
            raise UserError("list_has_faults", count=len(faults))
        rules = policy_of_year(cursor, year).recommendation
        inputs = tuple(
            SealedInput(code, releases[code].sha256, float(quality(answer, rules).value))
            for code, answer in zip(latest.content.order, answers, strict=True)
        )
        content = replace(
            latest.content,
            inputs=inputs,
            awarded=quota.awarded,
            allowed=quota.allowed,
            differences=differences_to_proposal(latest.content),
        )
        _add(change, latest, "sent", content, "list_sent")


def _kept(placements: Sequence[Placement]) -> tuple[Placement, ...]:
    return tuple(replace(one, reason=_cut(one.reason), documents=_cut(one.documents)) for one in placements)


def _explained(left_out: Sequence[Placement]) -> tuple[Placement, ...]:
    return tuple(one for one in _kept(left_out) if one.reason or one.documents)


def _on(cursor: Cursor, body: str, year: int, seen: int) -> ListEdition:
    """The latest edition, which is the one the caller has seen."""
    latest = current_list(cursor, body, year)
    if latest.edition != seen:
        raise UserError("list_changed")
    if latest.state == "sent":
        raise UserError("list_sent")
    return latest


def _add(
    change: UnitOfWork, latest: ListEdition, state: ListState, content: ListContent, act: AuditAction, note: str = ""
) -> None:
    sha256 = sealed_hash(dump_list(content)) if state == "sent" else None
    edition = ListEdition(
        latest.body, latest.year, latest.edition + 1, state, content, sha256, note, change.actor.account, change.at
    )
    records.add_list_edition(change.cursor, edition)
    before, after = list(latest.content.order), list(content.order)
    change.audit(act, f"{latest.body} {latest.year}", {"list": before}, {"list": after, "edition": edition.edition})


def _step(change: UnitOfWork, codes: Sequence[str], year: int, state: ApplicationState, note: str) -> None:
    for code in codes:
        records.add_application_step(change.cursor, code, year, state, change.actor.account, change.at, note)


def _refuse_strangers(placements: Sequence[Placement], known: Collection[str]) -> None:
    codes = [one.credit_code for one in placements]
    if unknown := sorted(set(codes) - set(known)):
        raise UserError("list_unknown", codes=listed(unknown))
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise UserError("list_twice", codes=listed(twice))


def _refuse_unfit(cursor: Cursor, latest: ListEdition, releases: dict[str, LockedApplication]) -> None:
    order = latest.content.order
    allowed = list_quota(cursor, latest.body, latest.year).allowed
    if not order:
        raise UserError("list_empty")
    if len(order) > allowed:
        raise UserError("list_over_quota", count=len(order), allowed=allowed, surplus=len(order) - allowed)
    answers = judged_applications(cursor, [releases[code] for code in order], latest.year)
    if failing := [one.application.credit_code for one in answers if failed_conditions(one)]:
        raise UserError("list_not_eligible", codes=", ".join(failing))


def _refuse_beyond(cursor: Cursor, body: str, year: int, codes: Collection[str]) -> None:
    """What the city has begun to review is no longer the body's to take back."""
    last = APPLICATION_STATES.index("put_forward")
    states = {
        (one.credit_code, one.year): one.state for one in queries.application_steps(cursor, Scope(bodies=(body,)))
    }
    if any(APPLICATION_STATES.index(states.get((code, year), "submitted")) > last for code in codes):
        raise UserError("list_under_review")


def _reason(reason: str) -> str:
    if not reason.strip():
        raise UserError("list_needs_reason")
    return _cut(reason)


def _cut(words: str) -> str:
    return words.strip()[:LONGEST_REASON]
