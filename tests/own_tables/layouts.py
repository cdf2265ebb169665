"""Where things stand: columns, rows, lists, years, months, sheets, merged and two-row headers, targets, departments."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from kpi.catalogue.load import catalogue
from tests.freeform.cases_wide import WHO, who
from tests.freeform.hand_made_sheets import ZH, Page, block, code
from tests.own_tables.marks import Mark, Table, computed, fine, is_, label, other, out

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
        long("long, headed as our form is, with units", ["序号", "项目", "单位", "数值", "备注"],
             *([at, ZH[mark.code], catalogue().kpi(mark.code).unit.zh, mark, None] for at, mark in enumerate(marks(18), 1))),
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
            [Page([*block(1, year), ["指标", "数值"], *([ZH[mark.code], mark] for mark in marks(year, year=year))], str(year))
             for year in (2024, 2025)],
        ),  # fmt: skip
        long(
            "factories in columns",
            ["指标名称", "演示一厂工厂", "演示二厂工厂"],
            ["统一社会信用代码", code(1), code(2)],
            *([named(pair[0].code), *pair] for pair in zip(marks(13), marks(14, factory=2), strict=True)),
        ),
        Table(
            "two tables on a sheet",
            [Page([*block(1), ["指标名称", "数值"], *long_rows(15, ("K01", "K05", "K08")), [None],
                   ["指标名称", "数值"], *long_rows(16, ("K19", "K20", "K21"))])],
        ),  # fmt: skip
    ]


def _headers() -> list[Table]:
    """Headers of two rows and merged ones; 40 -> 50 is 25 % more, 8 -> 6 is 25 % less."""
    ends = [["改造前", "改造后"] * 2]
    return [
        wide(
            "wide, before and after below",
            [*WHO, ZH["K08"], None, ZH["K06"], None],
            [*[None] * 4, *ends[0]],
            [*who(1), 40, computed("K08", 50, 25.0), 8, computed("K06", 6, 25.0)],
            merged=["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:H1"],
        ),
        *(
            long(
                f"long, before and after merged, {effect}",
                ["指标名称", "改造情况", None, effect],
                [None, "改造前", "改造后", None],
                [ZH["K08"], 40, 50, computed("K08", 25, 25.0)],
                [ZH["K06"], 8, 6, computed("K06", 25, 25.0)],
                [ZH["K12"], 4, 5, computed("K12", "25%", 25.0)],
                merged=["A4:A5", "B4:C4", "D4:D5"],
            )
            for effect in ("改造效果", "提升幅度", "改造效果（%）", "数值")
        ),
        long(
            "long, before, after and effect in one row",
            ["指标名称", "改造前", "改造后", "改造效果"],
            [ZH["K08"], 40, 50, computed("K08", 25, 25.0)],
            [ZH["K10"], 3.2, 1.2, computed("K10", "62.5%", 62.5, "relative")],
        ),
        long(
            "long, before and after only",
            ["指标名称", "改造前", "改造后"],
            [ZH["K08"], 40, computed("K08", 50, 25.0)],
            [ZH["K16"], 50, computed("K16", 65, 30.0)],
            [ZH["K10"], 3.2, computed("K10", 1.2, 62.5, "relative")],
            [ZH["K17"], 0.2, computed("K17", 0.15, 25.0)],
        ),
        long(
            "long, after before before",
            ["指标名称", "改造后", "改造前"],
            [ZH["K08"], computed("K08", 50, 25.0), 40],
            [ZH["K06"], computed("K06", 6, 25.0), 8],
        ),
        long(
            "long, quantities before and after",
            ["指标名称", "单位", "改造前", "改造后"],
            ["全员劳动生产率", "万元/人", 50, fine("K16", 65, 30.0, computed=True)],
            ["研制周期", "天", 120, fine("K06", 90, 25.0, computed=True)],
            ["库存周转率", "次", 4, fine("K12", 5, 25.0, computed=True)],
            ["单位产值综合能耗", "吨标煤/万元", 0.2, fine("K17", 0.15, 25.0, computed=True)],
        ),
        wide(
            "wide, groups above",
            [*[None] * 4, "智能化水平", None, "绿色低碳", None],
            [*WHO, *map(named, ("K01", "K05", "K19", "K20"))],
            [*who(1), *marks(20, ("K01", "K05", "K19", "K20"))],
            merged=["E1:F1", "G1:H1"],
        ),
        wide(
            "wide, facts merged down, groups above",
            [*WHO, "智能化水平", None, "绿色低碳", None],
            [*[None] * 4, *map(named, ("K01", "K05", "K19", "K20"))],
            [*who(1), *marks(21, ("K01", "K05", "K19", "K20"))],
            merged=["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:H1"],
        ),
        long(
            "long, groups at the side",
            ["类别", "指标名称", "数值"],
            *([group, *row] for group, row in zip(["生产", None, None, "绿色", None], long_rows(22)[:5], strict=True)),
            merged=["A5:A7", "A8:A9"],
        ),
        long(
            "long, groups between",
            ["指标名称", "数值"],
            ["一、智能化水平", None], *long_rows(23)[:3], ["二、绿色低碳", None], *long_rows(23)[4:6],
        ),
        long(
            "long, half of before and after",
            ["指标名称", "改造前", "改造后"],
            [ZH["K08"], 40, out(None, "K08")],
            [ZH["K16"], 50, computed("K16", 60, 20.0)],
        ),
    ]  # fmt: skip


def _months() -> list[Table]:
    months = [f"{month}月" for month in range(1, 13)]
    quarters = ["一季度", "二季度", "三季度", "四季度"]
    counts, shares = [5] * 12, [70 + month for month in range(12)]

    def spread(heads: Sequence[str], whole: str) -> tuple[list[Any], list[Any], list[Any]]:
        return (
            ["指标名称", *map(label, heads), whole],
            [named("K05"), *counts[: len(heads)], is_("K05", 12)],
            [named("K01"), *shares[: len(heads)], is_("K01", 81.5)],
        )

    return [
        long("long, months and the year", *spread(months, "全年")),
        long("long, months with their year", *spread([f"2025年{month}" for month in months], "2025年全年")),
        long("long, months of two digits", *spread([f"2025-{month:02}" for month in range(1, 13)], "2025年")),
        long("long, quarters and the year", *spread(quarters, "全年")),
        long("long, halves and the year", *spread(["上半年", "下半年"], "全年")),
        long("long, months and a total", *spread(months, "全年累计")),
        long("long, months in English", *spread(["Jan", "Feb", "Mar"], "2025")),
        long("long, months alone", ["指标名称", *map(label, months)], [named("K01"), *map(out, shares)]),
        wide(
            "wide, a month a row",
            [*WHO, "月份", named("K05"), named("K01")],
            *([*who(1), month, out(count), out(share)] for month, count, share in zip(months, counts, shares, strict=True)),
            [*who(1), "全年", is_("K05", 12), is_("K01", 81.5)],
        ),
    ]  # fmt: skip


def _beside() -> list[Table]:
    """Targets, last year's values, comparisons, departments."""
    people = ["责任部门", "填报人", "数据来源"]

    def with_two(first: str, second: str, name: str, year: int | None = 2025) -> Table:
        return long(
            name, ["指标名称", "单位", first, second],
            [ZH["K01"], "%", out(80, "K01"), is_("K01", 75.5)], [ZH["K05"], "个", out(9, "K05"), is_("K05", 7)],
            [ZH["K08"], "%", out(30, "K08"), is_("K08", 21.5)], year=year,
        )  # fmt: skip

    return [
        with_two("2025年目标值", "2025年完成值", "target and result"),
        with_two("2025年目标值", "2025年完成值（%）", "target and result in percent"),
        with_two("2025年目标值（%）", "2025年完成值（%）", "target and result, both in percent"),
        with_two("2025年计划", "2025年实际", "plan and actual"),
        with_two("目标值", "完成值", "target and result without years"),
        with_two("2025年目标", "2025年", "target and year"),
        with_two("2026年目标值", "2025年完成值", "next year's target"),
        with_two("上年值", "本年值", "last year and this"),
        with_two("上年同期", "本期", "last period and this"),
        with_two("行业平均", "本企业", "industry and own"),
        long(
            "target, result and rate of completion",
            ["指标名称", "2025年目标值", "2025年完成值", "完成率"],
            [ZH["K01"], out(80, "K01"), is_("K01", 75.5), out("94.4%")],
            [ZH["K05"], out(9, "K05"), is_("K05", 7), out("77.8%")],
        ),
        long(
            "two years and their comparison",
            ["指标名称", "2024年", "2025年", "同比"],
            [ZH["K01"], is_("K01", 70.5, year=2024), is_("K01", 75.5), out("7.1%")],
            [ZH["K21"], is_("K21", 5, year=2024), is_("K21", 8), out("60%")],
            year=None,
        ),
        wide(
            "wide, target beside each result",
            [*WHO, ZH["K01"], None, ZH["K05"], None],
            [*[None] * 4, *["目标值", "完成值"] * 2],
            [*who(1), out(80, "K01"), is_("K01", 75.5), out(9, "K05"), is_("K05", 7)],
            merged=["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:H1"],
        ),
        wide("wide, target named in the header", [*WHO, f"{ZH['K01']}目标值（%）", named("K01")],
             [*who(1), other("K01", 80), is_("K01", 75.5)]),
        long(
            "departments beside",
            ["指标名称", "数值", *map(label, people)],
            *([*row, "设备部", "王示例", "系统导出"] for row in long_rows(31)),
        ),
        long(
            "departments before",
            ["指标名称", *map(label, people), "完成值"],
            *([row[0], "设备部", "王示例", "系统导出", row[1]] for row in long_rows(32)),
        ),
        long(
            "departments of numbers",
            ["指标名称", "数值", label("责任部门"), label("得分"), label("权重")],
            *([*row, 3, 8.5, 0.1] for row in long_rows(33)),
        ),
        wide(
            "wide, departments",
            [*WHO, *map(label, people), *map(named, PLAIN)],
            [*who(1), "设备部", "王示例", "系统导出", *marks(34)],
        ),
        wide("list with departments", [*WHO, "指标名称", "数值", *map(label, people)],
             *([*who(1), ZH[mark.code], mark, "设备部", "王示例", "系统导出"] for mark in marks(35))),
        long("a year and a date of reporting", ["指标名称", "2025年", label("填报日期")],
             *([*row, "2026-01-15"] for row in long_rows(36)), year=None),
    ]  # fmt: skip


