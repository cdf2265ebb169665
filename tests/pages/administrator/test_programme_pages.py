"""The programme's year on the pages: set once after a question, and read by everybody whom a day concerns."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from docx import Document

from kpi import tables
from kpi.i18n import text
from kpi.model.claims import Award
from kpi.model.programme import SetDates, YearDates
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Role
from kpi.services.administrator.awards import add_single_award, list_awards
from kpi.services.administrator.objections import (
    LateEvidence,
    NewObjection,
    add_to_objection,
    answer_objection,
    listed_objections,
    record_objection,
    reopen_objection,
)
from kpi.services.administrator.stages import advance, applications_in_progress
from kpi.services.administrator.year_dates import set_body_deadline, set_year_dates, year_overview
from kpi.services.enterprise.hearings import own_hearings, reply_to_objection
from kpi.store.store import Store
from kpi.tables.stages import ApplicationInHand
from tests.pages.app_runs import Office, opened, strings, submitted
from tests.services.hearings import hear
from tests.services.sample_store import ADMINISTRATOR, A
from tests.services.two_people import confirm_waiting

YEAR = 2025
TODAY = shanghai_date(now())


def dated(store: Store, dates: YearDates) -> None:
    """Written as they are: the demonstration's year is over, and the page would refuse days of another."""
    with store.transaction() as cursor:
        tables.year.add_programme_dates(cursor, SetDates(YEAR, dates, "演示", "演示", "administrator", now()))


def said(office: Office, role: Role, address: str, **asked: str) -> str:
    office.sit(role)
    test = opened(address, **asked)
    assert not test.exception
    return "\n".join(strings(test))


def without_a_panel(store: Store) -> list[ApplicationInHand]:
    """Nobody waits for what a panel decides on them."""
    return [hand for hand in applications_in_progress(store, ADMINISTRATOR) if not hand.in_round]


def test_dates_are_set_after_their_question_and_the_fields_keep_what_holds(copied_office: Office) -> None:
    copied_office.sit("administrator")
    test = opened("programme-year", year=str(TODAY.year))
    days = {"opens": date(TODAY.year, 3, 1), "closes": date(TODAY.year, 2, 1), "lists_due": date(TODAY.year, 5, 1)}
    for name, day in days.items():
        test.date_input(key=f"year-{TODAY.year}-0-{name}").set_value(day)
    test.run()
    assert text("page.year.fault.closes_first", "zh") in "\n".join(strings(test))
    test.date_input(key=f"year-{TODAY.year}-0-closes").set_value(date(TODAY.year, 4, 1)).run()
    assert not [item for item in test.button if item.key == f"year-{TODAY.year}-0-set"], (
        "reference and reason are missing"
    )
    test.text_input(key=f"year-{TODAY.year}-0-reference").set_value("演示通知（虚构）")
    test.text_input(key=f"year-{TODAY.year}-0-reason").set_value("演示").run()
    assert year_overview(copied_office.store, ADMINISTRATOR, TODAY.year).dates is None
    test.button(key=f"year-{TODAY.year}-0-set").click().run()
    found = year_overview(copied_office.store, ADMINISTRATOR, TODAY.year)
    assert found.dates == YearDates(days["opens"], date(TODAY.year, 4, 1), days["lists_due"])
    assert test.text_input(key=f"year-{TODAY.year}-1-reason").value == ""
    assert test.date_input(key=f"year-{TODAY.year}-1-closes").value == date(TODAY.year, 4, 1)

    key = f"body-{TODAY.year}-0"
    test.selectbox(key=key).set_value("松江区").run()
    test.date_input(key=f"{key}-松江区-day").set_value(date(TODAY.year, 6, 1))
    test.text_input(key=f"{key}-松江区-reference").set_value("演示")
    test.text_input(key=f"{key}-松江区-reason").set_value("演示").run()
    test.button(key=f"{key}-松江区-set").click().run()
    assert text("page.year.proposed", "zh") in "\n".join(strings(test))
    assert year_overview(copied_office.store, ADMINISTRATOR, TODAY.year).own == {}
    assert text("error.second_own.message", "zh") in "\n".join(strings(test)), "not by whoever proposed it"
    confirm_waiting(copied_office.store, TODAY.year)
    assert year_overview(copied_office.store, ADMINISTRATOR, TODAY.year).own == {"松江区": date(TODAY.year, 6, 1)}
    assert test.selectbox(key=f"body-{TODAY.year}-1").value is None


