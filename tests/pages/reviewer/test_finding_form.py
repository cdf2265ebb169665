"""A reviewer's finding on a KPI's evidence: made on what stood on the page, or refused and kept in the form."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Radio, TextInput

from kpi.i18n import text
from kpi.model.application import Application
from kpi.model.scoring import FlagCode
from kpi.model.viewer import Viewer
from kpi.services.administrator.accounts import declare_own_conflict, disable_account
from kpi.services.enterprise.documents import answer_enquiry, own_enquiries
from kpi.services.enterprise.lock import reopen_application
from kpi.services.enterprise.sheets import SheetEdit, edit_sheet, own_sheet
from kpi.services.reviewer.candidate_list import own_candidates
from kpi.services.reviewer.evidence import (
    FindingGiven,
    ask_enterprise,
    candidate_evidence,
    note_findings,
    withdraw_question,
)
from kpi.services.reviewer.screening import dismiss_flag, screen_candidate, standing_flags
from pages.widgets.downloads import Offered
from tests.pages.app_runs import Office, opened, strings, submitted, viewer_of
from tests.services.sample_store import ADMINISTRATOR
from tests.services.submitting import lock_as_it_stands

NOTE, KPI = "台账齐全（虚构）", "K01"


def first_reviewer(office: Office) -> Viewer:
    found = viewer_of(office.store, office.tokens["reviewer"])
    assert found is not None
    return found


def opened_by_reviewer(office: Office) -> tuple[Application, AppTest]:
    one = submitted(office, locked=True)
    office.sit("reviewer")
    return one, opened("candidate", industry=one.industry, candidate=one.credit_code, kpi=KPI)


def fields(page: AppTest, kpi: str = KPI) -> tuple[Radio, TextInput]:
    [choice] = [item for item in page.radio if _is_of(kpi, item.key)]
    [note] = [item for item in page.text_input if _is_of(kpi, item.key)]
    return choice, note


def _is_of(kpi: str, key: str | None) -> bool:
    return key is not None and key.startswith("finding-") and f"-{kpi}-" in key


def entered(page: AppTest, kpi: str = KPI) -> tuple[str | None, str]:
    choice, note = fields(page, kpi)
    return choice.value, note.value


def fill_in(page: AppTest, finding: str, kpi: str = KPI) -> None:
    choice, note = fields(page, kpi)
    choice.set_value(finding)
    note.set_value(NOTE)


def save(page: AppTest) -> None:
    next(item for item in page.button if item.label == text("page.evidence.save", "zh")).click().run()
    assert not page.exception


@pytest.mark.campaign
def test_a_finding_is_saved_and_the_form_is_empty_again(copied_office: Office) -> None:
    one, page = opened_by_reviewer(copied_office)
    save(page)
    assert text("page.evidence.nothing", "zh") in "\n".join(strings(page))
    fields(page)[1].set_value(NOTE)
    save(page)
    assert text("error.finding_needed.message", "zh", kpi="关键设备数控化率") in page.error[0].value
    assert entered(page) == (None, NOTE)
    fill_in(page, "confirmed")
    fill_in(page, "doubted", "K02")
    save(page)
    assert text("page.evidence.saved", "zh", count=2) in [said.value for said in page.success]
    assert entered(page) == (None, "")
    found = candidate_evidence(copied_office.store, first_reviewer(copied_office), one.credit_code, one.year)
    assert (found.findings[KPI].finding, found.findings[KPI].note) == ("confirmed", NOTE)
    assert found.findings["K02"].finding == "doubted"


def test_a_finding_made_after_a_colleagues_is_refused_in_words_and_stays_entered(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists: list[list[Offered]] = []
    monkeypatch.setattr("pages.reviewer.parts.visit.offer_files", lambda *given, **_: lists.append(given[-1]))
    one, page = opened_by_reviewer(copied_office)
    fill_in(page, "confirmed")
    viewer = first_reviewer(copied_office)
    reported = candidate_evidence(copied_office.store, viewer, one.credit_code, one.year).reported[KPI]
    colleagues = FindingGiven(KPI, reported, "doubted", "缺一页（虚构）")
    note_findings(copied_office.store, viewer, one.credit_code, one.year, [colleagues])
    save(page)
    assert text("error.finding_changed.message", "zh", kpi="关键设备数控化率") in page.error[0].value
    assert "缺一页（虚构）" in "\n".join(strings(page))
    assert entered(page) == ("confirmed", NOTE)
    document = Document(BytesIO(lists[-1][0].make()))
    year = text("carried.line", "zh", label=text("report.provenance.year", "zh"), text=str(one.year))
    assert year in [line.text for line in document.paragraphs]
    doubted = text("carried.line", "zh", label=text("page.evidence.doubted", "zh"), text="缺一页（虚构）")
    assert doubted in [row.cells[2].text for table in document.tables for row in table.rows]
    save(page)
    assert entered(page) == (None, "")
    found = candidate_evidence(copied_office.store, viewer, one.credit_code, one.year)
    assert found.findings[KPI].finding == "confirmed"
    assert [before.finding for before in found.earlier[KPI]] == ["doubted"]


def test_what_is_typed_stays_while_a_colleague_notes_and_is_saved_knowing_of_it(copied_office: Office) -> None:
    one, page = opened_by_reviewer(copied_office)
    fill_in(page, "confirmed")
    page.run()
    viewer = first_reviewer(copied_office)
    reported = candidate_evidence(copied_office.store, viewer, one.credit_code, one.year).reported[KPI]
    colleagues = FindingGiven(KPI, reported, "doubted", "缺一页（虚构）")
    note_findings(copied_office.store, viewer, one.credit_code, one.year, [colleagues])
    page.run()
    assert entered(page) == ("confirmed", NOTE)
    assert text("page.evidence.outdated", "zh") in "\n".join(strings(page))
    save(page)
    assert text("error.finding_changed.message", "zh", kpi="关键设备数控化率") in page.error[0].value
    save(page)
    found = candidate_evidence(copied_office.store, viewer, one.credit_code, one.year)
    assert found.findings[KPI].finding == "confirmed"


@pytest.mark.campaign
def test_a_finding_typed_on_one_value_is_not_saved_on_another_unread(copied_office: Office) -> None:
    one, page = opened_by_reviewer(copied_office)
    fill_in(page, "confirmed")
    page.run()
    owner = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert owner is not None
    of = one.credit_code, one.year
    reopen_application(copied_office.store, owner, *of, "更正（虚构）")
    version = own_sheet(copied_office.store, owner, *of).version
    edit_sheet(copied_office.store, owner, *of, version, [SheetEdit(KPI, "value", "91")])
    lock_as_it_stands(copied_office.store, owner, *of)
    fill_in(page, "doubted", "K02")
    save(page)
    assert text("error.value_changed.message", "zh", kpi="关键设备数控化率") in page.error[0].value
    assert (
        candidate_evidence(copied_office.store, first_reviewer(copied_office), one.credit_code, one.year).findings == {}
    )


@pytest.mark.campaign
def test_whose_account_is_disabled_saves_nothing_by_the_next_press(copied_office: Office) -> None:
    one, page = opened_by_reviewer(copied_office)
    fill_in(page, "confirmed")
    viewer = first_reviewer(copied_office)
    disable_account(copied_office.store, ADMINISTRATOR, viewer.account)
    save(page)
    assert candidate_evidence(copied_office.store, viewer, one.credit_code, one.year).findings == {}


def test_a_question_written_while_a_colleague_asks_another_is_asked(copied_office: Office) -> None:
    """Its press was lost without a word, and what was typed with it: the page had drawn another form by then."""
    one, page = opened_by_reviewer(copied_office)
    [field] = [each for each in page.text_input if each.label == text("page.enquiry.question", "zh")]
    field.set_value("请补充台账（虚构）")
    viewer = first_reviewer(copied_office)
    ask_enterprise(copied_office.store, viewer, one.credit_code, one.year, KPI, "请说明口径（虚构）")
    next(each for each in page.button if each.label == text("page.enquiry.ask", "zh")).click().run()
    assert text("page.enquiry.asked", "zh") in [said.value for said in page.success]
    found = candidate_evidence(copied_office.store, viewer, one.credit_code, one.year).enquiries
    assert {each.question for each in found} == {"请补充台账（虚构）", "请说明口径（虚构）"}
    assert [each.value for each in page.text_input if each.label == text("page.enquiry.question", "zh")] == [""]


def test_an_answer_written_while_a_colleague_answers_is_sent(copied_office: Office) -> None:
    one = submitted(copied_office, locked=True)
    ask_enterprise(
        copied_office.store, first_reviewer(copied_office), one.credit_code, one.year, KPI, "请说明口径（虚构）"
    )
    copied_office.sit("enterprise")
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert viewer is not None
    page = opened("submission", application=f"{one.credit_code} {one.year}")
    [field] = [each for each in page.text_area if each.label == text("page.own_enquiry.answer", "zh")]
    field.set_value("见附件（虚构）")
    [asked] = [each.id for each in own_enquiries(copied_office.store, viewer) if each.credit_code == one.credit_code]
    answer_enquiry(copied_office.store, viewer, asked, "按合同口径（虚构）")
    next(each for each in page.button if each.label == text("page.own_enquiry.send", "zh")).click().run()
    assert text("page.own_enquiry.sent", "zh") in [said.value for said in page.success]
    [found] = [each for each in own_enquiries(copied_office.store, viewer) if each.id == asked]
    assert [given.answer for given in found.answers] == ["按合同口径（虚构）", "见附件（虚构）"]
    assert [each.value for each in page.text_area if each.label == text("page.own_enquiry.answer", "zh")] == [""]


@pytest.mark.campaign
def test_an_answer_written_while_the_question_is_withdrawn_stays_and_its_press_is_answered(
    copied_office: Office,
) -> None:
    """The form was gone by then, and the words with it."""
    one = submitted(copied_office, locked=True)
    reviewer = first_reviewer(copied_office)
    ask_enterprise(copied_office.store, reviewer, one.credit_code, one.year, KPI, "请说明口径（虚构）")
    copied_office.sit("enterprise")
    address = {"application": f"{one.credit_code} {one.year}"}
    page = opened("submission", **address)
    field = text("page.own_enquiry.answer", "zh")
    [area] = [each for each in page.text_area if each.label == field]
    area.set_value("按合同口径（虚构）")
    asked = candidate_evidence(copied_office.store, reviewer, one.credit_code, one.year).enquiries[0].id
    withdraw_question(copied_office.store, reviewer, one.credit_code, one.year, asked, "问错了（虚构）")
    next(each for each in page.button if each.label == text("page.own_enquiry.send", "zh")).click().run()
    assert text("error.question_withdrawn.message", "zh") in page.error[0].value
    shown = "\n".join(strings(page))
    assert "问错了（虚构）" in shown
    assert text("page.own_enquiry.withdrawn_meanwhile", "zh") in shown
    assert [each.value for each in page.text_area if each.label == field] == ["按合同口径（虚构）"]
    fresh = opened("submission", **address)
    assert [each for each in fresh.text_area if each.label == field] == []
    assert "问错了（虚构）" in "\n".join(strings(fresh))


def test_a_reason_to_withdraw_that_is_written_while_the_question_is_answered_stays_and_its_press_is_answered(
    copied_office: Office,
) -> None:
    """The form was gone by then, and the reason with it."""
    one, page = opened_by_reviewer(copied_office)
    ask_enterprise(
        copied_office.store, first_reviewer(copied_office), one.credit_code, one.year, KPI, "请说明口径（虚构）"
    )
    page.run()
    field = text("page.enquiry.withdraw_why", "zh")
    [reason] = [each for each in page.text_input if each.label == field]
    reason.set_value("问错了（虚构）")
    enterprise = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert enterprise is not None
    [asked] = own_enquiries(copied_office.store, enterprise)
    answer_enquiry(copied_office.store, enterprise, asked.id, "按合同口径（虚构）")
    page.button(key=f"withdraw-{asked.id}").click().run()
    assert text("error.question_answered.message", "zh") in page.error[0].value
    for _ in range(2):
        shown = "\n".join(strings(page))
        assert text("page.enquiry.answered_meanwhile", "zh") in shown
        assert "按合同口径（虚构）" in shown
        assert [each.value for each in page.text_input if each.label == field] == ["问错了（虚构）"]
        page.run()
    fresh = opened("candidate", industry=one.industry, candidate=one.credit_code, kpi=KPI)
    assert [each for each in fresh.text_input if each.label == field] == []


def flagged(office: Office) -> tuple[AppTest, tuple[str, int], FlagCode]:
    """The page of a candidate with a point to verify that stands."""
    viewer = first_reviewer(office)
    key, flags = next((key, found) for key, found in standing_flags(office.store, viewer).items() if found)
    code, year = key.split()
    one = next(found for found in own_candidates(office.store, viewer) if found.record.key == key).record
    office.sit("reviewer")
    return opened("candidate", industry=one.industry, candidate=code), (code, int(year)), sorted(flags)[0]


def test_a_point_set_aside_after_a_colleague_did_is_refused_in_words_and_the_note_stays(copied_office: Office) -> None:
    """The press was lost without a word: the button had another name by then."""
    page, (code, year), flag = flagged(copied_office)
    page.text_input(key=f"point-{code}-{year}-{flag}-0-note").set_value(NOTE)
    viewer = first_reviewer(copied_office)
    dismiss_flag(copied_office.store, viewer, code, year, flag, "已致电（虚构）")
    press = next(item for item in page.button if item.form_id == f"point-{code}-{year}-{flag}-0")
    press.click().run()
    assert text("error.changed_since_read.message", "zh") in page.error[0].value
    assert page.text_input(key=f"point-{code}-{year}-{flag}-0-note").value == NOTE
    aside = [item.dismissal for item in screen_candidate(copied_office.store, viewer, code, year).flags]
    assert "已致电（虚构）" in [item.note for item in aside if item]


def test_a_note_by_which_a_point_was_set_aside_is_not_that_by_which_it_is_listed_again(copied_office: Office) -> None:
    page, (code, year), flag = flagged(copied_office)
    page.text_input(key=f"point-{code}-{year}-{flag}-0-note").set_value(NOTE)
    next(item for item in page.button if item.form_id == f"point-{code}-{year}-{flag}-0").click().run()
    assert text("page.screening.done", "zh") in [said.value for said in page.success]
    assert page.text_input(key=f"point-{code}-{year}-{flag}-1-note").value == ""


@pytest.mark.campaign
def test_what_is_typed_of_a_candidate_that_has_left_ones_reach_is_said_to_be_unsaved(copied_office: Office) -> None:
    """Nothing was said: the page went on to another candidate."""
    one, page = opened_by_reviewer(copied_office)
    other = opened("candidate", industry=one.industry, candidate=one.credit_code, kpi=KPI)
    fill_in(page, "confirmed")
    asked = "请补充台账（虚构）"
    next(each for each in other.text_input if each.label == text("page.enquiry.question", "zh")).set_value(asked)
    declare_own_conflict(copied_office.store, first_reviewer(copied_office), one.credit_code, "曾任职（虚构）")
    save(page)
    next(each for each in other.button if each.label == text("page.enquiry.ask", "zh")).click().run()
    for test, words in ((page, NOTE), (other, asked)):
        shown = "\n".join(strings(test))
        assert text("error.form_gone.message", "zh") in shown
        assert words in shown
