"""Changing policy: one administrator drafts, another approves, and it is in force from its day on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Literal

from kpi import tables
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.programme import PolicyChangeVersion
from kpi.model.times import now, shanghai_date, year_end
from kpi.model.viewer import Viewer
from kpi.policy.change_file import (
    EnteredValue,
    change_with,
    change_without,
    contradicting_values,
    parse_change,
    read_change,
)
from kpi.policy.load import Policies, file_entries
from kpi.policy.policy import PolicyEntry
from kpi.policy.schema import PolicyFile
from kpi.services.administrator.second_person import against_confirming
from kpi.services.authorization import reads, reads_unscoped, requires
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.services.year import binding_changes, not_begun, policies_known, policies_with
from kpi.store.database import Cursor
from kpi.store.store import Store

# What no change of policy may do: begin early, decide a sealed verdict, state a value twice, contradict another.


DECIDES_VERDICTS = (
    "leading_quantile",
    "confidence",
    "method_version",
    "average",
    "clause_coverage",
    "clause_at_least",
    "sensitivity_quantiles",
    "power_percentiles",
    "main_kpis",
    "not_applicable_allowed",
    "basis",
)
"""Keys, or the tables of keys, that a sealed verdict was decided by."""


def decides_verdicts(change: PolicyFile) -> bool:
    """Whether any of its values is one that verdicts are decided by."""
    return any(key.partition(".")[0] in DECIDES_VERDICTS for key, _ in file_entries(change))


def refuse_early(cursor: Cursor, content: PolicyFile, at: datetime) -> None:
    """Raises ``UserError`` where the change would begin by that day, or as ``refuse_decided``."""
    today = shanghai_date(at)
    if content.in_force_from <= today:
        raise UserError("policy_too_early", day=content.in_force_from.isoformat(), today=today.isoformat())
    refuse_decided(cursor, content, at)


def refuse_decided(cursor: Cursor, content: PolicyFile, at: datetime) -> None:
    """Raises ``UserError`` where the change would decide, or has decided, the verdict of a locked application.

    One of a year that is ``not_begun`` holds no change back: its call is none yet, and it keeps the words it was given.
    """
    if not decides_verdicts(content):
        return
    # Reopened ones too: their words were given out.
    decided = {(record.credit_code, record.year) for record in tables.applications.sealed_records(cursor)}
    ahead = years_ahead(cursor, content, {year for _, year in decided}, at)
    late = [year for _, year in decided if year_end(year) >= content.in_force_from and year not in ahead]
    if late:
        first = date(max(late) + 1, 1, 1)
        raise UserError("policy_decides_locked", count=len(late), year=max(late), first=first.isoformat())


def years_ahead(cursor: Cursor, content: PolicyFile, years: Iterable[int], at: datetime) -> set[int]:
    """Of years with locked applications those that the change would be held back by, were they not ``not_begun``."""
    later = {year for year in years if year_end(year) >= content.in_force_from}
    return {item for item in later if not_begun(cursor, item, at)} if decides_verdicts(content) else set()


def refuse_contradicted(after: Policies, today: date) -> None:
    """Raises ``UserError`` where values could not hold together on some day to come."""
    for day in (item for item in after.in_force_dates() if item > today):
        for _, keys in contradicting_values(after.on(day)):
            raise UserError("policy_contradicted", day=day.isoformat(), policy_keys=", ".join(keys))


def refuse_second(cursor: Cursor, content: PolicyFile) -> None:
    """Raises ``UserError`` where another approved change states one of its values for the same day: which one counts
    would depend on the order of approval.
    """
    stated = {key for key, _ in file_entries(content)}
    for change in binding_changes(tables.policy.policy_changes(cursor)):
        other = PolicyFile.model_validate_json(change.content)
        both = stated & {key for key, _ in file_entries(other)}
        if other.in_force_from == content.in_force_from and both:
            raise UserError("policy_stated_twice", change=change.change, policy_keys=", ".join(sorted(both)))


# Changing policy: one administrator drafts, another approves, and it is in force from its day on.
#
# Nobody changes the past: a change begins after the day of its approval; where it decides verdicts, also after the year
# of every application that is locked, unless that year has not begun. What is in force is changed by another change
# only.


LONGEST_REASON = 200
ChangeState = Literal["draft", "scheduled", "in_force", "withdrawn"]


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """A change as it stands: its last edition, ``content``, and what became of it."""

    edition: PolicyChangeVersion
    content: PolicyFile
    editors: tuple[str, ...]
    state: ChangeState

    @property
    def number(self) -> int:
        return self.edition.change


@dataclass(frozen=True, slots=True)
class PolicyOverview:
    """``current``: the values of today; ``known``: all, those to come too; ``changes``: the latest first."""

    today: date
    current: tuple[PolicyEntry, ...]
    known: tuple[PolicyEntry, ...]
    changes: tuple[PolicyChange, ...]


@reads_unscoped("see_baselines")
def policy_overview(cursor: Cursor, at: datetime | None = None) -> PolicyOverview:
    """The policy of today, its history, and the changes drafted in this store."""
    today = shanghai_date(at or now())
    known = policies_known(cursor)
    changes = tuple(reversed(_changes(cursor, today)))
    return PolicyOverview(today, known.statements(today), known.stored, changes)


@requires("change_policy")
def draft_policy_change(
    store: Store,
    viewer: Viewer,
    file: str,
    data: bytes,
    number: int | None = None,
    at: datetime | None = None,
    seen: PolicyChangeVersion | None = None,
) -> int:
    """Save a change from a file as in ``data/policy``: new, or a further edition of ``number``. Returns its number.

    An edition voids the approval of the one before. ``seen`` is the edition that it takes the place of, as it was read.

    Raises:
        InvalidFile: the file has faults.
        NotFound: there is no change of that number.
        UserError: it begins too early, is in force or withdrawn, or was edited or approved since ``seen``.
    """
    with store.cursor() as cursor:
        present = policies_known(cursor)
    change = read_change(file, data, present)
    store.folder.keep_original(data)
    return _save(store, viewer, change, number, at, seen, original=data)


@requires("change_policy")
def set_policy_value(
    store: Store,
    viewer: Viewer,
    entered: EnteredValue,
    number: int | None = None,
    at: datetime | None = None,
    seen: PolicyChangeVersion | None = None,
) -> int:
    """As ``draft_policy_change``, of one value: beside the others that change ``number`` states already."""
    with store.cursor() as cursor:
        present = policies_known(cursor)
        earlier = [change for change in _changes(cursor, shanghai_date(at or now())) if change.number == number]
    current = next((statement for statement in present.statements() if statement.key == entered.key), None)
    if current is None:
        raise NotFound("policy_value", entered.key)
    content = change_with(entered, current, earlier[0].content if earlier else None)
    read = seen or (earlier[0].edition if earlier else None)
    return _save(store, viewer, parse_change("", content, present), number, at, read)


@requires("change_policy")
def take_out_policy_value(
    store: Store, viewer: Viewer, seen: PolicyChangeVersion, key: str, at: datetime | None = None
) -> None:
    """A further edition of a change, as it was ``seen``, without one of its values: that one stays as it is.

    Raises:
        InvalidFile: the other values cannot hold without it.
        NotFound: there is no such change, or it does not state the value.
        UserError: it was edited or approved meanwhile, states nothing else, or is in force or withdrawn.
    """
    number = seen.change
    with store.cursor() as cursor:
        editions = [change for change in tables.policy.policy_changes(cursor) if change.change != number]
        known = {change.number: change.content for change in _changes(cursor, shanghai_date(at or now()))}
    keys = [stated for stated, _ in file_entries(known[number])] if number in known else []
    if key not in keys:
        raise NotFound("policy_value", key)
    if keys == [key]:
        raise UserError("policy_last_value", change=number)
    content = change_without(key, known[number])
    _save(store, viewer, parse_change("", content, policies_with(binding_changes(editions))), number, at, seen)


@requires("change_policy")
def approve_policy_change(store: Store, viewer: Viewer, number: int, version: int, at: datetime | None = None) -> None:
    """Approve the edition ``version`` that the approver has seen: it is in force from its day on.

    Raises:
        NotFound: there is no change of that number.
        UserError: it was edited meanwhile, as ``against_approval``, it begins too early, states what another approved
            change states for the same day, or contradicts what was approved since it was drafted.
    """
    with unit_of_work(store, viewer.actor, at) as work:
        change = _open_change(work, number)
        if change.edition.version != version:
            raise UserError("policy_edited", change=number)
        if change.state == "scheduled":
            raise UserError("policy_approved", change=number)
        if hindered := _against_approval(work.cursor, viewer, change):
            raise hindered
        refuse_early(work.cursor, change.content, work.at)
        refuse_second(work.cursor, change.content)
        refuse_contradicted(policies_known(work.cursor).with_changes([change.content]), shanghai_date(work.at))
        tables.policy.add_policy_approval(work.cursor, number, version, viewer.account, work.at)
        work.audit("policy_approved", str(number), after=_details(change.content, version))


@reads("change_policy")
def against_approval(cursor: Cursor, viewer: Viewer, change: PolicyChange) -> UserError | None:
    """Why this reader may not approve it, whatever it states; None where another person than its editors reads."""
    return _against_approval(cursor, viewer, change)


def _against_approval(cursor: Cursor, viewer: Viewer, change: PolicyChange) -> UserError | None:
    return against_confirming(cursor, viewer.account, "policy_approved", change.editors, change.edition.saved_at)


@requires("change_policy")
def withdraw_policy_change(
    store: Store,
    viewer: Viewer,
    number: int,
    reason: str,
    at: datetime | None = None,
    seen: PolicyChangeVersion | None = None,
) -> None:
    """Withdraw a change that is not in force yet, for a reason that stays on record; ``seen``: as it was read.

    Raises:
        NotFound: there is no change of that number.
        UserError: no reason, or the change is in force, withdrawn, was edited or approved since ``seen``, has decided
            locked applications, or another approved one builds on it.
    """
    said = plain_line(reason, LONGEST_REASON)
    if not said:
        raise UserError("policy_needs_reason")
    with unit_of_work(store, viewer.actor, at) as work:
        change = _open_change(work, number, seen)
        _refuse_built_on(work, change)
        tables.policy.add_policy_withdrawal(work.cursor, number, said, viewer.account, work.at)
        work.audit("policy_withdrawn", str(number), after={"reason": said})


def _save(
    store: Store,
    viewer: Viewer,
    content: PolicyFile,
    number: int | None,
    at: datetime | None,
    read: PolicyChangeVersion | None = None,
    original: bytes | None = None,
) -> int:
    """``read`` is the edition that the content was made from: what became of it since then is not undone."""
    text = content.model_dump_json(exclude_none=True)
    with unit_of_work(store, viewer.actor, at) as work:
        refuse_early(work.cursor, content, work.at)
        if number is None:
            number = max((change.change for change in tables.policy.policy_changes(work.cursor)), default=0) + 1
            version = 1
        else:
            edited = _open_change(work, number, read)
            if text == edited.edition.content:
                raise UserError("policy_same", change=number)
            _refuse_built_on(work, edited)
            version = edited.edition.version + 1
        tables.policy.add_policy_edition(work.cursor, number, version, text, viewer.account, work.at)
        file: dict[str, object] = {}
        if original is not None:
            file["sha256"] = sha256 = hashlib.sha256(original).hexdigest()
            store.folder.keep_again(sha256, original)
        work.audit("policy_drafted", str(number), after=_details(content, version) | file)
    return number


def _details(content: PolicyFile, version: int) -> dict[str, object]:
    keys = [key for key, _ in file_entries(content)]
    return {"version": version, "in_force_from": content.in_force_from.isoformat(), "keys": keys}


def _changes(cursor: Cursor, today: date) -> list[PolicyChange]:
    found = []
    for _, group in groupby(tables.policy.policy_changes(cursor), lambda change: change.change):
        editions = list(group)
        last, content = editions[-1], PolicyFile.model_validate_json(editions[-1].content)
        found.append(
            PolicyChange(last, content, tuple(edition.saved_by for edition in editions), _state(last, content, today))
        )
    return found


def _state(last: PolicyChangeVersion, content: PolicyFile, today: date) -> ChangeState:
    if last.withdrawn_at is not None:
        return "withdrawn"
    if not last.binding():
        return "draft"
    return "in_force" if content.in_force_from <= today else "scheduled"


def _open_change(work: UnitOfWork, number: int, seen: PolicyChangeVersion | None = None) -> PolicyChange:
    """The change, if it can still be changed, and is as it was ``seen``.

    Raises:
        NotFound: there is none of that number.
        UserError: it is in force or withdrawn, or was edited or approved since.
    """
    today = shanghai_date(work.at)
    change = next((policy for policy in _changes(work.cursor, today) if policy.number == number), None)
    if change is None:
        raise NotFound("policy_change", str(number))
    if change.state in ("in_force", "withdrawn"):
        raise UserError(f"policy_{change.state}", change=number)
    if seen and change.edition.version != seen.version:
        raise UserError("policy_edited", change=number)
    if seen and change.edition.approved_at != seen.approved_at:
        raise UserError("policy_approved_since", change=number, who=change.edition.approved_by or "")
    return change


def _refuse_built_on(work: UnitOfWork, change: PolicyChange) -> None:
    """An approval falls away. Raises ``UserError`` where it has decided, or another approved change builds on it."""
    if change.state == "scheduled":
        refuse_decided(work.cursor, change.content, work.at)
        editions = [policy for policy in tables.policy.policy_changes(work.cursor) if policy.change != change.number]
        refuse_contradicted(policies_with(binding_changes(editions)), shanghai_date(work.at))