def test_a_bodys_day_from_before_the_year_opens_by_now_is_still_shown_and_changed(copied_office: Office) -> None:
    """The window was moved past it, and the form of that body was an error page."""
    year, reason, body = TODAY.year, ("演示通知（虚构）", "演示"), "松江区"
    first = YearDates(date(year, 3, 1), date(year, 4, 1), date(year, 5, 1))
    set_year_dates(copied_office.store, ADMINISTRATOR, year, first, *reason)
    set_body_deadline(copied_office.store, ADMINISTRATOR, year, body, date(year, 4, 20), *reason)
    confirm_waiting(copied_office.store, year)
    later = YearDates(date(year, 6, 1), date(year, 7, 1), date(year, 8, 1))
    set_year_dates(copied_office.store, ADMINISTRATOR, year, later, *reason)
    confirm_waiting(copied_office.store, year)
    copied_office.sit("administrator")
    test = opened("programme-year", year=str(year))
    test.selectbox(key=f"body-{year}-0").set_value(body).run()
    assert not test.exception
    key = f"body-{year}-0-{body}"
    assert test.date_input(key=f"{key}-day").value == date(year, 4, 20)
    test.date_input(key=f"{key}-day").set_value(date(year, 7, 20))
    test.text_input(key=f"{key}-reference").set_value(reason[0])
    test.text_input(key=f"{key}-reason").set_value(reason[1]).run()
    test.button(key=f"{key}-set").click().run()
    confirm_waiting(copied_office.store, year)
    assert year_overview(copied_office.store, ADMINISTRATOR, year).own == {body: date(year, 7, 20)}


def test_awards_that_differ_in_their_source_alone_are_told_apart(copied_office: Office) -> None:
    """Of two of one name the last was changed, whichever was chosen."""
    store, code = copied_office.store, "91000000MA0010010F"
    for source in ("名单甲（虚构）", "名单乙（虚构）"):
        add_single_award(store, ADMINISTRATOR, Award(code, "演示工厂二（虚构）", "先进级", 2024, source), "补录")
    copied_office.sit("administrator")
    test = opened("awards")
    mine = [item for item in test.selectbox(key="award-0").options if "演示工厂二" in item]
    assert len(mine) == 2
    for option in mine:
        test.selectbox(key="award-0").set_value(option).run()
        [field] = [item for item in test.text_input if (item.key or "").endswith("-source")]
        assert str(field.value) in option
    [reason] = [item for item in test.text_input if re.fullmatch("award-.*-reason", item.key or "")]
    reason.set_value("撤销").run()
    [revoke] = [item for item in test.button if (item.key or "").endswith("-revoke")]
    revoke.click().run()
    assert not test.exception
    left = [
        list_award.source
        for list_award in list_awards(store, ADMINISTRATOR)
        if list_award.factory == "演示工厂二（虚构）"
    ]
    assert [item for item in left if item in mine[1]] == []
    assert len(left) == 1