def _around() -> list[Table]:
    rows = long_rows(40)
    header = [*WHO, *map(named, PLAIN)]
    return [
        Table("titles above, notes below", [Page([
            ["演示集团 2025 年智能工厂关键指标汇总表"], ["填报单位：演示集团（虚构）", None, "单位：%"], *block(1), [None],
            ["指标名称", "数值"], *rows, [None], ["注：1. 数据截至 2025 年 12 月 31 日，样本 35 个。"], ["2. K01 上年为 60%。"],
            ["填表人：王示例", "审核：李示例"]], merged=["A1:D1"])]),
        long("blank rows between", ["指标名称", "数值"], *(line for row in rows for line in (row, [None]))),
        long("a blank column between", ["指标名称", None, "数值"], *([row[0], None, row[1]] for row in rows)),
        wide("totals below", header, [*who(1), *marks(41)], [None], [*who(2), *marks(42, factory=2)],
             ["合计", *[None] * 3, *[out(100 + at) for at in range(len(PLAIN))]],
             ["平均", *[None] * 3, *[out(50 + at) for at in range(len(PLAIN))]]),
        wide("totals named in another column", header, [*who(1), *marks(43)], [*who(2), *marks(44, factory=2)],
             [None, "合计", None, None, *[out(100 + at) for at in range(len(PLAIN))]]),
        wide("a header repeated", header, [*who(1), *marks(45)], header, [*who(2), *marks(46, factory=2)]),
        wide("far from the corner", [None], [None], [None, None, *header], [None, None, *who(1), *marks(47)]),
        long("an average beside two factories", ["指标名称", "演示一厂工厂", "演示二厂工厂", "平均"],
             ["统一社会信用代码", code(1), code(2)],
             *([named(one.code), one, other, out(33)]
               for one, other in zip(marks(48), marks(49, factory=2), strict=True))),
        long("the same KPI twice", ["指标名称", "数值"], [ZH["K01"], fine("K01", 75.5, 75.5)], [ZH["K01"], out(57.5, "K01")],
             [ZH["K05"], is_("K05", 7)]),
        long("a number without a name", ["指标名称", "数值"], [ZH["K01"], is_("K01", 75.5)], [None, out(57.5)],
             [ZH["K05"], is_("K05", 7)]),
        long("a value over two KPIs", ["指标名称", "数值"], [ZH["K01"], out(75.5, "K01")], [ZH["K03"], None],
             [ZH["K05"], is_("K05", 7)], merged=["B5:B6"]),
        long("hidden rows", ["指标名称", "数值"], [ZH["K01"], is_("K01", 75.5)], [ZH["K03"], out(57.5)],
             [ZH["K05"], is_("K05", 7)], hidden_rows=[6]),
        wide("hidden columns", [*WHO, ZH["K01"], ZH["K03"], ZH["K05"]],
             [*who(1), is_("K01", 75.5), out(57.5), is_("K05", 7)], hidden_columns=["F"]),
    ]  # fmt: skip


