"""The answer sheet's page: what is wrong first, lists where there are lists, units beside numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, Selectbox, TextInput

from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from kpi.model.viewer import Viewer
from kpi.services.enterprise.sheets import (
    OwnAnswerSheet,
    SheetEdit,
    create_sheet,
    edit_sheet,
    own_sheets,
    plausibility_warnings,
    sheet_changes,
)
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.authentication import viewer_of
from kpi.tables.sheets import SheetChange
from pages.widgets.html import plain
from tests.pages.app_runs import BY_ADDRESS, EXAMPLE, Office, app, opened, submitted
from tests.pages.screen_text import seen

FAULTY = """项目,数值,口径,改造前,改造后,说明
统一社会信用代码,{code},,,,
年度,2025,,,,
所属行业,装备制造业,,,,
推荐单位,浦东,,,,
关键设备数控化率,95.5,,,,
研制周期缩短,三十二点五,,,,
资源综合利用率提升,12.5,,,,
"""


def words(key: str, **params: object) -> str:
    return text(f"page.{key}", "zh", **params)


@pytest.fixture
def faulty(copied_office: Office) -> Office:
    """An enterprise whose sheet has an industry in no list, a number in words and a basis missing."""
    copied_office.sit("enterprise")
    viewer = _viewer(copied_office)
    table = FAULTY.format(code=viewer.scope[0]).encode()
    received = receive_file(copied_office.store, viewer, "a.csv", table)
    create_sheet(copied_office.store, viewer, received, 0, viewer.scope[0], 2025)
    return copied_office


def _viewer(office: Office) -> Viewer:
    viewer = viewer_of(office.store, office.tokens["enterprise"])
    assert viewer is not None
    return viewer


def sheet_of(office: Office) -> OwnAnswerSheet:
    [sheet] = own_sheets(office.store, _viewer(office))
    return sheet


def _changes(office: Office) -> list[SheetChange]:
    return sheet_changes(office.store, _viewer(office), sheet_of(office).credit_code, 2025)


def save(test: AppTest) -> AppTest:
    """The first form of the page is the open fault's."""
    return next(item for item in test.button if item.label == words("sheet.save")).click().run()


@pytest.mark.campaign
def test_the_first_error_is_open_and_fixed_by_a_choice_from_its_list(faulty: Office) -> None:
    test = opened("answers")
    industry = test.selectbox[0]
    assert industry.value == "装备制造业"
    assert "高端装备" in industry.options
    assert words("sheet.not_listed", text="装备制造业") in industry.options
    industry.set_value("高端装备")
    test = save(test)
    assert [problem.code for problem in sheet_of(faulty).reading.problems if problem.blocks] == [
        "not_a_number",
        "missing_basis",
    ]


def test_a_name_that_is_like_one_of_the_list_is_taken_by_a_press(faulty: Office) -> None:
    before = sheet_of(faulty)
    edits = [SheetEdit("industry", "value", "高端装备业")]
    edit_sheet(faulty.store, _viewer(faulty), before.credit_code, 2025, before.version, edits)
    test = opened("answers")
    take = test.button(key="take-industry")
    assert take.label == words("sheet.take", name="高端装备")
    test = take.click().run()
    assert not test.error
    assert next(row.value for row in sheet_of(faulty).rows if row.item == "industry") == "高端装备"
    assert "take-industry" not in [item.key for item in test.button]


def test_a_link_at_an_error_opens_its_field_where_it_stands(faulty: Office) -> None:
    test = opened("answers")
    test = test.button(key="fix-K09").click().run()
    basis = next(item for item in test.selectbox if item.label == words("sheet.basis"))
    assert basis.options == [words("sheet.choose"), text("template.relative", "zh"), text("template.points", "zh")]
    basis.set_value("points")
    save(test)
    assert next(row.basis for row in sheet_of(faulty).rows if row.item == "K09") == "points"