def test_dates_that_a_colleague_has_set_meanwhile_are_not_put_back_unread(copied_office: Office) -> None:
    copied_office.sit("administrator")
    year, reason = TODAY.year, ("演示通知（虚构）", "演示")
    first = YearDates(date(year, 3, 1), date(year, 4, 1), date(year, 5, 1))
    set_year_dates(copied_office.store, ADMINISTRATOR, year, first, *reason)
    test = opened("programme-year", year=str(year))
    test.date_input(key=f"year-{year}-0-lists_due").set_value(date(year, 5, 20))
    test.text_input(key=f"year-{year}-0-reference").set_value(reason[0])
    test.text_input(key=f"year-{year}-0-reason").set_value(reason[1]).run()
    colleagues = replace(first, closes=date(year, 4, 10))
    set_year_dates(copied_office.store, ADMINISTRATOR, year, colleagues, *reason)
    confirm_waiting(copied_office.store, year)
    said = "\n".join(strings(test.button(key=f"year-{year}-0-set").click().run()))
    assert text("error.asked_no_more.message", "zh") in said
    assert year_overview(copied_office.store, ADMINISTRATOR, year).dates == colleagues


@pytest.mark.campaign
def test_everybody_reads_the_days_and_nothing_late_is_offered(copied_office: Office) -> None:
    submitted(copied_office, locked=False)
    day = timedelta(days=1)
    running = YearDates(TODAY - day, TODAY + day, TODAY + day * 2, TODAY + day * 3)
    dated(copied_office.store, running)
    words = text("page.year.window_open", "zh", year=YEAR, closes=running.closes, days=1)
    for address in ("enterprise-home", "submission"):
        assert words in said(copied_office, "enterprise", address)
    assert text("page.lock.lock", "zh") in said(copied_office, "enterprise", "submission")
    home = text("page.home.scores_due_open", "zh", year=YEAR, day=running.scores_due, days=3)
    assert home in said(copied_office, "reviewer", "reviewer-home").replace("\\", "")
    due = text("page.nomination.closes_open", "zh", day=running.lists_due, days=2)
    assert due in said(copied_office, "leader", "nomination")

    over = YearDates(TODAY - day * 3, TODAY - day * 2, TODAY - day)
    dated(copied_office.store, over)
    late = said(copied_office, "enterprise", "submission")
    assert text("page.year.window_over", "zh", year=YEAR, closes=over.closes) in late
    assert text("page.lock.lock", "zh") not in late.split("\n")
    assert text("page.nomination.late", "zh", day=over.lists_due) in said(copied_office, "leader", "nomination")


