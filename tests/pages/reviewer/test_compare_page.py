"""Side by side: the order with its uncertainty, differences within noise, weights within policy, a link, a workbook."""

from __future__ import annotations

import re
from io import BytesIO

import openpyxl
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT

from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from kpi.model.language import Lang
from kpi.model.times import now
from kpi.model.viewer import Viewer
from kpi.reports.as_docx import MARGIN
from kpi.reports.as_pdf import comparison_pdf
from kpi.reports.comparison import comparison_picture, comparison_report, comparison_words, comparison_xlsx
from kpi.reports.content import Taken
from kpi.reports.files import chart_png, picture_size
from kpi.reports.report_file import write_content
from kpi.services.reviewer.candidates import candidates, side_by_side
from kpi.store.cache import Cache, snapshot
from tests.pages.app_runs import Office, opened, strings
from tests.pages.everyone.test_page_reports import words

pytestmark = pytest.mark.slow

INDUSTRY = "汽车"


def codes(office: Office, viewer: Viewer, count: int) -> list[str]:
    return [candidate.credit_code for candidate in candidates(office.store, viewer) if candidate.industry == INDUSTRY][
        :count
    ]


@pytest.mark.campaign
def test_the_page_says_the_order_and_that_it_is_no_verdict(office_here: Office, reviewer: Viewer) -> None:
    picked = codes(office_here, reviewer, 8)
    assert len(picked) == 8
    test = opened("compare", lang="en", industry=INDUSTRY, **{"with": ",".join(picked)})
    said = "\n".join(strings(test))
    assert text("page.order.no_verdict", "en") in said
    assert said.count('<span class="bar"') == 8
    [head] = [part for part in strings(test) if 'class="kpi-compared"' in part]
    assert head.count("<li ") == 8, "who is meant by each letter"
    assert all(kpi.short.en in said for kpi in catalogue().kpis)
    # What is missing and what does not apply are words, never an empty cell.
    assert 'data-label="A' in said
    assert "<td></td>" not in said
    # The link opens the same: the address names those who are compared.
    again = opened("compare", lang="en", industry=INDUSTRY, **{"with": ",".join(reversed(picked[:2]))})
    assert again.multiselect(key="compared").value == list(reversed(picked[:2]))
    assert text("page.order.no_verdict", "en") in "\n".join(strings(again)), "two are enough"


def test_a_link_to_more_than_can_be_compared_says_which_are(office_here: Office, reviewer: Viewer) -> None:
    picked = codes(office_here, reviewer, 9)
    test = opened("compare", lang="en", industry=INDUSTRY, **{"with": ",".join(picked)})
    assert test.multiselect(key="compared").value == picked[:8]
    assert text("page.compare.too_many", "en", count=9, most=8) in "\n".join(strings(test))


def test_a_comparison_is_of_those_compared_whoever_was_before(office_here: Office, reviewer: Viewer) -> None:
    first, second, third = codes(office_here, reviewer, 3)
    cache = Cache()
    for pair in ((first, second), (second, third), (second, first)):
        with snapshot(cache):  # as pages ask, one after another
            found = side_by_side(office_here.store, reviewer, pair, 2025).comparison
        assert [candidate.evaluation.application.credit_code for candidate in found.candidates] == list(pair)


def test_another_item_than_the_address_names_is_said_to_be_one(office_here: Office, reviewer: Viewer) -> None:
    said = text("page.picker.out_of_reach", "en", label=text("page.choose.industry", "en"))
    assert said in "\n".join(strings(opened("compare", lang="en", industry="no such")))
    assert said not in "\n".join(strings(opened("compare", lang="en", industry=INDUSTRY)))
    assert said not in "\n".join(strings(opened("compare", lang="en")))


def test_weights_from_an_address_hold_only_within_policy(office_here: Office, reviewer: Viewer) -> None:
    picked = ",".join(codes(office_here, reviewer, 3))
    without = text("reason.weights_given.plain", "en")
    for weights, used in (("40,10,10,20,20", True), ("60,10,10,10,10", False), ("40,10,10,20,21", False), ("x", False)):
        test = opened("compare", lang="en", industry=INDUSTRY, weights=weights, **{"with": picked})
        assert (without in "\n".join(strings(test))) is used, weights