def _forms() -> list[Table]:
    """The same pages in every form that is sent."""
    forms = ["csv-gb18030-,", "csv-utf-8-sig-,", "csv-utf-16-tab", "csv-utf-8-tab", "csv-utf-8-;", "xls", "ods"]
    tables = [
        wide(f"{form.replace('-', ' ')}, wide", [*WHO, *map(named, PLAIN)],
             [*who(1), *marks(50)], [*who(2), *marks(51, factory=2)], form=form)
        for form in forms
    ]  # fmt: skip
    for form in ("xls", "ods"):
        tables += [
            wide(f"{form}, hidden row and column", [*WHO, ZH["K01"], ZH["K03"], ZH["K05"]],
                 [*who(1), is_("K01", 75.5), out(57.5), is_("K05", 7)], [*who(2), out(65.5), out(57), out(6)],
                 hidden_columns=["F"], hidden_rows=[3], form=form),
            long(f"{form}, before and after merged", ["指标名称", "改造情况", None, "数值"],
                 [None, "改造前", "改造后", None], [ZH["K08"], 40, 50, is_("K08", 25)], [ZH["K06"], 8, 6, is_("K06", 25)],
                 merged=["A4:A5", "B4:C4", "D4:D5"], form=form),
            long(f"{form}, percentages", ["指标名称", "数值"], [ZH["K01"], is_("K01", 0.755, 75.5)],
                 [ZH["K19"], is_("K19", 0.91, 91.0)], [ZH["K05"], is_("K05", 7)], percent=["B5:B6"], form=form),
        ]  # fmt: skip
    return tables


LAYOUTS = [*_simple(), *_headers(), *_months(), *_beside(), *_around(), *_forms()]
