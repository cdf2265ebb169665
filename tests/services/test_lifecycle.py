"""The table of an application's life, and the one place that moves along it."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from kpi import tables
from kpi.access.roles import Scope
from kpi.errors import UserError
from kpi.i18n.texts import has_text
from kpi.model.audit import AUDIT_ACTIONS
from kpi.model.language import Lang
from kpi.model.lifecycle import (
    APPLICATION_STATES,
    LOCKED_STATES,
    TRANSITIONS,
    ApplicationState,
    Facts,
    LifeAct,
    hindrances,
    is_nominated,
    is_public,
    last_step,
    outside_the_table,
    stage_of,
    targets,
    way_of,
)
from kpi.model.viewer import SYSTEM, Role
from kpi.services.administrator.stages import advance, applications_in_progress
from kpi.services.enterprise.lock import own_results
from kpi.services.lifecycle import Move, TrailEntry, move
from kpi.services.operation.verification import StageNote, verify_store
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.store import Store
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B, A
from tests.services.submitting import YEAR, locked

OLD_WAY: tuple[ApplicationState, ...] = ("put_forward", "draft")


def test_every_row_says_who_does_what_and_how_it_is_recorded() -> None:
    assert {row.act for row in TRANSITIONS} == set(get_args(LifeAct))
    assert len({(row.act, row.target) for row in TRANSITIONS}) == len(TRANSITIONS), "an act and its end name one row"
    for row in TRANSITIONS:
        assert row.role in (*get_args(Role), SYSTEM.role)
        assert row.sources
        assert set(row.sources) <= set(APPLICATION_STATES)
        assert row.recorded_as
        assert set(row.recorded_as) <= set(AUDIT_ACTIONS)
        for requirement in row.requires:
            for lang in get_args(Lang):
                assert has_text(f"error.{requirement.code}.message", lang)


def test_every_stage_is_reached_from_a_draft_and_left_again() -> None:
    reached = {"draft"}
    while more := {row.target for row in TRANSITIONS if reached & set(row.sources)} - reached:
        reached |= more
    assert reached == set(APPLICATION_STATES)
    assert {source for row in TRANSITIONS for source in row.sources} == set(APPLICATION_STATES)


def test_an_administrator_sets_any_later_stage_and_goes_back_by_an_undo_alone() -> None:
    """A skip included."""
    seven = list(APPLICATION_STATES[2:])
    assert targets("set") == seven
    for before in LOCKED_STATES:
        place = LOCKED_STATES.index(before)
        assert targets("set", before) == list(LOCKED_STATES[place + 1 :])
        assert targets("undo", before) == list(LOCKED_STATES[:place])
    assert targets("set", "draft") == targets("undo", "draft") == []


@pytest.mark.parametrize(
    ("steps", "last"),
    [
        ([], None),
        ([("submitted", None), ("put_forward", None)], (None, "submitted")),
        ([("put_forward", None), ("on_site", "set")], ("set", "put_forward")),
        ([("on_site", "set"), ("publicity", "set"), ("on_site", "undo")], ("set", "submitted")),
        ([("on_site", "set"), ("submitted", "undo")], None),
        ([("put_forward", "set"), ("put_forward", None)], (None, "put_forward")),
        ([("listed", "set"), ("not_listed", "uphold"), ("not_listed", "uphold")], ("uphold", "listed")),
        ([("listed", "set"), ("not_listed", "uphold"), ("listed", "overturn")], ("set", "submitted")),
        ([("publicity", "set"), ("not_listed", "set"), ("not_listed", "uphold")], ("set", "publicity")),
    ],
)
def test_the_last_step_that_holds_is_read_off_the_record(
    steps: list[tuple[ApplicationState, LifeAct | None]], last: tuple[LifeAct | None, ApplicationState] | None
) -> None:
    assert last_step(steps) == last


def test_all_that_stands_in_the_way_is_said_in_the_tables_order() -> None:
    closed = UserError("window_closed", year=YEAR, day="2026-03-31")
    found = hindrances("reopen", Facts(["publicity"], "draft", " ", [closed]))
    assert [user_error.code for user_error in found] == ["reopening_needs_reason", "too_far_to_reopen", "window_closed"]
    assert found[-1] is closed
    assert hindrances("reopen", Facts([None], "draft", "更正")) == []
    assert hindrances("reopen", Facts([None], "draft")) == [], "a reason that nobody was asked for yet is not missing"
    changed, waiting = UserError("changed_since_read"), UserError("objections_open", count=2)
    found = hindrances("set", Facts(["listed"], "listed", found=[waiting, changed]))
    assert [user_error.code for user_error in found] == ["changed_since_read", "step_taken_already", "objections_open"]
    assert found[1].params == {"state": "listed"}
    assert [hindrance.code for hindrance in hindrances("set", Facts(["listed"], "won", found=[changed]))] == [
        "no_such_step",
        "changed_since_read",
    ]
    with pytest.raises(ValueError, match="objections_open"):
        hindrances("lock", Facts(["draft"], "submitted", found=[waiting]))


def test_what_pages_ask_of_a_stage() -> None:
    assert [state for state in APPLICATION_STATES if is_nominated(state)] == list(APPLICATION_STATES[2:])
    assert [state for state in APPLICATION_STATES if is_public(state)] == ["publicity", "listed"]
    assert way_of("defence")[-2:] == ("publicity", "listed")
    assert way_of("not_listed")[-2:] == ("publicity", "not_listed")
    assert stage_of(None) == "submitted"


@pytest.mark.parametrize(
    ("written", "outside"),
    [
        ([], []),
        (["submitted", "draft", "submitted", "put_forward", "submitted", "put_forward", "listed"], []),
        (["put_forward", "not_listed", "not_listed", "publicity"], []),
        (["submitted", "on_site", "draft"], [("on_site", "draft")]),
        (["submitted", "put_forward", "draft"], [("put_forward", "draft")]),
        (["submitted", "on_site", "on_site", "submitted"], [("on_site", "on_site")]),
    ],
)
def test_a_way_that_no_row_allows_is_found(
    written: list[ApplicationState], outside: list[tuple[ApplicationState, ApplicationState]]
) -> None:
    assert outside_the_table(written) == outside


def test_old_rows_outside_the_table_are_reported_and_never_refused(store: Store) -> None:
    locked(store, A, CODE_A)
    before = verify_store(store)
    assert (before.sound, before.stages_outside) == (True, ())
    with unit_of_work(store, SYSTEM, AT) as change:
        for minutes, state in enumerate(OLD_WAY, start=1):
            tables.stages.add_stage_entered(change.cursor, CODE_A, YEAR, state, "old", AT + timedelta(minutes=minutes))
        change.audit("step_recorded", CODE_A)
    verified = verify_store(store)
    assert verified.sound
    assert verified.stages_outside == (StageNote(f"{CODE_A} {YEAR}", "put_forward", "draft"),)
    [found] = applications_in_progress(store, ADMINISTRATOR)
    assert (found.state, found.stage) == ("draft", "submitted")
    advance(store, ADMINISTRATOR, CODE_A, YEAR, "publicity", "演示")
    assert applications_in_progress(store, ADMINISTRATOR)[0].state == "publicity"


@pytest.mark.parametrize(
    ("wrong", "entry"),
    [
        (Move("set", CODE_A, YEAR, "listed", "listed"), None),
        (Move("set", CODE_A, YEAR, "submitted", "draft"), None),
        (Move("lock", CODE_A, YEAR, "draft", "submitted"), TrailEntry("application_locked", CODE_A, None, None)),
        (Move("set", CODE_A, YEAR, "listed", "publicity"), None),
        (Move("undo", CODE_A, YEAR, "listed", "publicity"), TrailEntry("step_taken", CODE_A, None, None)),
        (Move("undo", CODE_A, YEAR, "publicity", "listed"), None),
        (Move("set", CODE_A, YEAR, "publicity", "listed"), TrailEntry("list_sent", CODE_A, None, None)),
    ],
)
def test_nothing_is_moved_that_the_table_does_not_know(store: Store, wrong: Move, entry: TrailEntry | None) -> None:
    right = Move("set", CODE_B, YEAR, None, "publicity")
    with (
        pytest.raises(RuntimeError, match=r"no way|not recorded"),
        unit_of_work(store, ADMINISTRATOR.actor, AT) as change,
    ):
        _both(change, right, wrong, entry)
    with store.cursor() as cursor:
        assert tables.stages.stages_entered(cursor, Scope(own=(CODE_A, CODE_B))) == []


def _both(change: UnitOfWork, right: Move, wrong: Move, entry: TrailEntry | None) -> None:
    move(change, [right])
    move(change, [wrong], entry)


def test_the_list_that_a_body_kept_before_there_were_stages_counts_as_a_nomination(store: Store) -> None:
    locked(store, A, CODE_A)
    [free] = own_results(store, A)
    assert free.against_reopening == ()
    with store.transaction() as cursor:
        tables.stages.set_nominations(cursor, "松江区", YEAR, [CODE_A])
    [bound] = own_results(store, A)
    assert [user_error.code for user_error in bound.against_reopening] == ["too_far_to_reopen"]
