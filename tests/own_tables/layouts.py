"""Where things stand: columns, rows, lists, years and sheets, in every form that is sent."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from kpi.catalogue.catalogue import catalogue
from tests.freeform.cases_wide import WHO, who
from tests.freeform.hand_made_sheets import ZH, Page, block, code
from tests.own_tables.marks import Mark, Table, is_, out

Rows = list[list[Any]]
PLAIN = ("K01", "K05", "K07", "K08", "K19", "K20", "K21")
"""KPIs with one basis, of each kind that is stated as a plain positive number."""


def numbers(seed: int, codes: Sequence[str] = PLAIN) -> dict[str, float]:
    """A plausible number for each KPI: whole for counts, with a decimal for percentages."""
    chance = random.Random(seed)
    return {
        name: chance.randrange(2, 60) if catalogue().kpi(name).kind == "count" else chance.randrange(110, 980) / 10
        for name in codes
    }


def named(name: str) -> str:
    return f"{ZH[name]}（{catalogue().kpi(name).unit.zh}）"


def wide(name: str, *rows: Sequence[Any], form: str = "xlsx", **page: Any) -> Table:
    return Table(name, [Page([list(row) for row in rows], **page)], form)


def long(name: str, head: Sequence[Any], *rows: Sequence[Any], year: int | None = 2025, **page: Any) -> Table:
    """KPIs down the side, below a block of facts; ``head`` is row 4 with a year stated, row 3 without."""
    form = page.pop("form", "xlsx")
    return Table(name, [Page([*block(1, year), list(head), *(list(row) for row in rows)], **page)], form)


def marks(seed: int, codes: Sequence[str] = PLAIN, **more: Any) -> list[Mark]:
    return [is_(name, number, **more) for name, number in numbers(seed, codes).items()]


def long_rows(seed: int, codes: Sequence[str] = PLAIN) -> Rows:
    return [[named(mark.code), mark] for mark in marks(seed, codes)]


def _simple() -> list[Table]:
    header = [*WHO, *map(named, PLAIN)]
    listed = [
        [*who(factory, 2025), ZH[mark.code], mark]
        for factory in (1, 2)
        for mark in marks(10 + factory, factory=factory)
    ]
    years = (2023, 2024, 2025)
    by_year = [marks(year, year=year) for year in years]
    return [
        wide("wide", header, [*who(1), *marks(1)]),
        wide("wide, two factories", header, [*who(1), *marks(2)], [*who(2), *marks(3, factory=2)]),
        wide("wide, names without units", [*WHO, *(ZH[name] for name in PLAIN)], [*who(1), *marks(4)]),
        long("long", ["指标名称", "数值"], *long_rows(5)),
        long("long, numbered", ["序号", "指标名称", "完成值"], *([at, *row] for at, row in enumerate(long_rows(6), 1))),
        long("long, headed as our form is", ["项目", "数值"], *long_rows(17)),
        long(
            "long, headed as our form is, with units",
            ["序号", "项目", "单位", "数值", "备注"],
            *(
                [at, ZH[mark.code], catalogue().kpi(mark.code).unit.zh, mark, None]
                for at, mark in enumerate(marks(18), 1)
            ),
        ),
        wide("wide, one KPI", [*WHO, ZH["K01"]], [*who(1), *marks(19, ("K01",))]),
        wide("wide, one KPI and a remark", [*WHO, ZH["K01"], "备注"], [*who(1), *marks(20, ("K01",)), "自评"]),
        wide("wide, one KPI among the facts", [*WHO[:3], ZH["K01"], "年度"], [*who(1)[:3], *marks(21, ("K01",)), 2025]),
        Table("list, two factories", [Page([[*WHO, "指标名称", "数值"], *listed])]),
        long(
            "long, three years",
            ["指标名称", "2023年", "2024年", "2025年"],
            *([named(row[0].code), *row] for row in zip(*by_year, strict=True)),
            year=None,
        ),
        wide(
            "wide, years above",
            [*[None] * 3, *(cell for year in years for cell in [f"{year}年", None])],
            [*WHO[:3], *[named("K01"), named("K21")] * 3],
            [*who(1)[:3], *(mark for year in years for mark in marks(year, ("K01", "K21"), year=year))],
            merged=["D1:E1", "F1:G1", "H1:I1"],
        ),
        wide(
            "wide, a year a row",
            [*WHO, named("K01"), named("K21")],
            *([*who(1, year), *marks(year + 30, ("K01", "K21"), year=year)] for year in years),
        ),
        Table(
            "facts on one sheet, KPIs on another",
            [Page(block(1), "企业信息"), Page([["指标名称", "数值"], *long_rows(7)], "指标")],
        ),
        Table(
            "KPIs on two sheets",
            [
                Page([*block(1), ["指标名称", "数值"], *long_rows(8, ("K01", "K05", "K08"))], "生产"),
                Page([*block(1), ["指标名称", "数值"], *long_rows(9, ("K19", "K20", "K21"))], "绿色"),
            ],
        ),
        Table(
            "a year on each of two sheets",
            [
                Page(
                    [*block(1, year), ["指标", "数值"], *([ZH[mark.code], mark] for mark in marks(year, year=year))],
                    str(year),
                )
                for year in (2024, 2025)
            ],
        ),
        long(
            "factories in columns",
            ["指标名称", "演示一厂工厂", "演示二厂工厂"],
            ["统一社会信用代码", code(1), code(2)],
            *([named(pair[0].code), *pair] for pair in zip(marks(13), marks(14, factory=2), strict=True)),
        ),
        Table(
            "two tables on a sheet",
            [
                Page(
                    [
                        *block(1),
                        ["指标名称", "数值"],
                        *long_rows(15, ("K01", "K05", "K08")),
                        [None],
                        ["指标名称", "数值"],
                        *long_rows(16, ("K19", "K20", "K21")),
                    ]
                )
            ],
        ),
    ]


def _forms() -> list[Table]:
    """The same pages in every form that is sent."""
    forms = ["csv-gb18030-,", "csv-utf-8-sig-,", "csv-utf-16-tab", "csv-utf-8-tab", "csv-utf-8-;", "xls", "ods"]
    tables = [
        wide(
            f"{form.replace('-', ' ')}, wide",
            [*WHO, *map(named, PLAIN)],
            [*who(1), *marks(50)],
            [*who(2), *marks(51, factory=2)],
            form=form,
        )
        for form in forms
    ]
    for form in ("xls", "ods"):
        tables += [
            wide(
                f"{form}, hidden row and column",
                [*WHO, ZH["K01"], ZH["K03"], ZH["K05"]],
                [*who(1), is_("K01", 75.5), out(57.5), is_("K05", 7)],
                [*who(2), out(65.5), out(57), out(6)],
                hidden_columns=["F"],
                hidden_rows=[3],
                form=form,
            ),
            long(
                f"{form}, before and after merged",
                ["指标名称", "改造情况", None, "数值"],
                [None, "改造前", "改造后", None],
                [ZH["K08"], 40, 50, is_("K08", 25)],
                [ZH["K06"], 8, 6, is_("K06", 25)],
                merged=["A4:A5", "B4:C4", "D4:D5"],
                form=form,
            ),
            long(
                f"{form}, percentages",
                ["指标名称", "数值"],
                [ZH["K01"], is_("K01", 0.755, 75.5)],
                [ZH["K19"], is_("K19", 0.91, 91.0)],
                [ZH["K05"], is_("K05", 7)],
                percent=["B5:B6"],
                form=form,
            ),
        ]
    return tables


LAYOUTS = [*_simple(), *_forms()]
