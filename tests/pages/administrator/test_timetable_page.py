"""The timetable as an administrator sets it for several at once, and as each whom it concerns reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from icalendar import Calendar
from streamlit.testing.v1 import AppTest

from kpi.i18n import text
from kpi.model.application import Application
from kpi.model.viewer import Role
from kpi.services.administrator.stages import advance, steps_to_undo, undo_steps
from kpi.services.timetable import TimetableBoard, timetable_board
from tests.pages.app_runs import Office, downloads_offered, opened, strings, submitted
from tests.services.sample_store import ADMINISTRATOR

DAY, PLACE, WHY = date(2026, 9, 1), "一号会议室（虚构）", "专家另有安排（虚构）"
HOMES: dict[Role, str] = {"enterprise": "enterprise-home", "reviewer": "reviewer-home", "leader": "leader-home"}


@pytest.fixture
def forward(copied_office: Office) -> Application:
    """The demonstration's enterprise is put forward; an administrator reads."""
    sent = submitted(copied_office, locked=True)
    advance(copied_office.store, ADMINISTRATOR, sent.credit_code, sent.year, "put_forward")
    copied_office.sit("administrator")
    return sent


def board(office: Office) -> TimetableBoard:
    found = timetable_board(office.store, ADMINISTRATOR)
    assert found
    return found


def _page(of: Application) -> AppTest:
    return opened("timetable", **{"timetable-word": of.credit_code})


def _enter(page: AppTest, of: Application, day: date | None = DAY, **more: object) -> None:
    """Into the row of a candidate for the visit, a field each."""
    fields = [*page.date_input, *page.selectbox, *page.text_input, *page.multiselect, *page.checkbox]
    by_key = {str(item.key): item for item in fields}
    for field, said in {"day": day, "begins": "09:00", "ends": "11:00", "place": PLACE, **more}.items():
        by_key[f"appointment-{field}-{of.year}-{of.credit_code}-visit"].set_value(said)


def _save(page: AppTest) -> AppTest:
    page.button(key="timetable-save").click().run()
    assert not page.exception
    return page


def _expert(office: Office, of: Application) -> str:
    return board(office).allowed[of.credit_code][0]


@pytest.mark.campaign
def test_a_row_is_set_changed_and_cancelled(copied_office: Office, forward: Application) -> None:
    expert = _expert(copied_office, forward)
    page = _page(forward)
    assert text("page.timetable.unchanged", "zh") in "\n".join(strings(_save(page)))
    _enter(page, forward, experts=[expert], place="")
    assert "没有填全" in _save(page).error[0].value
    _enter(page, forward, experts=[expert])
    assert _save(page).success[0].value == text("page.timetable.kept", "zh", count=1)
    assert PLACE in "\n".join(strings(page))
    stands = board(copied_office).standing[forward.credit_code, "visit"]
    assert (stands.place, stands.experts, stands.sequence) == (PLACE, (expert,), 0)
    _enter(page, forward, experts=[expert], ends="12:00", reason=WHY)
    assert _save(page).success
    _enter(page, forward, experts=[expert], ends="12:00", reason=WHY, cancel=True)
    assert _save(page).success
    stands = board(copied_office).standing[forward.credit_code, "visit"]
    assert (stands.cancelled, stands.reason, stands.sequence) == (True, WHY, 2)


def test_what_a_colleague_set_meanwhile_is_shown_before_it_is_changed(
    copied_office: Office, forward: Application
) -> None:
    expert = _expert(copied_office, forward)
    mine, theirs = _page(forward), _page(forward)
    _enter(theirs, forward, experts=[expert])
    assert _save(theirs).success
    _enter(mine, forward, experts=[expert], place="别处（虚构）")
    assert "已由他人改动" in _save(mine).error[0].value
    assert text("page.timetable.now", "zh") in "\n".join(strings(mine))
    _enter(mine, forward, experts=[expert], place="别处（虚构）", reason=WHY)
    assert _save(mine).success


@pytest.mark.campaign
@pytest.mark.parametrize("role", HOMES)
def test_whom_it_concerns_sees_it_at_home_and_takes_it_away(
    copied_office: Office, forward: Application, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied_office.sit(role)
    assert text("page.timetable.own", "zh") not in "\n".join(strings(opened(HOMES[role])))
    copied_office.sit("administrator")
    expert = _expert(copied_office, forward)
    name = board(copied_office).names[expert]
    page = _page(forward)
    _enter(page, forward, experts=[expert])
    assert _save(page).success
    copied_office.sit(role)
    offered: dict[str, Callable[[], bytes]] = downloads_offered(monkeypatch)
    page = opened(HOMES[role])
    assert not page.exception
    said = "\n".join(strings(page))
    assert text("page.timetable.own", "zh") in said
    assert PLACE in said
    [event] = Calendar.from_ical(offered["download-timetable-ics-.ics"]().decode()).walk("VEVENT")
    assert str(event["LOCATION"]) == PLACE
    if role != "reviewer":
        assert name not in said
    assert "DESCRIPTION" not in event


def test_whom_a_changed_appointment_concerns_no_more_reads_no_reason(
    copied_office: Office, forward: Application
) -> None:
    page = _page(forward)
    _enter(page, forward, experts=[_expert(copied_office, forward)])
    assert _save(page).success
    [step] = steps_to_undo(copied_office.store, ADMINISTRATOR, forward.credit_code, forward.year)
    undo_steps(copied_office.store, ADMINISTRATOR, [step.application], WHY)
    copied_office.sit("enterprise")
    said = "\n".join(strings(opened(HOMES["enterprise"])))
    assert text("page.timetable.off", "zh") in said
    assert text("page.timetable.cancelled", "zh", reason="") not in said
