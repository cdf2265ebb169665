"""A person's rights: what is held of it is found, handed over, corrected and erased, with what must stay and why."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

from kpi import tables
from kpi.benchmark.sealed_record import sealed_hash
from kpi.catalogue.schema import DATA, Checked, load_toml
from kpi.errors import UserError
from kpi.intake.form.answer_sheet import dump_sheet, load_sheet
from kpi.model.application import dump_application, load_application
from kpi.model.audit import AuditAction
from kpi.model.personal_data import OnRequest, PersonalData, PersonTrace, Until
from kpi.model.viewer import Viewer
from kpi.services.authorization import reads, requires
from kpi.services.downloads import note_download, stated_purpose
from kpi.services.operation.contacts import personal_facts, without_persons
from kpi.services.row_binding import row_digest
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store

SHORTEST, LONGEST = 2, 60
"""Characters looked for: a Chinese name has two at least."""
ERASED = "〔已删除〕"
"""In the place of what was erased, in either language: it stands in what people wrote."""
_APPLICATIONS = frozenset({"release.application", "withdrawn.application", "draft.application"})
_SHEET = "worksheet.sheet"


class _Kind(Checked):
    code: str
    places: tuple[str, ...]
    until: Until
    on_request: OnRequest
    stays: str = ""


class _Impersonal(Checked):
    why: str
    places: tuple[str, ...]


class PersonalDataFile(Checked):
    """``data/privacy/personal_data.toml``: ``places`` may hold ``*`` for any table or column."""

    kinds: tuple[_Kind, ...]
    impersonal: _Impersonal


@cache
def personal_data_file() -> PersonalDataFile:
    """What is held of persons, as the data say.

    Raises:
        InvalidData: the file is faulty.
    """
    return load_toml(DATA / "privacy" / "personal_data.toml", PersonalDataFile)


def personal_data() -> tuple[PersonalData, ...]:
    """Every kind of what is held of persons, in the order of the file."""
    return tuple(
        PersonalData(kind.code, kind.places, kind.until, kind.on_request, kind.stays)
        for kind in personal_data_file().kinds
    )


@reads("manage_accounts")
def find_person(cursor: Cursor, viewer: Viewer, words: str) -> list[PersonTrace]:
    """Every row in which a name, a telephone number or an account's name stands, by kind and place.

    Not of enterprises that the viewer has a conflict of interest with. Files are not searched: they go whole with the
    contacts of their year.

    Raises:
        UserError: the words are too short or too long to name a person.
    """
    return list(_traces(cursor, viewer.barred, plain_words(words)))


@requires("manage_accounts")
def export_person(store: Store, viewer: Viewer, words: str, purpose: str, at: datetime | None = None) -> bytes:
    """What was found as JSON, to be handed to the person: where its name stands, the facts that name it, until when
    each is held, and why what stays does. What others wrote around it is theirs, and is not in it.

    Raises:
        UserError: as for ``find_person``, or no purpose is stated.
    """
    named = plain_words(words)
    stated = _without(stated_purpose(purpose), named)
    with store.cursor() as cursor:
        found = list(_traces(cursor, viewer.barred, named))
    lines = [
        {
            "kind": trace.kind.code,
            "place": trace.place,
            "row": list(trace.key),
            "times": trace.times,
            "facts": list(trace.items),
            "until": trace.kind.until,
            "stays": trace.kind.stays or None,
        }
        for trace in found
    ]
    data = json.dumps({"words": named, "found": lines}, ensure_ascii=False, indent=1).encode()
    note_download(store, viewer, "person_export", "", "json", data, at, stated)
    return data


@requires("manage_accounts")
def correct_person(
    store: Store,
    viewer: Viewer,
    words: str,
    becomes: str,
    chosen: Collection[str],
    reason: str,
    at: datetime | None = None,
) -> int:
    """Put ``becomes`` in the place of the words in the ``chosen`` traces; "" erases them. Returns how many.

    Each row has an act of its own, with its keyed hash before and after; neither name nor words stand in it. What
    was submitted is never corrected, only taken away.

    Raises:
        UserError: as for ``find_person``; no reason; nothing is chosen; or what is chosen stays or is gone by now.
    """
    named, after = plain_words(words), "" if not becomes else plain_words(becomes)
    stated = _without(stated_purpose(reason), named)
    with unit_of_work(store, viewer.actor, at) as change:
        found = {trace.id: trace for trace in _traces(change.cursor, viewer.barred, named)}
        wanted = [found[item] for item in chosen if item in found]
        if not wanted or len(wanted) != len(chosen) or not all(trace.on_request for trace in wanted):
            raise UserError("person_chosen")
        if after and any(trace.kind.on_request == "erase" for trace in wanted):
            raise UserError("person_locked")
        for trace in wanted:
            _change(change, trace, named, after or ERASED, stated)
        store.note_deletion(change.cursor)
    store.cache.empty()
    return len(wanted)


def plain_words(words: str) -> str:
    """Raises ``UserError`` for what names no person."""
    plain = " ".join(words.split())
    if not SHORTEST <= len(plain) <= LONGEST or not plain.isprintable():
        raise UserError("person_words", least=SHORTEST, most=LONGEST)
    return plain


def _traces(cursor: Cursor, barred: Collection[str], words: str) -> Iterator[PersonTrace]:
    for kind in personal_data():
        # Those with a * are of account names: the trail has each, and says who did what.
        for place in (place for place in kind.places if "*" not in place):
            for row in tables.persons.rows_with(cursor, place, words):
                table, _, column = place.partition(".")
                key = _key(table, row)
                if not any(code in part for code in barred for part in key) and (times := _times(place, row, words)):
                    items = _items(place, str(row[column]), words)
                    yield PersonTrace(kind, place, key, times, items)


def _times(place: str, row: dict[str, Any], words: str) -> int:
    text = str(row[place.partition(".")[2]])
    return len(_items(place, text, words)) if place in {*_APPLICATIONS, _SHEET} else text.count(words)


def _items(place: str, text: str, words: str) -> tuple[str, ...]:
    """The facts of persons that name this one; nothing else of an application is looked at."""
    if place in _APPLICATIONS:
        facts = load_application(text).facts
        return tuple(code for code in personal_facts() if words in str(facts.get(code, "")))
    if place == _SHEET:
        rows = load_sheet(text)
        return tuple(row.item for row in rows if row.item in personal_facts() and words in f"{row.value} {row.note}")
    return ()


def _change(change: UnitOfWork, trace: PersonTrace, words: str, becomes: str, reason: str) -> None:
    table, _, column = trace.place.partition(".")
    rows = tables.persons.rows_with(change.cursor, trace.place, words)
    row = next((item for item in rows if _key(table, item) == trace.key), None)
    if row is None:
        return  # the same application elsewhere: it went with that one
    if trace.place in _APPLICATIONS:
        _erase_facts(change, row, str(row[column]), trace.items, reason)
        return
    if trace.place == _SHEET:
        after = _sheet_without(str(row[column]), trace.items, words)
        tables.contacts.replace_sheet_text(change.cursor, row["credit_code"], row["year"], after)
    else:
        tables.persons.put_words(change.cursor, trace.place, row, words, becomes)
        after = str(row[column]).replace(words, becomes)
    digests = [row_digest(table, item, change.key) for item in (row, row | {column: after})]
    subject = " ".join((trace.place, *trace.key))
    act: AuditAction = "person_erased" if becomes == ERASED else "person_corrected"
    change.audit(act, _without(subject, words), {"digest": digests[0]}, {"digest": digests[1], "reason": reason})


def _erase_facts(change: UnitOfWork, row: dict[str, Any], text: str, items: Sequence[str], reason: str) -> None:
    """As when contacts are due: the seal is of the application with them, and the act says what is left of it."""
    left = dump_application(without_persons(load_application(text), items))
    tables.contacts.replace_application_text(change.cursor, row["credit_code"], row["year"], text, left)
    change.audit(
        "contacts_deleted",
        f"{row['credit_code']} {row['year']}",
        before={"sha256": sealed_hash(text)},
        after={"sha256": sealed_hash(left), "reason": reason},
    )


def _sheet_without(text: str, items: Sequence[str], words: str) -> str:
    """An item that names the person is blank from then on, as where nothing was entered."""
    return dump_sheet(
        tuple(
            replace(row, value=row.value.replace(words, ""), note=row.note.replace(words, ""))
            if row.item in items
            else row
            for row in load_sheet(text)
        )
    )


def _key(table: str, row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(_plain(part) for part in tables.persons.key_of(table, row).values())


def _without(text: str, words: str) -> str:
    """The trail outlives what is erased: no name gets into it by way of a reason or a key."""
    return text.replace(words, ERASED)


def _plain(part: object) -> str:
    return "" if part is None else part.isoformat() if isinstance(part, date) else str(part)
