"""The stages of an application, and nominations, within the caller's scope: read and written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from kpi.access.roles import Scope
from kpi.catalogue.catalogue import catalogue
from kpi.model.lifecycle import ApplicationState, LifeAct, stage_of
from kpi.model.scoring import PanelOutcome
from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import insert, query_rows


@dataclass(frozen=True, slots=True)
class StageEntered:
    """A stage that an application has reached. ``undone``: by taking the step before it back, where that was asked."""

    credit_code: str
    year: int
    state: ApplicationState
    taken_at: datetime
    taken_by: str
    note: str
    undone: bool = False


def written_stages(cursor: Cursor) -> dict[tuple[str, int], list[ApplicationState]]:
    """The stages of every application, the earliest first, by credit code and year."""
    found: defaultdict[tuple[str, int], list[ApplicationState]] = defaultdict(list)
    for row in query_rows(cursor, "written_stages"):
        found[row["credit_code"], row["year"]].append(row["state"])
    return dict(found)


def stages_entered(cursor: Cursor, scope: Scope) -> list[StageEntered]:
    """The stages of every application in scope, the earliest first."""
    return [
        StageEntered(**(row | {"taken_at": from_stored(row["taken_at"])}))
        for row in query_rows(cursor, "stages_entered", scope.values())
    ]


@dataclass(frozen=True, slots=True)
class ActTaken:
    """The act by which an application reached a stage; None: of its enterprise or its body, or nobody knows."""

    state: ApplicationState
    taken_at: datetime
    act: LifeAct | None


def acts_taken(cursor: Cursor, credit_codes: Collection[str]) -> dict[tuple[str, int], list[ActTaken]]:
    """Of every application of these factories, the earliest first, by credit code and year."""
    found: defaultdict[tuple[str, int], list[ActTaken]] = defaultdict(list)
    for row in query_rows(cursor, "life_acts", {"credit_codes": list(credit_codes)}):
        taken = ActTaken(row["state"], from_stored(row["taken_at"]), row["act"])
        found[row["credit_code"], row["year"]].append(taken)
    return dict(found)


@dataclass(frozen=True, slots=True)
class ApplicationInHand:
    """A locked application by name and stage, without values. ``since``: when it came to that stage.

    ``state`` is the last that was written, None where none was. ``decision``: what the panel decided in the last round
    that it was ``in_round``; None where it has not.
    """

    credit_code: str
    year: int
    industry: str
    body: str | None
    enterprise: str | None
    factory: str | None
    state: ApplicationState | None
    since: datetime
    in_round: bool
    decision: PanelOutcome | None

    @property
    def stage(self) -> ApplicationState:
        """Where it stands, also where no stage was ever written."""
        return stage_of(self.state)

    @property
    def label(self) -> str:
        """How it is named where its values are not read."""
        return self.factory or self.enterprise or self.credit_code


def applications_in_hand(cursor: Cursor, barred: Collection[str] = ()) -> list[ApplicationInHand]:
    """For those who run the programme, the latest year first, then by body in the notice's order; ``barred``: what the
    caller has a conflict of interest with.
    """
    found = [
        ApplicationInHand(**(row | {"since": from_stored(row["since"])}))
        for row in query_rows(cursor, "applications_in_hand", {"barred": list(barred)})
    ]
    place = catalogue().body_place
    return sorted(found, key=lambda hand: (-hand.year, place(hand.body), hand.credit_code))


def add_stage_entered(
    cursor: Cursor,
    credit_code: str,
    year: int,
    state: ApplicationState,
    taken_by: str,
    taken_at: datetime,
    note: str = "",
) -> None:
    insert(
        cursor, "step", credit_code=credit_code, year=year, state=state, taken_at=taken_at, taken_by=taken_by, note=note
    )


def nominations(cursor: Cursor, scope: Scope, year: int) -> list[str]:
    """Credit codes nominated by the bodies in scope, in order of priority."""
    return [code for codes in nominations_by_body(cursor, scope, year).values() for code in codes]


def nominations_by_body(cursor: Cursor, scope: Scope, year: int) -> dict[str, list[str]]:
    """As ``nominations``, each body's own; bodies that nominate nobody are left out."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in query_rows(cursor, "nominations", {"year": year, "bodies": list(scope.bodies)}):
        found[row["body"]].append(row["credit_code"])
    return dict(found)


def set_nominations(cursor: Cursor, body: str, year: int, credit_codes: Sequence[str]) -> None:
    """Replace the body's list of that year, in order of priority."""
    cursor.execute("delete from nomination where body = $1 and year = $2", [body, year])
    for place, credit_code in enumerate(credit_codes, start=1):
        insert(cursor, "nomination", body=body, year=year, credit_code=credit_code, place=place)
