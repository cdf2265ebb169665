"""The timetable of the review: the authority sets visits and defences, and all concerned see their own.

Who comes is known to the authority and to the experts themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kpi import tables
from kpi.access.roles import Scope, allows, scope_of, whole_programme
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.lifecycle import is_under_review, waits_for_its_body
from kpi.model.times import just_after, shanghai_minute
from kpi.model.timetable import APPOINTMENT_KINDS, BEFORE_ONE_PANEL, Appointment, AppointmentKind, Meeting
from kpi.model.viewer import Viewer
from kpi.services.authorization import reads, requires
from kpi.services.lifecycle import refuse
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.services.year import dates_of, year_at_work
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.stages import ApplicationInHand

LONGEST_PLACE, LONGEST_APPOINTMENT_REASON = 100, 200
Key = tuple[str, AppointmentKind]
"""A candidate of the year and what is set for it."""


@reads("see_timetable")
def own_timetable(cursor: Cursor, viewer: Viewer) -> list[Appointment]:
    """What concerns the viewer and is still under review, in the order of time; cancelled ones say so, as does what was
    set for a candidate that is put forward no more.

    A reviewer has those that it is an expert of; one that it was taken off is cancelled for it alone, as it was then.
    Nobody learns here who comes: no experts, and of reasons, which may name them, a cancellation's alone.
    """
    return appointments_concerning(cursor, viewer)


def appointments_concerning(cursor: Cursor, viewer: Viewer) -> list[Appointment]:
    """As ``own_timetable``, for whoever has asked for rights; of those who run the panel every one."""
    scope = whole_programme(viewer) if allows(viewer, "run_panel") else scope_of(viewer)
    found = tables.timetable.appointments(cursor, scope)
    shown = (_as_seen(item, viewer) for item in found if is_under_review(item.stage) or waits_for_its_body(item.stage))
    return sorted(filter(None, shown), key=lambda item: (item.year, item.starts_at, item.credit_code, item.kind))


def _as_seen(item: Appointment, viewer: Viewer) -> Appointment | None:
    reason = item.reason if item.cancelled else ""
    cancelled = item.cancelled or not is_under_review(item.stage)
    seen = replace(item, experts=(), former={}, reason=reason, cancelled=cancelled)
    if viewer.role != "reviewer" or viewer.account in item.experts:
        return seen
    had = item.former.get(viewer.account)
    return had and replace(
        seen, starts_at=had.starts_at, ends_at=had.ends_at, place=had.place, reason="", cancelled=True
    )


# Set by those who run the panel, for several candidates at once: all of it or nothing.


@dataclass(frozen=True, slots=True)
class TimetableBoard:
    """The locked applications of a year, and what is set for them; ``allowed``: who may be an expert for each.

    ``names``: of every reviewer, and of whoever was one. ``standing``: what is set, cancelled ones too.
    """

    year: int
    in_hand: tuple[ApplicationInHand, ...]
    allowed: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    standing: Mapping[Key, Appointment]

    @property
    def candidates(self) -> tuple[ApplicationInHand, ...]:
        """Those that may be given a day, or have one."""
        has_day = {item.credit_code for item in self.standing.values() if not item.cancelled}
        return tuple(hand for hand in self.in_hand if is_under_review(hand.stage) or hand.credit_code in has_day)

    def barred(self, item: Appointment) -> tuple[str, ...]:
        """Its experts that may be none any more: of a conflict of interest declared since, say."""
        allowed = self.allowed.get(item.credit_code, ())
        return () if item.cancelled else tuple(expert for expert in item.experts if expert not in allowed)


@dataclass(frozen=True, slots=True)
class AppointmentInput:
    """What one candidate's visit or defence is to be. ``starts_at`` and ``ends_at`` are aware; None is not filled in.

    ``reason``: why it is changed or ``cancel``led. ``seen``: ``Appointment.set_at`` of what stood when this was
    entered, None where nothing did.
    """

    credit_code: str
    kind: AppointmentKind
    starts_at: datetime | None
    ends_at: datetime | None
    place: str
    experts: tuple[str, ...]
    reason: str = ""
    cancel: bool = False
    seen: datetime | None = None


@reads("run_panel")
def timetable_board(cursor: Cursor, viewer: Viewer, year: int | None = None) -> TimetableBoard | None:
    """That of a year, by default of the one at work; None where nothing is locked."""
    years = {hand.year for hand in tables.stages.applications_in_hand(cursor, viewer.barred)}
    if not years:
        return None
    return _board(cursor, viewer, year or year_at_work(cursor, years, lambda item: dates_of(cursor, item) is not None))


@requires("run_panel")
def set_appointments(
    store: Store, viewer: Viewer, year: int, given: Sequence[AppointmentInput], at: datetime | None = None
) -> int:
    """Set, change or cancel all of these, and return how many; all concerned see it at once.

    Experts may have several defences at one time in one place: candidates come one after the other before a panel.

    Raises:
        NotFound: no such candidate within reach, kind or account.
        UserError: for one of them - nothing is done then: it is not under review, something is not filled in, the end
            is not after the beginning, no reason is given for a change, an expert has a conflict of interest or does
            not reach the candidate, or is elsewhere at that time, as its candidate is, it was changed since, there is
            nothing to cancel, or none is given.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        board = _board(change.cursor, viewer, year)
        plain = list({(item.credit_code, item.kind): _plain(item) for item in given}.values())
        _refuse_unknown(board, plain)
        errors = [error for item in plain for error in _against(board, item)]
        refuse(errors or _against_two_places(change.cursor, board, plain))
        if not plain:
            raise UserError("nothing_changed")
        for item in plain:
            _keep(change, board, item)
    return len(plain)