def test_weights_that_do_not_add_up_are_refused_on_the_page(office_here: Office, reviewer: Viewer) -> None:
    test = opened("compare", lang="en", industry=INDUSTRY, **{"with": ",".join(codes(office_here, reviewer, 2))})
    test.number_input(key="weight-G1").set_value(40)
    [use] = [item for item in test.button if item.label == text("page.order.weights_use", "en")]
    use.click().run()
    assert "The weights add up to 120 %, must be 100 %." in "\n".join(strings(test))
    test.number_input(key="weight-G2").set_value(10)
    test.number_input(key="weight-G3").set_value(10)
    [use] = [item for item in test.button if item.label == text("page.order.weights_use", "en")]
    use.click().run()
    assert test.query_params["weights"] in ("40,10,10,20,20", ["40,10,10,20,20"])


def test_the_workbook_holds_the_page_and_every_draw(office_here: Office, reviewer: Viewer) -> None:
    found = side_by_side(office_here.store, reviewer, codes(office_here, reviewer, 3), 2025).comparison
    book = openpyxl.load_workbook(BytesIO(comparison_xlsx(found, "en", {})))
    assert book.sheetnames == ["About", "Order", "KPIs", "Draws"]
    order = list(book["Order"].iter_rows(values_only=True))
    assert [row[1] for row in order[1:]] == [
        found.candidates[at].evaluation.application.credit_code for at in found.order
    ]
    assert order[1][3] == pytest.approx(found.candidates[found.order[0]].composite.score)
    assert book["KPIs"].max_row == 22
    assert book["Draws"].max_row == 1 + len(found.draws.places)
    assert "illustrative" in str(book["About"]["A2"].value).lower()


def test_the_comparison_is_taken_away_on_paper_and_as_a_picture(office_here: Office, reviewer: Viewer) -> None:
    found = side_by_side(office_here.store, reviewer, codes(office_here, reviewer, 3), 2025).comparison
    for lang in ("zh", "en"):
        paper = comparison_pdf(found, lang, {})
        assert paper.startswith(b"%PDF")
        assert paper == comparison_pdf(found, lang, {})
        said = comparison_words(found, lang, {})
        assert len(said["heat_rows"]) == 22
        assert sum(part["share"] for part in said["bars"][0]["parts"]) == pytest.approx(1)
        assert said["warning"] == text("report.illustrative.short", lang)
        assert text("comparison_file.no_verdict", lang) in said["about"]
        picture = comparison_picture(found, lang)
        names = [candidate.evaluation.application.label for candidate in found.candidates]
        assert all(name in picture for name in names)
        assert "<script" not in picture
    assert chart_png(picture).startswith(b"\x89PNG")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_comparison_as_a_document_and_a_page_says_what_the_paper_says(
    office_here: Office, reviewer: Viewer, lang: Lang
) -> None:
    found = side_by_side(office_here.store, reviewer, codes(office_here, reviewer, 3), 2025).comparison
    report = comparison_report(found, lang, Taken(now(), "http://127.0.0.1/compare"), {})
    said = comparison_words(found, lang, {})
    shown = [cell for row in said["order_rows"] for cell in row]
    shown += [line for row in said["heat_rows"] for cell in row for line in cell["text"].split("\n")]
    shown += [*said["dominance"], report.warning, said["no_verdict"]]
    for form in (".docx", ".html"):
        read = re.sub(r"\s", "", words(report, form))
        assert [item for item in shown if re.sub(r"\s", "", item) not in read] == [], form


@pytest.mark.campaign
def test_no_letter_of_a_strip_of_eight_is_smaller_than_eight_points_in_word(
    office_here: Office, reviewer: Viewer
) -> None:
    found = side_by_side(office_here.store, reviewer, codes(office_here, reviewer, 8), 2025).comparison
    report = comparison_report(found, "en", Taken(now(), "http://127.0.0.1/compare"), {}, paged=True)
    [strip] = [section for section in report.sections if section.code == "strip"]
    document = Document(BytesIO(write_content(report, "x.docx")))
    assert len(document.inline_shapes) == len(strip.charts) > 1
    for picture, chart in zip(document.inline_shapes, strip.charts, strict=True):
        smallest = min(float(size) for size in re.findall(r'font-size[:="]+([0-9.]+)', chart.svg))
        assert smallest * picture.width.pt / picture_size(chart.svg)[0] >= 8
    # Each on a page on its side, whose text it fits.
    [page] = {section.page_height for section in document.sections if section.orientation == WD_ORIENT.LANDSCAPE}
    assert page is not None
    assert all(picture.height.mm < page.mm - 2 * MARGIN for picture in document.inline_shapes)
