"""A calendar at a secret address: what stands in it for whom, and that it answers nobody once it is revoked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from icalendar import Calendar
from pyotp import TOTP

from kpi.model.programme import YearDates
from kpi.model.timetable import SubscribedCalendar
from kpi.model.viewer import Viewer
from kpi.reports.calendar import subscribed_ics
from kpi.services.administrator.accounts import (
    declare_conflict,
    disable_account,
    enable_account,
    reset_account,
)
from kpi.services.administrator.stages import advance
from kpi.services.administrator.year_dates import set_body_deadline, set_year_dates
from kpi.services.operation import authentication
from kpi.services.operation.authentication import change_password, set_up_second_factor
from kpi.services.own_calendar import (
    calendar_at,
    make_calendar_address,
    revoke_calendar_address,
)
from kpi.services.timetable import AppointmentInput, set_appointments, timetable_board
from kpi.store.store import Store
from tests.services.fake_hasher import Hasher
from tests.services.sample_store import (
    ADMINISTRATOR,
    AT,
    CODE_A,
    LEADER,
    OTHER_LEADER,
    OTHER_REVIEWER,
    PASSWORD,
    REVIEWER,
    A,
)
from tests.services.submitting import YEAR, locked
from tests.services.two_people import confirm_waiting

HOUR = timedelta(hours=1)
NINE = datetime(2026, 9, 1, 1, tzinfo=UTC)
PLACE, WHY, LINK = "一号会议室（虚构）", "演示企业A改期（虚构）", "https://duibiao.example"
BODY, WORDS = LEADER.scope[0], ("沪经信制〔2026〕1号（虚构）", "按计划（虚构）")
DATES = YearDates(
    opens=date(2026, 3, 1),
    closes=date(2026, 9, 15),
    lists_due=date(2026, 9, 20),
    scores_due=date(2026, 10, 1),
    publicity_from=date(2026, 11, 2),
    publicity_to=date(2026, 11, 6),
)
VISIT = AppointmentInput(CODE_A, "visit", NINE, NINE + 2 * HOUR, PLACE, (REVIEWER.account,))
SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
Event = dict[str, str]


@pytest.fixture
def reviewed(store: Store) -> Store:
    """A's application is put forward, and visited; the year has its dates."""
    set_year_dates(store, ADMINISTRATOR, YEAR + 1, DATES, *WORDS, AT)
    locked(store, A, CODE_A)
    advance(store, ADMINISTRATOR, CODE_A, YEAR, "put_forward", at=AT + HOUR)
    put(store, VISIT)
    set_up_second_factor(store, ADMINISTRATOR, SEED, TOTP(SEED).at(AT), PASSWORD, at=AT)
    return store


def put(store: Store, visit: AppointmentInput) -> None:
    board = timetable_board(store, ADMINISTRATOR, YEAR)
    stands = board and board.standing.get((CODE_A, "visit"))
    set_appointments(store, ADMINISTRATOR, YEAR, [replace(visit, seen=stands.set_at if stands else None)], AT)


def read(store: Store, token: str) -> dict[str, Event]:
    """The events by what identifies each."""
    found = calendar_at(store, token, AT)
    assert found
    calendar = Calendar.from_ical(subscribed_ics(found, LINK).decode())
    every = [{name: event[name].to_ical().decode() for name in event} for event in calendar.walk("VEVENT")]
    return {event["UID"]: event for event in every}


def of(store: Store, viewer: Viewer) -> dict[str, Event]:
    return read(store, make_calendar_address(store, viewer, "zh", AT))


def visits(events: dict[str, Event]) -> list[Event]:
    return [event for event in events.values() if "LOCATION" in event]


@pytest.mark.parametrize(
    ("viewer", "kinds"),
    [
        (A, {"opens", "closes", "publicity"}),
        (REVIEWER, {"opens", "closes", "publicity", "scores_due"}),
        (LEADER, {"opens", "closes", "publicity", "lists_due"}),
        (ADMINISTRATOR, {"opens", "closes", "publicity", "lists_due", "scores_due"}),
    ],
    ids=lambda item: item.role if isinstance(item, Viewer) else "",
)
def test_each_role_reads_its_dates_and_appointments_and_no_name_of_another(
    reviewed: Store, viewer: Viewer, kinds: set[str]
) -> None:
    events = of(reviewed, viewer)
    assert {uid for uid in events if uid.startswith("2026-")} == {f"2026-{kind}@duibiao" for kind in kinds}
    [visit] = visits(events)
    assert (visit["DTSTART"], visit["STATUS"], visit["URL"]) == ("20260901T010000Z", "CONFIRMED", LINK)
    everything = str(events)
    assert CODE_A not in everything
    assert REVIEWER.name not in everything
    label = visit["SUMMARY"].partition("：")[2]
    assert bool(label) == (viewer is A)
    publicity = events["2026-publicity@duibiao"]
    assert (publicity["DTSTART"], publicity["DTEND"]) == ("20261102", "20261107")


def test_nobody_reads_what_is_out_of_reach(reviewed: Store) -> None:
    assert visits(of(reviewed, OTHER_LEADER)) == visits(of(reviewed, OTHER_REVIEWER)) == []
    token = make_calendar_address(reviewed, REVIEWER, "zh", AT)
    declare_conflict(reviewed, ADMINISTRATOR, REVIEWER.account, CODE_A, "曾任职（虚构）", AT)
    assert visits(read(reviewed, token)) == []


