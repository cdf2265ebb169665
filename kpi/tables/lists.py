"""Editions of the lists of recommending bodies, how far each body has used its quota; and marks on the store."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.access.roles import Scope
from kpi.catalogue.catalogue import catalogue
from kpi.model.programme import ListEdition, dump_list, load_list
from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import fields_of, insert, query_rows

# The year's programme: awards and nominations by body, and marks on the store.


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """The awards of a body's factories (advanced tier and above), and its nominations this year."""

    body: str
    awarded: int
    nominated: int


def programme(cursor: Cursor, year: int) -> dict[str, QuotaUse]:
    """By body in the notice's order; bodies without either are left out."""
    found = {row["body"]: QuotaUse(**row) for row in query_rows(cursor, "programme", {"year": year})}
    return {body: found[body] for body in sorted(found, key=catalogue().body_place)}


def nomination_lists(cursor: Cursor, scope: Scope, year: int) -> list[ListEdition]:
    """Every edition of the lists of the bodies in scope, the latest first."""
    found = query_rows(cursor, "nomination_lists", {"year": year, "bodies": list(scope.bodies)})
    return [
        ListEdition(**(row | {"content": load_list(row["content"]), "saved_at": from_stored(row["saved_at"])}))
        for row in found
    ]


def baseline_enterprises(cursor: Cursor, baseline: str, region: str, body: str | None = None) -> dict[str, int]:
    """Enterprises of a baseline in one region by industry; of one recommending body alone, where it is given."""
    found = query_rows(cursor, "baseline_enterprises", {"baseline": baseline, "region": region, "body": body})
    return {row["industry"]: row["enterprises"] for row in found}


DEMONSTRATION = "demonstration"
NOTICE = "notice"
"""The mark of a store that was filled with invented enterprises and accounts whose passwords are public."""


def holds_demonstration(cursor: Cursor) -> bool:
    return marks(cursor).get(DEMONSTRATION) == "true"


def marks(cursor: Cursor) -> dict[str, str]:
    return {row["name"]: row["value"] for row in query_rows(cursor, "marks")}


# The recommending bodies' lists, the awards so far, and marks on the store itself.


def add_list_edition(cursor: Cursor, edition: ListEdition) -> None:
    """Keep an edition of a body's list; earlier ones stay."""
    insert(cursor, "nomination_list", content=dump_list(edition.content), **fields_of(edition, "content"))


def set_mark(cursor: Cursor, name: str, value: str) -> None:
    cursor.execute("delete from mark where name = $1", [name])
    insert(cursor, "mark", name=name, value=value)
