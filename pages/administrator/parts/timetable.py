"""The timetable of a year as it stands, and its candidates in rows of fields, which one button saves."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import partial
from typing import Any, NamedTuple

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.model.times import SHANGHAI
from kpi.model.timetable import APPOINTMENT_KINDS, Appointment, AppointmentKind
from kpi.services.timetable import (
    LONGEST_APPOINTMENT_REASON,
    LONGEST_PLACE,
    AppointmentInput,
    TimetableBoard,
    set_appointments,
)
from kpi.tables.stages import ApplicationInHand
from pages.session.context import PageContext, current_viewer
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import entries, show_done, show_error
from pages.widgets.entry_rows import begin_row, row_basis, row_outdated, row_saved, row_text
from pages.widgets.layout import in_columns
from pages.widgets.picker import distinguished, page_of, pick_order, search_word
from pages.widgets.timetable import show_appointments, time_words

ROWS = 10
"""Candidates with their fields at a time."""
CLOCK = [f"{hour:02}:{minute:02}" for hour in range(7, 22) for minute in (0, 15, 30, 45)]
"""The times offered, Shanghai's."""
_KEPT: dict[str, Any] = {"on_change": "ignore", "persist_state": "session"}
"""Sent with whatever is pressed, and kept while another page is read."""
_DONE = "timetable-done"


def show_board(context: PageContext, board: TimetableBoard) -> None:
    """How many are set, and all of them, cancelled ones too."""
    found = sorted(board.standing.values(), key=lambda item: item.starts_at)
    holding = [item.kind for item in found if not item.cancelled]
    counts = {"visits": holding.count("visit"), "defences": holding.count("defence")}
    html.sentence(translate("timetable.sentence", year=board.year, candidates=len(board.candidates), **counts))
    if found:
        show_appointments(context, found, board.names, {item: board.barred(item) for item in found})


class _Fields(NamedTuple):
    """The keys of a row's fields."""

    day: str
    begins: str
    ends: str
    place: str
    experts: str
    reason: str
    cancel: str

    @classmethod
    def of(cls, board: TimetableBoard, code: str, kind: AppointmentKind) -> _Fields:
        return cls(*(f"appointment-{field}-{board.year}-{code}-{kind}" for field in cls._fields))

    def entered(self) -> _Entered:
        return _Entered(*(st.session_state[key] for key in self))


class _Entered(NamedTuple):
    """What stands in them."""

    day: date | None
    begins: str | None
    ends: str | None
    place: str
    experts: list[str]
    reason: str
    cancel: bool

    @classmethod
    def of(cls, stands: Appointment | None) -> _Entered:
        """As it is shown before anything is entered."""
        if stands is None or stands.cancelled:
            return cls(None, None, None, "", [], "", False)
        begins, ends = (moment.astimezone(SHANGHAI) for moment in (stands.starts_at, stands.ends_at))
        clock = f"{begins:%H:%M}", f"{ends:%H:%M}"
        return cls(begins.date(), *clock, stands.place, list(stands.experts), "", False)

    def at(self, clock: str | None) -> datetime | None:
        return datetime.combine(self.day, time.fromisoformat(clock), SHANGHAI) if self.day and clock else None


def appointment_rows(context: PageContext, board: TimetableBoard) -> None:
    """A candidate each, of one kind of appointment at a time: what is entered for the others is kept meanwhile."""
    answered = st.session_state.pop(_DONE, None)
    html.titled(translate("timetable.set"))
    html.where(translate("timetable.how"))
    asked, words = translate("timetable.column_kind"), partial(_kind_words, context)
    kind: AppointmentKind = pick_order(asked, APPOINTMENT_KINDS, "timetable-kind", words)
    word = search_word(translate("timetable.find"), "timetable-word").lower()
    sought = [hand for hand in board.candidates if word in f"{hand.label} {hand.body} {hand.credit_code}".lower()]
    names = distinguished(board.names)
    with entries("timetable"):
        for candidate in page_of(sought, "rows", ROWS, (kind, word)):
            _row(board, candidate, kind, names)
        save = translate("timetable.save")
        st.button(save, on_click=_keep, args=(context, board, kind), key="timetable-save", type="primary")
    if isinstance(answered, UserError):
        show_error(answered, over_the_page=True)
    elif answered:
        show_done(translate("timetable.kept", count=answered))
    elif answered is not None:
        html.notice(translate("timetable.unchanged"))


