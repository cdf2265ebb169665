"""What leaves the house in files: names stay names in every form, no program runs and nobody is asked for anything."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from kpi.intake.form.template import template
from kpi.model.application import CellReference
from kpi.model.evaluation import Evaluation, Reason
from kpi.model.publication import EnterpriseView
from kpi.reports.as_json import evaluation_json
from kpi.reports.content import clean
from kpi.reports.report_file import write_report
from pages.widgets.style import page_style
from tests.hostile.hostile_names import ALL, FORMULAS
from tests.pages.app_runs import ALLOWED, Office, opened, unfolded
from tests.reports import planted
from tests.reports.text_extraction import FORMS, words

View = Evaluation | EnterpriseView
VIEWS: Mapping[str, View] = {"authority": planted.authority(), "enterprise": planted.enterprise()}
EVERYTHING = "甲" + "　".join(item.strip() for item in ALL)
_RUNS = (b"<f>", b"<f ", b"ddeLink", b"externalLink", b"TargetMode", b"<hyperlink", b"<w:hyperlink", b"vbaProject")
_FIELDS = re.compile(rb"<w:instrText[^>]*>([^<]*)<")


def named(view: View, text: str) -> View:
    """Every word that comes from a person or a file is ``text``."""
    facts = dict.fromkeys(("enterprise", "factory_name", "group", "body", "address", "leader", "contact"), text)
    application = replace(view.application, facts=dict(view.application.facts) | facts)
    baseline = replace(view.baseline, name=text, source=text)
    reasons, cell = (Reason("na_reason", {"note": text}),), CellReference(text, text, 3, "C")
    if isinstance(view, Evaluation):
        kpis = (replace(view.kpis[0], reasons=reasons, cell=cell), *view.kpis[1:])
        return replace(view, application=application, baseline=baseline, kpis=kpis)
    reported = (replace(view.kpis[0], reasons=reasons, cell=cell), *view.kpis[1:])
    return replace(view, application=application, baseline=baseline, kpis=reported)


@pytest.mark.campaign
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("text", ALL, ids=ascii)
def test_a_workbook_holds_every_name_as_text(view: str, text: str) -> None:
    data = write_report(named(VIEWS[view], text), "zh", "x.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert any(text.strip() in str(cell.value).replace("\r", "") for cell in cells)


@pytest.mark.campaign
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_every_name_and_holds_nothing_that_runs_or_asks(view: str, form: str) -> None:
    answer = named(VIEWS[view], EVERYTHING)
    squeezed = re.sub(r"\s", "", words(answer, "zh", form))
    assert re.sub(r"\s", "", clean(EVERYTHING)) in squeezed
    data = write_report(answer, "zh", f"x{form}")
    if form in (".xlsx", ".docx"):
        _holds_nothing_that_runs(data)
    if form == ".pdf":
        assert not re.search(rb"/(?:URI|JS|JavaScript|Launch|EmbeddedFile|OpenAction|AA)\b", data)
    if form == ".html":
        assert b"default-src 'none'" in data
        assert not re.search(rb"<(?:img|script|iframe|link|object|embed)\b|\son\w+=\"", data)


def _holds_nothing_that_runs(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name in parts if name.endswith(".bin") or "external" in name.lower()]
    for name, part in parts.items():
        if "theme" not in name:
            assert not [item for item in _RUNS if item in part], name
        assert {field.strip() for field in _FIELDS.findall(part)} <= {b"PAGE", b"NUMPAGES"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_template_runs_nothing(lang: str) -> None:
    _holds_nothing_that_runs(template(lang))


@pytest.mark.parametrize(("role", "address"), ALLOWED)
def test_no_page_offers_a_table_as_csv(office_here: Office, role: str, address: str) -> None:
    """A browser would write =1+1 into it as it stands: the tool bar of Streamlit's own tables is not shown."""
    office_here.sit(role)
    test: AppTest = unfolded(opened(address))
    kinds = {node.type for node in test._tree}
    assert "dataframe" not in kinds
    for node in test._tree:
        # The only CSV that lies ready are our own lists to fill in, with nobody's data; others are made when asked for.
        if node.type == "download_button" and node.key not in ("accounts-template", "register-template"):
            assert not node.proto.url.endswith(".csv")
    assert '[data-testid="stDataFrame"] [data-testid="stElementToolbar"] { display: none; }' in page_style(None)


def test_json_holds_every_name_as_it_is() -> None:
    for text in FORMULAS:
        reported = json.loads(json.dumps(evaluation_json(named(VIEWS["authority"], text), "zh")))
        assert reported["factory"]["enterprise"] == text