def test_an_objection_is_recorded_answered_and_takes_the_factory_off_the_list(copied_office: Office) -> None:
    store = copied_office.store
    one = without_a_panel(store)[0]
    advance(store, ADMINISTRATOR, one.credit_code, one.year, "publicity", "演示")
    copied_office.sit("administrator")
    test = opened("objections")
    test.selectbox(key="objection-0-about").set_value(f"{one.credit_code} {one.year}")
    test.text_input(key="objection-0-objector").set_value("某先生（虚构）")
    test.text_area(key="objection-0-words").set_value("数据有出入（虚构）").run()
    test.button(key="objection-0-record").click().run()
    assert not test.exception
    assert test.text_area(key="objection-1-words").value == ""
    [found] = listed_objections(store, ADMINISTRATOR)
    shown = "\n".join(strings(test))
    assert "数据有出入（虚构）" in shown
    test.selectbox(key="objection-1-about").set_value(f"{one.credit_code} {one.year}")
    test.text_input(key="objection-1-objector").set_value("某女士（虚构）")
    test.text_area(key="objection-1-words").set_value("场景不符（虚构）").run()
    test.button(key="objection-1-record").click().run()
    second = next(
        other.objection for other in listed_objections(store, ADMINISTRATOR) if other.objection.id != found.objection.id
    )
    assert test.selectbox(key="objection").value == second.id, "what was recorded last is to be answered next"
    assert test.query_params["objection"] == second.id
    assert [said for said in test.selectbox(key="objection").options if second.id in said] == [], "no code for a name"
    test.selectbox(key="objection").set_value(found.objection.id).run()
    progress = opened("progress", application=f"{one.credit_code} {one.year}")
    key = f"{one.credit_code}-{one.year}-publicity"
    progress.selectbox(key=f"state-{key}").set_value("listed").run()
    assert text("page.objections.open_here", "zh", count=2) in "\n".join(strings(progress))

    key = f"answer-{found.objection.id}-0"
    test.radio(key=f"{key}-outcome").set_value("upheld")
    test.text_input(key=f"{key}-words").set_value("经核查属实").run()
    assert not [each for each in test.button if each.key == f"{key}-send"]
    assert text("error.not_heard.message", "zh") in "\n".join(strings(test)), "before its factory was heard"
    informing = f"hearing-{found.objection.id}-0"
    assert test.text_area(key=f"{informing}-words").value == "数据有出入（虚构）"
    test.button(key=informing).click().run()
    reader = replace(A, scope=(one.credit_code,))
    [hearing] = own_hearings(store, reader)
    assert hearing.words == "数据有出入（虚构）"
    reply_to_objection(store, reader, hearing.objection, "reply", "以审计报告为准（虚构）")
    test.run()
    assert "以审计报告为准（虚构）" in "\n".join(strings(test))
    test.button(key=f"{key}-send").click().run()
    assert not test.exception
    states = {other.credit_code: other.state for other in applications_in_progress(store, ADMINISTRATOR)}
    assert states[one.credit_code] == "not_listed"
    assert text("page.objections.reopen_reason", "zh") in "\n".join(strings(test))
    in_english = "\n".join(strings(opened("objections", "en")))
    # In the table they stand alone; in the line of the menu they do not.
    assert ">Upheld</td>" in in_english
    assert ">Open</td>" in in_english

    # Upheld no more, it is back where it was: the question says so before.
    reopen_objection(store, ADMINISTRATOR, found.objection.id, "另有材料（虚构）")
    key = f"answer-{found.objection.id}-1"
    test.run().radio(key=f"{key}-outcome").set_value("rejected")
    test.text_input(key=f"{key}-words").set_value("查无实据").run()
    named = {name: text(f"page.step.{name}", "zh") for name in ("not_listed", "publicity")}
    said = {"who": one.enterprise, "year": one.year, "state": named["not_listed"], "after": named["publicity"]}
    assert text("page.objections.means_rejected_back", "zh", **said) in "\n".join(strings(test))


def test_late_evidence_is_added_read_before_an_answer_and_stays_when_a_colleague_answers(copied_office: Office) -> None:
    store = copied_office.store
    one = without_a_panel(store)[0]
    advance(store, ADMINISTRATOR, one.credit_code, one.year, "publicity", "演示")
    given = NewObjection(one.credit_code, one.year, TODAY, "某先生（虚构）", "数据有出入（虚构）")
    number = record_objection(store, ADMINISTRATOR, given)
    copied_office.sit("administrator")
    test = opened("objections")
    key, answer = f"addition-{number}", f"answer-{number}-0"
    test.radio(key=f"{answer}-outcome").set_value("rejected")
    test.text_input(key=f"{answer}-words").set_value("查无实据（虚构）").run()
    test.text_area(key=f"{key}-0-words").set_value("另附照片（虚构）").run()
    test.button(key=f"{key}-0-send").click().run()
    assert not test.exception
    assert test.text_area(key=f"{key}-1-words").value == ""
    assert text("page.objections.added_now", "zh") in "\n".join(strings(test))
    assert "另附照片（虚构）" in "\n".join(strings(opened("objections")))

    # The other window asks about the objection as it was: it is put again with what a colleague has added.
    add_to_objection(store, ADMINISTRATOR, number, LateEvidence(TODAY, "来电补充（虚构）"))
    shown = "\n".join(strings(test.button(key=f"{answer}-send").click().run()))
    assert text("error.asked_no_more.message", "zh") in shown
    assert "来电补充（虚构）" in shown
    test.text_area(key=f"{key}-1-words").set_value("又一份（虚构）").run()
    parts = listed_objections(store, ADMINISTRATOR)[0].objection.parts
    answer_objection(store, ADMINISTRATOR, number, "rejected", "查无实据（虚构）", TODAY, seen=parts)
    shown = "\n".join(strings(test.button(key=f"{key}-1-send").click().run()))
    assert text("page.objections.added_too_late", "zh") in shown
    assert test.text_area(key=f"{key}-1-words").value == "又一份（虚构）"
    assert len(listed_objections(store, ADMINISTRATOR)[0].objection.additions) == 2


