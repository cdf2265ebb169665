"""Objections while a list is in publicity: recorded, answered with an outcome, and taken up again."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from kpi import tables
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.lifecycle import ApplicationState, Facts, LifeAct, hindrances, is_public, last_step, targets
from kpi.model.programme import Hearing, Objection, ObjectionAddition, ObjectionAnswer, ObjectionOutcome
from kpi.model.times import shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.administrator.stages import LONGEST_NOTE
from kpi.services.application_audit import original_file
from kpi.services.authorization import reads, requires
from kpi.services.lifecycle import Move, move, refuse
from kpi.services.sent_files import SentFile, keep_original, name_original, refuse_large
from kpi.services.unit_of_work import unit_of_work
from kpi.services.year import dates_of
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.stages import ApplicationInHand

# Objections while a list is in publicity: recorded, answered with an outcome, and taken up again.
#
# Who objected is for administrators only: neither the enterprise nor the audit trail learns it.


LONGEST_OBJECTION = 1000
LONGEST_OBJECTOR = 100
LONGEST_TERM = timedelta(days=60)
"""For the reply of a factory. The usual one is the page's to offer."""
FEWEST_DIGITS = 5
"""Of what may be a telephone number."""
NOBODYS_NAMES = frozenset({"匿名", "anonymous"})


@dataclass(frozen=True, slots=True)
class ListedObjection:
    """An objection beside the application as it stands. ``late``: received after the publicity, or before it.

    ``file_names`` are by the number of the part that each file came with, the objection's own or an addition's.
    ``returns_to``: the stage that the application has again once this objection is not upheld; None: it stays.
    """

    objection: Objection
    application: ApplicationInHand
    late: bool
    file_names: Mapping[str, str]
    returns_to: ApplicationState | None

    def words_of(self, added: ObjectionAddition) -> str:
        """What an addition says; where its file says it all, the file's name."""
        return added.words or self.file_names.get(added.id, "")


@dataclass(frozen=True, slots=True)
class NewObjection:
    """As it is entered. ``objector``: name and how to reach them, or that they are not named."""

    credit_code: str
    year: int
    received_on: date
    objector: str
    objection: str
    file: SentFile | None = None


@reads("run_programme")
def listed_objections(cursor: Cursor, viewer: Viewer) -> list[ListedObjection]:
    """Of all years, open ones first, then the latest received; without those of a conflict of interest."""
    known = _in_hand(cursor, viewer)
    dates = {year: dates_of(cursor, year) for _, year in known}
    found = []
    for objection in tables.objections.objections(cursor, barred=viewer.barred):
        application = known.get((objection.credit_code, objection.year))
        if application is None:
            continue  # it was reopened meanwhile: nothing is public of it
        year = dates[objection.year]
        first, last = (year.publicity_from, year.publicity_to) if year else (None, None)
        late = bool(first and last) and not (first or date.min) <= objection.received_on <= (last or date.max)
        names = {
            part: tables.applications.uploads(cursor, None, sent)[0].file_name
            for part, sent in objection.uploads.items()
        }
        found.append(ListedObjection(objection, application, late, names, _returns_to(cursor, objection)))
    return sorted(found, key=lambda item: (item.objection.state != "open", -item.objection.received_on.toordinal()))


@reads("run_programme")
def open_to_objection(cursor: Cursor, viewer: Viewer) -> list[ApplicationInHand]:
    """The applications that stand on a public list, by credit code."""
    found = [item for item in _in_hand(cursor, viewer).values() if is_public(item.state)]
    return sorted(found, key=lambda item: (-item.year, item.credit_code))


@requires("run_programme")
def record_objection(store: Store, viewer: Viewer, given: NewObjection, at: datetime | None = None) -> str:
    """Keep an objection, and return its number.

    Raises:
        NotFound: no such application is locked.
        UserError: it stands on no public list, the day is to come, words are missing, or the file is too large.
    """
    objector = plain_line(given.objector, LONGEST_OBJECTOR)
    words = plain_line(given.objection, LONGEST_OBJECTION)
    if not (objector and words):
        raise UserError("objection_needs_words")
    refuse_large(given.file)
    with store.cursor() as cursor:
        _public(cursor, viewer, given)
    sha256 = keep_original(store, given.file)
    with unit_of_work(store, viewer.actor, at) as change:
        _public(change.cursor, viewer, given)
        if given.received_on > shanghai_date(change.at):
            raise UserError("objection_to_come", day=given.received_on.isoformat())
        upload = name_original(change, store, given.file, sha256)
        number = uuid.uuid4().hex
        tables.objections.add_objection(
            change.cursor,
            Objection(
                number,
                given.credit_code,
                given.year,
                given.received_on,
                objector,
                words,
                upload,
                viewer.account,
                change.at,
                (),
            ),
        )
        noted = {"objection": number, "received_on": given.received_on.isoformat(), "file": sha256}
        change.audit("objection_recorded", f"{given.credit_code} {given.year}", after=noted)
    return number


