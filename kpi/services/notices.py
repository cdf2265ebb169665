"""Which notice a store belongs to, and what a notice ships to be tried on."""

from __future__ import annotations

from pathlib import Path

from kpi import tables
from kpi.catalogue.catalogue import Catalogue, IllustrativeName, catalogue, first_notice, shipped_notice
from kpi.errors import UserError
from kpi.store.store import Store


def chosen_notice(store: Store) -> Catalogue | None:
    """The notice that the store was made for, where one was chosen."""
    with store.cursor() as cursor:
        chosen = tables.lists.marks(cursor).get(tables.lists.NOTICE)
    return shipped_notice(chosen) if chosen else None


def notice_of_store(store: Store) -> Catalogue:
    """The chosen one, or else the first: that of stores that are older than the choice."""
    return chosen_notice(store) or first_notice()


def refuse_other_notice(store: Store) -> None:
    """Raises ``UserError`` if the notice in hand is not the store's."""
    own = notice_of_store(store)
    if own != catalogue():
        raise UserError("notice_of_store", store=own.notice.id, id=catalogue().notice.id)


def illustrative_file(name: IllustrativeName) -> Path:
    """An invented file of the notice in hand.

    Raises:
        UserError: the notice ships none of that kind, so that it cannot be demonstrated.
    """
    file = catalogue().illustrative(name)
    if file is None:
        raise UserError("notice_without_demonstration", id=catalogue().notice.id)
    return file
