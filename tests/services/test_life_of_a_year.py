"""A year driven through the services by every role at random: whatever is offered is possible, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.audit import AuditAction, AuditEntry
from kpi.model.lifecycle import (
    APPLICATION_STATES,
    TRANSITIONS,
    ApplicationState,
    LifeAct,
    is_public,
    outside_the_table,
    targets,
    transition,
)
from kpi.model.programme import OUTCOMES, ConditionReason, ObjectionOutcome, Placement, YearDates
from kpi.model.times import now, set_clock_offset, shanghai_date
from kpi.services.administrator.objections import (
    NewObjection,
    answer_objection,
    inform_enterprise,
    listed_objections,
    open_to_objection,
    record_objection,
    reopen_objection,
)
from kpi.services.administrator.stages import (
    WantedStage,
    advance,
    advance_all,
    applications_in_progress,
    steps_to_undo,
    undo_steps,
)
from kpi.services.administrator.year_dates import confirm_dates, set_year_dates, year_overview
from kpi.services.enterprise.hearings import reply_to_objection
from kpi.services.enterprise.journey import own_journeys
from kpi.services.enterprise.lock import OwnResult, own_results, reopen_application
from kpi.services.leader.nomination import nominate, save_list, send_list, withdraw_list
from kpi.services.leader.own_list import own_list
from kpi.store.store import Store
from kpi.tables.stages import ApplicationInHand
from tests.clock.sitecustomize import clock
from tests.either_store import copied_store
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B, LEADER, A, B
from tests.services.submitting import YEAR, accepted, lock_as_it_stands
from tests.services.two_people import confirm_waiting

pytestmark = pytest.mark.slow

ENTERPRISES = {CODE_A: A, CODE_B: B}
OPEN = YearDates(date(2026, 1, 1), date(2026, 3, 31), date(2026, 3, 31))
CLOSED = YearDates(date(2026, 1, 1), date(2026, 3, 1), date(2026, 3, 31))
OVER = YearDates(date(2026, 1, 1), date(2026, 2, 1), date(2026, 2, 1))
PUBLIC_TILL_SUMMER = replace(OPEN, publicity_from=date(2026, 4, 1), publicity_to=date(2026, 6, 30))
WORDS = st.sampled_from(["", "  ", "更正（演示）"])
EXPLAINED = (ConditionReason("已核对（演示）", tuple(condition.code for condition in catalogue().conditions)),)
CODES = st.sampled_from(sorted(ENTERPRISES))
FACTORIES = st.sampled_from([[], [CODE_A], [CODE_B], [CODE_A, CODE_B], [CODE_B, CODE_A]])
SOME_FACTORIES = st.sampled_from([[CODE_A], [CODE_B], [CODE_A, CODE_B]])
STATES = st.sampled_from([*APPLICATION_STATES, "publicity", "publicity", "listed"])


class Year(RuleBasedStateMachine):
    """Two enterprises of one body, its official and an administrator; the clock stands where the window is open."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        set_clock_offset(AT)
        self.store = Store.open(folder)
        self.acts = self._acts()
        self.objections = 0
        self.heard: dict[str, bool] = {}
        """Of each objection that its factory was informed of, whether it has replied since."""
        self.looked_at_again: set[str] = set()
        self.dates: YearDates | None = None
        self.gone: set[LifeAct | None] = set()

    def teardown(self) -> None:
        self.store.close()
        set_clock_offset(clock())

    @initialize()
    def begin(self) -> None:
        for code, viewer in ENTERPRISES.items():
            accepted(self.store, viewer, code)
            lock_as_it_stands(self.store, viewer, code, YEAR)
        self.acts = self._acts()

    @rule(code=CODES, words=WORDS, other_act=st.sampled_from([False, False, False, True]))
    def lock_or_reopen(self, code: str, words: str, other_act: bool) -> None:
        """What its page offers, or the other of the two."""
        found = self._own(code)
        if (found.locked_at is None) == other_act:
            self.reopen(code, words)
        else:
            self.lock(code)

    def lock(self, code: str) -> None:
        [journey] = own_journeys(self.store, ENTERPRISES[code])
        hindered = [] if journey.lockable else [journey.at("submit").note]
        if journey.at("submit").state == "done":
            hindered = ["not_there"]
        self._done("lock", hindered, lambda: lock_as_it_stands(self.store, ENTERPRISES[code], code, YEAR))

    def reopen(self, code: str, words: str) -> None:
        found = self._own(code)
        hindered = ["reopening_needs_reason"] * (not words.strip()) + [
            user_error.code for user_error in found.against_reopening
        ]
        if found.locked_at is None:
            hindered = ["not_there"]
        self._done("reopen", hindered, lambda: reopen_application(self.store, ENTERPRISES[code], code, YEAR, words))

    @rule(codes=FACTORIES, words=WORDS)
    def order_and_nominate(self, codes: list[str], words: str) -> None:
        found = own_list(self.store, LEADER, YEAR)
        placements = [Placement(code, "已核对（演示）", "纸质（演示）", EXPLAINED) for code in codes]
        hindered = ["list_sent"] * (found.latest.state == "sent")
        hindered += ["list_unknown"] * (not set(codes) <= set(found.applications))
        self._done(None, hindered, lambda: save_list(self.store, LEADER, YEAR, found.latest.edition, placements))
        self.nominate(words)

    def nominate(self, words: str) -> None:
        found = own_list(self.store, LEADER, YEAR)
        dropped = set(found.forward) - set(found.latest.content.order)
        hindered = [item.code for item in found.hindered["put_forward"]]
        hindered += ["list_needs_reason"] * bool(dropped and not words.strip())
        moved = len(dropped) + len(set(found.latest.content.order) - set(found.forward))
        edition = found.latest.edition
        self._done("nominate", hindered, lambda: nominate(self.store, LEADER, YEAR, edition, words), steps=moved)

    @rule(words=WORDS)
    def withdraw(self, words: str) -> None:
        found = own_list(self.store, LEADER, YEAR)
        hindered = ["list_needs_reason"] * (not words.strip()) + [item.code for item in found.hindered["withdraw"]]
        edition, moved = found.latest.edition, len(found.forward)
        self._done("drop", hindered, lambda: withdraw_list(self.store, LEADER, YEAR, edition, words), steps=moved)

    @rule(sure=st.sampled_from([False, False, False, True]))
    def send(self, sure: bool) -> None:
        found = own_list(self.store, LEADER, YEAR)
        if sure and found.latest.state == "put_forward" and not (found.faults or found.late):
            self._done(None, [], lambda: send_list(self.store, LEADER, YEAR, found.latest.edition))

    @rule(code=CODES, state=STATES, read=st.booleans(), words=WORDS)
    def set_stage(self, code: str, state: ApplicationState, read: bool, words: str) -> None:
        before = self._in_hand().get(code)
        unread = self._open(code) if state == "listed" else []
        hindered = [*self._against(before, state, words), *["objections_open"] * bool(unread and not read)]
        if before is None:
            hindered = [*["no_such_step"] * (state not in targets("set")), "not_there"]
        parts = unread if read else []
        self._done("set", hindered, lambda: advance(self.store, ADMINISTRATOR, code, YEAR, state, words, parts))

    @rule(codes=SOME_FACTORIES, state=STATES, words=WORDS)
    def set_several(self, codes: list[str], state: ApplicationState, words: str) -> None:
        in_hand = self._in_hand()
        possible = all(
            code in in_hand
            and not self._against(in_hand[code], state, words)
            and not (state == "listed" and self._open(code))
            for code in codes
        )
        wanted = [WantedStage(code, YEAR, state, words) for code in codes]
        hindered = [] if possible else ["steps_faulty"]
        self._done("set", hindered, lambda: advance_all(self.store, ADMINISTRATOR, wanted), steps=len(codes))

    @rule(code=CODES, words=WORDS)
    def undo(self, code: str, words: str) -> None:
        found = steps_to_undo(self.store, ADMINISTRATOR, code, YEAR)
        read = [item.application for item in found[:1]]
        hindered = (
            ["undo_needs_reason"] * (not words.strip()) + [item.code for item in found[0].against] if found else []
        )
        if not found:
            read = [hand for hand in self._in_hand().values() if hand.credit_code == code]
            hindered = ["nothing_to_undo" if read else "not_there"]
        self._done("undo", hindered, lambda: undo_steps(self.store, ADMINISTRATOR, read, words))

    @rule(code=CODES)
    def object_to(self, code: str) -> None:
        offered = code in {hand.credit_code for hand in open_to_objection(self.store, ADMINISTRATOR)}
        hindered = [] if offered else ["objection_not_public" if code in self._in_hand() else "not_there"]
        given = NewObjection(code, YEAR, shanghai_date(now()), "某人（虚构）", "有出入（虚构）")
        self._done(None, hindered, lambda: record_objection(self.store, ADMINISTRATOR, given))
        self.objections += offered

    @precondition(lambda self: self.objections)
    @rule(outcome=st.sampled_from(OUTCOMES), words=WORDS, place=st.integers(0, 9))
    def answer(self, outcome: ObjectionOutcome, words: str, place: int) -> None:
        if not (found := listed_objections(self.store, ADMINISTRATOR)):
            return
        chosen = found[place % len(found)]
        number, today = chosen.objection.id, shanghai_date(now())
        hindered = ["objection_needs_answer"] * (not words.strip())
        hindered += ["objection_answered"] * (chosen.objection.state != "open")
        still_open = chosen.objection.state == "open"
        if outcome == "upheld" and still_open and not self.heard.get(number):
            hindered += ["hearing_running" if number in self.heard else "not_heard"]
        act: LifeAct = "uphold" if outcome == "upheld" else "overturn"
        after: ApplicationState | None = "not_listed" if outcome == "upheld" else chosen.returns_to
        self._done(
            act if after else None,
            hindered,
            lambda: answer_objection(
                self.store, ADMINISTRATOR, number, outcome, words, today, seen=chosen.objection.parts
            ),
        )
        if after and not hindered:
            assert self._in_hand()[chosen.objection.credit_code].state == after

    @precondition(lambda self: self.objections)
    @rule(place=st.integers(0, 9), kind=st.sampled_from(["inform", "reply", "reply", "second_look"]))
    def hear(self, place: int, kind: Literal["inform", "reply", "second_look"]) -> None:
        if not (found := listed_objections(self.store, ADMINISTRATOR)):
            return
        given = found[place % len(found)].objection
        number, last = given.id, shanghai_date(now()) + timedelta(days=5)
        if kind == "inform":
            hindered = ["objection_answered"] * (given.state != "open")
            self._done(None, hindered, lambda: inform_enterprise(self.store, ADMINISTRATOR, number, "有出入", last))
            self.heard |= {} if hindered else {number: False}
            return
        if number not in self.heard:
            hindered = ["not_there"]
        elif kind == "reply":
            hindered = ["reply_too_late"] * (given.state != "open")
        else:
            hindered = ["second_look_over"] * (given.state != "upheld" or number in self.looked_at_again)
        factory = ENTERPRISES[given.credit_code]
        self._done(None, hindered, lambda: reply_to_objection(self.store, factory, number, kind, "无此事（演示）"))
        if not hindered:
            self.heard[number] = True
            self.looked_at_again |= {number} if kind == "second_look" else set()

    @precondition(lambda self: self.objections)
    @rule()
    def take_up_again(self) -> None:
        found = [objection.objection for objection in listed_objections(self.store, ADMINISTRATOR)]
        if answered := [item.id for item in found if item.state != "open"]:
            self._done(None, [], lambda: reopen_objection(self.store, ADMINISTRATOR, answered[0], "另有材料（演示）"))

    @rule(dates=st.sampled_from([OPEN, OPEN, OPEN, CLOSED, OVER, PUBLIC_TILL_SUMMER]))
    def set_dates(self, dates: YearDates) -> None:
        self.dates = dates
        try:
            set_year_dates(self.store, ADMINISTRATOR, YEAR, dates, "演示通知（虚构）", "演示")
            self.acts = self._acts()
            for given in year_overview(self.store, ADMINISTRATOR, YEAR).waiting:
                self._done(
                    None, ["second_own"], lambda at=given.set_at: confirm_dates(self.store, ADMINISTRATOR, YEAR, "", at)
                )
            confirm_waiting(self.store, YEAR)
        except UserError as error:
            assert error.code == "year_dates_same"  # noqa: PT017 - of a rule, which pytest does not see
        self.acts = self._acts()

    @invariant()
    def every_stage_was_reached_by_a_way_of_the_table(self) -> None:
        with self.store.cursor() as cursor:
            written = tables.stages.written_stages(cursor)
        assert [outside_the_table(states) for states in written.values()] == [[]] * len(written)
        for code, item in self._in_hand().items():
            assert written[code, YEAR][-1] == item.stage

    @invariant()
    def who_is_public_is_open_to_objection(self) -> None:
        public = {code for code, item in self._in_hand().items() if is_public(item.stage)}
        assert {hand.credit_code for hand in open_to_objection(self.store, ADMINISTRATOR)} == public

    def _done(
        self, act: LifeAct | None, hindered: Sequence[str], call: Callable[[], object], steps: int | None = None
    ) -> None:
        """The act is possible where nothing hinders it; refused, all of that is said, and nothing is written.

        ``steps``: how many stages it writes, by default one, of no act of the table none.
        """
        before = self._steps()
        try:
            call()
        except UserError as error:
            said = [error.code, *(item.code for item in error.also)]
            assert sorted(said) == sorted(hindered)
            assert (self._steps(), self._acts()) == (before, self.acts)
            return
        assert list(hindered) == []
        self.gone.add(act)
        moved = self._steps()[len(before) :]
        assert len(moved) == (steps if steps is not None else int(act is not None))
        new, self.acts = self._acts()[len(self.acts) :], self._acts()
        entries = [added.action for added in new if added.action in _recorded_as(act)]
        # A list tells of all its applications by one entry, also where none of them moved.
        assert len(entries) == (len(moved) if entries[:1] in ([], ["step_taken"], ["step_undone"]) else 1)
        assert moved == [] or entries
        if act == "set":
            assert [transition(act, state) is not None for _, state in moved] == [True] * len(moved)

    def _own(self, code: str) -> OwnResult:
        return own_results(self.store, ENTERPRISES[code])[0]

    def _in_hand(self) -> dict[str, ApplicationInHand]:
        return {
            application.credit_code: application for application in applications_in_progress(self.store, ADMINISTRATOR)
        }

    def _open(self, code: str) -> list[str]:
        found = [objection.objection for objection in listed_objections(self.store, ADMINISTRATOR)]
        return [part for item in found if (item.credit_code, item.state) == (code, "open") for part in item.parts]

    def _against(self, before: ApplicationInHand | None, state: ApplicationState, words: str) -> list[str]:
        """In words of the machine's own: no panel sits in it, so the step to publicity is always explained."""
        if before is None or state not in targets("set"):
            return ["no_such_step"] if before else []
        running = ["publicity_running"] * (state == "listed" and self.dates == PUBLIC_TILL_SUMMER)
        place = APPLICATION_STATES.index
        if place(state) <= place(before.stage):
            return ["step_taken_already", *running]
        in_order = place(state) == place(before.stage) + 1 and state != "not_listed"
        hindered = ["step_needs_reason"] * (not in_order and not words.strip())
        hindered += ["decision_not_forward"] * (
            before.stage == "defence" and state == "publicity" and not words.strip()
        )
        return hindered + running

    def _steps(self) -> list[tuple[str, str]]:
        """Code and stage of all, in the order in which they were written."""
        with self.store.cursor() as cursor:
            cursor.execute("select credit_code, state from step order by taken_at, credit_code")
            return [(str(code), str(state)) for code, state in cursor.fetchall()]

    def _acts(self) -> list[AuditEntry]:
        with self.store.cursor() as cursor:
            return tables.audit.audit_entries(cursor)