def _board(cursor: Cursor, viewer: Viewer, year: int) -> TimetableBoard:
    set_before = tables.timetable.appointments(cursor, whole_programme(viewer))
    standing = {item.key: item for item in set_before if item.year == year}
    in_hand = tuple(hand for hand in tables.stages.applications_in_hand(cursor, viewer.barred) if hand.year == year)
    every = [account for account in tables.accounts.accounts(cursor) if account.viewer.role == "reviewer"]
    reviewers = [account.viewer for account in every if not account.disabled]
    allowed = {
        hand.credit_code: tuple(
            reviewer.account for reviewer in reviewers if scope_of(reviewer).reaches(hand.credit_code, hand.industry)
        )
        for hand in in_hand
    }
    names = {account.viewer.account: account.viewer.name for account in every}
    return TimetableBoard(year, in_hand, allowed, names, standing)


def _plain(item: AppointmentInput) -> AppointmentInput:
    return replace(
        item,
        place=plain_line(item.place, LONGEST_PLACE),
        reason=plain_line(item.reason, LONGEST_APPOINTMENT_REASON),
        experts=tuple(dict.fromkeys(item.experts)),
    )


def _refuse_unknown(board: TimetableBoard, given: Sequence[AppointmentInput]) -> None:
    known = {hand.credit_code for hand in board.in_hand}
    for item in given:
        if item.credit_code not in known or item.kind not in APPOINTMENT_KINDS:
            raise NotFound("candidate")
        if unknown := sorted(set(item.experts) - set(board.names)):
            raise NotFound("account", unknown[0][:40])


