"""Headers of two rows and merged ones, and months beside their year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.freeform.cases_wide import WHO, who
from tests.freeform.hand_made_sheets import ZH
from tests.own_tables.layouts import long, long_rows, marks, named, wide
from tests.own_tables.marks import Table, computed, fine, is_, label, out


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
            ["一、智能化水平", None],
            *long_rows(23)[:3],
            ["二、绿色低碳", None],
            *long_rows(23)[4:6],
        ),
        long(
            "long, half of before and after",
            ["指标名称", "改造前", "改造后"],
            [ZH["K08"], 40, out(None, "K08")],
            [ZH["K16"], 50, computed("K16", 60, 20.0)],
        ),
    ]


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
            *(
                [*who(1), month, out(count), out(share)]
                for month, count, share in zip(months, counts, shares, strict=True)
            ),
            [*who(1), "全年", is_("K05", 12), is_("K01", 81.5)],
        ),
    ]


HEADERS = [*_headers(), *_months()]
