"""Deleting persons' names and telephones when the policy's years are over: where they are kept, and what proves it."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from kpi import tables
from kpi.benchmark.sealed_record import sealed_hash
from kpi.catalogue.catalogue import catalogue
from kpi.errors import StoreUnavailable
from kpi.intake.form.answer_sheet import dump_sheet, load_sheet
from kpi.model.application import Application, dump_application, load_application
from kpi.model.audit import AuditAction, AuditEntry
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import SYSTEM, Actor
from kpi.services.operation.unnamed_originals import DELETED, LONGEST_CHANGE, unnamed_until
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.services.year import policy_of_day
from kpi.store.database import Cursor
from kpi.store.folder import flocked, remove_original
from kpi.store.store import Store
from kpi.tables.contacts import KeptText

# Deleting persons' names and telephones when the policy's years are over: where they are kept, and what proves it.
#
# The record of a lock seals the hash of the application, contacts included. Once they are gone that hash can be
# computed no more: the act in the trail names it beside the hash of what is left, and the trail is what vouches for it
# from then on. Files that hold contacts are deleted whole; their hashes stay.


FILES_IN_AN_ACT = 200
FILES_AT_ONCE = 50
"""So many are removed before others may write again."""


@dataclass(frozen=True, slots=True)
class DueContacts:
    """What is to be deleted: of applications of ``year`` and before. ``originals`` are hashes of files still there.

    ``unnamed`` are those of files from ``year`` and before that nothing names: they were never acknowledged.
    """

    year: int
    applications: tuple[KeptText, ...]
    sheets: tuple[KeptText, ...]
    changes: int
    objectors: int
    originals: tuple[str, ...]
    unnamed: tuple[str, ...] = ()

    @property
    def contacts(self) -> bool:
        """Whether there is anything but files that nothing names."""
        return bool(self.applications or self.sheets or self.changes or self.objectors or self.originals)

    @property
    def none(self) -> bool:
        return not (self.contacts or self.unnamed)


@dataclass(frozen=True, slots=True)
class DeletedContacts:
    """What the trail says of deletions. ``applications``: subject and hash left -> hashes sealed; ``files``: hashes.

    Several where an application was locked again with other contacts: what is left of them is the same.
    """

    applications: Mapping[tuple[str, str], frozenset[str]]
    files: frozenset[str]
    days: Mapping[str, date]
    """The day by subject."""

    def sealed_as(self, subject: str, sha256: str) -> frozenset[str]:
        """The hashes that an application may have been sealed with: its own, and those from before a deletion."""
        return self.applications.get((subject, sha256), frozenset()) | {sha256}


def last_due_year(cursor: Cursor, at: datetime | None = None) -> int:
    """The last year of applications whose contacts are kept no longer: counted from the end of that year."""
    today = shanghai_date(at or now())
    return today.year - policy_of_day(cursor, today).contact_years - 1


def due_contacts(store: Store, at: datetime | None = None) -> DueContacts:
    """What would be deleted today. Nothing is changed."""
    with store.cursor() as cursor:
        return _due(store, cursor, last_due_year(cursor, at), at or now())


# Asked without rights: the server itself, and the machine's own command line; names who in the trail
def delete_contacts(store: Store, by: Actor = SYSTEM, at: datetime | None = None) -> DueContacts:
    """Delete what is due, and return what it was; nothing is written where nothing is.

    A kill leaves files, which the next call finds again.

    Raises:
        StoreUnavailable: a backup is being made, whose rows may name the files, or another process deletes them.
    """
    moment = at or now()
    nothing = due_contacts(store, moment)
    if nothing.none:
        return nothing
    # Before the act: the trail says of no file that it was deleted while it is kept for a backup.
    with flocked(store.folder.originals_lock, fcntl.LOCK_EX) as alone:
        if not alone:
            raise StoreUnavailable("originals_held")
        nothing = due_contacts(store, moment)
        if nothing.none:
            return nothing  # somebody else has deleted it meanwhile
        due = _delete_rows(store, by, moment)
        store.cache.empty()
        for first in range(0, len(due.originals), FILES_AT_ONCE):
            _remove_originals(store, due.year, due.originals[first : first + FILES_AT_ONCE])
        with store.write_lock():
            with store.cursor() as cursor:
                unnamed = set(unnamed_until(store, cursor, due.year, moment))
            for sha256 in unnamed.intersection(due.unnamed):
                remove_original(store.folder, sha256, moment - LONGEST_CHANGE)
    return due


def _remove_originals(store: Store, year: int, files: Sequence[str]) -> None:
    """Under the lock, and asked again: a file that is sent once more at this moment has a later row by now. Whoever has
    lost the lock since leaves what is kept again from then on.
    """
    with store.write_lock():
        asked_at = store.moment()
        with store.cursor() as cursor:
            still = set(tables.contacts.originals_until(cursor, year))
        for sha256 in still.intersection(files):
            remove_original(store.folder, sha256, asked_at)


def _delete_rows(store: Store, by: Actor, moment: datetime) -> DueContacts:
    with unit_of_work(store, by, moment) as change:
        due = _due(store, change.cursor, last_due_year(change.cursor, change.at), moment)
        _note_files(change, DELETED, due.year, due.unnamed)
        if not due.contacts:
            return due
        for kept in due.applications:
            left = dump_application(without_persons(load_application(kept.text)))
            tables.contacts.replace_application_text(change.cursor, kept.credit_code, kept.year, kept.text, left)
            change.audit(
                "contacts_deleted",
                _subject(kept),
                before={"sha256": sealed_hash(kept.text)},
                after={"sha256": sealed_hash(left)},
            )
        for kept in due.sheets:
            tables.contacts.replace_sheet_text(
                change.cursor, kept.credit_code, kept.year, _sheet_without_persons(kept.text)
            )
        tables.contacts.blank_changes(change.cursor, due.year, personal_facts())
        tables.objections.blank_objectors(change.cursor, due.year)
        for account, key, body in tables.api.kept_answers(change.cursor):
            # It quotes cells that have a fault, of persons too. Sent again with its key, it is answered anew.
            if int(json.loads(body).get("year", 0)) <= due.year:
                tables.api.drop_api_answer(change.cursor, account, key)
        store.note_deletion(change.cursor)
        change.audit(
            "old_contacts_deleted",
            str(due.year),
            after={
                "sheets": len(due.sheets),
                "changes": due.changes,
                "objectors": due.objectors,
                "items": len(due.originals),
            },
        )
        _note_files(change, "originals_deleted", due.year, due.originals)
    return due


def _note_files(change: UnitOfWork, action: AuditAction, year: int, files: Sequence[str]) -> None:
    for first in range(0, len(files), FILES_IN_AN_ACT):
        change.audit(action, str(year), after={"files": list(files[first : first + FILES_IN_AN_ACT])})


def deleted_contacts(acts: Iterable[AuditEntry]) -> DeletedContacts:
    """What the trail says of deletions; what was written over says nothing."""
    applications: dict[tuple[str, str], frozenset[str]] = {}
    files: set[str] = set()
    days: dict[str, date] = {}
    for act in acts:
        before, after = _details(act.before), _details(act.after)
        if act.action == "contacts_deleted" and {"sha256"} <= before.keys() & after.keys():
            key = act.subject, str(after["sha256"])
            # Taken away in several steps: what the first one left was sealed as what was before it.
            earlier = applications.get((act.subject, str(before["sha256"])), frozenset())
            applications[key] = applications.get(key, frozenset()) | {str(before["sha256"])} | earlier
            days[act.subject] = shanghai_date(act.done_at)
        if act.action == "originals_deleted" and isinstance(named := after.get("files"), list):
            files.update(map(str, named))
    return DeletedContacts(applications, frozenset(files), days)


def _due(store: Store, cursor: Cursor, year: int, at: datetime) -> DueContacts:
    return DueContacts(
        year,
        tuple(_with_persons(tables.contacts.kept_applications(cursor, year))),
        tuple(
            kept_sheet
            for kept_sheet in tables.contacts.kept_sheets(cursor, year)
            if _sheet_without_persons(kept_sheet.text) != kept_sheet.text
        ),
        tables.contacts.changes_of_contacts(cursor, year, personal_facts()),
        sum(bool(objection.objector) for objection in tables.objections.objections(cursor) if objection.year <= year),
        tuple(item for item in tables.contacts.originals_until(cursor, year) if store.folder.original(item).exists()),
        unnamed_until(store, cursor, year, at),
    )


def _with_persons(kept: Sequence[KeptText]) -> Iterator[KeptText]:
    persons = set(personal_facts())
    return (kept_text for kept_text in kept if persons & load_application(kept_text.text).facts.keys())


def without_persons(application: Application, items: Collection[str] | None = None) -> Application:
    """The application without these facts of persons; None: without all of them."""
    gone = set(personal_facts() if items is None else items)
    return replace(application, facts={code: fact for code, fact in application.facts.items() if code not in gone})


def _sheet_without_persons(text: str) -> str:
    persons = set(personal_facts())
    rows = load_sheet(text)
    return dump_sheet(tuple(replace(row, value="", note="") if row.item in persons else row for row in rows))


def personal_facts() -> list[str]:
    """Annex 3's facts that are of persons: their names and telephones."""
    return [fact.code for fact in catalogue().facts if fact.person or fact.kind == "phone"]


def _subject(kept: KeptText) -> str:
    return f"{kept.credit_code} {kept.year}"


def _details(text: str | None) -> dict[str, Any]:
    try:
        details = json.loads(text or "{}")
    except ValueError:
        return {}
    return details if isinstance(details, dict) else {}
