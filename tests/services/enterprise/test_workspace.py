"""The enterprise's workspace: begun from a file, fixed on the page, nothing lost, nothing overwritten unseen."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from kpi import tables
from kpi.errors import InvalidFile, NotFound, UserError
from kpi.intake.answers import NO_ANSWERS, Answers
from kpi.intake.form.answer_sheet import place_of
from kpi.model.application import Application
from kpi.services.administrator.stages import advance
from kpi.services.enterprise.drafts import discard_draft
from kpi.services.enterprise.lock import own_results, own_stages, receipt, reopen_application
from kpi.services.enterprise.sheets import (
    OwnAnswerSheet,
    SheetEdit,
    accept_application,
    create_sheet,
    edit_sheet,
    own_sheet,
    own_sheets,
    sheet_changes,
    unimported_problems,
)
from kpi.services.enterprise.uploads import answer_questions, read_again, receive_file
from kpi.store.store import Store
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B, A, B, file_of
from tests.services.submitting import lock_as_it_stands

YEAR = 2025
FRACTIONS = Path(__file__).resolve().parents[2] / "freeform" / "files" / "fractions.xlsx"


def begun(store: Store, efficiency: str = "45") -> OwnAnswerSheet:
    return create_sheet(store, A, receive_file(store, A, "a.csv", file_of(CODE_A, efficiency)), 0, CODE_A, YEAR)


def value(sheet: OwnAnswerSheet, item: str) -> str:
    return next(row.value for row in sheet.rows if row.item == item)


def drafted(store: Store) -> list[float]:
    return [own_result.answer.kpi("K08").value for own_result in own_results(store, A)]


def test_a_faulty_file_becomes_a_sheet_that_says_where_and_a_mended_one_a_draft(store: Store) -> None:
    sheet = begun(store, "四十五")
    assert [(problem.code, place_of(problem, sheet.rows)) for problem in sheet.reading.problems] == [
        ("not_a_number", ("K08", "value"))
    ]
    assert value(sheet, "K08") == "四十五"
    assert drafted(store) == []
    fixed = edit_sheet(store, A, CODE_A, YEAR, sheet.version, [SheetEdit("K08", "value", "45")], "看错一行")
    assert fixed.reading.problems == ()
    assert drafted(store) == [45.0]


@pytest.mark.parametrize("after", ["", "97.5"])
def test_a_value_beyond_its_start_makes_no_draft_and_nothing_to_lock(store: Store, after: str) -> None:
    """On time from 91 % cannot gain 20 points, whatever the end is said to be."""
    sheet = begun(store)
    assert drafted(store) == [45.0]
    edits = [SheetEdit("K14", field, text) for field, text in (("value", "20"), ("before", "91"), ("after", after))]
    sheet = edit_sheet(store, A, CODE_A, YEAR, sheet.version, edits)
    assert [problem.code for problem in sheet.reading.problems if problem.blocks] == ["beyond_whole"]
    assert drafted(store) == []
    with pytest.raises(NotFound):
        lock_as_it_stands(store, A, CODE_A, YEAR)


def test_a_draft_that_an_earlier_version_let_pass_is_not_locked(store: Store) -> None:
    """Its value is beyond its start, which was a warning once: a draft is held to the rules of the day it is locked."""
    begun(store)
    [draft] = own_results(store, A)
    application = draft.answer.application
    late = replace(application.values["K14"], value=20.0, before=91.0, after=None)
    with store.transaction() as cursor:
        beyond = Application(application.facts, {**application.values, "K14": late})
        tables.applications.accept_draft(cursor, beyond, draft.upload, A.account, AT)
    with pytest.raises(InvalidFile) as refused:
        lock_as_it_stands(store, A, CODE_A, YEAR)
    assert [problem.code for problem in refused.value.problems if problem.blocks] == ["beyond_whole"]


def test_every_change_is_kept_with_who_when_from_to_and_why(store: Store) -> None:
    sheet = begun(store)
    edit_sheet(store, A, CODE_A, YEAR, sheet.version, [SheetEdit("K08", "value", "46")], "笔误")
    edit_sheet(store, A, CODE_A, YEAR, sheet.version + 1, [SheetEdit("K08", "note", "复核过")])
    reported = [
        (change.version, change.item, change.field, change.was, change.becomes, change.why, change.changed_by)
        for change in sheet_changes(store, A, CODE_A, YEAR)
    ]
    assert reported == [
        (3, "K08", "note", "按单位工时产出计算", "复核过", "", "a"),
        (2, "K08", "value", "45", "46", "笔误", "a"),
    ]


def test_a_changed_value_no_longer_claims_the_cell_it_came_from(store: Store) -> None:
    sheet = begun(store)
    cells = {row.item: row.cell for row in sheet.rows}
    assert cells["K08"] is not None
    after = edit_sheet(store, A, CODE_A, YEAR, sheet.version, [SheetEdit("K08", "value", "46")])
    application = after.reading.applications[0]
    assert application.values["K08"].cell is None
    assert application.values["K09"].cell == cells["K09"]


def test_a_sheet_that_becomes_faulty_again_is_no_draft(store: Store) -> None:
    sheet = begun(store)
    assert drafted(store) == [45.0]
    edit_sheet(store, A, CODE_A, YEAR, sheet.version, [SheetEdit("K08", "value", "约四成")])
    assert drafted(store) == []
    with pytest.raises(NotFound):
        lock_as_it_stands(store, A, CODE_A, YEAR)


def test_two_people_changing_different_fields_both_keep_theirs(store: Store) -> None:
    seen = begun(store).version
    edit_sheet(store, A, CODE_A, YEAR, seen, [SheetEdit("K08", "value", "46")])
    after = edit_sheet(store, A, CODE_A, YEAR, seen, [SheetEdit("K01", "note", "另一人")])
    assert value(after, "K08") == "46"


def test_a_field_that_somebody_changed_meanwhile_is_not_overwritten_unseen(store: Store) -> None:
    seen = begun(store).version
    edit_sheet(store, A, CODE_A, YEAR, seen, [SheetEdit("K08", "value", "46")])
    with pytest.raises(UserError, match="changed_meanwhile"):
        edit_sheet(store, A, CODE_A, YEAR, seen, [SheetEdit("K08", "value", "47"), SheetEdit("K01", "note", "一起")])
    after = own_sheet(store, A, CODE_A, YEAR)
    assert (value(after, "K08"), after.version) == ("46", seen + 1)
    assert value(edit_sheet(store, A, CODE_A, YEAR, after.version, [SheetEdit("K08", "value", "47")]), "K08") == "47"


def test_a_second_file_replaces_the_sheet_and_its_differences_are_kept(store: Store) -> None:
    begun(store)
    begun(store, "50")
    (change,) = sheet_changes(store, A, CODE_A, YEAR)
    assert (change.item, change.was, change.becomes, change.why) == ("K08", "45", "50", "a.csv")


def test_nobody_reaches_anothers_sheet(store: Store) -> None:
    begun(store)
    assert own_sheets(store, B) == []
    assert sheet_changes(store, B, CODE_A, YEAR) == []
    for ask in (
        lambda code: own_sheet(store, B, code, YEAR),
        lambda code: edit_sheet(store, B, code, YEAR, 1, [SheetEdit("K08", "value", "1")]),
        lambda code: reopen_application(store, B, code, YEAR, "理由"),
        lambda code: receipt(store, B, code, YEAR),
    ):
        with pytest.raises(NotFound) as others:
            ask(CODE_A)
        with pytest.raises(NotFound) as nobodys:
            ask("91000000MA00000000")
        assert (others.value.code, others.value.params) == (nobodys.value.code, nobodys.value.params)
    with pytest.raises(UserError, match="not_your_enterprise"):
        create_sheet(store, B, receive_file(store, B, "a.csv", file_of(CODE_A)), 0, CODE_A, YEAR)


def test_each_factory_of_a_file_can_be_taken_and_none_that_it_does_not_hold(store: Store) -> None:
    lines = ("统一社会信用代码,行业,年度,生产效率提升（%）", f"{CODE_A},汽车,{YEAR},45", f"{CODE_B},汽车,{YEAR},46")
    sent = receive_file(store, A, "a.csv", "\n".join(lines).encode())
    assert [item.credit_code for item in sent.reading.applications] == [CODE_A, CODE_B]
    assert value(create_sheet(store, A, sent, 1, CODE_A, YEAR), "K08") == "46"
    for which in (-1, 2):
        with pytest.raises(NotFound):
            create_sheet(store, A, sent, which, CODE_A, YEAR)


@pytest.mark.parametrize(
    ("item", "field"), [("K99", "value"), ("K08", "cell"), ("credit_code", "value"), ("year", "value")]
)
def test_what_a_sheet_does_not_have_or_stands_for_cannot_be_edited(store: Store, item: str, field: str) -> None:
    sheet = begun(store)
    with pytest.raises(NotFound):
        edit_sheet(store, A, CODE_A, YEAR, sheet.version, [SheetEdit(item, field, "x")])


def test_a_file_sent_before_can_be_read_again_by_its_sender_alone(store: Store) -> None:
    received = receive_file(store, A, "a.csv", file_of(CODE_A))
    assert read_again(store, A, received.upload).reading == received.reading
    with pytest.raises(NotFound):
        read_again(store, B, received.upload)


def test_the_direction_of_a_change_is_asked_again_in_the_next_file(store: Store) -> None:
    """An answer kept from last year would turn a true worsening into an improvement; that of a dash is kept."""
    lines = file_of(CODE_A, "降低5%")
    [question] = receive_file(store, A, "a.csv", lines).reading.questions
    received = receive_file(store, A, "a.csv", lines)
    given = Answers(mark={"-": "blank"}).give(question, "increase")
    accepted = answer_questions(store, A, received.upload, given)
    assert accepted.reading.questions == ()
    create_sheet(store, A, accepted, 0, CODE_A, YEAR)
    assert drafted(store) == [5.0]
    assert unimported_problems(store, A, CODE_A, YEAR) == ()
    assert receive_file(store, A, "renamed.csv", lines).answers == given, "the same bytes are the same file"
    later = receive_file(store, A, "b.csv", lines + b"\n")
    assert [(item.topic, item.key, item.preset) for item in later.reading.questions] == [
        ("direction", question.key, None)
    ]
    assert (later.answers, later.remembered.answers) == (NO_ANSWERS, Answers(mark={"-": "blank"}))


def test_a_faulty_file_is_not_accepted_as_it_is(store: Store) -> None:
    with pytest.raises(InvalidFile):
        accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A, "四十五")))
    assert own_sheets(store, A) == []


def test_reopening_needs_a_reason_keeps_the_lock_and_gives_no_second_word(store: Store) -> None:
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    lock_as_it_stands(store, A, CODE_A, YEAR)
    (first,) = own_results(store, A)
    with pytest.raises(UserError, match="reopening_needs_reason"):
        reopen_application(store, A, CODE_A, YEAR, " ")
    reopen_application(store, A, CODE_A, YEAR, "K08 填错")
    edit_sheet(store, A, CODE_A, YEAR, own_sheet(store, A, CODE_A, YEAR).version, [SheetEdit("K08", "value", "52")])
    lock_as_it_stands(store, A, CODE_A, YEAR)
    (second,) = own_results(store, A)
    assert first.answer.kpi("K08").verdict is not None
    assert second.answer.kpi("K08").verdict is None
    assert second.answer.kpi("K09").verdict == first.answer.kpi("K09").verdict
    assert second.answer.clause is None
    assert [stage.state for stage in own_stages(store, A)] == ["submitted", "draft", "submitted"]


def test_the_old_value_gets_its_old_word_back_and_no_other(store: Store) -> None:
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    lock_as_it_stands(store, A, CODE_A, YEAR)
    first = own_results(store, A)[0].answer.kpi("K08").verdict
    for text in ("52", "45"):
        reopen_application(store, A, CODE_A, YEAR, "再试")
        edit_sheet(store, A, CODE_A, YEAR, own_sheet(store, A, CODE_A, YEAR).version, [SheetEdit("K08", "value", text)])
        lock_as_it_stands(store, A, CODE_A, YEAR)
    assert own_results(store, A)[0].answer.kpi("K08").verdict == first


def test_a_receipt_is_of_what_was_locked(store: Store) -> None:
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    lock_as_it_stands(store, A, CODE_A, YEAR)
    one = receipt(store, A, CODE_A, YEAR)
    assert CODE_A in one.text
    reopen_application(store, A, CODE_A, YEAR, "再改")
    edit_sheet(store, A, CODE_A, YEAR, own_sheet(store, A, CODE_A, YEAR).version, [SheetEdit("K08", "value", "52")])
    lock_as_it_stands(store, A, CODE_A, YEAR)
    assert receipt(store, A, CODE_A, YEAR).sha256 != one.sha256


def test_what_was_begun_before_a_lock_was_reopened_is_not_done_to_the_draft_that_came_of_it(store: Store) -> None:
    before = begun(store)
    lock_as_it_stands(store, A, CODE_A, YEAR)
    reopen_application(store, A, CODE_A, YEAR, "K08 填错")
    with pytest.raises(UserError, match="changed_since_read"):
        discard_draft(store, A, CODE_A, YEAR, seen=before.version)
    edit_sheet(store, A, CODE_A, YEAR, before.version, [SheetEdit("K08", "value", "52")], "他人未改动该项")
    assert drafted(store) == [52.0]


def test_an_edit_begun_on_a_discarded_sheet_does_not_go_into_the_one_that_reopening_makes(store: Store) -> None:
    seen = begun(store)
    discard_draft(store, A, CODE_A, YEAR)
    begun(store)
    lock_as_it_stands(store, A, CODE_A, YEAR)
    with store.transaction() as cursor:
        tables.sheets.drop_worksheet(cursor, CODE_A, YEAR)  # as where it was locked before there were answer sheets
    reopen_application(store, A, CODE_A, YEAR, "K08 填错")
    with pytest.raises(UserError, match="sheet_begun_again"):
        edit_sheet(store, A, CODE_A, YEAR, seen.version, [SheetEdit("K08", "value", "52")])
    assert drafted(store) == [45.0]


def test_what_has_been_put_forward_or_taken_further_cannot_be_reopened(store: Store) -> None:
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    lock_as_it_stands(store, A, CODE_A, YEAR)
    with store.transaction() as cursor:
        tables.stages.set_nominations(cursor, "松江区", YEAR, [CODE_A])
    with pytest.raises(UserError, match="too_far_to_reopen"):
        reopen_application(store, A, CODE_A, YEAR, "再改")
    with store.transaction() as cursor:
        tables.stages.set_nominations(cursor, "松江区", YEAR, [])
    advance(store, ADMINISTRATOR, CODE_A, YEAR, "material_review", "收到材料")
    with pytest.raises(UserError, match="too_far_to_reopen"):
        reopen_application(store, A, CODE_A, YEAR, "再改")
    assert [(stage.state, stage.note) for stage in own_stages(store, A)][-1] == ("material_review", "收到材料")


@pytest.mark.parametrize("state", ["draft", "submitted", "won"])
def test_the_enterprises_own_steps_are_not_the_programmes_to_take(store: Store, state: str) -> None:
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    lock_as_it_stands(store, A, CODE_A, YEAR)
    with pytest.raises(UserError, match="no_such_step"):
        advance(store, ADMINISTRATOR, CODE_A, YEAR, state, "演示")


def test_a_locked_year_cannot_be_edited(store: Store) -> None:
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    lock_as_it_stands(store, A, CODE_A, YEAR)
    with pytest.raises(UserError, match="already_locked"):
        edit_sheet(store, A, CODE_A, YEAR, 1, [SheetEdit("K08", "value", "52")])
    with pytest.raises(NotFound):
        lock_as_it_stands(store, A, CODE_B, YEAR)


@pytest.mark.parametrize("year", [-1, 0, 1899, 10**6])
def test_invalid_year_is_rejected(store: Store, year: int) -> None:
    with pytest.raises(UserError, match="no_such_year"):
        create_sheet(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)), 0, CODE_A, year)
    assert own_sheets(store, A) == []


def two_factories() -> bytes:
    """A table of two factories with a fault in each."""
    book = Workbook()
    sheet = book.active
    sheet.append(["企业名称", "统一社会信用代码", "所属行业", "年度", "生产效率提升（%）", "水资源重复利用率（%）"])
    sheet.append(["演示企业B（虚构）", CODE_B, "汽车", YEAR, 45, "八十"])
    sheet.append(["演示企业A（虚构）", CODE_A, "汽车", YEAR, "很高", 80])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_of_several_factories_each_keeps_its_own_faults(store: Store) -> None:
    received = receive_file(store, A, "both.xlsx", two_factories())
    assert [application.credit_code for application in received.reading.applications] == [CODE_B, CODE_A]
    sheet = create_sheet(store, A, received, 1, CODE_A, YEAR)
    assert (value(sheet, "K08"), value(sheet, "K20")) == ("很高", "80")
    blocking = [(problem.code, place_of(problem, sheet.rows)) for problem in sheet.reading.problems if problem.blocks]
    assert blocking == [("not_a_number", ("K08", "value"))]
    assert drafted(store) == []


def test_a_file_whose_questions_are_open_is_not_taken(store: Store) -> None:
    received = receive_file(store, A, "fractions.xlsx", FRACTIONS.read_bytes())
    assert received.reading.questions
    with pytest.raises(UserError, match="questions_open"):
        create_sheet(store, A, received, 0, CODE_A, YEAR)
    assert own_sheets(store, A) == []


def test_what_a_sheet_could_not_take_from_its_file_is_still_reported(store: Store) -> None:
    data = file_of(CODE_A) + "谁也不认得的一行,12,,,,\n".encode("gb18030")
    sheet = create_sheet(store, A, receive_file(store, A, "a.csv", data), 0, CODE_A, YEAR)
    assert not sheet.reading.blocked
    assert [problem.code for problem in unimported_problems(store, A, CODE_A, YEAR)] == ["unknown_item"]
    with pytest.raises(NotFound):
        unimported_problems(store, B, CODE_A, YEAR)
