"""What stands beside, above, between and below the values: targets, departments, titles, totals, notes."""

from __future__ import annotations

from tests.freeform.cases_wide import WHO, who
from tests.freeform.hand_made_sheets import ZH, Page, block, code
from tests.own_tables.layouts import PLAIN, long, long_rows, marks, named, wide
from tests.own_tables.marks import Table, fine, is_, label, note, other, out


def _beside() -> list[Table]:
    """Targets, last year's values, comparisons, departments."""
    people = ["责任部门", "填报人", "数据来源"]

    def with_two(first: str, second: str, name: str, year: int | None = 2025) -> Table:
        return long(
            name,
            ["指标名称", "单位", first, second],
            [ZH["K01"], "%", out(80, "K01"), is_("K01", 75.5)],
            [ZH["K05"], "个", out(9, "K05"), is_("K05", 7)],
            [ZH["K08"], "%", out(30, "K08"), is_("K08", 21.5)],
            year=year,
        )

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
        wide(
            "wide, target named in the header",
            [*WHO, f"{ZH['K01']}目标值（%）", named("K01")],
            [*who(1), other("K01", 80), is_("K01", 75.5)],
        ),
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
        wide(
            "list with departments",
            [*WHO, "指标名称", "数值", *map(label, people)],
            *([*who(1), ZH[mark.code], mark, "设备部", "王示例", "系统导出"] for mark in marks(35)),
        ),
        long(
            "a year and a date of reporting",
            ["指标名称", "2025年", label("填报日期")],
            *([*row, "2026-01-15"] for row in long_rows(36)),
            year=None,
        ),
    ]


def _around() -> list[Table]:
    rows = long_rows(40)
    header = [*WHO, *map(named, PLAIN)]
    return [
        Table(
            "titles above, notes below",
            [
                Page(
                    [
                        ["演示集团 2025 年智能工厂关键指标汇总表"],
                        ["填报单位：演示集团（虚构）", None, "单位：%"],
                        *block(1),
                        [None],
                        ["指标名称", "数值"],
                        *rows,
                        [None],
                        [note("注：1. 数据截至 2025 年 12 月 31 日，样本 35 个。")],
                        [note("2. K01 上年为 60%。")],
                        [note("填表人：王示例"), "审核：李示例"],
                    ],
                    merged=["A1:D1"],
                )
            ],
        ),
        long("blank rows between", ["指标名称", "数值"], *(line for row in rows for line in (row, [None]))),
        long("a blank column between", ["指标名称", None, "数值"], *([row[0], None, row[1]] for row in rows)),
        wide(
            "totals below",
            header,
            [*who(1), *marks(41)],
            [None],
            [*who(2), *marks(42, factory=2)],
            ["合计", *[None] * 3, *[out(100 + at) for at in range(len(PLAIN))]],
            ["平均", *[None] * 3, *[out(50 + at) for at in range(len(PLAIN))]],
        ),
        wide(
            "totals named in another column",
            header,
            [*who(1), *marks(43)],
            [*who(2), *marks(44, factory=2)],
            [None, "合计", None, None, *[out(100 + at) for at in range(len(PLAIN))]],
        ),
        wide("a header repeated", header, [*who(1), *marks(45)], header, [*who(2), *marks(46, factory=2)]),
        wide(
            "a KPI first, notes below",
            [named("K01"), *WHO, named("K05")],
            [is_("K01", 75.5), *who(1), is_("K05", 7)],
            [note("注：数据截至 2025 年末，共 35 项。")],
            [note("填表人：王示例")],
        ),
        wide(
            "a KPI first, a note without its word below",
            [named("K01"), *WHO, named("K05")],
            [is_("K01", 75.5), *who(1), is_("K05", 7)],
            [note("数据截至 2025 年末")],
        ),
        wide(
            "wide, notes below",
            header,
            [*who(1), *marks(52)],
            [note("注：数据截至 2025 年末，共 35 项。")],
            [note("1. K01 上年为 60%。")],
            [note("填表人：王示例"), None, "审核人：李示例"],
        ),
        wide("far from the corner", [None], [None], [None, None, *header], [None, None, *who(1), *marks(47)]),
        long(
            "an average beside two factories",
            ["指标名称", "演示一厂工厂", "演示二厂工厂", "平均"],
            ["统一社会信用代码", code(1), code(2)],
            *(
                [named(mark.code), mark, other, out(33)]
                for mark, other in zip(marks(48), marks(49, factory=2), strict=True)
            ),
        ),
        long(
            "the same KPI twice",
            ["指标名称", "数值"],
            [ZH["K01"], fine("K01", 75.5, 75.5)],
            [ZH["K01"], out(57.5, "K01")],
            [ZH["K05"], is_("K05", 7)],
        ),
        long(
            "a number without a name",
            ["指标名称", "数值"],
            [ZH["K01"], is_("K01", 75.5)],
            [None, out(57.5)],
            [ZH["K05"], is_("K05", 7)],
        ),
        long(
            "a value over two KPIs",
            ["指标名称", "数值"],
            [ZH["K01"], out(75.5, "K01")],
            [ZH["K03"], None],
            [ZH["K05"], is_("K05", 7)],
            merged=["B5:B6"],
        ),
        long(
            "hidden rows",
            ["指标名称", "数值"],
            [ZH["K01"], is_("K01", 75.5)],
            [ZH["K03"], out(57.5)],
            [ZH["K05"], is_("K05", 7)],
            hidden_rows=[6],
        ),
        wide(
            "hidden columns",
            [*WHO, ZH["K01"], ZH["K03"], ZH["K05"]],
            [*who(1), is_("K01", 75.5), out(57.5), is_("K05", 7)],
            hidden_columns=["F"],
        ),
    ]


