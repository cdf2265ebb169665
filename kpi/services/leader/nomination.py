"""A body's list: saved, put forward, withdrawn, sent. Two officials of one body do not overwrite each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from kpi import tables
from kpi.access.roles import Scope
from kpi.benchmark.sealed_record import sealed_hash
from kpi.errors import UserError
from kpi.model.application import Application, DocumentKind
from kpi.model.audit import AuditAction
from kpi.model.programme import (
    ConditionReason,
    ListContent,
    ListEdition,
    ListState,
    Placement,
    ProposalUsed,
    SealedInput,
    differences_to_proposal,
    dump_list,
)
from kpi.model.viewer import Viewer
from kpi.recommendation.choice import quality
from kpi.services.authorization import requires
from kpi.services.downloads import stated_purpose
from kpi.services.leader.own_list import (
    against_change,
    against_nomination,
    against_withdrawal,
    attached_kinds,
    body_applications,
    current_list,
    judged_applications,
    list_faults,
    list_quota,
    strangers,
)
from kpi.services.lifecycle import Move, TrailEntry, add_entry, last_stages, move, refuse
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.services.year import policy_of_year
from kpi.store.database import Cursor
from kpi.store.store import Store

# A body's list: saved, put forward, withdrawn, sent. Two officials of one body do not overwrite each other.
#
# Every act names the edition it was made on; where another has been saved meanwhile, nothing is done. What is put
# forward takes places of the quota and is the state that enterprise and reviewer see. A sent list is sealed and never
# altered. After the body's deadline only an order can be saved: what others see stays as it is.


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
        UserError: another edition was saved meanwhile, the list is sent, a placement is nobody's or doubled, or a
            reason covers what is no condition of the notice.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        latest = current_list(change.cursor, viewer.scope[0], year)
        known = body_applications(change.cursor, latest.body, year)
        if left_out is None:
            others = known.keys() - {placement.credit_code for placement in placements}
            left_out = [item for item in latest.content.left_out if item.credit_code in others]
        refuse([*against_change(change.cursor, latest, seen, None), *strangers([*placements, *left_out], known)])
        content = ListContent(_kept(placements), proposal or latest.content.proposal, left_out=_explained(left_out))
        add_entry(change, _add(change, latest, "draft", content, "list_saved"))


@requires("put_forward")
def nominate(store: Store, viewer: Viewer, year: int, seen: int, reason: str = "", at: datetime | None = None) -> None:
    """Nominate the list as it stands: it takes the quota's places, and enterprises and reviewers see it.

    ``reason`` is for candidates that were put forward before and are no longer on the list.

    Raises:
        UserError: another edition was saved meanwhile, the list is sent, empty, over the quota or holds a candidate
            that does not meet the conditions, or a candidate is dropped without a reason.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        cursor = change.cursor
        latest = current_list(cursor, viewer.scope[0], year)
        order = latest.content.order
        locked = body_applications(cursor, latest.body, year)
        answers = judged_applications(cursor, [locked[code] for code in order if code in locked], year)
        before = tables.stages.nominations(cursor, Scope(bodies=(latest.body,)), year)
        dropped = [code for code in before if code not in order]
        said = _cut(reason) if dropped else ""
        against = against_change(cursor, latest, seen, change.at)
        allowed = list_quota(cursor, latest.body, year).allowed
        refuse(against_nomination(cursor, latest, locked, answers, allowed, before, against, said))
        tables.stages.set_nominations(cursor, latest.body, year, order)
        stages = last_stages(cursor, Scope(bodies=(latest.body,)), year)
        added = [code for code in order if code not in before]
        moves = [
            *(Move("drop", code, year, stages.get(code), "submitted", said) for code in dropped),
            *(Move("nominate", code, year, stages.get(code), "put_forward") for code in added),
        ]
        move(change, moves, _add(change, latest, "put_forward", latest.content, "list_put_forward", said))


