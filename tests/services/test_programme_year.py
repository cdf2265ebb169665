"""The programme's year: days are Shanghai's, what a day refuses says so, and without dates nothing is refused
but the lock for a year that has not begun."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kpi import tables
from kpi.access.roles import Scope
from kpi.errors import NotFound, UserError
from kpi.model.lifecycle import ApplicationState
from kpi.model.programme import Placement, YearDates
from kpi.model.viewer import Viewer
from kpi.services.administrator.home import administrator_to_dos
from kpi.services.administrator.stages import advance
from kpi.services.administrator.year_dates import (
    against_confirmation,
    confirm_dates,
    set_body_deadline,
    set_year_dates,
    withdraw_dates,
    year_overview,
)
from kpi.services.enterprise import before_lock
from kpi.services.enterprise.before_lock import lock_outlook
from kpi.services.enterprise.journey import own_journeys
from kpi.services.enterprise.lock import own_stages, reopen_application
from kpi.services.enterprise.sheets import create_sheet
from kpi.services.evaluation import evaluation_context, released_now
from kpi.services.leader.coverage import leader_to_dos
from kpi.services.leader.nomination import nominate, save_list, send_list, withdraw_list
from kpi.services.leader.own_list import own_list
from kpi.services.year import (
    begun_years,
    list_deadline,
    other_years,
    programme_year,
    year_at_work,
    year_matters,
)
from kpi.store.store import Store
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B, LEADER, A, B
from tests.services.submitting import YEAR, accepted, lock_as_it_stands, locked, received
from tests.services.two_people import SECOND_ADMINISTRATOR, confirm_waiting

BODY = LEADER.scope[0]
NOTICE_DAY = date(2025, 8, 15)
DATES = YearDates(date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 15))
BEFORE, LAST, AFTER = (
    datetime(2026, 2, 28, 15, 59, tzinfo=UTC),
    datetime(2026, 3, 31, 15, 59, tzinfo=UTC),
    datetime(2026, 3, 31, 16, 0, tzinfo=UTC),
)
NEXT_YEAR, EVE = 2027, datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
LISTS_OVER = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
WORDS = ("演示通知（虚构）", "演示")


@contextmanager
def refused(code: str, **params: object) -> Iterator[None]:
    with pytest.raises(UserError) as raised:
        yield
    assert raised.value.code == code
    assert {name: raised.value.params[name] for name in params} == params


def set_dates(store: Store, dates: YearDates = DATES, at: datetime = AT) -> None:
    set_year_dates(store, ADMINISTRATOR, YEAR, dates, *WORDS, at)
    confirm_waiting(store, YEAR, at)


@pytest.mark.parametrize(
    ("at", "left", "state"),
    [
        (datetime(2025, 8, 14, 15, 59, tzinfo=UTC), 1, "open"),
        (datetime(2025, 8, 14, 16, 0, tzinfo=UTC), 0, "today"),
        (datetime(2025, 8, 15, 16, 0, tzinfo=UTC), -1, "lapsed"),
    ],
)
def test_days_are_shanghais(store: Store, at: datetime, left: int, state: str) -> None:
    with store.cursor() as cursor:
        deadline = list_deadline(cursor, YEAR, BODY, at)
    assert deadline
    assert (deadline.day, deadline.days_left, deadline.state) == (NOTICE_DAY, left, state)


def test_a_day_that_was_set_is_past_where_the_notices_own_only_lapses(store: Store) -> None:
    set_dates(store)
    with store.cursor() as cursor:
        deadline = list_deadline(cursor, YEAR, BODY, LISTS_OVER)
    assert deadline
    assert deadline.state == "past"


def test_a_year_without_a_day_has_no_deadline(store: Store) -> None:
    with store.cursor() as cursor:
        assert list_deadline(cursor, 2026, BODY) is None
    assert programme_year(store, A) is None


def step_to_lock(store: Store, viewer: Viewer, at: datetime) -> str:
    """How the one application's step of locking stands."""
    [journey] = own_journeys(store, viewer, at)
    assert journey.at("submit").state == "open"
    assert journey.lockable is (journey.at("submit").note == "to_lock")
    return journey.at("submit").note