def _against(board: TimetableBoard, item: AppointmentInput) -> list[UserError]:
    """What stands in the way of one by itself, where somebody else was faster that alone."""
    candidate = next(hand for hand in board.in_hand if hand.credit_code == item.credit_code)
    stands, named = _standing(board, item), candidate.label
    if (stands.set_at if stands else None) != item.seen:
        return [UserError("appointment_meanwhile", factory=named, credit_code=item.credit_code)]
    holds = stands is not None and not stands.cancelled
    errors = [] if item.reason or not holds else [UserError("appointment_why_needed", factory=named)]
    if item.cancel:
        return errors if holds else [UserError("appointment_none", factory=named)]
    if not is_under_review(candidate.stage):
        errors.append(UserError("appointment_stage", factory=named))
    if not (item.starts_at and item.ends_at and item.place and item.experts):
        errors.append(UserError("appointment_incomplete", factory=named))
    elif item.ends_at <= item.starts_at:
        errors.append(UserError("appointment_order", factory=named))
    barred = [expert for expert in item.experts if expert not in board.allowed[item.credit_code]]
    return errors + [UserError("appointment_expert", factory=named, name=board.names[expert]) for expert in barred]


def _against_two_places(cursor: Cursor, board: TimetableBoard, given: Sequence[AppointmentInput]) -> list[UserError]:
    """Of all that would stand, also with a candidate that the viewer has a conflict of interest with."""
    changed = {(item.credit_code, board.year, item.kind) for item in given}
    stands = [
        (item.key, item.meeting, item.experts)
        for item in tables.timetable.appointments(cursor, Scope(everything=True))
        if not item.cancelled
        and is_under_review(item.stage)
        and (item.credit_code, item.year, item.kind) not in changed
    ]
    labels = {hand.credit_code: hand.label for hand in board.in_hand}
    errors = []
    for item in given:
        if item.cancel or not item.starts_at or not item.ends_at:
            continue
        own = Meeting(item.starts_at, item.ends_at, item.place)
        for (code, kind), meeting, experts in stands:
            if not _overlap(own, meeting):
                continue
            said = {"factory": labels[item.credit_code], "starts": shanghai_minute(meeting.starts_at)}
            twice = [expert for expert in item.experts if expert in experts]
            before_one_panel = kind == item.kind == BEFORE_ONE_PANEL and meeting.place == item.place
            if code == item.credit_code:
                errors.append(UserError("appointment_twice", **said))
            elif twice and not before_one_panel:
                said |= {"place": meeting.place, "name": board.names[twice[0]]}
                errors.append(UserError("appointment_two_places", **said))
        stands.append(((item.credit_code, item.kind), own, item.experts))
    return errors


def _overlap(meeting: Meeting, other: Meeting) -> bool:
    """What only touches the other does not."""
    return meeting.starts_at < other.ends_at and other.starts_at < meeting.ends_at


def _standing(board: TimetableBoard, item: AppointmentInput) -> Appointment | None:
    return board.standing.get((item.credit_code, item.kind))


def _keep(change: UnitOfWork, board: TimetableBoard, item: AppointmentInput) -> None:
    stands = _standing(board, item)
    # After what stood and not before the lock, also where a clock was put back or stood still.
    since = next(hand.since for hand in board.in_hand if hand.credit_code == item.credit_code)
    at = just_after(max(change.at, since), stands.set_at if stands else None)
    # A cancelled one keeps its place and its experts, who see that it is.
    place, experts = (stands.place, stands.experts) if item.cancel and stands else (item.place, item.experts)
    times = (item.starts_at, item.ends_at) if item.starts_at and item.ends_at and not item.cancel else None
    code, year = item.credit_code, board.year
    tables.timetable.add_appointment(
        change.cursor, code, year, item.kind, times, place, experts, item.reason, change.actor.account, at
    )
    before = _said(stands.kind, (stands.starts_at, stands.ends_at), stands.place, stands.experts) if stands else None
    after = _said(item.kind, times, place, experts) | {"reason": item.reason}
    change.audit("appointment_cancelled" if item.cancel else "appointment_set", f"{code} {year}", before, after)


def _said(
    kind: AppointmentKind, times: tuple[datetime, datetime] | None, place: str, experts: Sequence[str]
) -> dict[str, object]:
    starts_at, ends_at = (shanghai_minute(moment) for moment in times) if times else ("", "")
    return {"kind": kind, "starts_at": starts_at, "ends_at": ends_at, "place": place, "experts": list(experts)}