def _above() -> list[Table]:
    """Headings over several KPIs that say that their numbers are not the factory's own of that year."""
    header = [*WHO, *(ZH[name] for name in ("K01", "K05", "K19"))]
    others = ("目标值", "2025年目标值", "2025年目标", "年度目标", "上年数", "2026年计划", "行业平均水平", "1-6月")
    return [
        *(
            wide(
                f"over two KPIs, {heading}",
                [*[None] * 4, heading, None, None],
                header,
                [*who(1), out(80, "K01"), out(9, "K05"), is_("K19", 91)],
                merged=["E1:F1"],
            )
            for heading in others
        ),
        wide(
            "over KPIs, target and result",
            [*[None] * 4, "2025年目标", None, "2025年完成", None],
            [*WHO, *[ZH["K01"], ZH["K05"]] * 2],
            [*who(1), out(80, "K01"), out(9, "K05"), is_("K01", 75.5), is_("K05", 7)],
            merged=["E1:F1", "G1:H1"],
        ),
        *(
            long(
                f"alone, {heading}",
                ["指标名称", label(heading)],
                [ZH["K01"], out(80, "K01")],
                [ZH["K05"], out(9, "K05")],
            )
            for heading in ("2025年目标", "规划值", "参考值", "环比", "2025年1月")
        ),
        long(
            "a lowest value and a rule of scoring",
            ["指标名称", label("最低要求"), label("评分标准"), "实际值"],
            [ZH["K01"], out(60, "K01"), "≥60 得分", is_("K01", 75.5)],
            [ZH["K05"], out(3, "K05"), "≥3 得分", is_("K05", 7)],
        ),
        long(
            "two years of a quantity under its change",
            ["指标名称", "2024年", "2025年", "提升幅度（%）"],
            [ZH["K08"], out(40, "K08"), out(50, "K08"), fine("K08", 25, 25.0)],
            [ZH["K16"], out(50, "K16"), out(60, "K16"), fine("K16", 20, 20.0)],
        ),
        long(
            "a part of a works below it",
            ["指标名称", "数值"],
            [ZH["K01"], is_("K01", 75.5)],
            ["其中：一期关键设备数控化率", out(60, "K01")],
            ["其中：二期", out(90)],
            [ZH["K05"], is_("K05", 7)],
        ),
    ]


SURROUNDINGS = [*_beside(), *_above(), *_around()]