def test_an_application_is_locked_within_the_window_alone(store: Store) -> None:
    accepted(store, A, CODE_A)
    accepted(store, B, CODE_B)
    set_dates(store)
    with refused("window_not_open", year=YEAR, day="2026-03-01"):
        lock_as_it_stands(store, A, CODE_A, YEAR, BEFORE)
    assert step_to_lock(store, A, BEFORE) == "window_not_open"
    assert step_to_lock(store, A, LAST) == "to_lock"
    lock_as_it_stands(store, A, CODE_A, YEAR, LAST)
    with refused("window_closed", year=YEAR, day="2026-03-31"):
        lock_as_it_stands(store, B, CODE_B, YEAR, AFTER)
    assert step_to_lock(store, B, AFTER) == "window_closed"
    with refused("window_closed", day="2026-03-31"):
        reopen_application(store, A, CODE_A, YEAR, "更正单位", AFTER)
    assert [step.state for step in own_stages(store, A)] == ["submitted"]
    set_dates(store, replace(DATES, closes=DATES.closes + timedelta(days=1)), LAST)
    lock_as_it_stands(store, B, CODE_B, YEAR, AFTER)


def test_a_year_that_has_not_begun_is_locked_once_its_dates_are_set_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistyped year, locked, was the latest, which the pages of its body are of: the list of this year was gone."""
    locked(store, A, CODE_A)
    create_sheet(store, B, received(store, B, CODE_B), 0, CODE_B, NEXT_YEAR)
    for moment, early in ((EVE, True), (EVE + timedelta(minutes=1), False)):
        monkeypatch.setattr(before_lock, "now", lambda moment=moment: moment)
        assert lock_outlook(store, B, CODE_B, NEXT_YEAR).too_early is early
    with refused("year_not_begun", year=NEXT_YEAR, day="2027-01-01"):
        lock_as_it_stands(store, B, CODE_B, NEXT_YEAR, EVE)
    assert step_to_lock(store, B, EVE) == "year_not_begun"
    assert step_to_lock(store, B, EVE + timedelta(minutes=1)) == "to_lock"
    assert own_list(store, LEADER).latest.year == YEAR
    days = YearDates(EVE.date(), EVE.date() + timedelta(days=60), EVE.date() + timedelta(days=90))
    set_year_dates(store, ADMINISTRATOR, NEXT_YEAR, days, *WORDS, EVE - timedelta(days=1))
    lock_as_it_stands(store, B, CODE_B, NEXT_YEAR, EVE)
    found = own_list(store, LEADER)
    assert (found.latest.year, found.years) == (YEAR, (NEXT_YEAR, YEAR))
    set_dates(store)
    assert own_list(store, LEADER).latest.year == NEXT_YEAR, "the earlier list is taken no more"


def test_a_list_that_came_on_paper_is_waited_for_until_a_candidate_of_it_is_published(store: Store) -> None:
    """Without dates or awards its body's pages stayed on that year until a third one began."""
    locked(store, A, CODE_A)
    days = YearDates(EVE.date(), EVE.date() + timedelta(days=60), EVE.date() + timedelta(days=90))
    set_year_dates(store, ADMINISTRATOR, NEXT_YEAR, days, *WORDS, AT)
    create_sheet(store, B, received(store, B, CODE_B), 0, CODE_B, NEXT_YEAR)
    lock_as_it_stands(store, B, CODE_B, NEXT_YEAR, EVE)
    steps: list[tuple[ApplicationState, int]] = [
        ("material_review", YEAR),
        ("publicity", NEXT_YEAR),
        ("listed", NEXT_YEAR),
        ("not_listed", YEAR),
    ]
    for day, (state, year) in enumerate(steps):
        advance(store, ADMINISTRATOR, CODE_A, YEAR, state, "演示", at=AT + timedelta(days=1 + day))
        assert own_list(store, LEADER).latest.year == year, state
        unsent = [standing.code for standing in leader_to_dos(store, LEADER) if standing.code == "list_unsent"]
        assert unsent == (["list_unsent"] if year == YEAR else [])