def test_a_remark_has_a_button_to_its_inputs_where_it_stands(faulty: Office) -> None:
    viewer = _viewer(faulty)
    [sheet] = own_sheets(faulty.store, viewer)
    edit_sheet(faulty.store, viewer, sheet.credit_code, 2025, sheet.version, [SheetEdit("K01", "value", "0.95")])
    test = opened("answers")
    label = words("sheet.change", item=f"K01 {catalogue().kpi('K01').short.zh}")
    [leads] = [item for item in test.button if item.key == "remark-K01"]
    assert leads.label == label
    test = leads.click().run()
    assert not [item for item in test.button if item.key == "remark-K01"]
    [value] = [item for item in test.text_input if item.value == "0.95" and (item.key or "").startswith("remark-K01")]
    value.set_value("95")
    next(item for item in test.button if (item.key or "").startswith("remark-K01")).click().run()
    assert next(row.value for row in sheet_of(faulty).rows if row.item == "K01") == "95"
    assert "remark-K01" not in [item.key for item in opened("answers").button]


def test_saving_without_a_change_says_so_and_makes_no_version(faulty: Office) -> None:
    before = sheet_of(faulty).version
    test = save(opened("answers"))
    assert text("error.nothing_changed.message", "zh") in test.error[0].value
    assert sheet_of(faulty).version == before


def test_a_form_saved_after_a_colleagues_change_keeps_both(faulty: Office) -> None:
    """Its press was lost without a word, and what was typed with it: the page had drawn another form by then."""
    test = opened("answers", item="K01")
    value = next(item for item in test.text_input if (item.key or "").startswith("one-K01") and item.value == "95.5")
    other, before = _viewer(faulty), sheet_of(faulty)
    edit_sheet(faulty.store, other, before.credit_code, 2025, before.version, [SheetEdit("K01", "note", "theirs")])
    value.set_value("96")
    test = next(item for item in test.button if (item.key or "").startswith("one-K01")).click().run()
    assert not test.error
    row = next(row for row in sheet_of(faulty).rows if row.item == "K01")
    assert (row.value, row.note) == ("96", "theirs")
    # The page goes on with both.
    assert {"96", "theirs"} <= {item.value for item in test.text_input if (item.key or "").startswith("one-K01")}


def test_a_form_saved_after_a_colleague_changed_the_same_field_is_refused_in_words(faulty: Office) -> None:
    test = opened("answers", item="K01")
    value = next(item for item in test.text_input if (item.key or "").startswith("one-K01") and item.value == "95.5")
    before = sheet_of(faulty)
    edits = [SheetEdit("K01", "value", "90")]
    edit_sheet(faulty.store, _viewer(faulty), before.credit_code, 2025, before.version, edits)
    value.set_value("96")
    test = next(item for item in test.button if (item.key or "").startswith("one-K01")).click().run()
    assert catalogue().kpi("K01").short.zh in test.error[0].value
    assert next(row.value for row in sheet_of(faulty).rows if row.item == "K01") == "90"


def test_what_is_saved_after_the_sign_in_has_ended_is_not_kept(faulty: Office) -> None:
    test, before = opened("answers", item="K01"), sheet_of(faulty)
    value = next(item for item in test.text_input if (item.key or "").startswith("one-K01") and item.value == "95.5")
    value.set_value("96")
    faulty.sit(None)
    next(item for item in test.button if (item.key or "").startswith("one-K01")).click().run()
    assert not test.exception
    assert sheet_of(faulty).version == before.version


@pytest.mark.usefixtures("faulty")
def test_grid_and_form_show_the_same_unit_and_never_a_word_for_nothing() -> None:
    test = opened("answers", item="K09")
    [grid] = [item.value for item in test.dataframe]
    row = grid[grid["item"].str.startswith("K09")].iloc[0]
    unit = words("sheet.either_unit", unit="%")
    assert row["unit"] == unit
    assert words("sheet.with_unit", field=words("sheet.value"), unit=plain(unit)) in [
        item.label for item in test.text_input
    ]
    assert not grid.isna().any().any()
    assert "None" not in json.dumps(grid.to_dict("records"), ensure_ascii=False)