def test_what_was_added_is_read_before_the_factory_is_listed(copied_office: Office) -> None:
    store = copied_office.store
    one = without_a_panel(store)[0]
    advance(store, ADMINISTRATOR, one.credit_code, one.year, "publicity", "演示")
    given = NewObjection(one.credit_code, one.year, TODAY, "某先生（虚构）", "数据有出入（虚构）")
    number = record_objection(store, ADMINISTRATOR, given)
    add_to_objection(store, ADMINISTRATOR, number, LateEvidence(TODAY, "另附照片（虚构）"))
    copied_office.sit("administrator")
    test = opened("progress", application=f"{one.credit_code} {one.year}")
    key = f"{one.credit_code}-{one.year}-publicity"
    test.selectbox(key=f"state-{key}").set_value("listed").run()
    shown = "\n".join(strings(test))
    assert text("page.objections.open_here", "zh", count=1) in shown
    assert text("page.progress.awards_given", "zh", count=1) in shown
    assert text("page.objections.added_here", "zh", day=TODAY, words="另附照片（虚构）") in shown
    test.button(key=f"take-{key}").click().run()
    assert not test.exception
    [listed] = [each for each in applications_in_progress(store, ADMINISTRATOR) if each.credit_code == one.credit_code]
    assert listed.state == "listed"


def test_an_answer_being_written_when_a_colleague_answers_stays_and_is_not_sent(copied_office: Office) -> None:
    """It was gone with the next run, without a word; a reason to reopen, too."""
    store, today = copied_office.store, TODAY
    one = without_a_panel(store)[0]
    advance(store, ADMINISTRATOR, one.credit_code, one.year, "publicity", "演示")
    given = NewObjection(one.credit_code, one.year, today, "某先生（虚构）", "数据有出入（虚构）")
    number = record_objection(store, ADMINISTRATOR, given)
    copied_office.sit("administrator")
    seen = hear(store, number)
    test = opened("objections")
    key = f"answer-{number}-0"
    test.radio(key=f"{key}-outcome").set_value("upheld")
    test.text_input(key=f"{key}-words").set_value("经核查属实（虚构）").run()
    answer_objection(store, ADMINISTRATOR, number, "rejected", "查无实据（虚构）", today, seen=seen)
    shown = "\n".join(strings(test.button(key=f"{key}-send").click().run()))
    assert text("error.asked_no_more.message", "zh") in shown
    assert text("page.objections.answered_meanwhile", "zh") in shown
    assert test.text_input(key=f"{key}-words").value == "经核查属实（虚构）"
    assert not [each for each in test.button if each.key == f"{key}-send"]
    [found] = listed_objections(store, ADMINISTRATOR)
    assert found.objection.state == "rejected"

    test.text_input(key=f"reopen-{number}-0-reason").set_value("另有材料（虚构）").run()
    reopen_objection(store, ADMINISTRATOR, number, "有新材料（虚构）")
    advance(store, ADMINISTRATOR, one.credit_code, one.year, "not_listed", "演示")
    shown = "\n".join(strings(test.run()))
    assert text("page.objections.answered_meanwhile", "zh") not in shown
    assert text("page.objections.reopened_meanwhile", "zh") in shown
    assert test.text_input(key=f"reopen-{number}-0-reason").value == "另有材料（虚构）"
    stays = {"who": one.enterprise, "year": one.year, "state": text("page.step.not_listed", "zh")}
    assert text("page.objections.means_upheld_off", "zh", **stays) in shown
    test.button(key=f"{key}-send").click().run()
    assert not test.exception
    assert listed_objections(store, ADMINISTRATOR)[0].objection.state == "upheld"
    assert text("page.objections.answered_meanwhile", "zh") not in "\n".join(strings(test))


