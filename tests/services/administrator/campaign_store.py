"""A register of fictitious enterprises, and their reports."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from datetime import date, timedelta

from kpi.model.times import shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.enterprise.reports import report_for_baseline
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.store.store import Store
from tests.benchmark.panels import credit_code
from tests.services.sample_store import AT, EXAMPLE

LAST_DAY: date = shanghai_date(AT) + timedelta(days=30)
SIZES = ("大型", "中型", "小型")
DISTRICTS = ("松江区", "嘉定区", "闵行区")
INDUSTRIES = ("高端装备", "汽车")
YEAR = 2026
HEADER = ("统一社会信用代码", "企业名称", "所属行业", "国民经济行业代码", "所属区域", "所属集团", "企业规模")


def code_of(number: int) -> str:
    return credit_code(6_000_000 + number)


def row_of(number: int, group: str = "") -> list[str]:
    """The enterprise of that number, in its place of every kind."""
    industry, district = INDUSTRIES[number % 2], DISTRICTS[number % 3]
    return [code_of(number), f"演示企业{number}（虚构）", industry, "", district, group, SIZES[number % 5 % 3]]


def register_file(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *rows])
    return out.getvalue().encode("utf-8-sig")


def viewer_of(number: int) -> Viewer:
    return Viewer(f"enterprise{number}", f"演示企业{number}（虚构）", "enterprise", (code_of(number),))


def application_file(number: int, year: int = YEAR, efficiency: float | None = None) -> bytes:
    """The example application as that of this enterprise, with K08, industry and district of its own."""
    own = random.Random(number)
    code, name, industry, _, district, group, _ = row_of(number)
    said = {
        "企业名称": name,
        "统一社会信用代码": code,
        "所属行业": industry,
        "所属区域": district,
        "推荐单位": district,
        "所属集团": group,
        "年度": str(year),
        "生产效率提升（%）": str(round(own.uniform(5, 60), 1) if efficiency is None else efficiency),
        "全员劳动生产率提升（%）": str(round(own.uniform(5, 60), 1)),
    }
    rows = list(csv.reader(io.StringIO(EXAMPLE.read_text("gb18030"))))
    assert said.keys() <= {row[0] for row in rows}
    out = io.StringIO()
    csv.writer(out).writerows([[row[0], said.get(row[0], row[1]), *row[2:]] for row in rows])
    return out.getvalue().encode("gb18030")


def report(store: Store, number: int, efficiency: float | None = None) -> None:
    """As that enterprise, by a workbook: sent, accepted, reported."""
    viewer = viewer_of(number)
    received = receive_file(store, viewer, "报送.csv", application_file(number, efficiency=efficiency), AT)
    accept_application(store, viewer, received, at=AT)
    report_for_baseline(store, viewer, code_of(number), YEAR, AT)
