"""The page of the application report: differences from the application with both places."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document

from kpi.i18n import text
from kpi.services.enterprise.documents import check_document
from kpi.services.operation.authentication import viewer_of
from tests.annex4.documents import application
from tests.pages.app_runs import Office, downloads_offered, opened, strings, submitted

pytestmark = pytest.mark.slow


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