def test_the_year_at_work_is_the_last_one_until_it_is_over(store: Store) -> None:
    years, days = (YEAR, NEXT_YEAR, 2099), YearDates(EVE.date(), EVE.date() + timedelta(60), EVE.date() + timedelta(90))
    set_dates(store)
    set_year_dates(store, ADMINISTRATOR, NEXT_YEAR, days, *WORDS, EVE)
    with store.cursor() as cursor:

        def at_work(at: datetime, *, unfinished: bool = True) -> int:
            return year_at_work(cursor, years, lambda _: unfinished, at)

        assert begun_years(cursor, years, LAST) == [YEAR, NEXT_YEAR]
        assert begun_years(cursor, [2099], LAST) == [2099]
        assert [at_work(LAST), at_work(LAST, unfinished=False), at_work(EVE)] == [YEAR, NEXT_YEAR, NEXT_YEAR]
        beside = other_years(cursor, "coverage", {2024: 1, YEAR: 2, NEXT_YEAR: 3, 2099: 1}, YEAR, LAST)
        assert [(standing.code, standing.query["year"]) for standing in beside] == [
            ("other_year_ahead", "2099"),
            ("other_year", str(NEXT_YEAR)),
            ("other_year", "2024"),
        ]


def test_without_dates_no_day_refuses_anything(store: Store) -> None:
    locked(store, A, CODE_A)
    reopen_application(store, A, CODE_A, YEAR, "更正单位", LISTS_OVER)
    lock_as_it_stands(store, A, CODE_A, YEAR, LISTS_OVER)


def test_a_late_list_stays_as_it_is_unless_its_body_has_a_later_day(store: Store) -> None:
    locked(store, A, CODE_A)
    set_dates(store)
    save_list(store, LEADER, YEAR, 0, [Placement(CODE_A, "演示")], at=AT)
    for act in (
        lambda: nominate(store, LEADER, YEAR, 1, at=LISTS_OVER),
        lambda: withdraw_list(store, LEADER, YEAR, 1, "演示", LISTS_OVER),
        lambda: send_list(store, LEADER, YEAR, 1, LISTS_OVER),
    ):
        with refused("list_too_late", day="2026-04-15"):
            act()
    save_list(store, LEADER, YEAR, 1, [Placement(CODE_A, "仍可保存")], at=LISTS_OVER)
    set_body_deadline(store, ADMINISTRATOR, YEAR, BODY, date(2026, 4, 20), *WORDS, AT)
    with refused("list_too_late", day="2026-04-15"):  # before a second person has confirmed it
        nominate(store, LEADER, YEAR, 2, at=LISTS_OVER)
    confirm_waiting(store, YEAR)
    nominate(store, LEADER, YEAR, 2, at=LISTS_OVER)
    found = own_list(store, LEADER, YEAR)
    assert found.deadline
    assert found.deadline.day == date(2026, 4, 20)
    with store.cursor() as cursor:
        other = list_deadline(cursor, YEAR, "嘉定区")
    assert other
    assert other.day == DATES.lists_due
    set_body_deadline(store, ADMINISTRATOR, YEAR, BODY, None, *WORDS, AT + timedelta(seconds=1))
    confirm_waiting(store, YEAR)
    with refused("list_too_late", day="2026-04-15"):
        withdraw_list(store, LEADER, YEAR, 3, "演示", LISTS_OVER)
    assert year_overview(store, ADMINISTRATOR, YEAR).own == {}


def test_a_list_that_is_taken_no_more_leaves_its_body_nothing_to_do(store: Store) -> None:
    """Its home offered the places that were left for a list whose day was over."""
    locked(store, A, CODE_A)
    set_dates(store, replace(DATES, closes=date(2025, 12, 1), opens=date(2025, 6, 1), lists_due=date(2025, 12, 31)))
    assert own_list(store, LEADER, YEAR).late
    assert [matter.open for matter in leader_to_dos(store, LEADER) if matter.page == "nomination"][:1] == [False]


def test_a_list_with_a_candidate_that_is_awarded_offers_no_place(store: Store) -> None:
    """Its home offered one, and putting another candidate forward was refused for the one that nobody can take off."""
    for viewer, code in ((A, CODE_A), (B, CODE_B)):
        locked(store, viewer, code)
    save_list(store, LEADER, YEAR, 0, [Placement(CODE_A)], at=AT)
    nominate(store, LEADER, YEAR, 1, at=AT)
    assert [matter.open for matter in leader_to_dos(store, LEADER) if matter.code == "places_left"] == [True]
    advance(store, ADMINISTRATOR, CODE_A, YEAR, "listed", "演示", at=AT + timedelta(days=1))
    save_list(store, LEADER, YEAR, 2, [Placement(CODE_A), Placement(CODE_B)])
    with refused("list_not_eligible"):
        nominate(store, LEADER, YEAR, 3)
    assert [matter.code for matter in leader_to_dos(store, LEADER) if matter.page == "nomination" and matter.open] == []


