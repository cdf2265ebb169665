"""A timetable as a calendar file (RFC 5545), for the calendars that people keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from kpi.i18n import text
from kpi.model.language import Lang
from kpi.model.timetable import Appointment, CalendarDay, SubscribedCalendar

if TYPE_CHECKING:
    from icalendar import Event

REFRESHED = timedelta(hours=6)
"""How often a calendar is asked to look at its address again."""
ZONE_FROM, ZONE_UNTIL = date(2000, 1, 1), date(2100, 1, 1)
"""For which years a calendar describes its zone."""


def timetable_ics(appointments: Sequence[Appointment], names: Mapping[str, str], lang: Lang) -> bytes:
    """An event each, in UTC; a cancelled one says so. Taken again after a change, it replaces what was taken before:
    ``UID`` is of candidate and kind, and ``SEQUENCE`` counts the changes.

    ``names``: of experts, by account; who is not among them is not named.
    """
    return _written(_meeting(item, f"{item.credit_code}-{item.year}-{item.kind}", names, lang) for item in appointments)


def subscribed_ics(calendar: SubscribedCalendar, link: str) -> bytes:
    """The same of a calendar that is read at its address: the years' dates as whole days before the appointments, each
    with a ``link`` to the pages that say more.

    There is no ``METHOD``: it is no invitation. So ``DTSTAMP`` is when an event was last changed (RFC 5545, 3.8.7.2).
    """
    events = [_day(day, calendar.lang) for day in calendar.days]
    events += [_meeting(item, number, {}, calendar.lang) for number, item in calendar.meetings.items()]
    for event in events:
        event.add("url", link)
    return _written(events, text("appointment.calendar", calendar.lang))


def _written(events: Iterable[Event], name: str = "") -> bytes:
    """``name``: of a calendar that is read again and again."""
    # Here and not above: its zones take longer to load than any other page has use for.
    from icalendar import Calendar, Timezone

    calendar = Calendar()
    calendar.add("prodid", "-//Duibiao//Timetable//EN")
    calendar.add("version", "2.0")
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT6H")  # the same for Outlook, which does not know the standard's
        # There may be no event yet, and the standard asks for some component (RFC 5545, 3.6).
        calendar.add_component(Timezone.from_tzid("Asia/Shanghai", first_date=ZONE_FROM, last_date=ZONE_UNTIL))
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(uid: str, sequence: int, set_at: datetime, *, cancelled: bool = False) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{uid}@duibiao")
    event.add("sequence", sequence)
    event.add("dtstamp", set_at)
    event.add("last-modified", set_at)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    return event


def _meeting(item: Appointment, uid: str, names: Mapping[str, str], lang: Lang) -> Event:
    event = _event(uid, item.sequence, item.set_at, cancelled=item.cancelled)
    event.add("dtstart", item.starts_at)
    event.add("dtend", item.ends_at)
    kind = text(f"appointment.{item.kind}", lang)
    event.add("summary", text("appointment.summary", lang, kind=kind, factory=item.label) if item.label else kind)
    event.add("location", item.place)
    experts = [names[expert] for expert in item.experts if expert in names]
    lines = [text("appointment.experts", lang, names=text("number.list", lang).join(experts))] if experts else []
    lines += [text("appointment.reason", lang, reason=item.reason)] if item.reason else []
    if lines:
        event.add("description", "\n".join(lines))
    return event


def _day(day: CalendarDay, lang: Lang) -> Event:
    event = _event(f"{day.year}-{day.kind}", day.sequence, day.set_at)
    event.add("dtstart", day.first)
    event.add("dtend", day.last + timedelta(days=1))  # which a calendar does not include
    event.add("summary", text(f"appointment.day.{day.kind}", lang, year=day.year))
    event.add("transp", "TRANSPARENT")  # nobody is busy all that day
    return event
