"""A page's own files, read back: the figures and words of a result, a candidate, a comparison, minutes, a proposal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from html import unescape
from io import BytesIO
from typing import Any, get_args

import openpyxl
import pytest
import streamlit as st
from docx import Document
from streamlit.testing.v1 import AppTest

from kpi import i18n
from kpi.charts.strip_rows import strip_rows, verdict_text
from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView
from kpi.model.viewer import Role, Viewer
from kpi.services.administrator.meeting import review_panel_meeting, review_panel_rounds
from kpi.services.enterprise.lock import own_results
from kpi.services.leader.nomination import withdraw_list
from kpi.services.leader.own_list import own_list
from kpi.services.operation.authentication import viewer_of
from kpi.services.reviewer.candidates import candidate_evaluation
from tests import campaign
from tests.pages.app_runs import Office, opened, specs, strings, submitted, unfolded
from tests.reports.text_extraction import page as read_html
from tests.reports.text_extraction import pdf_words

pytestmark = pytest.mark.slow

LANGUAGES = get_args(Lang)
NUMBER = re.compile(r"[+\u2212-]?\d+(?:\.(\d+))?")
OF_A_PICTURE = (("chart", ".svg"), ("chart", ".png"), ("chart", ".json"), ("table", ".csv"), ("table", ".xlsx"))
CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL)


class Files:
    """What a page offers under one key, made when it is read. ``words`` of what is drawn or written are squeezed."""

    def __init__(self, offered: dict[str, Callable[[], bytes]], key: str) -> None:
        self.by_suffix = {name.rpartition("-")[2]: data for name, data in offered.items() if name.startswith(key)}

    def words(self, suffix: str) -> str:
        data = self.by_suffix[suffix]()
        if suffix == ".pdf":
            return squeezed(pdf_words(data))
        if suffix == ".html":
            return squeezed("\n".join(read_html(data.decode()).parts))
        if suffix == ".docx":
            document = Document(BytesIO(data))
            cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
            return squeezed("\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells]))
        return squeezed("\n".join(str(item) for item in self._cells() if isinstance(item, str)))

    def numbers(self) -> list[float]:
        """Of the workbook, unrounded."""
        return [cell for cell in self._cells() if isinstance(cell, int | float)]

    def _cells(self) -> list[Any]:
        book = openpyxl.load_workbook(BytesIO(self.by_suffix[".xlsx"]()))
        return [cell.value for sheet in book for row in sheet for cell in row if cell.value is not None]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def read(monkeypatch: pytest.MonkeyPatch, page: Callable[[], AppTest]) -> tuple[str, dict[str, Callable[[], bytes]]]:
    """All that the page says, words in its pictures included, and what it offers by key."""
    offered: dict[str, Callable[[], bytes]] = {}
    real = st.download_button

    def note(label: str, data: Any, **options: Any) -> bool:
        offered[options.get("key") or label] = data
        return real(label, data, **options)

    with monkeypatch.context() as watched:
        watched.setattr(st, "download_button", note)
        test = page()
        assert not test.exception
    drawn = [word for spec in specs(test) for word in _words_in(json.loads(spec))]
    return squeezed(unescape("\n".join([*strings(test), *drawn]))), offered


def _words_in(drawn: object) -> Iterable[str]:
    if isinstance(drawn, str):
        yield re.sub("<[^>]+>", "", drawn)
    elif isinstance(drawn, dict | list):
        for part in drawn.values() if isinstance(drawn, dict) else drawn:
            yield from _words_in(part)


def absent(asked: Iterable[str], said: str) -> list[str]:
    return [item for item in asked if squeezed(item) not in said]


def not_counted(figures: Iterable[str], held: Sequence[float]) -> list[str]:
    """Those that no cell of the workbook shows when it is rounded as on the page."""
    found = []
    for figure in figures:
        first = NUMBER.search(figure)
        assert first, figure
        asked, digits = float(first[0].replace("\u2212", "-")), len(first[1] or "")
        rounding = 0.5 * 10**-digits + 1e-9
        if not any(abs(value * scale - asked) <= rounding for value in held for scale in (1, 100)):
            found.append(figure)
    return found


def viewer(office: Office, role: Role) -> Viewer:
    office.sit(role)
    found = viewer_of(office.store, office.tokens[role])
    assert found is not None
    return found


def agree(said: str, files: Files, figures: Sequence[str], words: Sequence[str]) -> None:
    """Figures and words stand on the page, in each paper, and in the workbook: there the figures as numbers."""
    assert absent([*figures, *words], said) == []
    for suffix in (".pdf", ".docx", ".html"):
        assert absent([*figures, *words], files.words(suffix)) == [], suffix
    assert not_counted(figures, files.numbers()) == []
    assert absent(words, files.words(".xlsx")) == []


def result_agrees(said: str, files: Files, answer: Evaluation | EnterpriseView, lang: Lang) -> None:
    rows = strip_rows(answer, lang)
    drawn = [row for row in rows if row.drawn]
    assert len(drawn) > 10
    head = i18n.headline(answer, lang)
    # A place is a text in the workbook too: it has its range beside it.
    places = [row.place for row in drawn]
    words = [
        head.count,
        i18n.answer_in_short(answer, lang),
        head.clause,
        *places,
        *(verdict_text(row, lang) for row in rows),
    ]
    agree(said, files, [row.value for row in drawn], words)


@pytest.mark.campaign
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_enterprises_report_says_what_its_result_says(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch, lang: Lang
) -> None:
    submitted(copied_office, locked=True)
    [result] = own_results(copied_office.store, viewer(copied_office, "enterprise"))
    said, offered = read(monkeypatch, lambda: opened("result", lang))
    result_agrees(said, Files(offered, "download-result_report"), result.answer, lang)


@pytest.mark.campaign
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_candidates_report_says_what_the_reviewer_reads(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch, lang: Lang
) -> None:
    sent = submitted(copied_office, locked=True)
    reader = viewer(copied_office, "reviewer")
    answer = candidate_evaluation(copied_office.store, reader, sent.credit_code, sent.year)
    said, offered = read(
        monkeypatch, lambda: opened("candidate", lang, industry=sent.industry, candidate=sent.credit_code)
    )
    files = Files(offered, "download-result_report")
    result_agrees(said, files, answer, lang)
    tested = [i18n.p_value(row.p_value) for row in answer.sensitivity if row.p_value == row.p_value]
    agree(said, files, [item for item in tested if not item.startswith("<")], [])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("count", campaign.size([8], [3, 8]))
def test_a_comparisons_files_say_what_its_tables_say(
    office_here: Office, monkeypatch: pytest.MonkeyPatch, lang: Lang, count: int
) -> None:
    viewer(office_here, "reviewer")
    codes = opened("compare", lang, industry="汽车").multiselect(key="compared").options
    assert len(codes) >= count
    said, offered = read(monkeypatch, lambda: _compared(lang, count))
    files = Files(offered, "download-comparison-")
    tables = said.split("<tbody>")[1:]
    cells = CELL.findall(tables[-1].partition("</tbody>")[0])
    heat = [line for cell in cells for line in re.findall("<span>(.*?)</span>", cell) or [cell]]
    assert len(heat) > 21 * count
    figures = [item for item in heat if item[:1].isdigit()]
    for suffix in (".pdf", ".docx", ".html"):
        assert absent(heat, files.words(suffix)) == [], suffix
    assert not_counted(figures, files.numbers()) == []


def _compared(lang: Lang, count: int) -> AppTest:
    test = opened("compare", lang, industry="汽车")
    field = test.multiselect(key="compared")
    return field.set_value(field.options[:count]).run()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_minutes_say_what_the_panel_reads(office_here: Office, monkeypatch: pytest.MonkeyPatch, lang: Lang) -> None:
    reader = viewer(office_here, "reviewer")
    of = review_panel_rounds(office_here.store, reader)[0]
    meeting = review_panel_meeting(office_here.store, reader, of.id)

    def page() -> AppTest:
        test = opened("panel", lang, round=of.id)
        return test.text_input(key="purpose-panel_material").input("存档（演示）").run()

    said, offered = read(monkeypatch, page)
    files = Files(offered, "download-panel_material-")
    known = [meeting.scores(item.credit_code) for item in meeting.agenda if item.credit_code]
    assert known
    figures = [
        f"{number:.2f}" for entry in known for number in (entry.mean, entry.median, entry.spread) if number == number
    ]
    words = [meeting.labels[entry.credit_code] for entry in known]
    words += [given_score.name for scores in known for given_score in scores.given]
    words += [i18n.text(f"scoring.outcome.{decision.outcome}", lang) for decision in meeting.decisions.values()]
    assert len(figures) > 5
    agree(said, files, figures, words)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_proposals_files_say_what_the_page_proposes(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch, lang: Lang
) -> None:
    leader = viewer(copied_office, "leader")
    found = own_list(copied_office.store, leader)
    withdraw_list(copied_office.store, leader, found.latest.year, found.latest.edition, "重新排序（演示）")

    def page() -> AppTest:
        test = opened("nomination", lang)
        asked = i18n.text("page.nomination.propose", lang)
        return next(item for item in test.button if item.label == asked).click().run()

    said, offered = read(monkeypatch, page)
    files = Files(offered, "download-proposal_report-")
    table = next(part for part in said.split("<tbody>")[1:] if re.search(r"<td[^>]*>0\.\d{4}</td>", part))
    rows = [CELL.findall(row)[1:] for row in table.partition("</tbody>")[0].split("<tr")[1:]]  # without its rank
    cells = [cell for row in rows for cell in row]
    figures = [item for item in cells if re.fullmatch(r"\d+(\.\d+)?", item)]
    assert len(figures) > 10
    agree(said, files, figures, [item for item in cells if not NUMBER.match(item)])


def test_a_pictures_menu_holds_what_is_on_the_screen_and_the_link_to_it(
    copied_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is drawn before it is opened; as JSON it is the figure that the page has sent."""
    submitted(copied_office, locked=True)
    viewer(copied_office, "enterprise")
    closed = read(monkeypatch, lambda: opened("result"))[1]
    assert not [key for key in closed if key.startswith("download-chart")]
    pages: list[AppTest] = []

    def with_menus() -> AppTest:
        pages.append(unfolded(opened("result")))
        return pages[0]

    _, offered = read(monkeypatch, with_menus)
    shown = [json.loads(spec) for spec in specs(pages[0])]
    for name in ("strip", "detail"):
        kinds = {suffix: f"download-{what}{name}-{suffix}" for what, suffix in OF_A_PICTURE}
        assert set(kinds.values()) <= set(offered)
        assert json.loads(offered[kinds[".json"]]()) in shown, name
        assert offered[kinds[".svg"]]().startswith(b"<svg")
        assert offered[kinds[".csv"]]().startswith("\ufeff".encode())
    assert len(pages[0].code) == len(("strip", "detail")), "an address each"