@requires("put_forward")
def withdraw_list(store: Store, viewer: Viewer, year: int, seen: int, reason: str, at: datetime | None = None) -> None:
    """Take back what is put forward; the order is kept as a draft. The enterprises see the reason.

    Raises:
        UserError: another edition was saved meanwhile, the list is sent or not put forward, its applications are under
            review, or no reason is given.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        cursor, said = change.cursor, _cut(reason)
        latest = current_list(cursor, viewer.scope[0], year)
        scope = Scope(bodies=(latest.body,))
        forward = tables.stages.nominations(cursor, scope, year)
        refuse(against_withdrawal(cursor, latest, forward, against_change(cursor, latest, seen, change.at), said))
        tables.stages.set_nominations(cursor, latest.body, year, [])
        stages = last_stages(cursor, scope, year)
        moves = [Move("drop", code, year, stages.get(code), "submitted", said) for code in forward]
        move(change, moves, _add(change, latest, "draft", latest.content, "list_withdrawn", said))


@requires("put_forward")
def send_list(store: Store, viewer: Viewer, year: int, seen: int, at: datetime | None = None) -> None:
    """Seal the list that is put forward: order, reasons, proposal, and what was known of each candidate.

    Raises:
        UserError: another edition was saved meanwhile, the list is sent or not put forward as it stands, or has faults.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        cursor = change.cursor
        latest = current_list(cursor, viewer.scope[0], year)
        refuse(against_change(cursor, latest, seen, change.at))
        if latest.state != "put_forward":
            raise UserError("list_not_forward")
        locked = body_applications(cursor, latest.body, year)
        quota = list_quota(cursor, latest.body, year)
        answers = judged_applications(cursor, [locked[code] for code in latest.content.order], year)
        attached = attached_kinds(cursor, latest.content.order, year)
        if faults := list_faults(latest.content.placements, answers, quota.allowed, attached):
            raise UserError("list_has_faults", count=len(faults))
        rules = policy_of_year(cursor, year).recommendation
        inputs = tuple(
            SealedInput(code, locked[code].sha256, float(quality(answer, rules).value))
            for code, answer in zip(latest.content.order, answers, strict=True)
        )
        content = replace(
            latest.content,
            inputs=inputs,
            awarded=quota.awarded,
            allowed=quota.allowed,
            differences=differences_to_proposal(latest.content),
        )
        add_entry(change, _add(change, latest, "sent", content, "list_sent"))


def _kept(placements: Sequence[Placement]) -> tuple[Placement, ...]:
    return tuple(
        replace(
            placement,
            reason=_cut(placement.reason),
            documents=_cut(placement.documents),
            explained=_naming(placement.explained),
        )
        for placement in placements
    )


def _naming(explained: Sequence[ConditionReason]) -> tuple[ConditionReason, ...]:
    """Without those that give no reason or name nothing."""
    cut = (replace(why, reason=_cut(why.reason)) for why in explained)
    return tuple(why for why in cut if why.reason and why.conditions)


def _explained(left_out: Sequence[Placement]) -> tuple[Placement, ...]:
    return tuple(item for item in _kept(left_out) if item.reason or item.documents or item.explained)


def _add(
    change: UnitOfWork, latest: ListEdition, state: ListState, content: ListContent, act: AuditAction, note: str = ""
) -> TrailEntry:
    """Keep the next edition; the entry of the audit trail for it."""
    sha256 = sealed_hash(dump_list(content)) if state == "sent" else None
    edition = ListEdition(
        latest.body, latest.year, latest.edition + 1, state, content, sha256, note, change.actor.account, change.at
    )
    tables.lists.add_list_edition(change.cursor, edition)
    before, after = list(latest.content.order), list(content.order)
    after_it = {"list": after, "edition": edition.edition}
    return TrailEntry(act, f"{latest.body} {latest.year}", {"list": before}, after_it)


def _cut(words: str) -> str:
    return words.strip()[:LONGEST_REASON]


# What goes into the package for sending: the list, and each candidate's attached documents.


@dataclass(frozen=True, slots=True)
class PackedCandidate:
    """A candidate's application and the originals that are attached to it; what is not there was never attached."""

    application: Application
    documents: Mapping[DocumentKind, Path]


@dataclass(frozen=True, slots=True)
class SendingPackage:
    """``candidates`` in the order of the list."""

    body: str
    year: int
    candidates: tuple[PackedCandidate, ...]


@requires("put_forward")
def package_parts(store: Store, viewer: Viewer, year: int) -> SendingPackage:
    """What the package of the own list would hold; nothing is read but the sizes.

    Raises:
        UserError: the list is not put forward as it stands.
    """
    with store.cursor() as cursor:
        return _package(store, cursor, viewer.scope[0], year)


@requires("put_forward")
def take_package(store: Store, viewer: Viewer, year: int, purpose: str, at: datetime | None = None) -> SendingPackage:
    """The same for being taken away, with an entry in the trail: names and telephones leave with it.

    Raises:
        UserError: the list is not put forward as it stands, or no purpose is stated.
    """
    stated = stated_purpose(purpose)
    with unit_of_work(store, viewer.actor, at) as change:
        package = _package(store, change.cursor, viewer.scope[0], year)
        codes = [candidate.application.credit_code for candidate in package.candidates]
        change.audit("package_made", f"{package.body} {year}", after={"list": codes, "purpose": stated})
    return package


def _package(store: Store, cursor: Cursor, body: str, year: int) -> SendingPackage:
    latest = current_list(cursor, body, year)
    if latest.state == "draft":
        raise UserError("list_not_forward")
    locked = body_applications(cursor, body, year)
    return SendingPackage(
        body,
        year,
        tuple(
            PackedCandidate(locked[code].application, _documents(store, cursor, code, year))
            for code in latest.content.order
            if code in locked
        ),
    )


def _documents(store: Store, cursor: Cursor, credit_code: str, year: int) -> dict[DocumentKind, Path]:
    found = tables.documents.attached_documents(cursor, Scope(own=(credit_code,)), credit_code, year)
    paths = {kind: store.folder.original(item.sha256) for kind, item in found.items()}
    # Of an old list's candidates the policy's years may be over: their documents are deleted.
    return {kind: path for kind, path in paths.items() if path.exists()}
