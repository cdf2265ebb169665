"""A reviewer's finding on a KPI's evidence: made on what stood on the page, or refused and kept in the form."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from kpi.i18n import text
from kpi.model.application import Application
from kpi.model.viewer import Viewer
from kpi.services.administrator.accounts import disable_account
from kpi.services.reviewer.evidence import candidate_evidence, note_finding
from tests.pages.app_runs import Office, opened, strings, submitted, viewer_of
from tests.services.sample_store import ADMINISTRATOR

NOTE, KPI = "台账齐全（虚构）", "K01"


def first_reviewer(office: Office) -> Viewer:
    found = viewer_of(office.store, office.tokens["reviewer"])
    assert found is not None
    return found


def opened_by_reviewer(office: Office) -> tuple[Application, AppTest]:
    one = submitted(office, locked=True)
    office.sit("reviewer")
    return one, opened("candidate", industry=one.industry, candidate=one.credit_code, kpi=KPI)


def entered(page: AppTest) -> tuple[str | None, str]:
    [choice] = [one for one in page.radio if (one.key or "").startswith("finding-")]
    [note] = [one for one in page.text_input if (one.key or "").startswith("finding-")]
    return choice.value, note.value


def fill_in(page: AppTest, finding: str) -> None:
    [choice] = [one for one in page.radio if (one.key or "").startswith("finding-")]
    [note] = [one for one in page.text_input if (one.key or "").startswith("finding-")]
    choice.set_value(finding)
    note.set_value(NOTE)


def save(page: AppTest) -> None:
    next(one for one in page.button if one.label == text("page.evidence.save", "zh")).click().run()
    assert not page.exception


def test_a_finding_is_saved_and_the_form_is_empty_again(copied_office: Office) -> None:
    one, page = opened_by_reviewer(copied_office)
    save(page)
    assert text("error.finding_needed.message", "zh") in page.error[0].value
    fill_in(page, "confirmed")
    save(page)
    assert text("page.evidence.saved", "zh") in [said.value for said in page.success]
    assert entered(page) == (None, "")
    found = candidate_evidence(copied_office.store, first_reviewer(copied_office), one.credit_code, one.year)
    assert (found.findings[KPI].finding, found.findings[KPI].note) == ("confirmed", NOTE)


def test_a_finding_made_after_a_colleagues_is_refused_in_words_and_stays_entered(copied_office: Office) -> None:
    one, page = opened_by_reviewer(copied_office)
    fill_in(page, "confirmed")
    viewer = first_reviewer(copied_office)
    reported = candidate_evidence(copied_office.store, viewer, one.credit_code, one.year).reported[KPI]
    note_finding(copied_office.store, viewer, one.credit_code, one.year, KPI, reported, "doubted", "缺一页（虚构）")
    save(page)
    assert text("error.finding_changed.message", "zh") in page.error[0].value
    assert "缺一页（虚构）" in "\n".join(strings(page))
    assert entered(page) == ("confirmed", NOTE)
    save(page)
    assert entered(page) == (None, "")
    found = candidate_evidence(copied_office.store, viewer, one.credit_code, one.year)
    assert found.findings[KPI].finding == "confirmed"
    assert [before.finding for before in found.earlier[KPI]] == ["doubted"]


def test_whose_account_is_disabled_saves_nothing_by_the_next_press(copied_office: Office) -> None:
    one, page = opened_by_reviewer(copied_office)
    fill_in(page, "confirmed")
    viewer = first_reviewer(copied_office)
    disable_account(copied_office.store, ADMINISTRATOR, viewer.account)
    save(page)
    assert candidate_evidence(copied_office.store, viewer, one.credit_code, one.year).findings == {}
