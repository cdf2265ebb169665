"""What a copy of the product does with its notice: ``python journey_of_a_notice.py ASKED``, run within the copy.

ASKED is JSON: ``first`` (the notice compared with), ``typed`` (what a person types beside the names of the workbook),
``panel_industry``. The answer is one JSON object.
"""

from __future__ import annotations

import csv
import io
import json
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from docx import Document

import kpi
from kpi.catalogue.catalogue import NOTICES, catalogue
from kpi.catalogue.names import check_digit
from kpi.catalogue.published_figures import published_figures
from kpi.cli.call import CallSession
from kpi.cli.main import run
from kpi.intake.read import read
from kpi.reports.forms import annex3_docx, annex5
from kpi.screening.rules import screening_rules
from kpi.screening.screen import contradiction_flags
from kpi.services.operation.demonstration import ensure_demonstration
from kpi.store.store import Store

HERE = Path.cwd()
PEERS = 30


def call(*words: object) -> dict[str, Any]:
    """A command's answer; what it complains of is a failure of the whole journey."""
    session = CallSession(cwd=HERE)
    run([*map(str, words), "--json", "--lang", "zh"], session)
    if session.code:
        raise SystemExit(f"{words}: {''.join(session.out)}{''.join(session.err)}")
    return json.loads("".join(session.out)) if session.out else {}


def workbook(typed: Mapping[str, Sequence[Any]]) -> tuple[Path, dict[str, list[str]]]:
    """The template filled in, and the names that stand on its sheets."""
    path = HERE / "填报.xlsx"
    call("template", path)
    book = openpyxl.load_workbook(path)
    shown = {sheet.title: [str(cell.value) for row in sheet for cell in row if cell.value] for sheet in book}
    for name, *cells in book["填报"].iter_rows():
        for cell, value in zip(cells, typed.get(str(name.value), ()), strict=False):
            cell.value = value
    book.save(path)
    return path, shown


def panel(industry: str) -> tuple[Path, list[int]]:
    """Peers of one industry with every KPI but those that came later, which nobody has reported yet; their K08."""
    known = [item for item in catalogue().kpis if item.number <= 21]
    stream = io.StringIO()
    rows = csv.writer(stream)
    two_bases = [f"{item.code}_basis" for item in known if item.bases]
    rows.writerow(["credit_code", "group", "industry", "body", *(item.code for item in known), *two_bases])
    chance, shown = random.Random(514), []
    for number in range(1, PEERS + 1):
        code = f"91000000MA{number:07d}"
        values = [chance.randint(1, 60) for _ in known]
        shown.append(values[[item.code for item in known].index("K08")])
        rows.writerow([code + check_digit(code), "", industry, "嘉定区", *values, *("relative" for _ in two_bases)])
    path = HERE / "panel.csv"
    path.write_text(stream.getvalue(), "utf-8")
    return path, shown


def texts(name: str, data: bytes) -> list[str]:
    if name.endswith(".xlsx"):
        return [str(cell) for sheet in openpyxl.load_workbook(io.BytesIO(data)) for row in sheet.values for cell in row]
    tables = Document(io.BytesIO(data)).tables
    return [cell.text for table in tables for row in table.rows for cell in row.cells]


def journey(first: str, typed: Mapping[str, Sequence[Any]], industry: str) -> dict[str, Any]:
    assert Path(kpi.__file__).is_relative_to(HERE), "the copy is what is tried"
    own, store = catalogue().notice.id, ("--store", HERE / "store")
    call("notice", "check", NOTICES / own)
    filled, shown = workbook(typed)
    checked = call("check", filled)
    [application] = read(filled.name, filled.read_bytes()).applications
    with Store.open(HERE / "store") as begun:
        ensure_demonstration(begun)
    of_panel = ("--name", "peers", "--year", "2025", "--region", "上海市", "--provenance", "panel")
    peers, shown_by_peers = panel(industry)
    call("baseline", "import", peers, *of_panel, *store)
    body = application.facts["body"]
    annexes = {name: texts(name, annex5(name, str(body), 2025, [application])) for name in ("5.xlsx", "5.docx")}
    return {
        "changes": [list(item.values()) for item in call("notice", "compare", first, own)["changes"]],
        "template": shown,
        "read": checked["factories"][0],
        "figures": sorted({figure.kpi for figure in published_figures()}),
        "contradictions": [flag.code for flag in contradiction_flags(application, screening_rules())],
        "peers": shown_by_peers,
        "answer": call("benchmark", filled, *store),
        "recommended": call("recommend", body, *store),
        "coverage": call("coverage", *store),
        "annexes": {**annexes, "3.docx": texts("3.docx", annex3_docx(application))},
    }


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    print(json.dumps(journey(asked["first"], asked["typed"], asked["panel_industry"]), ensure_ascii=False))
