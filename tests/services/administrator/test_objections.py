"""Objections during publicity: who objected stays with administrators, and none is passed over before the list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kpi import tables
from kpi.errors import NotFound, UserError
from kpi.model.lifecycle import ApplicationState
from kpi.model.programme import ObjectionOutcome, SetDates, YearDates
from kpi.model.times import shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.administrator.home import administrator_to_dos
from kpi.services.administrator.objections import (
    LateEvidence,
    NewObjection,
    add_to_objection,
    answer_objection,
    inform_enterprise,
    listed_objections,
    objection_file,
    open_to_objection,
    record_objection,
    reopen_objection,
)
from kpi.services.administrator.public_lists import listed_applications
from kpi.services.administrator.stages import WantedStage, advance, advance_all, applications_in_progress
from kpi.services.enterprise.hearings import own_hearings, reply_to_objection
from kpi.services.enterprise.lock import own_objection_outcomes, own_stages
from kpi.services.operation.contacts import delete_contacts
from kpi.store.store import Store
from tests.services.hearings import hear
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B, A, B
from tests.services.submitting import YEAR, locked

TODAY = AT.date()
LATER = AT + timedelta(days=1)
WHO, WHAT = "某先生（虚构）021-00000000", "所报产值有出入（虚构）"
GIVEN = NewObjection(CODE_A, YEAR, TODAY, WHO, WHAT, ("来信（虚构）.txt", b"x"))


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(UserError) as raised:
        yield
    assert raised.value.code == code


@pytest.fixture
def public(store: Store) -> Store:
    locked(store, A, CODE_A)
    locked(store, B, CODE_B)
    advance(store, ADMINISTRATOR, CODE_A, YEAR, "publicity", "演示", at=AT + timedelta(minutes=1))
    return store


def state_of(store: Store, code: str = CODE_A) -> str | None:
    found = applications_in_progress(store, ADMINISTRATOR)
    return next(hand.state for hand in found if hand.credit_code == code)


def uphold(store: Store, number: str, words: str, at: datetime) -> None:
    """By one who has read it whole, once the factory was heard."""
    [found] = [item.objection for item in listed_objections(store, ADMINISTRATOR) if item.objection.id == number]
    if not found.replies:
        hear(store, number, at - timedelta(seconds=2))
    parts = listed_objections(store, ADMINISTRATOR)
    seen = frozenset[str]().union(*(item.objection.parts for item in parts))
    answer_objection(store, ADMINISTRATOR, number, "upheld", words, shanghai_date(at), at, seen)


def test_no_objection_is_upheld_before_its_factory_was_heard(public: Store) -> None:
    """An objection moved a factory off the list without a hearing."""
    number = record_objection(public, ADMINISTRATOR, GIVEN, AT)
    assert own_hearings(public, A) == []
    with refused("not_heard"):
        answer_objection(public, ADMINISTRATOR, number, "upheld", "经核查属实", TODAY, LATER)
    for words, day, code in [
        (" ", TODAY + timedelta(days=5), "hearing_needs_words"),
        ("某先生（虚构）称产值有出入", TODAY + timedelta(days=5), "hearing_names_objector"),
        ("来电 021-00000000 称产值有出入", TODAY + timedelta(days=5), "hearing_names_objector"),
        (WHAT, TODAY, "hearing_day"),
        (WHAT, TODAY + timedelta(days=61), "hearing_day"),
    ]:
        with refused(code):
            inform_enterprise(public, ADMINISTRATOR, number, words, day, AT)
    inform_enterprise(public, ADMINISTRATOR, number, WHAT, TODAY + timedelta(days=5), AT)
    [hearing] = own_hearings(public, A)
    assert (hearing.words, hearing.reply_by, hearing.state) == (WHAT, TODAY + timedelta(days=5), "open")
    assert WHO not in repr(hearing)
    assert "administrator" not in repr(hearing)
    assert own_hearings(public, B) == []
    with refused("hearing_running"):  # its time is not over
        answer_objection(public, ADMINISTRATOR, number, "upheld", "经核查属实", TODAY, LATER)
    with refused("reply_needs_words"):
        reply_to_objection(public, A, number, "reply", " ", at=LATER)
    with pytest.raises(NotFound):
        reply_to_objection(public, B, number, "reply", "无此事", at=LATER)
    with refused("second_look_over"):
        reply_to_objection(public, A, number, "second_look", "请复核", at=LATER)
    reply_to_objection(public, A, number, "reply", "产值以审计报告为准（虚构）", ("审计报告（虚构）.pdf", b"y"), LATER)
    [found] = listed_objections(public, ADMINISTRATOR)
    [reply] = found.objection.replies
    assert found.file_names[reply.id] == "审计报告（虚构）.pdf"
    day, parts = shanghai_date(LATER), found.objection.parts
    with refused("objection_added_since"):  # nobody has read what it says
        answer_objection(public, ADMINISTRATOR, number, "upheld", "经核查属实", day, LATER)
    with refused("objection_answer_day"):  # of a day before the reply
        answer_objection(public, ADMINISTRATOR, number, "upheld", "经核查属实", TODAY, LATER, parts)
    answer_objection(public, ADMINISTRATOR, number, "upheld", "经核查属实", day, LATER, parts)
    assert state_of(public) == "not_listed"


def test_who_lets_the_term_pass_was_heard_and_late_evidence_is_sent_to_it_again(public: Store) -> None:
    number = record_objection(public, ADMINISTRATOR, GIVEN, AT)
    inform_enterprise(public, ADMINISTRATOR, number, WHAT, TODAY + timedelta(days=2), AT)
    over = AT + timedelta(days=3)
    with refused("reply_too_late"):
        reply_to_objection(public, A, number, "reply", "无此事", at=over)
    add_to_objection(public, ADMINISTRATOR, number, LateEvidence(TODAY + timedelta(days=3), "另附照片（虚构）"), over)
    seen = listed_objections(public, ADMINISTRATOR)[0].objection.parts
    day = shanghai_date(over)
    with refused("not_heard"):  # of this it knows nothing
        answer_objection(public, ADMINISTRATOR, number, "upheld", "属实", day, over + timedelta(hours=1), seen)
    inform_enterprise(public, ADMINISTRATOR, number, "另有照片", day + timedelta(days=1), over + timedelta(hours=2))
    later = over + timedelta(days=2)
    with refused("hearing_running"):  # an answer of a day on which it could still reply
        answer_objection(public, ADMINISTRATOR, number, "upheld", "属实", day + timedelta(days=1), later, seen)
    answer_objection(public, ADMINISTRATOR, number, "upheld", "属实", shanghai_date(later), later, seen)
    assert state_of(public) == "not_listed"


def test_a_factory_may_ask_once_for_a_second_look_at_what_was_upheld(public: Store) -> None:
    number = record_objection(public, ADMINISTRATOR, GIVEN, AT)
    seen = hear(public, number, AT)
    recorded = AT + timedelta(days=20)  # of an earlier day: that takes nothing of the time for a second look
    answer_objection(public, ADMINISTRATOR, number, "upheld", "经核查属实", TODAY, recorded, seen)
    with refused("second_look_over"):
        reply_to_objection(public, A, number, "second_look", "请复核", at=recorded + timedelta(days=11))
    again = recorded + timedelta(days=10)
    reply_to_objection(public, A, number, "second_look", "请复核（虚构）", at=again)
    [found] = listed_objections(public, ADMINISTRATOR)
    assert (found.objection.state, found.returns_to, state_of(public)) == ("open", "publicity", "not_listed")
    day = shanghai_date(again)
    answer_objection(public, ADMINISTRATOR, number, "rejected", "复核不成立", day, again, found.objection.parts)
    assert state_of(public) == "publicity"
    reopen_objection(public, ADMINISTRATOR, number, "另有材料", again + timedelta(hours=1))
    answer_objection(
        public, ADMINISTRATOR, number, "upheld", "属实", day, again + timedelta(hours=2), found.objection.parts
    )
    with refused("second_look_over"):  # once
        reply_to_objection(public, A, number, "second_look", "请再复核", at=again + timedelta(hours=3))


def test_only_what_is_public_is_objected_to(public: Store) -> None:
    assert [hand.credit_code for hand in open_to_objection(public, ADMINISTRATOR)] == [CODE_A]
    with refused("objection_not_public"):
        record_objection(public, ADMINISTRATOR, replace(GIVEN, credit_code=CODE_B), AT)
    with refused("objection_needs_words"):
        record_objection(public, ADMINISTRATOR, replace(GIVEN, objector=" "), AT)
    with refused("objection_to_come"):
        record_objection(public, ADMINISTRATOR, replace(GIVEN, received_on=TODAY + timedelta(days=1)), AT)
    assert listed_objections(public, ADMINISTRATOR) == []


def test_a_factory_with_an_open_objection_is_listed_by_one_who_read_it_alone(public: Store) -> None:
    number = record_objection(public, ADMINISTRATOR, GIVEN, AT)
    with refused("objections_open"):
        advance(public, ADMINISTRATOR, CODE_A, YEAR, "listed", "演示", at=LATER)
    with refused("steps_faulty"):
        advance_all(public, ADMINISTRATOR, [WantedStage(CODE_A, YEAR, "listed", "演示")], LATER)
    assert state_of(public) == "publicity"
    advance(public, ADMINISTRATOR, CODE_A, YEAR, "listed", "演示", seen=[number], at=LATER)
    assert state_of(public) == "listed"


def test_an_upheld_objection_takes_the_factory_off_the_list_and_its_enterprise_reads_why(public: Store) -> None:
    number = record_objection(public, ADMINISTRATOR, GIVEN, AT)
    with refused("objection_needs_answer"):
        answer_objection(public, ADMINISTRATOR, number, "upheld", "", TODAY, LATER)
    with refused("objection_answer_day"):
        answer_objection(public, ADMINISTRATOR, number, "upheld", "属实", TODAY - timedelta(days=1), LATER)
    uphold(public, number, "经核查属实", LATER)
    with refused("objection_answered"):
        answer_objection(public, ADMINISTRATOR, number, "rejected", "不属实", TODAY, LATER)
    assert state_of(public) == "not_listed"
    last = own_stages(public, A)[-1]
    assert (last.state, last.note) == ("not_listed", "经核查属实")
    assert [objection.objection.state for objection in listed_objections(public, ADMINISTRATOR)] == ["upheld"]


def test_a_rejected_objection_changes_no_stage_and_can_be_taken_up_again(public: Store) -> None:
    number = record_objection(public, ADMINISTRATOR, GIVEN, AT)
    with refused("objection_open"):
        reopen_objection(public, ADMINISTRATOR, number, "另有材料", LATER)
    answer_objection(public, ADMINISTRATOR, number, "rejected", "查无实据", TODAY, AT)
    assert state_of(public) == "publicity"
    advance(public, ADMINISTRATOR, CODE_A, YEAR, "listed", "演示", at=LATER)
    with refused("objection_needs_answer"):
        reopen_objection(public, ADMINISTRATOR, number, " \u200b ", LATER)
    reopen_objection(public, ADMINISTRATOR, number, "另有材料", LATER)
    [found] = listed_objections(public, ADMINISTRATOR)
    assert found.objection.state == "open"
    assert [answer.outcome for answer in found.objection.answers] == ["rejected", "reopened"]
    answer_objection(public, ADMINISTRATOR, number, "withdrawn", "异议人来函撤回", TODAY, LATER + timedelta(seconds=1))
    assert listed_objections(public, ADMINISTRATOR)[0].objection.state == "withdrawn"


@pytest.mark.parametrize("outcome", ["rejected", "withdrawn"])
@pytest.mark.parametrize("stage", ["publicity", "listed"])
def test_what_an_upheld_objection_took_off_the_list_is_back_when_it_is_upheld_no_more(
    public: Store, stage: ApplicationState, outcome: ObjectionOutcome
) -> None:
    """It stayed "not listed" although no objection spoke against it, until somebody thought of it."""
    if stage == "listed":
        advance(public, ADMINISTRATOR, CODE_A, YEAR, stage, "演示", at=AT + timedelta(minutes=2))
    number = record_objection(public, ADMINISTRATOR, GIVEN, AT + timedelta(minutes=3))
    for minute in (10, 20):  # upheld twice: it is back where it was before the first
        uphold(public, number, "属实", AT + timedelta(minutes=minute))
        reopen_objection(public, ADMINISTRATOR, number, "另有材料", AT + timedelta(minutes=minute + 1))
        assert state_of(public) == "not_listed"
    assert listed_objections(public, ADMINISTRATOR)[0].returns_to == stage
    seen = listed_objections(public, ADMINISTRATOR)[0].objection.parts
    answer_objection(public, ADMINISTRATOR, number, outcome, "查无实据", TODAY, LATER, seen)
    assert state_of(public) == stage
    last = own_stages(public, A)[-1]
    assert (last.state, last.note) == (stage, ""), "the answer is for who objected"
    found = listed_applications(public, ADMINISTRATOR, YEAR, "publicity" if stage == "publicity" else "final")
    assert [(objection.outcome, objection.on_list) for objection in found.handled] == [(outcome, True)]


def test_what_another_objection_or_the_authority_took_off_the_list_stays_off(public: Store) -> None:
    def minutes(count: int) -> datetime:
        return AT + timedelta(minutes=count)

    first, second = (record_objection(public, ADMINISTRATOR, GIVEN, minutes(count)) for count in (2, 3))
    for count, number in ((4, first), (5, second)):
        uphold(public, number, "属实", minutes(count))
        reopen_objection(public, ADMINISTRATOR, number, "另有材料", minutes(count + 2))
    uphold(public, second, "仍属实", minutes(10))
    seen = [part for item in listed_objections(public, ADMINISTRATOR) for part in item.objection.parts]
    answer_objection(public, ADMINISTRATOR, first, "rejected", "查无实据", TODAY, minutes(11), seen)
    assert state_of(public) == "not_listed", "the other is upheld"
    reopen_objection(public, ADMINISTRATOR, second, "另有材料", minutes(12))
    answer_objection(public, ADMINISTRATOR, second, "rejected", "查无实据", TODAY, minutes(13), seen)
    assert state_of(public) == "publicity"
    advance(public, ADMINISTRATOR, CODE_A, YEAR, "not_listed", "演示", at=minutes(14))
    reopen_objection(public, ADMINISTRATOR, second, "另有材料", minutes(15))
    uphold(public, second, "仍属实", minutes(16))
    reopen_objection(public, ADMINISTRATOR, second, "另有材料", minutes(17))
    answer_objection(public, ADMINISTRATOR, second, "rejected", "查无实据", TODAY, minutes(18), seen)
    assert state_of(public) == "not_listed", "it was decided for itself"


def test_late_evidence_is_added_to_an_open_objection_and_changes_nothing_of_it(public: Store) -> None:
    """It had no place but another objection, which stood on the public list as a second one."""
    number = record_objection(public, ADMINISTRATOR, GIVEN, AT)
    [before] = listed_objections(public, ADMINISTRATOR)
    day, file = shanghai_date(LATER), ("照片（虚构）.jpg", b"y")
    add_to_objection(public, ADMINISTRATOR, number, LateEvidence(day, "另附照片（虚构）", file), LATER)
    add_to_objection(
        public, ADMINISTRATOR, number, LateEvidence(TODAY, "来电补充（虚构）"), LATER + timedelta(minutes=1)
    )
    [after] = listed_objections(public, ADMINISTRATOR)
    assert replace(after.objection, additions=()) == before.objection
    photo, call = after.objection.additions
    assert [(item.received_on, item.words) for item in (photo, call)] == [
        (day, "另附照片（虚构）"),
        (TODAY, "来电补充（虚构）"),
    ]
    assert after.file_names == {number: "来信（虚构）.txt", photo.id: "照片（虚构）.jpg"}
    assert objection_file(public, ADMINISTRATOR, photo.id)[1].read_bytes() == b"y"
    with public.cursor() as cursor:
        said = repr(tables.audit.audit_entries(cursor))
    assert not [words for words in (WHO, WHAT, photo.words, call.words) if words in said]
    assert own_objection_outcomes(public, A) == [], "its enterprise learns nothing of it"


def test_what_is_no_evidence_of_an_open_objection_is_not_added(public: Store) -> None:
    number = record_objection(public, ADMINISTRATOR, GIVEN, AT)
    given = LateEvidence(TODAY, "另附照片（虚构）", ("照片（虚构）.jpg", b"y"))

    def add(one: LateEvidence, viewer: Viewer = ADMINISTRATOR) -> None:
        add_to_objection(public, viewer, number, one, AT + timedelta(hours=1))

    with refused("objection_addition_empty"):
        add(LateEvidence(TODAY, " \u200b"))
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with refused("objection_addition_day"):
            add(replace(given, received_on=day))
    with refused("objection_addition_same"):
        add(replace(given, words="", file=GIVEN.file))
    add(given)
    with refused("objection_addition_same"):
        add(given)
    with pytest.raises(NotFound):
        add(replace(given, words="又一份"), replace(ADMINISTRATOR, barred=(CODE_A,)))
    seen = listed_objections(public, ADMINISTRATOR)[0].objection.parts
    answer_objection(public, ADMINISTRATOR, number, "rejected", "查无实据", TODAY, AT + timedelta(hours=2), seen)
    with refused("objection_answered"):
        add(replace(given, words="又一份"))
    assert len(listed_objections(public, ADMINISTRATOR)[0].objection.additions) == 1


def test_evidence_that_was_not_read_is_passed_over_neither_by_an_answer_nor_by_the_list(public: Store) -> None:
    number = record_objection(public, ADMINISTRATOR, GIVEN, AT)
    day = shanghai_date(LATER)
    add_to_objection(public, ADMINISTRATOR, number, LateEvidence(day, "另附照片（虚构）"), LATER)
    at = LATER + timedelta(hours=1)
    with refused("objection_added_since"):
        answer_objection(public, ADMINISTRATOR, number, "rejected", "查无实据", day, at)
    with refused("objections_open"):
        advance(public, ADMINISTRATOR, CODE_A, YEAR, "listed", "演示", seen=[number], at=at)
    parts = listed_objections(public, ADMINISTRATOR)[0].objection.parts
    with refused("objection_answer_day"):  # it was not complete on that day
        answer_objection(public, ADMINISTRATOR, number, "rejected", "查无实据", TODAY, at, parts)
    answer_objection(public, ADMINISTRATOR, number, "rejected", "查无实据", day, at, parts)
    reopen_objection(public, ADMINISTRATOR, number, "又有来信", at + timedelta(hours=1))
    advance(public, ADMINISTRATOR, CODE_A, YEAR, "listed", "演示", seen=parts, at=at + timedelta(hours=2))
    assert state_of(public) == "listed"


def test_an_enterprise_is_told_how_an_objection_came_out_and_nothing_else_of_it(public: Store) -> None:
    """As the public lists say it: from the words of an objection, or of its answer, one could tell who objected."""

    def reported(viewer: Viewer = A) -> list[tuple[str, date]]:
        return [(outcome.outcome, outcome.answered_on) for outcome in own_objection_outcomes(public, viewer)]

    number = record_objection(public, ADMINISTRATOR, GIVEN, AT)
    assert reported() == []
    answer_objection(public, ADMINISTRATOR, number, "rejected", "查无实据", TODAY, AT)
    assert reported() == [("rejected", TODAY)]
    assert reported(B) == []
    assert reported(replace(A, scope=())) == []
    said = repr(own_objection_outcomes(public, A)) + repr(own_stages(public, A))
    assert not [words for words in (WHO, WHAT, "查无实据", number) if words in said]
    reopen_objection(public, ADMINISTRATOR, number, "另有材料", LATER)
    assert reported() == [("reopened", shanghai_date(LATER))]
    answer_objection(public, ADMINISTRATOR, number, "withdrawn", "来函撤回", TODAY, LATER + timedelta(seconds=1))
    assert reported() == [("withdrawn", TODAY)]


def test_who_objected_is_in_no_act_and_nobody_reaches_what_conflicts(public: Store) -> None:
    number = record_objection(public, ADMINISTRATOR, GIVEN, AT)
    uphold(public, number, "经核查属实", AT + timedelta(minutes=1))
    with public.cursor() as cursor:
        said = repr(tables.audit.audit_entries(cursor))
    assert number in said
    assert WHO not in said
    assert WHAT not in said
    name, path = objection_file(public, ADMINISTRATOR, number)
    assert (name, path.read_bytes()) == ("来信（虚构）.txt", b"x")
    barred = replace(ADMINISTRATOR, barred=(CODE_A,))
    assert listed_objections(public, barred) == []
    assert open_to_objection(public, barred) == []
    with pytest.raises(NotFound):
        objection_file(public, barred, number)
    with pytest.raises(NotFound):
        reopen_objection(public, barred, number, "演示")


def test_what_comes_outside_the_publicity_is_marked(public: Store) -> None:
    record_objection(public, ADMINISTRATOR, GIVEN, AT)
    assert not listed_objections(public, ADMINISTRATOR)[0].late
    day = date(2026, 2, 1)
    dates = YearDates(day, day, day, publicity_from=day, publicity_to=TODAY - timedelta(days=1))
    with public.transaction() as cursor:
        tables.year.add_programme_dates(cursor, SetDates(YEAR, dates, "演示", "演示", "administrator", AT))
    assert listed_objections(public, ADMINISTRATOR)[0].late


def test_who_objected_and_the_file_end_with_the_other_contacts(public: Store) -> None:
    number = record_objection(public, ADMINISTRATOR, GIVEN, AT)
    late = LateEvidence(TODAY, "另附照片（虚构）", ("照片（虚构）.jpg", b"y"))
    add_to_objection(public, ADMINISTRATOR, number, late, AT)
    parts = listed_objections(public, ADMINISTRATOR)[0].objection.parts
    answer_objection(public, ADMINISTRATOR, number, "rejected", "查无实据", TODAY, AT, parts)
    assert delete_contacts(public, at=datetime(2040, 1, 1, tzinfo=UTC)).objectors == 1
    [found] = listed_objections(public, ADMINISTRATOR)
    assert (found.objection.objector, found.objection.objection) == ("", WHAT)
    assert len(parts) == 2
    for part in parts:
        with pytest.raises(NotFound):
            objection_file(public, ADMINISTRATOR, part)
    assert delete_contacts(public, at=datetime(2040, 1, 2, tzinfo=UTC)).none


def test_the_lists_say_how_objections_came_out_and_how_many_wait(public: Store) -> None:
    number = record_objection(public, ADMINISTRATOR, GIVEN, AT)
    waiting = listed_applications(public, ADMINISTRATOR, YEAR, "publicity")
    assert (waiting.handled, waiting.open) == ((), 1)
    answer_objection(public, ADMINISTRATOR, number, "rejected", "经核查不成立", TODAY, LATER)
    [kept] = listed_applications(public, ADMINISTRATOR, YEAR, "publicity").handled
    assert (kept.application.credit_code, kept.outcome, kept.answered_on, kept.on_list) == (
        CODE_A,
        "rejected",
        TODAY,
        True,
    )
    reopen_objection(public, ADMINISTRATOR, number, "有新材料", LATER)
    uphold(public, number, "经核查属实", LATER)
    for kind in ("publicity", "final"):
        found = listed_applications(public, ADMINISTRATOR, YEAR, kind)
        assert (found.applications, found.open) == ((), 0)
        assert [(objection.outcome, objection.on_list) for objection in found.handled] == [("upheld", False)]
    assert listed_applications(public, ADMINISTRATOR, YEAR - 1, "final").handled == ()
    barred = replace(ADMINISTRATOR, barred=(CODE_A,))
    with refused("list_conflicted"):
        listed_applications(public, barred, YEAR, "final")


def test_the_home_says_how_many_objections_wait_and_leads_to_them(public: Store) -> None:
    def said(viewer: Viewer = ADMINISTRATOR) -> list[tuple[str, bool, str, object]]:
        found = administrator_to_dos(public, viewer, LATER)
        return [
            (standing.code, standing.open, standing.page, standing.params["count"])
            for standing in found
            if standing.page == "objections"
        ]

    assert said() == []
    number = record_objection(public, ADMINISTRATOR, GIVEN, AT)
    assert said() == [("objections_open", True, "objections", 1)]
    assert said(replace(ADMINISTRATOR, barred=(CODE_A,))) == []
    answer_objection(public, ADMINISTRATOR, number, "rejected", "经核查不成立", TODAY, LATER)
    assert said() == [("objections_answered", False, "objections", 1)]