def _kind_words(context: PageContext, kind: AppointmentKind) -> str:
    return i18n.text(f"appointment.{kind}", context.lang)


def _row(
    board: TimetableBoard,
    candidate: ApplicationInHand,
    kind: AppointmentKind,
    names: dict[str, str],
) -> None:
    code = candidate.credit_code
    stands, fields = board.standing.get((code, kind)), _Fields.of(board, code, kind)
    holds = stands is not None and not stands.cancelled
    basis = begin_row(dict(zip(fields, _Entered.of(stands), strict=True)), stands.set_at if stands else None)
    with st.container(border=True, key=f"row-{code}-{kind}"):
        what, day, begins, ends, place, chosen = in_columns(f"{code}-{kind}", (6, 4, 3, 3, 6, 8))
        with what, html.together():
            html.clause(candidate.label)
            said = time_words(stands) if stands and holds else translate("timetable.not_set")
            html.where(f"{translate(f'step.{candidate.stage}')} · {said}")
        with day:
            st.date_input(translate("timetable.day"), None, format="YYYY-MM-DD", key=fields.day, **_KEPT)
        with begins:
            _clock(translate("timetable.begins"), fields.begins)
        with ends:
            _clock(translate("timetable.ends"), fields.ends)
        with place:
            row_text(translate("timetable.column_place"), LONGEST_PLACE, fields.place)
        with chosen:
            st.multiselect(
                translate("timetable.column_experts"),
                sorted({*board.allowed[code], *st.session_state[fields.experts]}, key=names.__getitem__),
                format_func=names.__getitem__,
                key=fields.experts,
                **_KEPT,
            )
        if holds:
            row_text(translate("timetable.reason"), LONGEST_APPOINTMENT_REASON, fields.reason)
            st.checkbox(translate("timetable.cancel"), key=fields.cancel, **_KEPT)
        if basis.outdated:
            html.notice(translate("timetable.now"))


def _clock(label: str, key: str) -> None:
    """A time of the day; one that was set otherwise is offered, too."""
    options = sorted({*CLOCK, st.session_state[key] or CLOCK[0]})
    st.selectbox(label, options, None, key=key, **_KEPT)


def _keep(context: PageContext, board: TimetableBoard, kind: AppointmentKind) -> None:
    """All that was entered in any row, knowing of what stood on the page."""
    given = []
    for candidate in board.candidates:
        fields = _Fields.of(board, candidate.credit_code, kind)
        if fields.day in st.session_state and fields.entered() != row_basis(fields.day).shown:
            given.append(_input(candidate.credit_code, kind, fields))
    try:
        done = set_appointments(context.store, current_viewer(), board.year, given) if given else 0
    except UserError as error:
        st.session_state[_DONE] = error
        for fault in (error, *error.also):
            if fault.code == "appointment_meanwhile":
                row_outdated(_Fields.of(board, str(fault.params["credit_code"]), kind).day)
    else:
        st.session_state[_DONE] = done
        for item in given:
            row_saved(*_Fields.of(board, item.credit_code, kind))


def _input(code: str, kind: AppointmentKind, fields: _Fields) -> AppointmentInput:
    entered = fields.entered()
    times = entered.at(entered.begins), entered.at(entered.ends)
    seen, experts = row_basis(fields.day).holds, tuple(entered.experts)
    return AppointmentInput(code, kind, *times, entered.place, experts, entered.reason, entered.cancel, seen)
