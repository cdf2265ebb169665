"""Which notices a store has, and which of them holds for what: a year belongs to one notice, and so does all of it.

A store is made for a notice; administrators take in those of later years. An application, a baseline, a list or a paper
is of its year's notice: that of the latest year up to its own, and of the first for what is older than all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from kpi import tables
from kpi.catalogue.catalogue import (
    Catalogue,
    IllustrativeName,
    catalogue,
    first_notice,
    known_notices,
    notice_in_hand,
    read_catalogue,
    shipped_notice,
)
from kpi.errors import InvalidData, StoreUnavailable, UserError
from kpi.model.times import now, shanghai_date
from kpi.store.cache import once, typical
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.notices import NoticeProposal


def chosen_notice(store: Store) -> Catalogue | None:
    """The notice that the store was made for, where one was chosen."""
    with store.cursor() as cursor:
        return _chosen(cursor)


def _chosen(cursor: Cursor) -> Catalogue | None:
    chosen = tables.lists.marks(cursor).get(tables.lists.NOTICE)
    return shipped_notice(chosen) if chosen else None


def notices_of_store(cursor: Cursor, known_at: datetime | None = None) -> tuple[Catalogue, ...]:
    """By year: that which the store was made for, or else the first, and those that were approved, or were at
    ``known_at``. Never empty. Of one that was taken in again the last edition counts.
    """
    known: tuple[Catalogue, ...] = (_chosen(cursor) or first_notice(),)
    approved = [item for item in tables.notices.notice_proposals(cursor) if item.outcome == "approved"]
    for item in sorted(approved, key=lambda item: str(item.noted_at)):
        if known_at is None or (item.noted_at and item.noted_at <= known_at):
            known = with_notice(known, proposed_notice(cursor, item))
    return known


def with_notice(known: tuple[Catalogue, ...], taken: Catalogue) -> tuple[Catalogue, ...]:
    """Notices by year with one more, which takes the place of an earlier edition of its own."""
    others = [item for item in known if item.notice.id != taken.notice.id]
    return tuple(sorted([*others, taken], key=lambda item: item.notice.year))


_WRITTEN_IN = ("mark", "notice_proposal", "notice_outcome")
_READ: dict[str, Catalogue] = {}
"""Those that were taken in, by what they say: each is read once per process."""


def proposed_notice(cursor: Cursor, proposal: NoticeProposal) -> Catalogue:
    """The notice as it was proposed: what it says by now in a folder that ships is nothing to it.

    Raises:
        StoreUnavailable: its files are not what this version of the program reads as a notice.
    """
    if proposal.sha256 not in _READ:
        shipped = shipped_notice(proposal.notice) if proposal.notice in known_notices() else None
        same = shipped is not None and shipped.sha256 == proposal.sha256
        _READ[proposal.sha256] = shipped if shipped and same else _read_kept(cursor, proposal)
    return _READ[proposal.sha256]


def _read_kept(cursor: Cursor, proposal: NoticeProposal) -> Catalogue:
    try:
        return read_catalogue(tables.notices.notice_files(cursor, proposal.id), proposal.notice, kept=True)
    except InvalidData as error:
        raise StoreUnavailable("notice_unreadable", id=proposal.notice, fault=str(error).splitlines()[0]) from error


def notice_of_year(cursor: Cursor, year: int, known_at: datetime | None = None) -> Catalogue:
    """The notice to which all of a year belongs, as far as it is known, or was at ``known_at``."""
    return of_year(notices_of_store(cursor, known_at), year)


def of_year(notices: tuple[Catalogue, ...], year: int) -> Catalogue:
    """Of notices by year, the latest up to ``year``, or else the first."""
    return ([notices[0]] + [item for item in notices if item.notice.year <= year])[-1]


def notice_in_force(cursor: Cursor, day: date | None = None) -> Catalogue:
    """The latest one whose policy holds by ``day`` (today): where nobody says another, a new application is of it."""
    return _in_force(notices_of_store(cursor), day or shanghai_date(now()))


def _in_force(notices: tuple[Catalogue, ...], day: date) -> Catalogue:
    return ([notices[0]] + [item for item in notices if item.in_force_from <= day])[-1]


# Asked without rights: which notice a page is of: every page names it
def notice_to_show(store: Store, year: int | None) -> Catalogue:
    """The notice of that year, or where a reader has been shown none yet that in force today."""
    known = _kept_notices(store)
    return _in_force(known, shanghai_date(now())) if year is None else of_year(known, year)


# Asked without rights: takes a year's notice in hand for whoever is asked, and says nothing of it
@contextmanager
def under_notice_of(asked: Store | Cursor, year: int) -> Iterator[None]:
    """What is asked and decided within is of that year's notice."""
    known = _kept_notices(asked) if isinstance(asked, Store) else notices_of_store(asked)
    with notice_in_hand(of_year(known, year)):
        yield


def _kept_notices(store: Store) -> tuple[Catalogue, ...]:
    """As ``notices_of_store``: every service asks, also outside a snapshot."""

    def read(_: list[int]) -> list[tuple[Catalogue, ...]]:
        with store.cursor() as cursor:
            return [notices_of_store(cursor)]

    def kept() -> tuple[Catalogue, ...]:
        written = store.cache.versions()
        versions = tuple(written.get(table, 0) for table in _WRITTEN_IN)
        return store.cache.answers(["notices of the store"], read, typical, versions)[0]

    return once("notices of the store", kept)


# Asked without rights: which notice a store is of: every page names it
def notice_of_store(store: Store, named: str | None = None) -> Catalogue:
    """The one of the store's that is ``named`` by its id, or else the one in force today.

    Raises:
        UserError: the store has none of that name.
    """
    with store.cursor() as cursor:
        if named is None:
            return notice_in_force(cursor)
        known = {item.notice.id: item for item in notices_of_store(cursor)}
    if named not in known:
        raise UserError("notice_of_store", store=", ".join(known), id=named)
    return known[named]


def illustrative_file(name: IllustrativeName) -> Path:
    """An invented file of the notice in hand.

    Raises:
        UserError: the notice ships none of that kind, so that it cannot be demonstrated.
    """
    file = catalogue().illustrative(name)
    if file is None:
        raise UserError("notice_without_demonstration", id=catalogue().notice.id)
    return file