@requires("run_programme")
def answer_objection(
    store: Store,
    viewer: Viewer,
    number: str,
    outcome: ObjectionOutcome,
    answer: str,
    answered_on: date,
    at: datetime | None = None,
    seen: Collection[str] = (),
) -> None:
    """Answer an open objection. Upheld, the application leaves the list: its enterprise reads the answer as the reason.

    Upheld before and no more, it is back at the stage that it left, if nothing else has taken it off the list.
    ``seen``: of what was added to the objection the numbers that the caller has read.

    Raises:
        NotFound: there is no such objection within reach.
        UserError: it is answered already, something was added and not seen, no answer is given, or its day is before
            the last that was received, or to come.
    """
    words = plain_line(answer, LONGEST_NOTE)
    with unit_of_work(store, viewer.actor, at) as change:
        found = find_objection(change.cursor, viewer, number)
        before = _in_hand(change.cursor, viewer)[found.credit_code, found.year]
        upheld = outcome == "upheld"
        act: LifeAct = "uphold" if upheld else "overturn"
        after = targets("uphold")[0] if upheld else _returns_to(change.cursor, found)
        against = list(_against_answer(found, words, answered_on, shanghai_date(change.at), seen))
        if upheld and (error := against_upholding(found, answered_on)):
            against.append(error)
        # Rejected, it mostly moves nothing.
        refuse(hindrances(act, Facts([before.stage], after, found=against)) if after else against)
        given = ObjectionAnswer(outcome, words, answered_on, viewer.account, change.at)
        tables.objections.add_objection_answer(change.cursor, number, given)
        subject = f"{found.credit_code} {found.year}"
        noted = {"objection": number, "outcome": outcome, "answered_on": answered_on.isoformat()}
        change.audit("objection_answered", subject, after=noted)
        if after:
            reads = words if upheld else ""
            move(change, [Move(act, found.credit_code, found.year, before.state, after, reads)])


@requires("run_programme")
def reopen_objection(store: Store, viewer: Viewer, number: str, reason: str, at: datetime | None = None) -> None:
    """Take an answered objection up again; the answer stays on record, and the application stays where it is.

    Raises:
        NotFound: there is no such objection within reach.
        UserError: it is open, or no reason is given.
    """
    words = plain_line(reason, LONGEST_NOTE)
    if not words:
        raise UserError("objection_needs_answer")
    with unit_of_work(store, viewer.actor, at) as change:
        found = find_objection(change.cursor, viewer, number)
        if found.state == "open":
            raise UserError("objection_open")
        given = ObjectionAnswer("reopened", words, shanghai_date(change.at), viewer.account, change.at)
        tables.objections.add_objection_answer(change.cursor, number, given)
        change.audit("objection_reopened", f"{found.credit_code} {found.year}", after={"objection": number})


@requires("run_programme")
def objection_file(store: Store, viewer: Viewer, number: str) -> tuple[str, Path]:
    """Name and place of the file that came with an objection, or with what was added to one, by its number.

    Raises:
        NotFound: there is no such objection within reach, or none was sent.
    """
    with store.cursor() as cursor:
        sent = (objection.uploads for objection in tables.objections.objections(cursor, barred=viewer.barred))
        upload = next((uploads[number] for uploads in sent if number in uploads), None)
        if upload is None:
            raise NotFound("upload")
        return original_file(store, cursor, upload, None)


def find_objection(cursor: Cursor, viewer: Viewer, number: str) -> Objection:
    """Raises ``NotFound`` where there is none of that number within reach."""
    found = next(
        (
            objection
            for objection in tables.objections.objections(cursor, barred=viewer.barred)
            if objection.id == number
        ),
        None,
    )
    if found is None or (found.credit_code, found.year) not in _in_hand(cursor, viewer):
        raise NotFound("objection")
    return found


def against_upholding(found: Objection, answered_on: date) -> UserError | None:
    """What a factory is owed before an open objection is upheld by an answer of that day."""
    if found.state != "open" or found.heard(answered_on):
        return None
    if found.hearing is None:
        return UserError("not_heard")
    return UserError("hearing_running", day=found.hearing.reply_by.isoformat())


def _against_answer(
    found: Objection, words: str, answered_on: date, today: date, seen: Collection[str]
) -> Iterator[UserError]:
    if not words:
        yield UserError("objection_needs_answer")
    if found.state != "open":
        yield UserError("objection_answered")
    if found.parts - {found.id, *seen}:
        yield UserError("objection_added_since")
    if not found.complete_on <= answered_on <= today:
        yield UserError("objection_answer_day", day=found.complete_on.isoformat())


def _returns_to(cursor: Cursor, one: Objection) -> ApplicationState | None:
    """The stage that upheld objections alone took the application from; None where this one is not the last of them."""
    of = [other for other in tables.objections.objections(cursor, one.year) if other.credit_code == one.credit_code]
    if one.state != "open" or any(other.state == "upheld" for other in of):
        return None
    taken = tables.stages.acts_taken(cursor, [one.credit_code]).get((one.credit_code, one.year), [])
    act, left = last_step([(item.state, item.act) for item in taken]) or (None, None)
    return left if act == "uphold" else None


