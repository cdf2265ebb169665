"""What people typed never becomes a formula in a workbook that we write, whoever opens it."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from kpi.reports.as_xlsx import plain_workbook
from kpi.reports.public_list import PublicEntry, PublicList, PublicNotice, PublicObjection, public_list
from tests.conftest import ROOT
from tests.hostile.hostile_names import FORMULAS

WRITERS = sorted(
    path for path in (ROOT / "kpi").rglob("*.py") if "xlsxwriter.Workbook(" in path.read_text(encoding="utf-8")
)


def texts(workbook: bytes) -> dict[str, str]:
    """Every cell that is not blank, with its type: "f" is a formula."""
    book = openpyxl.load_workbook(BytesIO(workbook))
    return {
        str(cell.value): cell.data_type for sheet in book for row in sheet for cell in row if cell.value is not None
    }


@pytest.mark.parametrize("name", FORMULAS)
def test_a_plain_workbook_and_a_public_list_keep_them_as_text(name: str) -> None:
    entry = PublicEntry(name, name, "汽车", "松江区", "91000000MA0010176X")
    notice = PublicNotice(address=name, telephone=name, mailbox=name)
    objection = PublicObjection(name, name, date(2026, 3, 2), "rejected", on_list=True)
    for workbook in (
        plain_workbook({"表": [["企业"], [name], ["=1+1"]]}),
        public_list(".xlsx", PublicList("publicity", 2026, [entry], objections=[objection], notice=notice)),
    ):
        found = texts(workbook)
        assert "f" not in found.values()
        assert set(found.values()) <= {"s", "n"}
    assert texts(plain_workbook({"表": [["企业"], ["=1+1"]]}))["=1+1"] == "s"


@pytest.mark.parametrize("module", WRITERS, ids=lambda path: path.name)
def test_every_writer_of_workbooks_takes_no_text_for_a_formula_or_an_address(module: Path) -> None:
    source = module.read_text(encoding="utf-8")
    assert '"strings_to_formulas": False' in source
    assert '"strings_to_urls": False' in source