@pytest.mark.usefixtures("faulty")
def test_blank_facts_are_counted_once_and_chosen_from_lists() -> None:
    test = opened("answers")
    assert words("sheet.facts", count=13) in [item.label for item in test.expander]
    assert not any("没有填写" in item for item in seen(test))
    assert len(test.multiselect[0].options) == 40
    body = next(item for item in test.selectbox if item.label == "推荐单位")
    assert body.value == "浦东"
    assert len(body.options) == 1 + 19 + 1


@pytest.mark.parametrize("locked", [False, True])
def test_a_locked_sheet_says_so_and_offers_nothing_to_save(copied_office: Office, locked: bool) -> None:
    submitted(copied_office, locked)
    copied_office.sit("enterprise")
    test = opened("answers")
    said = "\n".join(seen(test))
    assert (words("sheet.locked", year=2025) in said, words("sheet.faultless") in said) == (locked, not locked)
    saving = [item for item in test.button if item.label in (words("sheet.save"), words("sheet.save_facts"))]
    assert {item.disabled for item in saving} == {locked}
    assert (words("sheet.why") in [item.label for item in test.text_input]) != locked


def test_the_sheet_of_the_file_just_taken_opens_beside_one_of_another_year(faulty: Office) -> None:
    viewer = _viewer(faulty)
    faultless = receive_file(faulty.store, viewer, EXAMPLE.name, EXAMPLE.read_bytes())
    create_sheet(faulty.store, viewer, faultless, 0, viewer.scope[0], 2026)
    table = FAULTY.format(code=viewer.scope[0]).replace("95.5", "96.5").encode()
    test = opened("upload", sent=receive_file(faulty.store, viewer, "b.csv", table).upload)
    test = next(item for item in test.button if item.label == words("begin.take")).click().run()
    assert test.selectbox(key="application").value == f"{viewer.scope[0]} 2025"
    assert words("sheet.faulty", count=3) in seen(test)


@pytest.mark.campaign
def test_the_application_chosen_stays_the_chosen_one_from_step_to_step(faulty: Office) -> None:
    viewer = _viewer(faulty)
    faultless = receive_file(faulty.store, viewer, EXAMPLE.name, EXAMPLE.read_bytes())
    for year in (2025, 2026):
        create_sheet(faulty.store, viewer, faultless, 0, viewer.scope[0], year)
    chosen = f"{viewer.scope[0]} 2025"
    test = opened("answers", application=chosen)
    for address in ("submission", "conditions", "answers", "submission"):
        test.query_params.clear()  # as a link to another page does
        test = test.switch_page(BY_ADDRESS[address].file).run()
        assert test.selectbox(key="application").value == chosen, address
        assert test.query_params["application"] == chosen


@pytest.mark.campaign
def test_a_year_that_has_not_begun_is_questioned(copied_office: Office) -> None:
    viewer = _viewer(copied_office)
    received = receive_file(copied_office.store, viewer, EXAMPLE.name, EXAMPLE.read_bytes())
    sheet = create_sheet(copied_office.store, viewer, received, 0, viewer.scope[0], 2099)
    last, first = datetime(2098, 12, 31, 15, 59, tzinfo=UTC), datetime(2098, 12, 31, 16, 0, tzinfo=UTC)
    codes = [
        {warning.code for warning in plausibility_warnings(copied_office.store, viewer, sheet, at)}
        for at in (last, first)
    ]
    assert ["year_ahead" in code for code in codes] == [True, False]
    copied_office.sit("enterprise")
    answers = seen(opened("answers"))
    assert text("problem.year_ahead.message", "zh", year=2099) in answers
    note = words("journey.note_year_not_begun", year=2099)
    assert words("sheet.not_now", note=note) in answers
    links = [item.proto.label for item in opened("result").get("page_link")]
    assert f"5 {words('title.submission')} · {note}" in links
    assert words("result.to_lock") not in links
    assert words("lock.too_early", year=2099) in seen(app())
    submission = opened("submission")
    assert words("lock.too_early", year=2099) in seen(submission)
    assert words("lock.lock") not in [item.label for item in submission.button]