def _public(cursor: Cursor, viewer: Viewer, given: NewObjection) -> None:
    found = _in_hand(cursor, viewer).get((given.credit_code, given.year))
    if found is None:
        raise NotFound("application")
    if not is_public(found.state):
        raise UserError("objection_not_public", year=given.year)


def _in_hand(cursor: Cursor, viewer: Viewer) -> dict[tuple[str, int], ApplicationInHand]:
    return {
        (application.credit_code, application.year): application
        for application in tables.stages.applications_in_hand(cursor, viewer.barred)
    }


# The factory is heard: it reads what is objected, and replies within a term (``kpi.services.enterprise.hearings``).


@requires("run_programme")
def inform_enterprise(
    store: Store, viewer: Viewer, number: str, stated: str, reply_by: date, at: datetime | None = None
) -> None:
    """Have the enterprise read what is objected, ``stated`` without who objected, and until when it may reply.

    Informed again, it goes by the later words and day; after late evidence it is not heard before that.

    Raises:
        NotFound: there is no such objection within reach.
        UserError: it is answered, no words are given, they name who objected, or the last day for a reply is not to
            come, or too far off.
    """
    words = plain_line(stated, LONGEST_OBJECTION)
    with unit_of_work(store, viewer.actor, at) as change:
        found = _open(change.cursor, viewer, number)
        today = shanghai_date(change.at)
        if not words:
            raise UserError("hearing_needs_words")
        if named := names_in(words, found.objector):
            raise UserError("hearing_names_objector", named=named[0])
        if not today < reply_by <= today + LONGEST_TERM:
            raise UserError("hearing_day", day=(today + timedelta(days=1)).isoformat())
        given = Hearing(words, reply_by, viewer.account, change.at)
        tables.objections.add_hearing(change.cursor, number, given)
        noted = {"objection": number, "reply_by": reply_by.isoformat()}
        change.audit("enterprise_informed", f"{found.credit_code} {found.year}", after=noted)


def names_in(words: str, objector: str) -> list[str]:
    """What of who objected stands in words that are meant for others: the name, which comes first, and what one is
    reached by.
    """
    parts = re.findall(r"[^\s,;:，；：、]{2,}", re.sub(r"[（(].*?[）)]", " ", objector))
    reached = [part for part in parts[1:] if "@" in part or sum(sign.isdigit() for sign in part) >= FEWEST_DIGITS]
    named = [part for part in (*parts[:1], *reached) if part.casefold() not in NOBODYS_NAMES]
    return [part for part in named if part.casefold() in words.casefold()]


# Evidence that comes in after an objection was recorded: added while it is open, with its own day and original.


@dataclass(frozen=True, slots=True)
class LateEvidence:
    """As it is entered: words, a file, or both."""

    received_on: date
    words: str
    file: SentFile | None = None


@requires("run_programme")
def add_to_objection(
    store: Store, viewer: Viewer, number: str, given: LateEvidence, at: datetime | None = None
) -> None:
    """Add late evidence to an open objection; what is recorded stays as it is.

    Raises:
        NotFound: there is no such objection within reach.
        UserError: it is answered, there are neither words nor a file, it holds the same already, the file is too
            large, or the day is before the objection's or to come.
    """
    words = plain_line(given.words, LONGEST_OBJECTION)
    if not (words or given.file):
        raise UserError("objection_addition_empty")
    refuse_large(given.file)
    with store.cursor() as cursor:
        _open(cursor, viewer, number)
    sha256 = keep_original(store, given.file)
    with unit_of_work(store, viewer.actor, at) as change:
        found = _open(change.cursor, viewer, number)
        if not found.received_on <= given.received_on <= shanghai_date(change.at):
            raise UserError("objection_addition_day", day=found.received_on.isoformat())
        if {words, sha256} - {"", None} <= _held(change.cursor, found):
            raise UserError("objection_addition_same")
        upload = name_original(change, store, given.file, sha256)
        added = ObjectionAddition(uuid.uuid4().hex, given.received_on, words, upload, viewer.account, change.at)
        tables.objections.add_objection_addition(change.cursor, number, added)
        noted = {"objection": number, "received_on": given.received_on.isoformat(), "file": sha256}
        change.audit("objection_added_to", f"{found.credit_code} {found.year}", after=noted)


def _open(cursor: Cursor, viewer: Viewer, number: str) -> Objection:
    found = find_objection(cursor, viewer, number)
    if found.state != "open":
        raise UserError("objection_answered")
    return found


def _held(cursor: Cursor, found: Objection) -> set[str | None]:
    """Words, and files by their hashes, of all that the objection holds by now."""
    files = [tables.applications.uploads(cursor, None, upload)[0].file_sha256 for upload in found.uploads.values()]
    return {found.objection, *(addition.words for addition in found.additions), *files}