def test_a_change_replaces_what_was_read_and_what_is_cancelled_says_so_without_the_reason(reviewed: Store) -> None:
    token = make_calendar_address(reviewed, REVIEWER, "en", AT)
    [before] = visits(read(reviewed, token))
    put(reviewed, replace(VISIT, cancel=True, reason=WHY))
    [after] = visits(read(reviewed, token))
    assert (after["UID"], before["SEQUENCE"], after["SEQUENCE"]) == (before["UID"], "0", "1")
    assert (before["SUMMARY"], after["STATUS"]) == ("On-site visit", "CANCELLED")
    assert WHY not in str(after)


def test_dates_follow_what_holds_and_a_body_has_its_own_deadline(reviewed: Store) -> None:
    token = make_calendar_address(reviewed, LEADER, "zh", AT)
    administrators = make_calendar_address(reviewed, ADMINISTRATOR, "zh", AT)
    set_body_deadline(reviewed, ADMINISTRATOR, YEAR + 1, BODY, date(2026, 9, 25), *WORDS, AT + HOUR)
    assert read(reviewed, token)["2026-lists_due@duibiao"]["DTSTART"] == "20260920", "nobody has confirmed it"
    confirm_waiting(reviewed, YEAR + 1, AT + HOUR)
    changed = read(reviewed, token)["2026-lists_due@duibiao"]
    assert (changed["DTSTART"], changed["SEQUENCE"], changed["LAST-MODIFIED"]) == ("20260925", "1", "20260302T093000Z")
    assert read(reviewed, administrators)["2026-lists_due@duibiao"]["DTSTART"] == "20260920"
    without = replace(DATES, closes=date(2026, 9, 16), publicity_from=None, publicity_to=None)
    set_year_dates(reviewed, ADMINISTRATOR, YEAR + 1, without, *WORDS, AT + 2 * HOUR)
    confirm_waiting(reviewed, YEAR + 1, AT + 2 * HOUR)
    events = read(reviewed, token)
    assert (events["2026-closes@duibiao"]["DTSTART"], events["2026-closes@duibiao"]["SEQUENCE"]) == ("20260916", "1")
    assert "2026-publicity@duibiao" not in events


def test_an_administrator_of_another_duty_or_without_its_second_factor_reads_no_visit(reviewed: Store) -> None:
    token = make_calendar_address(reviewed, ADMINISTRATOR, "zh", AT)
    with reviewed.transaction() as cursor:
        cursor.execute("insert into account_scope (account, reach) values ($1, 'audit')", [ADMINISTRATOR.account])
    assert visits(read(reviewed, token)) == []
    with reviewed.transaction() as cursor:
        cursor.execute("delete from second_factor where account = $1", [ADMINISTRATOR.account])
    assert calendar_at(reviewed, token, AT) is None


def test_each_line_is_as_the_standard_asks_and_says_the_same_each_time(reviewed: Store) -> None:
    place = "上海市虚构区演示路一百号，二楼；\\东侧，" * 4
    put(reviewed, replace(VISIT, place=place[:100], reason=WHY))
    token = make_calendar_address(reviewed, REVIEWER, "zh", AT)
    found = calendar_at(reviewed, token, AT)
    later = calendar_at(reviewed, token, AT + HOUR)
    assert found
    assert later
    written = subscribed_ics(found, LINK)
    assert written == subscribed_ics(later, LINK)
    assert b"\n" not in written.replace(b"\r\n", b"")
    lines = written.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert [line.decode() for line in lines], "no character is cut"
    assert any(line.startswith(b" ") for line in lines)
    [event] = [item for item in Calendar.from_ical(written).walk("VEVENT") if "LOCATION" in item]
    assert event["LOCATION"] == place[:100]
    for line in (b"VERSION:2.0", b"DTSTART;VALUE=DATE:20260301", b"REFRESH-INTERVAL;VALUE=DURATION:PT6H"):
        assert line in lines
    assert not [line for line in lines if line.startswith(b"METHOD")]


def test_a_calendar_without_any_date_yet_is_one_all_the_same() -> None:
    """The standard asks for some component; what has none is refused as no calendar."""
    read = Calendar.from_ical(subscribed_ics(SubscribedCalendar("zh", (), {}), LINK).decode())
    assert [part.name for part in read.subcomponents] == ["VTIMEZONE"]


def test_reading_writes_nothing(reviewed: Store) -> None:
    token = make_calendar_address(reviewed, A, "zh", AT)
    before = reviewed.folder.head()
    assert calendar_at(reviewed, token, AT) == calendar_at(reviewed, token, AT)
    assert calendar_at(reviewed, "unknown", AT) is None
    assert reviewed.folder.head() == before


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authentication, "HASHER", Hasher())


ACTS = ("make", "revoke", "disable", "enable", "reset", "settle")


@given(acts=some.lists(some.sampled_from(ACTS), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_only_the_last_address_answers_and_only_while_it_and_its_account_stand(
    store: Store, quick_passwords: None, acts: list[str]
) -> None:
    given_out: list[str] = []
    stands, disabled, password = "", False, ""
    for act in (*acts, "enable", "settle"):
        if act == "make":
            given_out.append(make_calendar_address(store, A, "zh", AT))
            stands = given_out[-1]
        elif act == "revoke" and stands:
            revoke_calendar_address(store, A, AT)
            stands = ""
        elif act == "disable":
            stands = stands if disable_account(store, ADMINISTRATOR, A.account, AT) is None else ""
            disabled = True
        elif act == "enable":
            stands = "" if enable_account(store, ADMINISTRATOR, A.account, AT) else stands
            disabled = False
        elif act == "reset":
            password, stands = reset_account(store, ADMINISTRATOR, A.account, AT).password, ""
        elif act == "settle" and password:
            change_password(store, A, password, f"{password} magnet violin", at=AT)
            password = ""
        answers = [token for token in given_out if calendar_at(store, token, AT)]
        assert answers == ([stands] if stands and not disabled and not password else [])
    if stands:
        revoke_calendar_address(store, A, AT)