def _recorded_as(act: LifeAct | None) -> set[AuditAction]:
    return {action for row in TRANSITIONS if row.act == act for action in row.recorded_as}


def test_every_act_of_the_table_is_done_once(furnished: Path, tmp_path: Path) -> None:
    """What people do in a year, so that none is left to chance; the demonstration alone does the rest."""
    year, why = Year(copied_store(furnished, tmp_path / "s")), "更正（演示）"
    try:
        year.begin()
        year.reopen(CODE_A, why)
        year.lock(CODE_A)
        year.order_and_nominate([CODE_A, CODE_B], "")
        year.withdraw(why)
        year.order_and_nominate([CODE_A], "")
        year.reopen(CODE_A, " ")
        year.set_several([CODE_A, CODE_B], "publicity", " ")
        year.set_several([CODE_A, CODE_B], "publicity", why)
        year.withdraw("")
        year.object_to(CODE_A)
        year.set_stage(CODE_A, "listed", read=False, words="")
        year.set_stage(CODE_A, "listed", read=True, words="")
        year.answer("upheld", why, 0)
        year.hear(0, "reply")
        year.hear(0, "inform")
        year.answer("upheld", why, 0)
        year.hear(0, "reply")
        year.answer("upheld", why, 0)
        year.answer("rejected", " ", 0)
        year.hear(0, "second_look")
        year.hear(0, "second_look")
        year.answer("upheld", why, 0)
        year.take_up_again()
        year.answer("withdrawn", why, 0)
        year.undo(CODE_A, " ")
        year.undo(CODE_A, why)
        assert {code: item.stage for code, item in year._in_hand().items()} == {
            CODE_A: "publicity",
            CODE_B: "publicity",
        }
        assert year.gone - {None} == {item.act for item in TRANSITIONS} - {"demonstrate"}
    finally:
        year.teardown()


def test_whatever_is_offered_is_possible_and_nothing_else_is(furnished: Path, tmp_path: Path) -> None:
    numbers = count()
    run_state_machine_as_test(
        lambda: Year(copied_store(furnished, tmp_path / str(next(numbers)))),
        settings=settings(
            max_examples=5,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )
