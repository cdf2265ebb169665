"""The stage of an application moves after a question that says whose and whither, and can be moved back."""

from __future__ import annotations

import csv
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO, StringIO

import pytest
from docx import Document
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.i18n import long_date, text
from kpi.model.claims import final_list
from kpi.model.language import Lang
from kpi.model.programme import YearDates
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Viewer
from kpi.reports.as_xlsx import table_xlsx
from kpi.services.administrator.awards import import_awards, list_awards, preview_awards
from kpi.services.administrator.objections import NewObjection, record_objection
from kpi.services.administrator.stages import WantedStage, advance, advance_all, applications_in_progress, undo_steps
from kpi.services.administrator.year_dates import set_year_dates
from kpi.services.operation.authentication import viewer_of
from kpi.tables.stages import ApplicationInHand
from tests.house.tracked import python_files
from tests.pages.app_runs import BY_ADDRESS, Office, app, downloads_offered, opened, strings
from tests.services.sample_store import ADMINISTRATOR


def _first_waiting(office: Office) -> ApplicationInHand:
    return _waiting(office)[0]


def _waiting(office: Office) -> list[ApplicationInHand]:
    administrator = viewer_of(office.store, office.tokens["administrator"])
    assert isinstance(administrator, Viewer)
    return [
        application
        for application in applications_in_progress(office.store, administrator)
        if application.state is None and not application.in_round
    ]


def _state_of(office: Office, one: ApplicationInHand) -> str | None:
    administrator = viewer_of(office.store, office.tokens["administrator"])
    found = applications_in_progress(office.store, administrator)
    return next(other.state for other in found if other.credit_code == one.credit_code)


def _chosen(test: AppTest, fields: str, state: str) -> AppTest:
    return test.selectbox(key=f"state-{fields}").set_value(state).run()


def test_a_step_is_taken_after_its_question_alone_and_can_be_taken_back(copied_office: Office) -> None:
    copied_office.sit("administrator")
    one = _first_waiting(copied_office)
    key = f"{one.credit_code}-{one.year}"
    test = opened("progress", application=f"{one.credit_code} {one.year}")
    assert not [button for button in test.button if str(button.key).startswith("take-")], "nothing is chosen yet"

    test.text_input(key=f"note-{key}-submitted").set_value("说明一").run()
    _chosen(test, f"{key}-submitted", "put_forward")
    names = {name: text(f"page.step.{name}", "zh") for name in ("submitted", "put_forward")}
    asked = text(
        "page.progress.means",
        "zh",
        who=one.enterprise,
        year=one.year,
        before=names["submitted"],
        after=names["put_forward"],
    )
    assert asked in "\n".join(strings(test))
    assert _state_of(copied_office, one) is None, "a choice changes nothing"

    test.button(key=f"take-{key}-submitted").click().run()
    assert _state_of(copied_office, one) == "put_forward"
    assert test.text_input(key=f"note-{key}-put_forward").value == ""
    assert test.selectbox(key=f"state-{key}-put_forward").value == "material_review", "the next one, to be confirmed"
    test.button(key=f"take-{key}-put_forward").click().run()
    assert "put_forward" not in test.selectbox(key=f"state-{key}-material_review").options
    [reason] = [field for field in test.text_input if field.label == text("page.progress.undo_reason", "zh")]
    assert not _undo_buttons(test), "the way back says why"
    reason.set_value("材料不全（演示）").run()
    asked = {"who": one.enterprise, "year": one.year, "after": text("page.step.material_review", "zh")}
    asked["before"] = names["put_forward"]
    assert text("page.progress.undo_means", "zh", **asked) in "\n".join(strings(test))
    _undo_buttons(test)[0].click().run()
    assert _state_of(copied_office, one) == "put_forward"
    assert text("page.progress.undone", "zh", count=1) in "\n".join(strings(test))


def _undo_buttons(test: AppTest) -> list[Button]:
    return [button for button in test.button if str(button.key).startswith("undo-")]


def test_what_one_press_moved_goes_back_together_and_what_stands_in_the_way_is_said(copied_office: Office) -> None:
    copied_office.sit("administrator")
    one, other, third = _waiting(copied_office)[:3]
    moved = [WantedStage(hand.credit_code, hand.year, "defence", "演示") for hand in (one, other)]
    advance_all(copied_office.store, ADMINISTRATOR, moved)
    test = opened("progress", application=f"{third.credit_code} {third.year}")
    assert text("page.progress.undo", "zh") not in [box.label for box in test.expander], "nobody has moved it"
    test = opened("progress", application=f"{one.credit_code} {one.year}")
    [others] = [box for box in test.checkbox if box.label == text("page.progress.undo_others", "zh", count=1)]
    others.check().run()
    [reason] = [field for field in test.text_input if field.label == text("page.progress.undo_reason", "zh")]
    reason.set_value("误操作（演示）").run()
    _undo_buttons(test)[0].click().run()
    assert {_state_of(copied_office, hand) for hand in (one, other)} == {"submitted"}
    advance(copied_office.store, ADMINISTRATOR, one.credit_code, one.year, "publicity", "演示")
    given = NewObjection(one.credit_code, one.year, shanghai_date(now()), "某人（虚构）", "有出入（虚构）")
    record_objection(copied_office.store, ADMINISTRATOR, given)
    test = opened("progress", application=f"{one.credit_code} {one.year}")
    assert text("error.undo_objected.message", "zh", count=1) in "\n".join(strings(test))
    assert not _undo_buttons(test)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_final_list_as_it_is_taken_is_accepted_by_the_import_of_awards(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch, lang: Lang
) -> None:
    """Here it leaves the awards as they are, so that they go with the list; where nobody is listed it gives them."""
    copied_office.sit("administrator")
    store, both = copied_office.store, _waiting(copied_office)[:2]
    advance_all(store, ADMINISTRATOR, [WantedStage(hand.credit_code, hand.year, "listed", "演示") for hand in both])
    given = {award for award in list_awards(store, ADMINISTRATOR) if award.source == final_list(both[0].year)}
    assert len(given) == 2
    offered = downloads_offered(monkeypatch)
    opened("progress", lang).selectbox(key="lists-year").set_value(both[0].year).run()
    taken = offered["list-final.csv"]()
    [heads, *rows] = list(csv.reader(StringIO(taken.decode("utf-8-sig"))))
    with suppress(UserError):  # where nothing else was on the list
        import_awards(store, ADMINISTRATOR, "a.csv", taken)
    assert set(list_awards(store, ADMINISTRATOR)) == given
    with pytest.raises(UserError, match="awards_same"):
        import_awards(store, ADMINISTRATOR, "a.xlsx", table_xlsx("名单", heads, rows))
    moved = [hand.credit_code for hand in both]
    listed = [hand for hand in applications_in_progress(store, ADMINISTRATOR) if hand.credit_code in moved]
    undo_steps(store, ADMINISTRATOR, listed, "演示")
    assert list_awards(store, ADMINISTRATOR) == []
    assert len(preview_awards(store, ADMINISTRATOR, "a.csv", taken).revoked) == 2
    assert import_awards(store, ADMINISTRATOR, "a.csv", taken, brought_back=(2, 3), reason="演示") == 2
    assert {replace(award, source="") for award in list_awards(store, ADMINISTRATOR)} == {
        replace(award, source="") for award in given
    }


def test_a_step_confirmed_after_a_colleagues_is_refused_in_words_and_once(copied_office: Office) -> None:
    """Its press was lost: the page asked about another step by then."""
    copied_office.sit("administrator")
    one = _first_waiting(copied_office)
    key = f"{one.credit_code}-{one.year}"
    test = _chosen(opened("progress", application=f"{one.credit_code} {one.year}"), f"{key}-submitted", "put_forward")
    advance(copied_office.store, ADMINISTRATOR, one.credit_code, one.year, "material_review", "演示")
    refused = text("error.asked_no_more.message", "zh")
    assert refused in "\n".join(strings(test.button(key=f"take-{key}-submitted").click().run()))
    assert _state_of(copied_office, one) == "material_review"
    assert refused not in "\n".join(strings(test.run()))


def test_several_are_moved_together_after_one_question_and_the_fields_are_empty_again(copied_office: Office) -> None:
    copied_office.sit("administrator")
    one = _first_waiting(copied_office)
    test = opened("progress")
    test.text_input(key="progress-word").set_value(one.credit_code.lower()).run()
    tables = [said for said in strings(test) if "<table" in said]
    assert len(tables) == 1
    assert one.credit_code in tables[0]
    test.checkbox(key="several-0-every").check().run()
    test.selectbox(key="several-0-state").set_value("publicity").run()
    assert text("error.step_needs_reason.message", "zh") in "\n".join(strings(test))
    test.text_input(key="several-0-note").set_value("评审另行组织（演示）").run()
    assert _state_of(copied_office, one) is None, "shown, not done"
    test.button(key="several-0-take").click().run()
    assert _state_of(copied_office, one) == "publicity"
    assert not test.checkbox(key="several-1-every").value
    assert test.selectbox(key="several-1-state").value is None


def test_several_confirmed_after_a_colleague_moved_one_of_them_are_refused_in_words(copied_office: Office) -> None:
    """As many as were read were moved, from a stage that nobody had read."""
    copied_office.sit("administrator")
    one = _first_waiting(copied_office)
    test = opened("progress")
    test.multiselect(key="several-0-which").set_value([f"{one.credit_code} {one.year}"]).run()
    test.text_input(key="several-0-note").set_value("评审另行组织（演示）")
    test.selectbox(key="several-0-state").set_value("publicity").run()
    advance(copied_office.store, ADMINISTRATOR, one.credit_code, one.year, "material_review", "演示")
    refused = text("error.asked_no_more.message", "zh")
    assert refused in "\n".join(strings(test.button(key="several-0-take").click().run()))
    assert _state_of(copied_office, one) == "material_review"
    test.button(key="several-0-take").click().run()
    assert _state_of(copied_office, one) == "publicity"


def test_a_list_of_stages_is_read_shown_and_taken(copied_office: Office) -> None:
    copied_office.sit("administrator")
    one = _first_waiting(copied_office)
    test = opened("progress")
    row = f"{one.credit_code},{one.year}"
    test.file_uploader[0].set_value(("a.csv", f"信用代码,年度,环节\n{row},没有的环节\n".encode(), "text/csv")).run()
    assert text("page.progress.file_faulty", "zh", count=1) in "\n".join(strings(test))
    test.file_uploader[0].set_value(
        ("a.csv", f"信用代码,年度,环节,说明\n{row},列入名单,补录\n".encode(), "text/csv")
    ).run()
    assert text("page.progress.awards_given", "zh", count=1) in "\n".join(strings(test))
    test.button(key="steps-file-0-take").click().run()
    assert _state_of(copied_office, one) == "listed"
    assert not test.exception
    assert text("page.progress.list_final", "zh", year=one.year, count=1) in "\n".join(strings(test))


def test_applications_are_found_by_the_day_on_which_they_came_to_their_stage(copied_office: Office) -> None:
    copied_office.sit("administrator")
    administrator = viewer_of(copied_office.store, copied_office.tokens["administrator"])
    assert isinstance(administrator, Viewer)
    one = _first_waiting(copied_office)
    late = datetime(2031, 1, 31, 16, 30, tzinfo=UTC)  # the first of February in Shanghai
    advance(copied_office.store, administrator, one.credit_code, one.year, "publicity", "演示", at=late)
    found = applications_in_progress(copied_office.store, administrator)
    assert [other.since == late for other in found if other.credit_code == one.credit_code] == [True]
    test = opened("progress")

    def shown(from_day: date | None, to_day: date | None) -> str:
        test.date_input(key="progress-from_day").set_value(from_day)
        test.date_input(key="progress-to_day").set_value(to_day).run()
        assert not test.exception
        return "\n".join(strings(test))

    count = len(found)
    first = date(2031, 2, 1)
    assert text("page.progress.shown", "zh", shown=1, count=count) in shown(first, None)
    assert text("page.progress.shown", "zh", shown=1, count=count) in shown(first, first)
    assert text("page.progress.shown", "zh", shown=count - 1, count=count) in shown(None, date(2031, 1, 31))


def test_a_step_confirmed_when_nothing_is_left_is_refused_on_the_page_that_says_so(copied_office: Office) -> None:
    """That page ends early: the refusal stood on whichever page came next."""
    copied_office.sit("administrator")
    one = _first_waiting(copied_office)
    key = f"{one.credit_code}-{one.year}"
    test = _chosen(opened("progress", application=f"{one.credit_code} {one.year}"), f"{key}-submitted", "put_forward")
    with copied_office.store.transaction() as cursor:
        cursor.execute("delete from release")
    said = "\n".join(strings(test.button(key=f"take-{key}-submitted").click().run()))
    assert text("page.progress.none", "zh") in said
    assert said.count(text("error.asked_no_more.message", "zh")) == 2
    assert text("error.asked_no_more.message", "zh") not in "\n".join(strings(test.run()))


def test_pages_that_end_early_say_what_was_not_done_first() -> None:
    stopping = {path for path, source in python_files().items() if path.startswith("pages/") and "st.stop()" in source}
    assert stopping == {"pages/widgets/acts.py"}


def test_a_step_confirmed_by_who_may_not_take_it_any_more_is_refused_where_nothing_is_to_be_seen(
    copied_office: Office,
) -> None:
    copied_office.sit("administrator")
    one = _first_waiting(copied_office)
    key = f"{one.credit_code}-{one.year}"
    test = _chosen(opened("progress", application=f"{one.credit_code} {one.year}"), f"{key}-submitted", "put_forward")
    copied_office.sit("reviewer")
    said = "\n".join(strings(test.button(key=f"take-{key}-submitted").click().run()))
    assert text("page.nothing_here", "zh") in said
    assert text("error.asked_no_more.message", "zh") in said
    assert _state_of(copied_office, one) is None
    assert text("error.asked_no_more.message", "zh") not in "\n".join(strings(app()))


def test_bodies_stand_in_the_order_of_the_notice_in_the_list_and_in_its_filter(copied_office: Office) -> None:
    copied_office.sit("administrator")
    administrator = viewer_of(copied_office.store, copied_office.tokens["administrator"])
    assert isinstance(administrator, Viewer)
    in_order = [body.name.zh for body in catalogue().bodies]
    found = applications_in_progress(copied_office.store, administrator)
    bodies = list(dict.fromkeys(hand.body for hand in found if hand.year == found[0].year))
    assert bodies == [name for name in in_order if name in bodies]
    assert bodies != sorted(bodies, key=str), "another order than that of the characters"
    offered = opened("progress").selectbox(key="progress-body").options[1:]
    assert offered == [name for name in in_order if name in offered]


@pytest.mark.campaign
def test_what_is_entered_about_a_list_goes_into_its_files_beside_the_days_of_publicity(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied_office.sit("administrator")
    store = copied_office.store
    one = _first_waiting(copied_office)
    advance(store, ADMINISTRATOR, one.credit_code, one.year, "publicity", "演示")
    offered = downloads_offered(monkeypatch)
    with store.transaction() as cursor:
        cursor.execute("delete from programme_dates")
    test = opened("progress")
    test.selectbox(key="lists-year").set_value(one.year).run()
    assert text("page.progress.list_period_not_set", "zh", year=one.year) in "\n".join(strings(test))
    for name, words in {"address": "演示路 1 号（虚构）", "mailbox": "demo@example.invalid"}.items():
        test.text_input(key=f"lists-{name}").set_value(words)
    test.date_input(key=f"lists-issued-publicity-{one.year}").set_value(date(one.year, 11, 1))
    first, last = date(one.year, 11, 2), date(one.year, 11, 8)
    dates = YearDates(date(one.year, 3, 1), date(one.year, 6, 1), date(one.year, 7, 1), None, first, last)
    set_year_dates(store, ADMINISTRATOR, one.year, dates, "演示", "演示")
    shown = "\n".join(strings(test.run()))
    assert text("page.progress.list_period", "zh", first=first.isoformat(), last=last.isoformat()) in shown
    lines = [line.text for line in Document(BytesIO(offered["list-publicity.docx"]())).paragraphs]
    assert any(
        line.endswith(text("public_list.period", "zh", first=long_date(first, "zh"), last=long_date(last, "zh")))
        for line in lines
    )
    assert {
        "联系地址：演示路 1 号（虚构）",
        "联系电话：＿＿＿＿＿＿（待填写）",
        "电子邮箱：demo@example.invalid",
    } <= set(lines)
    assert lines[-2:] == [catalogue().notice.office.zh, f"{one.year} 年 11 月 1 日"]
    assert offered["list-publicity.xlsx"]()
    # On another page and back it still stands; it is kept nowhere else.
    test.switch_page(BY_ADDRESS["accounts"].file).run()
    test.switch_page(BY_ADDRESS["progress"].file).run()
    assert test.text_input(key="lists-address").value == "演示路 1 号（虚构）"