def test_what_a_refused_form_held_is_named_with_the_reason(faulty: Office) -> None:
    test = opened("answers", item="K01")
    value = next(item for item in test.text_input if (item.key or "").startswith("one-K01") and item.value == "95.5")
    before = sheet_of(faulty)
    edits = [SheetEdit("K01", "value", "90")]
    edit_sheet(faulty.store, _viewer(faulty), before.credit_code, 2025, before.version, edits)
    value.set_value("96.25")
    test = next(item for item in test.button if (item.key or "").startswith("one-K01")).click().run()
    assert any("96.25" in said for said in seen(test))


def test_what_stands_in_a_form_outlasts_a_change_elsewhere_in_the_sheet(faulty: Office) -> None:
    """Every change made every form anew, and what was typed into it was lost without a word."""
    test = opened("answers", item="K01")
    value = next(item for item in test.text_input if (item.key or "").startswith("one-K01") and item.value == "95.5")
    before = sheet_of(faulty)
    edits = [SheetEdit("K05", "value", "7")]
    edit_sheet(faulty.store, _viewer(faulty), before.credit_code, 2025, before.version, edits)
    value.set_value("96.25")
    test = test.run()
    assert "96.25" in [item.value for item in test.text_input if (item.key or "").startswith("one-K01")]


def _note_of(test: AppTest, form: str) -> TextInput:
    label = words("sheet.note")
    return next(item for item in test.text_input if item.label == label and (item.key or "").startswith(form))


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("form", "leads"),
    [
        ("one-K01", lambda test: test.selectbox(key="item").set_value("K05")),
        ("one-K01", lambda test: test.button(key="fix-K09").click()),
        ("one-K01", lambda test: test.button(key="remark-K01").click()),
        ("fix-K09", lambda test: test.button(key="fix-industry").click()),
        ("remark-K01", lambda test: test.button(key="fix-industry").click()),
    ],
)
def test_what_stands_in_a_form_is_saved_when_another_is_opened(
    faulty: Office, form: str, leads: Callable[[AppTest], Button | Selectbox]
) -> None:
    """It was dropped without a word with the form that it stood in."""
    sheet = sheet_of(faulty)
    edits = [SheetEdit("K01", "value", "0.95")]  # worth a remark
    edit_sheet(faulty.store, _viewer(faulty), sheet.credit_code, 2025, sheet.version, edits)
    begun = {"fix": "K09", "remark": "K01"} if form != "one-K01" else {"item": "K01"}
    test = opened("answers", **begun)
    _note_of(test, form).set_value("read off the meter")
    why = next(
        item for item in test.text_input if (item.key or "").startswith(form) and item.label == words("sheet.why")
    )
    why.set_value("forgotten")
    test = leads(test).run()
    assert not test.error
    assert next(row.note for row in sheet_of(faulty).rows if row.item == form[-3:]) == "read off the meter"
    [last] = [change for change in _changes(faulty) if change.field == "note"]
    assert last.why == "forgotten"


def test_opening_another_form_saves_nothing_where_nothing_was_entered(faulty: Office) -> None:
    before = sheet_of(faulty).version
    test = opened("answers", item="K01").selectbox(key="item").set_value("K05").run()
    assert not test.error
    assert sheet_of(faulty).version == before


def test_what_is_not_saved_of_a_form_that_was_left_is_named_with_the_reason(faulty: Office) -> None:
    test, before = opened("answers", item="K01"), sheet_of(faulty)
    _note_of(test, "one-K01").set_value("mine")
    edits = [SheetEdit("K01", "note", "theirs")]
    edit_sheet(faulty.store, _viewer(faulty), before.credit_code, 2025, before.version, edits)
    test = test.selectbox(key="item").set_value("K05").run()
    assert catalogue().kpi("K01").short.zh in test.error[0].value
    assert any("mine" in said for said in seen(test))
    assert next(row.note for row in sheet_of(faulty).rows if row.item == "K01") == "theirs"
