"""What listed factories promise and report: who may, what is refused, who sees it, and how it stands on a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kpi import tables
from kpi.errors import NotFound, UserError
from kpi.model.outreach import OutreachState
from kpi.model.times import shanghai_date
from kpi.services.administrator.stages import advance, steps_to_undo, undo_steps
from kpi.services.operation.verification import verify_store
from kpi.services.outreach import (
    outreach_file,
    outreach_in_reach,
    own_outreach,
    promise_outreach,
    report_outreach,
)
from kpi.store.store import Store
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B, LEADER, OTHER_LEADER, A, B
from tests.services.submitting import YEAR, locked

DAY, TODAY = timedelta(days=1), shanghai_date(AT)
WHAT, SHOWN = "接待同行参观两次（虚构）", "参观记录第 1 号（虚构）"
FILE = ("记录（虚构）.pdf", b"%PDF-1.7\n%\n%%EOF\n")


@pytest.fixture
def listed(store: Store) -> Store:
    """A's factory is on the final list; B's is locked."""
    locked(store, A, CODE_A)
    locked(store, B, CODE_B)
    advance(store, ADMINISTRATOR, CODE_A, YEAR, "listed", "演示", at=AT + timedelta(hours=1))
    return store


def promise(store: Store) -> str:
    return promise_outreach(store, A, CODE_A, YEAR, "visit", WHAT, TODAY + DAY, AT)


def states(store: Store, days: int) -> list[OutreachState]:
    return [item.state(TODAY + days * DAY) for item in own_outreach(store, A)[0].promises]


def test_a_promise_is_open_then_overdue_and_done_once_it_is_reported(listed: Store) -> None:
    number = promise(listed)
    assert [states(listed, days) for days in (0, 1, 2)] == [["open"], ["open"], ["overdue"]]
    report_outreach(listed, A, number, TODAY, SHOWN, FILE, AT + 2 * DAY)
    report_outreach(listed, A, number, TODAY + DAY, f"{SHOWN}，更正", None, AT + 3 * DAY)
    assert states(listed, 9) == ["done"]
    [[kept]] = [item.promises for item in own_outreach(listed, A)]
    assert (kept.done_on, kept.evidence, kept.upload) == (TODAY + DAY, f"{SHOWN}，更正", None)
    assert verify_store(listed).sound


def test_the_report_made_last_holds_also_where_a_clock_stood_still_or_was_put_back(listed: Store) -> None:
    number = promise(listed)
    for count, at in enumerate((AT + DAY, AT + DAY, AT)):
        report_outreach(listed, A, number, TODAY, f"{SHOWN}，{count}", None, at)
        assert own_outreach(listed, A)[0].promises[0].evidence == f"{SHOWN}，{count}"


def test_its_body_and_the_authority_see_it_and_nobody_else(listed: Store) -> None:
    number = promise(listed)
    report_outreach(listed, A, number, TODAY, SHOWN, FILE, AT)
    for viewer in (LEADER, ADMINISTRATOR):
        [found] = outreach_in_reach(listed, viewer)
        assert (found.credit_code, [item.what for item in found.promises]) == (CODE_A, [WHAT])
        assert outreach_file(listed, viewer, number)[1].read_bytes() == FILE[1]
    assert outreach_in_reach(listed, OTHER_LEADER) == []
    assert own_outreach(listed, B) == [], "B is not listed"
    with pytest.raises(NotFound):
        outreach_file(listed, OTHER_LEADER, number)


def test_what_is_missing_or_of_the_wrong_day_is_refused(listed: Store) -> None:
    number = promise(listed)
    for code, what, due in (("what_needed", " ", TODAY), ("due_over", WHAT, TODAY - DAY)):
        with pytest.raises(UserError) as error:
            promise_outreach(listed, A, CODE_A, YEAR, "case", what, due, AT)
        assert error.value.code == f"outreach_{code}"
    for code, said, day in (("evidence_needed", "", TODAY), ("done_ahead", SHOWN, TODAY + DAY)):
        with pytest.raises(UserError) as error:
            report_outreach(listed, A, number, day, said, None, AT)
        assert error.value.code == f"outreach_{code}"
    assert states(listed, 0) == ["open"]


def test_only_who_is_listed_promises_and_only_as_long_as_it_is(listed: Store) -> None:
    with pytest.raises(NotFound):
        promise_outreach(listed, B, CODE_B, YEAR, "visit", WHAT, TODAY, AT)
    number = promise(listed)
    [step] = steps_to_undo(listed, ADMINISTRATOR, CODE_A, YEAR)
    undo_steps(listed, ADMINISTRATOR, [step.application], "更正（虚构）", AT + DAY)
    assert own_outreach(listed, A) == []
    assert outreach_in_reach(listed, ADMINISTRATOR) == []
    with pytest.raises(NotFound):
        report_outreach(listed, A, number, TODAY, SHOWN, None, AT + DAY)


def test_a_file_that_shows_a_promise_kept_is_no_form_with_contacts(listed: Store) -> None:
    report_outreach(listed, A, promise(listed), TODAY, SHOWN, FILE, AT)
    with listed.cursor() as cursor:
        kept = tables.applications.uploads(cursor, A.account)
        sha256 = next(item.file_sha256 for item in kept if item.file_name == FILE[0])
        assert sha256 not in tables.contacts.originals_until(cursor, YEAR + 9)