def waits(store: Store, at: datetime) -> bool:
    """Whether all words of A's application wait, where policy lets them wait for the close."""
    with store.cursor() as cursor:
        [release] = tables.applications.locked_applications(cursor, Scope(own=(CODE_A,)))
        policy = replace(evaluation_context(cursor, YEAR).policy, release="at_close")
        return released_now(cursor, release.baseline, release.application, policy, at)[0]


def test_words_wait_for_the_close_that_is_set(store: Store) -> None:
    locked(store, A, CODE_A)
    assert not waits(store, AT), "the notice's day is over"
    set_dates(store)
    assert [waits(store, at) for at in (BEFORE, LAST, AFTER)] == [True, True, False]


def test_dates_that_contradict_each_other_are_all_named_and_none_is_set(store: Store) -> None:
    wrong = YearDates(
        date(2026, 3, 2), date(2026, 3, 1), date(2026, 2, 1), date(2026, 1, 1), date(2026, 1, 1), date(2028, 1, 1)
    )
    assert list(wrong.faults(YEAR)) == ["closes_first", "lists_first", "scores_first", "publicity_first", "other_year"]
    assert list(replace(DATES, publicity_to=date(2026, 5, 1)).faults(YEAR)) == ["publicity_half"]
    assert list(YearDates(NOTICE_DAY, NOTICE_DAY, NOTICE_DAY).faults(YEAR)) == []
    with refused("year_dates_faulty", count=5):
        set_dates(store, wrong)
    with refused("year_needs_reason"):
        set_year_dates(store, ADMINISTRATOR, YEAR, DATES, "演示通知（虚构）", " ")
    with refused("year_dates_first"):
        set_body_deadline(store, ADMINISTRATOR, YEAR, BODY, date(2026, 4, 20), *WORDS)
    assert year_overview(store, ADMINISTRATOR, YEAR).history == ()


def test_what_was_set_stays_on_record_and_is_not_set_twice(store: Store) -> None:
    set_dates(store)
    with refused("year_dates_same"):
        set_dates(store)
    later = replace(DATES, closes=date(2026, 4, 1))
    set_dates(store, later, AT + timedelta(days=1))
    with refused("body_deadline_same"):
        set_body_deadline(store, ADMINISTRATOR, YEAR, BODY, later.lists_due, *WORDS)
    with refused("body_deadline_early"):
        set_body_deadline(store, ADMINISTRATOR, YEAR, BODY, date(2026, 2, 1), *WORDS)
    found = year_overview(store, ADMINISTRATOR, YEAR)
    assert [dates.dates for dates in found.history] == [later, DATES]
    assert found.dates == later


def test_what_a_colleague_has_set_since_it_was_read_is_not_put_back(store: Store) -> None:
    on = (store, ADMINISTRATOR, YEAR)
    unset = year_overview(*on)
    set_year_dates(*on, DATES, *WORDS, AT, unset.settings)
    later = replace(DATES, closes=date(2026, 4, 1))
    with refused("changed_since_read"):
        set_year_dates(*on, later, *WORDS, AT, unset.settings)
    read, due = year_overview(*on), date(2026, 4, 20)
    set_body_deadline(*on, "嘉定区", due, *WORDS, AT, read.settings_of("嘉定区"))
    set_body_deadline(*on, BODY, due, *WORDS, AT, read.settings_of(BODY))
    confirm_waiting(store, YEAR)
    for body in ("嘉定区", BODY):
        with refused("changed_since_read"):
            set_body_deadline(*on, body, None, *WORDS, AT, read.settings_of(body))
    read = year_overview(*on)
    set_year_dates(*on, later, *WORDS, AT + timedelta(days=1), read.settings)
    confirm_waiting(store, YEAR)
    with refused("changed_since_read"):
        set_body_deadline(*on, BODY, None, *WORDS, AT, read.settings_of(BODY))
    found = year_overview(*on)
    assert (found.dates, found.own) == (later, {"嘉定区": due, BODY: due})


