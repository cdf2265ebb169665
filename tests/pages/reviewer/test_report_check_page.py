"""A candidate's page: the sealed annex 4 report held against the notice, and its pictures beside what was found."""

from __future__ import annotations

from functools import partial
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from kpi.services.enterprise.documents import attach_report, check_document
from kpi.services.operation.authentication import viewer_of
from tests.annex4.documents import application, jpeg
from tests.pages.app_runs import Office, all_say_no_conflict, opened, strings, submitted
from tests.services.submitting import lock_as_it_stands

pytestmark = pytest.mark.slow


def real(_: int) -> bytes:
    kept = BytesIO()
    Image.fromarray(np.full((300, 1600, 3), 90, dtype=np.uint8)).save(kept, "JPEG")
    return kept.getvalue()


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "damaged"])
def test_the_check_is_asked_for_and_a_picture_is_shown_or_said_to_be_damaged(
    copied_office: Office, whole: bool
) -> None:
    office = copied_office
    enterprise = viewer_of(office.store, office.tokens["enterprise"])
    assert enterprise
    one = submitted(office, locked=False)
    sent = check_document(
        office.store,
        enterprise,
        "申报书（虚构）.docx",
        application(picture=real if whole else partial(jpeg, size=40_000)),
    )
    attach_report(office.store, enterprise, one.credit_code, one.year, sent.upload)
    lock_as_it_stands(office.store, enterprise, one.credit_code, one.year)
    all_say_no_conflict(office.store)
    office.sit("reviewer")
    test = opened("candidate", industry=one.industry, candidate=one.credit_code)
    assert "不符合附件 4 的要求" not in said(test), "nobody asked"
    test = test.button(key="check-report").click().run()
    assert "不符合附件 4 的要求" in said(test)
    assert text("page.attachment.check_reading", "zh") in said(test)
    assert text("page.document.kind_difference", "zh") in said(test)
    differs = text("annex4.finding.cover_differs.message", "zh", item="工厂名称", found="演示智能工厂", wanted="X")
    assert differs.partition("，")[0] in said(test)
    assert next(item.definition for item in catalogue().scenarios if item.name.zh in one.scenarios) in said(test)
    number = test.selectbox(key="report-picture").options[1]
    test = test.selectbox(key="report-picture").select(number).run()
    assert not test.exception
    refused = text("page.attachment.picture_not_shown", "zh")
    assert (refused in said(test)) is not whole


def said(test: AppTest) -> str:
    return "\n".join(strings(test))
