"""The page of the application report: differences from the application with both places."""

from __future__ import annotations

import pytest

from kpi.i18n import text
from kpi.services.enterprise.documents import check_document
from kpi.services.operation.authentication import viewer_of
from tests.annex4.documents import application
from tests.pages.app_runs import Office, opened, strings, submitted

pytestmark = pytest.mark.slow


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
