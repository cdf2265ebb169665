"""What tells that a number is a target, a month's or last year's, where it is no header: a row, a section, a title."""

from __future__ import annotations

from tests.freeform.cases_wide import WHO, who
from tests.freeform.hand_made_sheets import ZH, Page, block
from tests.own_tables.layouts import long, wide
from tests.own_tables.marks import Table, computed, is_, label, out

_HEAD = ["指标名称", "数值"]
_TARGETS = [[ZH["K01"], out(80, "K01")], [ZH["K05"], out(9, "K05")]]
_RESULTS = [[ZH["K01"], is_("K01", 75.5)], [ZH["K05"], is_("K05", 7)]]


def _in_rows() -> list[Table]:
    kinds = [*WHO, "指标", "类型", "数值"]
    wide_kinds = [*WHO, "类型", ZH["K01"], ZH["K05"]]
    months = [*WHO, "月份", "指标", "数值"]
    return [
        wide(
            "list, targets among results",
            kinds,
            [*who(1), ZH["K01"], "目标", out(80, "K01")],
            [*who(1), ZH["K01"], "实际", is_("K01", 75.5)],
            [*who(1), ZH["K05"], "实际", is_("K05", 7)],
        ),
        wide(
            "list, targets alone",
            kinds,
            [*who(1), ZH["K01"], "目标", out(80, "K01")],
            [*who(1), ZH["K05"], "目标", out(9, "K05")],
        ),
        wide(
            "list, a month alone",
            months,
            [*who(1), "1月", ZH["K01"], out(80, "K01")],
            [*who(1), "1月", ZH["K05"], out(9, "K05")],
        ),
        wide(
            "list, two months",
            months,
            [*who(1), "1月", ZH["K01"], out(80, "K01")],
            [*who(1), "2月", ZH["K01"], out(81, "K01")],
            [*who(1), "全年", ZH["K01"], is_("K01", 75.5)],
        ),
        wide(
            "list, before and after in rows",
            [*WHO, "指标", "阶段", "数值"],
            [*who(1), ZH["K08"], "改造前", 40],
            [*who(1), ZH["K08"], "改造后", computed("K08", 50, 25.0)],
        ),
        wide(
            "list, years in columns",
            [*WHO[:3], "指标", "2024年", "2025年"],
            [*who(1)[:3], ZH["K01"], is_("K01", 70.5, year=2024), is_("K01", 75.5)],
            [*who(1)[:3], ZH["K05"], is_("K05", 6, year=2024), is_("K05", 7)],
        ),
        wide(
            "wide, targets in a row",
            wide_kinds,
            [*who(1), "目标", out(80, "K01"), out(9, "K05")],
            [*who(1), "实际", is_("K01", 75.5), is_("K05", 7)],
        ),
        wide("wide, targets alone in a row", wide_kinds, [*who(1), "计划值", out(80, "K01"), out(9, "K05")]),
        wide(
            "wide, targets as a phase",
            [*WHO, "阶段", ZH["K01"], ZH["K05"]],
            [*who(1), "目标值", out(80, "K01"), out(9, "K05")],
            [*who(1), "完成值", is_("K01", 75.5), is_("K05", 7)],
        ),
        wide(
            "wide, a month alone", [*WHO, "月份", ZH["K01"], ZH["K05"]], [*who(1), "1月", out(80, "K01"), out(9, "K05")]
        ),
    ]


def _in_words() -> list[Table]:
    sheets = [[*block(1), _HEAD, *rows] for rows in (_RESULTS, _TARGETS)]
    return [
        long("a section of targets", _HEAD, ["目标", None], *_TARGETS),
        long("sections of last year and this", _HEAD, ["上年数据", None], *_TARGETS, ["本年数据", None], *_RESULTS),
        Table("a sheet of results and one of targets", [Page(sheets[0], "实际"), Page(sheets[1], "目标")]),
        Table("a sheet of targets", [Page(sheets[1], "2026年目标")]),
        Table("a title of targets", [Page([["2026 年度关键指标目标分解表"], *sheets[1]])]),
        long(
            "highest and lowest",
            ["指标名称", label("最高值"), label("最低值"), "数值"],
            [ZH["K01"], out(90, "K01"), out(60, "K01"), is_("K01", 75.5)],
            [ZH["K05"], out(9, "K05"), out(3, "K05"), is_("K05", 7)],
        ),
    ]


TOLD_ELSEWHERE = [*_in_rows(), *_in_words()]