@pytest.mark.campaign
def test_a_list_is_taken_as_it_is_at_the_press(copied_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was as the page had drawn it, however long ago, with a factory that an objection has taken off since."""
    store = copied_office.store
    first, second = without_a_panel(store)[:2]
    for item in (first, second):
        advance(store, ADMINISTRATOR, item.credit_code, item.year, "publicity", "演示")
    copied_office.sit("administrator")
    offered: dict[str, Callable[[], bytes]] = {}
    with monkeypatch.context() as watched:
        watched.setattr(
            "streamlit.download_button", lambda _, data, *, file_name, **__: offered.update({file_name: data})
        )
        opened("progress")
    given = NewObjection(first.credit_code, first.year, TODAY, "某先生（虚构）", "数据有出入（虚构）")
    number = record_objection(store, ADMINISTRATOR, given)
    answer_objection(store, ADMINISTRATOR, number, "upheld", "经核查属实（虚构）", TODAY, seen=hear(store, number))
    [make] = [data for file, data in offered.items() if file.endswith(".docx")]
    listed, handled = ([cell.text for cell in table.columns[1].cells[1:]] for table in Document(BytesIO(make())).tables)
    assert (listed, handled) == ([second.factory], [first.factory])


def test_faults_of_an_award_name_the_field_as_the_page_does(copied_office: Office) -> None:
    copied_office.sit("administrator")
    test = opened("awards")
    key = "award-0-new"
    test.text_input(key=f"{key}-code").set_value("123")
    test.text_input(key=f"{key}-reason").set_value("补录").run()
    test.button(key=f"{key}-add").click().run()
    assert not test.exception
    shown = "\n".join(strings(test))
    for field in ("code", "factory", "year", "source"):
        assert f'<span class="place">{text(f"page.awards.{field}", "zh")}</span>' in shown
    assert "第 2 行" not in shown


def test_an_award_is_added_and_checked_on_the_page_at_once(copied_office: Office) -> None:
    store = copied_office.store
    one = without_a_panel(store)[0]
    copied_office.sit("administrator")
    test = opened("awards")
    key = "award-0-new"
    test.text_input(key=f"{key}-code").set_value(one.credit_code)
    test.text_input(key=f"{key}-factory").set_value("演示工厂（虚构）")
    test.number_input(key=f"{key}-year").set_value(one.year)
    test.text_input(key=f"{key}-source").set_value("虚构")
    test.text_input(key=f"{key}-reason").set_value("补录").run()
    test.button(key=f"{key}-add").click().run()
    assert not test.exception
    shown = "\n".join(strings(test))
    assert text("page.awards.checked", "zh", code=one.credit_code, count=1) in shown
    assert text("page.awards.bars", "zh", who=one.enterprise, year=one.year) in shown
    assert test.text_input(key="award-1-new-code").value == ""
    # One without an application: nobody is named, and that is said.
    key, code = "award-1-new", "91000000MA0010010F"
    for name, value in (("code", code), ("factory", "演示工厂二（虚构）"), ("source", "虚构"), ("reason", "补录")):
        test.text_input(key=f"{key}-{name}").set_value(value)
    test.number_input(key=f"{key}-year").set_value(one.year).run()
    test.button(key=f"{key}-add").click().run()
    assert not test.exception
    assert text("page.awards.checked_nobody", "zh", code=code, count=2) in "\n".join(strings(test))


def test_other_words_looked_for_are_answered_from_the_first_page(copied_office: Office) -> None:
    copied_office.sit("administrator")
    test = opened("awards")
    test.pagination(key="page-awards").set_value(3).run()
    assert test.pagination(key="page-awards").value == 3
    test.text_input(key="awards-word").set_value("9").run()
    assert not test.exception
    assert test.pagination(key="page-awards").value == 1
    test.pagination(key="page-awards").set_value(2).run()
    assert test.pagination(key="page-awards").value == 2
