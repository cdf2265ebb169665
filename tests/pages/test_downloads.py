"""The files that pages hand out: made when asked for, of the numbers on the page, and noted in the trail."""

from __future__ import annotations

import json
from contextlib import nullcontext
from hashlib import sha256

import pytest

from kpi import i18n, queries
from kpi.model.viewer import Role
from kpi.services.enterprise.submissions import own_results
from kpi.services.operation.authentication import viewer_of
from pages.session.page_context import PageContext
from pages.widgets.downloads import ORDER, report_bytes
from tests.pages.app_runs import Office, opened, strings, submitted


@pytest.mark.parametrize(("role", "address"), [("enterprise", "result"), ("reviewer", "candidate")])
def test_a_page_that_answers_offers_its_report_in_every_format(copied_office: Office, role: Role, address: str) -> None:
    submitted(copied_office, locked=True)
    copied_office.sit(role)
    page = opened(address)
    assert not page.exception
    offered = [one.proto.label for one in page._tree if one.type == "download_button"]
    for form in ("pdf", "docx", "xlsx", "html"):
        assert i18n.text(f"page.download.{form}", "zh") in offered
    assert i18n.text("page.download.title", "zh") in "\n".join(strings(page))


@pytest.mark.parametrize("suffix", ORDER)
def test_a_file_that_is_handed_out_is_noted_with_its_hash(copied_office: Office, suffix: str) -> None:
    submitted(copied_office, locked=True)
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert viewer is not None
    [result] = own_results(copied_office.store, viewer)
    context = PageContext(viewer, copied_office.store, "zh", "light", nullcontext())
    data = report_bytes(context, result.answer, f"x{suffix}")
    assert len(data) > 5000
    with copied_office.store.cursor() as cursor:
        act = queries.last_act(cursor)
    assert act is not None
    assert (act.action, act.actor) == ("file_downloaded", viewer.account)
    noted = json.loads(act.after or "")
    assert noted == {"taken": "result_report", "format": suffix[1:], "sha256": sha256(data).hexdigest()}


def test_an_illustrative_report_says_so_and_carries_the_headline_of_the_page(copied_office: Office) -> None:
    submitted(copied_office, locked=True)
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert viewer is not None
    [result] = own_results(copied_office.store, viewer)
    copied_office.sit("enterprise")
    said = "\n".join(strings(opened("result")))
    headline = i18n.headline(result.answer, "zh").title
    context = PageContext(viewer, copied_office.store, "zh", "light", nullcontext())
    read = report_bytes(context, result.answer, "x.html").decode()
    assert headline in said
    assert headline in read
    assert i18n.text("report.illustrative.short", "zh") in read
