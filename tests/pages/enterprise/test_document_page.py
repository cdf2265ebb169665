"""The page of the application report: differences from the application with both places."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from docx import Document

from kpi.i18n import text
from kpi.services.enterprise.documents import attach_self_assessment, check_document
from kpi.services.operation.authentication import viewer_of
from tests.annex4.documents import application
from tests.annex4.test_self_assessment import pdf
from tests.pages.app_runs import Office, all_say_no_conflict, downloads_offered, each_tab, opened, strings, submitted
from tests.services.service_calls import PDF
from tests.services.submitting import lock_as_it_stands

pytestmark = pytest.mark.slow


@pytest.mark.campaign
def test_the_report_is_handed_out_with_its_findings_as_comments(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert viewer
    sent = check_document(copied_office.store, viewer, "申报书（虚构）.docx", application(pictures=0, report=""))
    copied_office.sit("enterprise")
    offered = downloads_offered(monkeypatch)
    opened("document", document=sent.upload)
    tag = text("page.document.commented_tag", "zh")
    said = [comment.text for comment in Document(BytesIO(offered[f"download-commented_report-{tag}.docx"]())).comments]
    assert any(text("annex4.finding.too_few_pictures.remedy", "zh") in comment for comment in said)


def test_what_differs_is_said_with_both_places_once_there_is_an_application(
    copied_office: Office,
) -> None:
    office = copied_office
    viewer = viewer_of(office.store, office.tokens["enterprise"])
    assert viewer
    sent = check_document(office.store, viewer, "申报书（虚构）.docx", application(pictures=0))
    office.sit("enterprise")
    page = opened("document", document=sent.upload)
    assert text("page.document.not_compared", "zh") in "\n".join(strings(page))
    own = submitted(office, locked=False)
    page = opened("document", document=sent.upload)
    said = "\n".join(strings(page))
    name = own.text("factory_name")
    message = text("annex4.finding.cover_differs.message", "zh", item="工厂名称", found="演示智能工厂", wanted=name)
    assert message in said
    place = text("annex4.place.application", "zh", item="工厂名称")
    assert place in said
    assert text("page.document.not_compared", "zh") not in said


def test_what_the_pdf_of_the_self_assessment_says_is_asked_of_both_sides(copied_office: Office) -> None:
    office = copied_office
    viewer = viewer_of(office.store, office.tokens["enterprise"])
    assert viewer
    own = submitted(office, locked=False)
    level = own.facts["maturity_level"]
    assert isinstance(level, int)
    other = level % 5 + 1
    sent = pdf(f"成熟度等级：{other} 级\n\n评估日期：2025年6月3日")
    code, year = own.credit_code, own.year
    attach_self_assessment(office.store, viewer, code, year, "自评估（虚构）.pdf", sent, date(2025, 6, 3))
    said = {"said": f"{level} 级", "in_text": f"{other} 级", "fact": "成熟度等级"}
    asked = text("page.attachment.differs", "zh", **said)
    agrees = text("page.attachment.agrees", "zh", facts=text("page.attachment.day", "zh"))
    office.sit("enterprise")
    seen = "\n".join(strings(opened("document")))
    assert asked in seen
    assert agrees in seen
    lock_as_it_stands(office.store, viewer, code)
    all_say_no_conflict(office.store)
    office.sit("reviewer")
    page = opened("candidate", industry=own.industry, candidate=code)
    assert not page.exception
    seen = "\n".join(item for tab in each_tab(page) for item in strings(tab))
    assert asked in seen


@pytest.mark.campaign
def test_a_pdf_without_text_is_said_to_have_none(copied_office: Office) -> None:
    office = copied_office
    viewer = viewer_of(office.store, office.tokens["enterprise"])
    assert viewer
    own = submitted(office, locked=False)
    day = date(2025, 6, 3)
    attach_self_assessment(office.store, viewer, own.credit_code, own.year, "自评估（虚构）.pdf", PDF, day)
    office.sit("enterprise")
    assert text("page.attachment.no_text", "zh") in "\n".join(strings(opened("document")))
