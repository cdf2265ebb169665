"""The files that pages hand out: made when asked for, of the numbers on the page, and noted in the trail."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from hashlib import sha256
from io import BytesIO
from typing import Any

import docx
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from kpi import i18n, tables
from kpi.errors import NotFound, UserError
from kpi.model.viewer import Role
from kpi.reports.report_file import write_report
from kpi.services.administrator.accounts import declare_conflict
from kpi.services.downloads import PERSONAL, note_download
from kpi.services.enterprise.documents import attach_evidence, attach_self_assessment, own_claims
from kpi.services.enterprise.lock import own_results
from kpi.services.operation.authentication import sign_out, viewer_of
from pages.enterprise.parts.documents import annex4_file
from pages.session.context import PageContext
from pages.widgets import html
from pages.widgets.downloads import ORDER, Offered, taken_bytes
from tests.pages.app_runs import Office, all_say_no_conflict, opened, strings, submitted, unfolded
from tests.services.sample_store import ADMINISTRATOR
from tests.services.service_calls import PDF
from tests.services.submitting import lock_as_it_stands


@pytest.mark.campaign
@pytest.mark.parametrize(("role", "address"), [("enterprise", "result"), ("reviewer", "candidate")])
def test_a_page_that_answers_offers_its_report_in_every_format(copied_office: Office, role: Role, address: str) -> None:
    submitted(copied_office, locked=True)
    copied_office.sit(role)
    page = opened(address)
    assert not page.exception
    offered = [item.proto.label for item in page._tree if item.type == "download_button"]
    for form in ("pdf", "docx", "xlsx", "html"):
        assert i18n.text(f"page.download.{form}", "zh") in offered
    assert i18n.text("page.download.title", "zh") in "\n".join(strings(page))


@pytest.mark.campaign
@pytest.mark.parametrize("suffix", ORDER)
def test_a_file_that_is_handed_out_is_noted_with_its_hash(copied_office: Office, suffix: str) -> None:
    submitted(copied_office, locked=True)
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert viewer is not None
    [result] = own_results(copied_office.store, viewer)
    context = PageContext(viewer, copied_office.store, "zh", "light", nullcontext(), lambda: viewer)
    offered = Offered(suffix, "x", lambda: write_report(result.answer, "zh", f"x{suffix}"))
    subject = f"{result.answer.application.credit_code} {result.answer.application.year}"
    data = taken_bytes(context, "result_report", subject, offered)
    assert len(data) > 5000
    with copied_office.store.cursor() as cursor:
        act = tables.audit.last_act(cursor)
    assert act is not None
    assert (act.action, act.actor, act.subject) == ("file_downloaded", viewer.account, subject)
    noted = json.loads(act.after or "")
    assert noted == {"taken": "result_report", "format": suffix[1:], "sha256": sha256(data).hexdigest()}


def test_a_page_left_open_hands_out_nothing_once_its_sign_in_has_ended(copied_office: Office) -> None:
    store, token = copied_office.store, copied_office.tokens["leader"]
    viewer = viewer_of(store, token)
    assert viewer is not None
    context = PageContext(viewer, store, "zh", "light", nullcontext(), lambda: viewer_of(store, token))
    sign_out(store, token)
    with store.cursor() as cursor:
        before = tables.audit.last_act(cursor)
    with pytest.raises(NotFound):
        taken_bytes(context, "annex5", "松江区 2025", Offered(".csv", "x", lambda: b"x"), "上报（演示）")
    with store.cursor() as cursor:
        assert tables.audit.last_act(cursor) == before


@pytest.mark.campaign
def test_an_illustrative_report_says_so_and_carries_the_headline_of_the_page(copied_office: Office) -> None:
    submitted(copied_office, locked=True)
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert viewer is not None
    [result] = own_results(copied_office.store, viewer)
    copied_office.sit("enterprise")
    said = "\n".join(strings(opened("result")))
    headline = i18n.headline(result.answer, "zh").title
    read = write_report(result.answer, "zh", "x.html").decode().replace("\xa0", " ")
    assert headline in said
    assert headline in read
    assert i18n.text("report.illustrative.short", "zh") in read


def test_the_notices_forms_are_offered_where_the_application_report_is_checked(copied_office: Office) -> None:
    copied_office.sit("enterprise")
    title = i18n.text("page.forms.title", "zh")
    assert title not in "\n".join(strings(opened("document")))
    submitted(copied_office, locked=False)
    page = opened("document")
    assert title in "\n".join(strings(page))
    [asked] = [item for item in page.button if item.label == i18n.text("page.forms.annex4_make", "zh")]
    page = asked.click().run(timeout=120)
    assert not page.exception
    offered = [item.proto.label for item in page._tree if item.type == "download_button"]
    assert {i18n.text(f"page.forms.{form}", "zh") for form in ("annex3", "annex4")} <= set(offered)


@pytest.mark.campaign
@pytest.mark.parametrize("attached", [False, True])
def test_a_locked_application_is_said_to_hold_only_what_was_attached(copied_office: Office, attached: bool) -> None:
    one = submitted(copied_office, locked=False)
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert viewer
    if attached:
        attach_self_assessment(
            copied_office.store, viewer, one.credit_code, one.year, "自评（虚构）.pdf", PDF, date(2025, 6, 3)
        )
    lock_as_it_stands(copied_office.store, viewer, one.credit_code, one.year)
    all_say_no_conflict(copied_office.store)
    copied_office.sit("enterprise")
    said = strings(opened("document"))
    assert (i18n.text("page.attachment.sealed", "zh") in "\n".join(said)) is attached
    assert (i18n.text("page.attachment.sealed_none", "zh") in "\n".join(said)) is not attached


def test_the_skeleton_of_the_example_carries_its_facts(copied_office: Office) -> None:
    application = submitted(copied_office, locked=False)
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert viewer is not None
    [result] = own_results(copied_office.store, viewer)
    context = PageContext(viewer, copied_office.store, "en", "light", nullcontext(), lambda: viewer)
    shares: list[float] = []
    document = docx.Document(BytesIO(annex4_file(context, result.answer, shares.append)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert application.text("enterprise") in cells
    assert i18n.text("report.illustrative.short", "zh") == document.sections[0].header.paragraphs[0].text
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_who_takes_persons_data_says_what_for(copied_office: Office) -> None:
    copied_office.sit("administrator")
    page = unfolded(opened("accounts"))
    assert _disabled(page) == ["CSV", "Excel"]
    page = page.text_input(key="purpose-accountsaccounts").input("年度核对（演示）").run()
    assert not _disabled(page)
    page.session_state["carried-accounts"] = False
    page = page.run()
    assert [item.key for item in page.text_input if item.key == "purpose-accountsaccounts"] == [], "the menu is closed"
    page = unfolded(page)
    assert page.text_input(key="purpose-accountsaccounts").value == "年度核对（演示）"
    assert not _disabled(page)


def _disabled(page: AppTest) -> list[str]:
    return [item.proto.label for item in page._tree if item.type == "download_button" and item.proto.disabled]


def test_the_panels_tables_and_files_ask_for_a_purpose_which_is_typed_once(office_here: Office) -> None:
    office_here.sit("reviewer")
    page = unfolded(opened("panel"))
    files = [item for item in page._tree if item.type == "download_button"]
    assert len(files) > 8
    assert all(file.proto.disabled for file in files)
    page = page.text_input(key="purpose-panel_material").input("评审会（演示）").run()
    asked = [item for item in page.text_input if item.key and item.key.startswith("purpose-")]
    assert len(asked) > 3
    assert {item.value for item in asked} == {"评审会（演示）"}
    assert not _disabled(page)
    # One that is emptied stays empty, and the others stay as they are.
    page = page.text_input(key="purpose-panel_materialpanel-scores").input("").run()
    left = {item.key: item.value for item in page.text_input if item.key and item.key.startswith("purpose-")}
    assert left.pop("purpose-panel_materialpanel-scores") == ""
    assert set(left.values()) == {"评审会（演示）"}


def test_what_an_enterprise_sent_is_handed_out_for_a_purpose_and_noted(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Evidence of a claim and the sealed documents, on the reviewer's page."""
    sent = submitted(copied_office, locked=False)
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert viewer is not None
    code, year = sent.credit_code, sent.year
    claim = own_claims(copied_office.store, viewer, code, year)[0]
    attach_evidence(copied_office.store, viewer, code, year, claim.key, "审核报告（虚构）", ("审核.pdf", PDF))
    attach_self_assessment(copied_office.store, viewer, code, year, "自评（虚构）.pdf", PDF, date(2025, 6, 3))
    lock_as_it_stands(copied_office.store, viewer, code, year)
    all_say_no_conflict(copied_office.store)
    copied_office.sit("reviewer")
    page = opened("candidate", industry=sent.industry, candidate=code)
    offered = {item.proto.label: item.proto.disabled for item in page._tree if item.type == "download_button"}
    own = [i18n.text("page.download.sent", "zh", name="审核.pdf")]
    own.append(i18n.text("page.attachment.open", "zh", name="自评（虚构）.pdf"))
    assert [offered[html.plain(label)] for label in own] == [True, True]

    given: dict[str, Callable[[], bytes]] = {}
    real = st.download_button

    def note(label: str, data: Callable[[], bytes], **options: Any) -> bool:
        given[label] = data
        return real(label, data, **options)

    monkeypatch.setattr(st, "download_button", note)
    page = page.text_input(key=f"purpose-documents-{code}-{year}").input("核对能耗（演示）").run()
    assert not page.exception
    for label, action in zip(own, ("file_downloaded", "document_opened"), strict=True):
        assert given[html.plain(label)]() == PDF
        with copied_office.store.cursor() as cursor:
            act = tables.audit.last_act(cursor)
        assert act is not None
        assert (act.action, act.actor, act.subject) == (action, "reviewer", f"{code} {year}")
        noted = json.loads(act.after or "")
        assert noted["purpose"] == "核对能耗（演示）"
        assert noted["sha256"] == sha256(PDF).hexdigest()
    # The page stays as it is; who may not have a file any more when it is pressed does not get it.
    declare_conflict(copied_office.store, ADMINISTRATOR, "reviewer", code, "亲属任职（虚构）")
    for label in own:
        with pytest.raises(NotFound):
            given[html.plain(label)]()


def test_without_a_purpose_persons_data_are_not_handed_out(copied_office: Office) -> None:
    viewer = viewer_of(copied_office.store, copied_office.tokens["administrator"])
    assert viewer is not None
    for thing in PERSONAL:
        with pytest.raises(UserError, match="purpose_missing"):
            note_download(copied_office.store, viewer, thing, "x", "csv", b"x", purpose=" ")
    note_download(copied_office.store, viewer, "accounts", "x", "csv", b"x", purpose="年度核对（演示）")
    with copied_office.store.cursor() as cursor:
        act = tables.audit.last_act(cursor)
    assert act is not None
    assert json.loads(act.after or "")["purpose"] == "年度核对（演示）"
