"""Which acts and days are events, and whom each concerns: ``data/notifications/events.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal, Self

from pydantic import model_validator

from kpi.catalogue.schema import DATA, Checked, check_schema, read_toml
from kpi.model.audit import AuditAction
from kpi.model.notification import Concerned

DayEvent = Literal["opens", "closes", "closes_with_draft", "list_due", "scores_due", "backup_late"]
About = Literal["application", "enterprise", "body_year", "year", "round", "account", "account_request", "nothing"]


class Event(Checked):
    """Caused by one of ``acts``, whose subject is read as ``about`` says, or by a day (``when``).

    ``part_of``: kinds that say it already to whom they reach, where one change is both. ``to``: whom it concerns, each
    with the address of the page that shows it.
    """

    acts: tuple[AuditAction, ...] = ()
    when: DayEvent | None = None
    about: About = "nothing"
    part_of: tuple[str, ...] = ()
    to: Mapping[Concerned, str]

    @model_validator(mode="after")
    def _caused_once(self) -> Self:
        if bool(self.acts) == bool(self.when):
            raise ValueError("either acts or a day")
        return self


class _Events(Checked):
    event: Mapping[str, Event]

    @model_validator(mode="after")
    def _one_event_an_act(self) -> Self:
        named = [act for event in self.event.values() for act in event.acts]
        if len(named) != len(set(named)):
            raise ValueError("an act causes several events")
        return self

    @model_validator(mode="after")
    def _parts_of_what_there_is(self) -> Self:
        if unknown := {whole for event in self.event.values() for whole in event.part_of} - self.event.keys():
            raise ValueError(f"part of no event: {sorted(unknown)}")
        return self


@cache
def events() -> Mapping[str, Event]:
    """By kind, in the order of the file. Texts: ``page.notifications.kind.<kind>``."""
    path = DATA / "notifications" / "events.toml"
    return check_schema(_Events, {"event": read_toml(path)}, path.name).event


@cache
def kinds_by_act() -> Mapping[str, str]:
    """The kind of event that an act causes; of acts that concern nobody else none."""
    return {act: kind for kind, event in events().items() for act in event.acts}


@cache
def kinds_by_day() -> Mapping[DayEvent, str]:
    return {event.when: kind for kind, event in events().items() if event.when}
