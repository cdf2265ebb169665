"""A timetable as a calendar file (RFC 5545), for the calendars that people keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpi.i18n import text
from kpi.model.language import Lang
from kpi.model.timetable import Appointment


def timetable_ics(appointments: Sequence[Appointment], names: Mapping[str, str], lang: Lang) -> bytes:
    """An event each, in UTC; a cancelled one says so. Taken again after a change, it replaces what was taken before:
    ``UID`` is of candidate and kind, and ``SEQUENCE`` counts the changes.

    ``names``: of experts, by account; who is not among them is not named.
    """
    # Here and not above: its zones take longer to load than any other page has use for.
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Duibiao//Timetable//EN")
    calendar.add("version", "2.0")
    for item in appointments:
        event = Event()
        event.add("uid", f"{item.credit_code}-{item.year}-{item.kind}@duibiao")
        event.add("sequence", item.sequence)
        event.add("dtstamp", item.set_at)
        event.add("dtstart", item.starts_at)
        event.add("dtend", item.ends_at)
        kind = text(f"appointment.{item.kind}", lang)
        event.add("summary", text("appointment.summary", lang, kind=kind, factory=item.label))
        event.add("location", item.place)
        experts = [names[expert] for expert in item.experts if expert in names]
        lines = [text("appointment.experts", lang, names=text("number.list", lang).join(experts))] if experts else []
        lines += [text("appointment.reason", lang, reason=item.reason)] if item.reason else []
        if lines:
            event.add("description", "\n".join(lines))
        event.add("status", "CANCELLED" if item.cancelled else "CONFIRMED")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
