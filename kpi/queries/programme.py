"""The year's programme: awards and nominations by body, and marks on the store."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from kpi.access.roles import Scope
from kpi.catalogue.catalogue import catalogue
from kpi.model.programme import ListEdition, load_list
from kpi.model.times import from_stored
from kpi.queries.sql_runner import query_rows
from kpi.store.cursor import Cursor


@dataclass(frozen=True, slots=True)
class BodyStanding:
    """The awards of a body's factories (advanced tier and above), and its nominations this year."""

    body: str
    awarded: int
    nominated: int


def programme(cursor: Cursor, year: int) -> dict[str, BodyStanding]:
    """By body in the notice's order; bodies without either are left out."""
    found = {row["body"]: BodyStanding(**row) for row in query_rows(cursor, "programme", {"year": year})}
    return {body: found[body] for body in sorted(found, key=catalogue().body_place)}


def nominations(cursor: Cursor, scope: Scope, year: int) -> list[str]:
    """Credit codes nominated by the bodies in scope, in order of priority."""
    return [code for codes in nominations_by_body(cursor, scope, year).values() for code in codes]


def nominations_by_body(cursor: Cursor, scope: Scope, year: int) -> dict[str, list[str]]:
    """As ``nominations``, each body's own; bodies that nominate nobody are left out."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in query_rows(cursor, "nominations", {"year": year, "bodies": list(scope.bodies)}):
        found[row["body"]].append(row["credit_code"])
    return dict(found)


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


def awarded_industries(cursor: Cursor, baseline: str, region: str) -> dict[str | None, int]:
    """The listed awards by industry; None for enterprises whose industry is not known.

    The list names none: it is that of the enterprise's latest locked application, else of its records in the baseline.
    """
    found = query_rows(cursor, "awarded_industries")
    unknown = [row["credit_code"] for row in found if row["industry"] is None]
    asked = {"baseline": baseline, "region": region, "credit_codes": unknown}
    recorded = {row["credit_code"]: row["industry"] for row in query_rows(cursor, "recorded_industries", asked)}
    return dict(Counter(row["industry"] or recorded.get(row["credit_code"]) for row in found))


def marks(cursor: Cursor) -> dict[str, str]:
    return {row["name"]: row["value"] for row in query_rows(cursor, "marks")}
