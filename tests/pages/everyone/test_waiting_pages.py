"""What a page says that waits for an earlier step, and what the upload says of a file not in the answer sheet yet."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook

from kpi.i18n import text
from kpi.model.viewer import Role, Viewer
from kpi.services.enterprise.journey import own_journeys
from kpi.services.enterprise.sheets import create_sheet, own_sheets
from kpi.services.enterprise.uploads import ReceivedFile, receive_file
from kpi.services.operation.authentication import viewer_of
from pages.session.context import page_at
from pages.widgets.downloads import DOCX_TYPE
from tests.pages.app_runs import EXAMPLE, Office, opened, strings

CODE, YEAR = "91000000MA9990001E", 2025
FAULTS = {"B28": "92%以上", "B30": 12.5}


def _faulty() -> bytes:
    book = load_workbook(EXAMPLE)
    for cell, value in FAULTS.items():
        book["填报"][cell] = value
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _viewer(office: Office) -> Viewer:
    office.sit("enterprise")
    viewer = viewer_of(office.store, office.tokens["enterprise"])
    assert viewer is not None
    return viewer


def _received(office: Office, content: bytes) -> ReceivedFile:
    return receive_file(office.store, _viewer(office), EXAMPLE.name, content)


def _said(address: str, **asked: str) -> str:
    return "\n".join(strings(opened(address, **asked)))


def _next(number: int, title: str) -> str:
    return text("page.journey.next", "zh", step=f"{number} {text(f'page.title.{title}', 'zh')}")


@pytest.mark.campaign
@pytest.mark.parametrize("address", ["conditions", "submission", "result", "way"])
def test_with_faults_a_page_waits_for_their_correction_and_not_for_an_upload(
    copied_office: Office, address: str
) -> None:
    create_sheet(copied_office.store, _viewer(copied_office), _received(copied_office, _faulty()), 0, CODE, YEAR)
    said = _said(address)
    assert text("page.nothing_yet.faults", "zh", count=len(FAULTS)) in said
    assert text("page.nothing_yet.to_read", "zh") not in said
    assert _next(2, "sheet") in said


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("example", "note", "params"),
    [(EXAMPLE, "not_taken", {}), (EXAMPLE.with_name("own-table.xlsx"), "not_read", {"count": 8})],
    ids=["no draft yet", "questions open"],
)
def test_a_page_waits_for_the_draft_of_a_file_that_was_uploaded_and_not_for_another_upload(
    copied_office: Office, example: Path, note: str, params: dict[str, object]
) -> None:
    receive_file(copied_office.store, _viewer(copied_office), example.name, example.read_bytes())
    nothing_yet = text("page.home.nothing_yet", "zh"), text("page.nothing_yet.to_read", "zh")
    for address in ("answers", "conditions", "submission", "result", "way", "enterprise-home"):
        said = _said(address)
        assert not any(words in said for words in nothing_yet), address
        key = "journey.note" if address == "enterprise-home" else "nothing_yet"
        words = text(f"page.{key}{'_' if key == 'journey.note' else '.'}{note}", "zh", **params)
        assert said.count(words) == (2 if address == "enterprise-home" else 1), address
        assert _next(1, "upload") in said


@pytest.mark.campaign
def test_a_file_that_became_no_draft_is_there_again_in_a_later_session(copied_office: Office) -> None:
    copied_office.sit("enterprise")
    assert text("page.begin.not_taken", "zh") not in _said("upload")
    _received(copied_office, _faulty())
    said = _said("upload")
    assert text("page.begin.not_taken", "zh") in said
    assert text("page.upload.faulty", "zh", faults=len(FAULTS)) in said


def test_a_file_without_a_table_is_said_to_be_read_not_at_all_above_and_below(copied_office: Office) -> None:
    sent = receive_file(copied_office.store, _viewer(copied_office), "a.csv", b"a,b\n1,2\n").upload
    said = _said("upload", sent=sent)
    assert text("page.upload.nothing_read", "zh") in said
    assert text("page.upload.faulty", "zh", faults=1) not in said
    assert text("page.journey.note_not_read", "zh", count=1) in said


def test_the_steps_say_of_a_report_just_checked_what_was_found_and_when(copied_office: Office) -> None:
    copied_office.sit("enterprise")
    written = io.BytesIO()
    docx.Document().save(written)
    page = opened("document")
    page.file_uploader(key="document").set_value(("报告.docx", written.getvalue(), DOCX_TYPE)).run(timeout=120)
    said = "\n".join(strings(page))
    checked = own_journeys(copied_office.store, _viewer(copied_office))[0].at("report")
    assert checked.params["count"]
    assert text("page.journey.note_departs", "zh", **checked.params) in said
    assert text("page.journey.note_unchecked", "zh") not in said


@pytest.mark.campaign
def test_a_file_says_whether_the_answer_sheet_is_from_it(copied_office: Office) -> None:
    first = _received(copied_office, _faulty())
    assert text("page.begin.not_taken", "zh") in _said("upload", sent=first.upload)
    create_sheet(copied_office.store, _viewer(copied_office), first, 0, CODE, YEAR)
    said = _said("upload", sent=first.upload)
    assert text("page.begin.taken", "zh", version=1) in said
    assert _next(2, "sheet") in said


@pytest.mark.campaign
def test_a_later_file_does_not_lead_to_the_answers_of_the_one_before(copied_office: Office) -> None:
    create_sheet(copied_office.store, _viewer(copied_office), _received(copied_office, _faulty()), 0, CODE, YEAR)
    second = _received(copied_office, EXAMPLE.read_bytes())
    said = _said("upload", sent=second.upload)
    assert "第 1 版" in said
    assert text("page.begin.take", "zh") in said
    assert _next(2, "sheet") not in said


@pytest.mark.campaign
def test_a_press_does_not_replace_the_sheet_that_a_colleague_has_begun_meanwhile(copied_office: Office) -> None:
    viewer, store = _viewer(copied_office), copied_office.store
    page = opened("upload", sent=_received(copied_office, EXAMPLE.read_bytes()).upload)
    begun = create_sheet(store, viewer, _received(copied_office, _faulty()), 0, CODE, YEAR)
    [button] = [item for item in page.button if item.label == text("page.begin.take", "zh")]
    page = button.click().run(timeout=120)
    assert not page.exception
    assert own_sheets(store, viewer) == [begun]
    assert "第 1 版" in "\n".join(strings(page))


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("role", "address", "words", "onward"),
    [
        ("administrator", "progress", "progress.none", "programme-year"),
        ("administrator", "scoring", "scoring.none", "programme-year"),
        ("administrator", "decisions", "panel.none", "scoring"),
        ("administrator", "panel", "panel.none", "scoring"),
        ("reviewer", "candidates", "choose.none", "benchmarks"),
        ("reviewer", "candidate", "choose.none", "benchmarks"),
        ("reviewer", "compare", "choose.none", "benchmarks"),
        ("reviewer", "scores", "scores.none", "candidates"),
        ("reviewer", "panel", "panel.none", "scores"),
    ],
)
def test_a_page_with_nothing_on_it_says_what_it_waits_for_and_leads_on(
    copied_office: Office, role: Role, address: str, words: str, onward: str
) -> None:
    copied_office.sit(role)
    with copied_office.store.transaction() as cursor:
        for table in ("release", "score_assignment", "scoring_round"):
            cursor.execute(f"delete from {table}")
    title = text(f"page.title.{page_at(onward).title}", "zh")
    said = _said(address)
    assert text(f"page.{words}", "zh") in said
    assert text("page.home.next", "zh", page=title) in said