def test_each_home_says_the_days_that_concern_it(store: Store) -> None:
    locked(store, A, CODE_A)
    set_dates(store, replace(DATES, scores_due=date(2026, 5, 1)))
    with store.cursor() as cursor:
        said = [year_matter.code for year_matter in year_matters(cursor, YEAR, scores=True, at=AT)]
        assert said == ["window_open", "scores_due_open"]
        assert [year_matter.code for year_matter in year_matters(cursor, YEAR, at=LISTS_OVER)] == ["window_over"]
        assert year_matters(cursor, YEAR + 1) == []
    matters = [standing.code for standing in administrator_to_dos(store, ADMINISTRATOR, AT)]
    assert "window_open" in matters
    assert "year_dates_missing" not in matters


def test_what_changes_dates_that_hold_takes_a_second_person(store: Store) -> None:
    """Four eyes with one person: dates of a running year were moved by one administrator alone."""
    set_year_dates(store, ADMINISTRATOR, YEAR, DATES, *WORDS, AT)
    assert year_overview(store, ADMINISTRATOR, YEAR).dates == DATES, "the first hold at once"
    later, on = replace(DATES, closes=date(2026, 4, 1)), (store, YEAR, "")
    set_year_dates(store, ADMINISTRATOR, YEAR, later, *WORDS, AT + timedelta(days=1))
    found = year_overview(store, ADMINISTRATOR, YEAR)
    assert (found.dates, found.dates_wait) == (DATES, True)
    [waiting] = found.waiting
    with refused("second_own"):
        confirm_dates(store, ADMINISTRATOR, YEAR, "", waiting.set_at)
    assert against_confirmation(store, SECOND_ADMINISTRATOR, waiting) is None
    with refused("dates_wait", who="administrator"):
        set_year_dates(store, SECOND_ADMINISTRATOR, YEAR, replace(DATES, closes=date(2026, 4, 2)), *WORDS)
    for nothing in (waiting.set_at + timedelta(seconds=1), AT):
        with pytest.raises(NotFound):
            confirm_dates(store, SECOND_ADMINISTRATOR, YEAR, "", nothing)
    withdraw_dates(store, ADMINISTRATOR, YEAR, "", waiting.set_at)
    with pytest.raises(NotFound):
        confirm_dates(store, SECOND_ADMINISTRATOR, YEAR, "", waiting.set_at)
    found = year_overview(store, ADMINISTRATOR, YEAR)
    assert (found.dates, found.waiting, [given.state for given in found.history]) == (
        DATES,
        (),
        ["withdrawn", "holds"],
    )
    set_year_dates(store, SECOND_ADMINISTRATOR, YEAR, later, *WORDS, AT + timedelta(days=2))
    [waiting] = year_overview(*on[:1], ADMINISTRATOR, YEAR).waiting
    confirm_dates(store, ADMINISTRATOR, YEAR, "", waiting.set_at)
    assert year_overview(store, ADMINISTRATOR, YEAR).dates == later


def test_a_bodys_own_day_is_confirmed_as_the_years_dates_then_are(store: Store) -> None:
    set_dates(store)
    set_body_deadline(store, ADMINISTRATOR, YEAR, BODY, date(2026, 4, 20), *WORDS, AT)
    with refused("dates_wait", who="administrator"):
        set_body_deadline(store, SECOND_ADMINISTRATOR, YEAR, BODY, date(2026, 4, 21), *WORDS)
    set_body_deadline(store, ADMINISTRATOR, YEAR, "嘉定区", date(2026, 4, 20), *WORDS, AT + timedelta(seconds=1))
    assert year_overview(store, ADMINISTRATOR, YEAR).own == {}
    set_year_dates(
        store, ADMINISTRATOR, YEAR, replace(DATES, lists_due=date(2026, 4, 20)), *WORDS, AT + timedelta(days=1)
    )
    [dates, *own] = year_overview(store, ADMINISTRATOR, YEAR).waiting
    confirm_dates(store, SECOND_ADMINISTRATOR, YEAR, "", dates.set_at)
    with refused("body_deadline_same", day="2026-04-20"):  # by now it is the year's
        confirm_dates(store, SECOND_ADMINISTRATOR, YEAR, BODY, own[1].set_at)
    assert year_overview(store, ADMINISTRATOR, YEAR).own == {}
