"""A reviewer sees what is worth a second look, sets it aside with a note, and takes it up again."""

from __future__ import annotations

import pytest

from kpi import tables
from kpi.errors import NotFound, UserError
from kpi.services.administrator.audit import read_audit
from kpi.services.enterprise.lock import reopen_application
from kpi.services.reviewer.screening import dismiss_flag, screen_candidate, standing_flags
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from tests.benchmark.panels import application
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, OTHER_REVIEWER, REVIEWER, A
from tests.services.submitting import YEAR, lock_as_it_stands, locked, say_no_conflict


@pytest.fixture
def copied(store: Store) -> Store:
    """A's application has the values of the template's example."""
    locked(store, A, CODE_A)
    say_no_conflict(store)
    return store


def test_a_flag_is_set_aside_and_taken_up_again(copied: Store) -> None:
    found = screen_candidate(copied, REVIEWER, CODE_A, YEAR)
    assert [flag.flag.code for flag in found.flags if flag.dismissal is None] == ["example_copied"]
    dismiss_flag(copied, REVIEWER, CODE_A, YEAR, "example_copied", " 已致电核实\n", at=AT)
    aside = screen_candidate(copied, REVIEWER, CODE_A, YEAR)
    [raised] = aside.flags
    assert raised.dismissal
    assert (aside.standing, raised.dismissal.note, raised.dismissal.by) == (0, "已致电核实", "reviewer")
    dismiss_flag(copied, REVIEWER, CODE_A, YEAR, "example_copied", "数值有疑", dismissed=False, at=AT)
    assert screen_candidate(copied, REVIEWER, CODE_A, YEAR).standing == 1
    acts = [act.action for act in read_audit(copied, ADMINISTRATOR, 10).acts]
    assert {"flag_dismissed", "flag_taken_up"} <= set(acts)


def test_a_note_is_needed_and_the_flag_must_be_there(copied: Store) -> None:
    with pytest.raises(UserError, match="note_needed"):
        dismiss_flag(copied, REVIEWER, CODE_A, YEAR, "example_copied", " \n")
    with pytest.raises(NotFound):
        dismiss_flag(copied, REVIEWER, CODE_A, YEAR, "jump", "x")
    with pytest.raises(NotFound):
        dismiss_flag(copied, OTHER_REVIEWER, CODE_A, YEAR, "example_copied", "x")


def test_the_flags_of_the_whole_list_are_those_of_each_candidate(copied: Store) -> None:
    key, done = f"{CODE_A} {YEAR}", []
    assert standing_flags(copied, REVIEWER, done.append) == {key: {"example_copied"}}
    assert done == [1.0]
    dismiss_flag(copied, REVIEWER, CODE_A, YEAR, "example_copied", "已核实", at=AT)
    assert standing_flags(copied, REVIEWER) == {key: frozenset()}
    assert standing_flags(copied, OTHER_REVIEWER) == {}


def test_what_was_found_is_found_again_when_a_value_changed(copied: Store) -> None:
    reopen_application(copied, A, CODE_A, YEAR, "更正", AT)
    with unit_of_work(copied, A.actor, AT) as change:
        one = application({"K04": 40.0, "K05": 0.0}, CODE_A)
        tables.applications.accept_draft(change.cursor, one, "sent", A.account, AT)
        change.audit("draft_accepted", CODE_A)
    lock_as_it_stands(copied, A, CODE_A, YEAR, AT)
    assert standing_flags(copied, REVIEWER)[f"{CODE_A} {YEAR}"] == {"ai_share_without_models"}
