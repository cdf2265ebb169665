"""How numbers are written: units, percentages with and without a format, words about numbers, and what is no number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from tests.freeform.cases_wide import WHO, who
from tests.freeform.hand_made_sheets import ZH
from tests.own_tables.layouts import long, wide
from tests.own_tables.marks import Mark, Table, absent, ask, fine, is_, level, other, out
from tests.own_tables.writers import Computed

_HEAD = ["指标名称", "数值"]
_UNITS = ["指标名称", "单位", "数值"]


def _long(name: str, *cells: Mark, **page: Any) -> Table:
    """Each cell beside its KPI's full name."""
    return long(
        name, _HEAD, *([ZH.get(cell.code, "单位产值二氧化碳（CO₂）排放量降低"), cell] for cell in cells), **page
    )


def _wide(name: str, *rows: Sequence[Mark], **page: Any) -> Table:
    """A factory a row; the KPIs are those of the first."""
    header = [*WHO, *(ZH[cell.code] for cell in rows[0])]
    return wide(name, header, *([*who(at), *row] for at, row in enumerate(rows, 1)), **page)


def _units() -> list[Table]:
    return [
        long(
            "units in a column",
            _UNITS,
            [ZH["K01"], "%", is_("K01", 75.5)],
            [ZH["K05"], "个", is_("K05", 7)],
            [ZH["K21"], "家", is_("K21", 12)],
            [ZH["K08"], "%", is_("K08", 30)],
        ),
        long(
            "points in a column of units",
            _UNITS,
            [ZH["K11"], "百分点", is_("K11", 4.5, basis="points")],
            [ZH["K14"], "个百分点", is_("K14", 6, basis="points")],
            [ZH["K13"], "pp", is_("K13", 5.5, basis="points")],
            [ZH["K01"], "%", is_("K01", 75.5)],
        ),
        long(
            "percent in a column of units says no basis",
            _UNITS,
            [ZH["K11"], "%", ask("K11", 4.5)],
            [ZH["K01"], "%", is_("K01", 75.5)],
        ),
        wide(
            "units in a row",
            [*WHO, ZH["K01"], ZH["K05"], ZH["K14"]],
            ["单位", None, None, None, "%", "个", "百分点"],
            [*who(1), is_("K01", 75.5), is_("K05", 7), is_("K14", 6, basis="points")],
        ),
        _long(
            "units in the cells",
            is_("K01", "45%", 45),
            is_("K05", "12 个", 12),
            is_("K21", "8家", 8),
            is_("K10", "3.2 百分点", 3.2, "points"),
            is_("K11", "9.5个百分点", 9.5, "points"),
            is_("K14", "6.5pp", 6.5, "points"),
            is_("K13", "４．５ 个百分点", 4.5, "points"),
        ),
        _wide(
            "points in the cells",
            [
                is_("K11", "9.5个百分点", 9.5, "points"),
                is_("K14", "6.5pp", 6.5, "points"),
                is_("K10", "2 个百分点", 2, "points"),
                is_("K09", "3百分点", 3, "points"),
            ],
        ),
        _wide(
            "points in some cells of a column", [is_("K11", "9.5个百分点", 9.5, "points")], [ask("K11", 8.5, factory=2)]
        ),
        wide(
            "points in the header",
            [*WHO, f"{ZH['K13']}（百分点）", f"{ZH['K10']}（个百分点）", f"{ZH['K11']}(pp)"],
            [*who(1), is_("K13", 5, basis="points"), is_("K10", 2.5, basis="points"), is_("K11", 4, basis="points")],
        ),
        _long("points where a KPI has none", out("5个百分点", "K08"), out("3pp", "K01"), is_("K05", 7)),
        long(
            "bases in a column",
            ["指标名称", "数值", "口径"],
            [ZH["K09"], is_("K09", 9.5, basis="relative"), "相对"],
            [ZH["K11"], is_("K11", 4.5, basis="points"), "百分点"],
            [ZH["K01"], is_("K01", 75.5), None],
        ),
        _long("no basis", ask("K09", 9.5), ask("K10", 60), ask("K14", "12%"), is_("K01", 75.5)),
        wide(
            "list with units",
            [*WHO, "指标", "数值", "单位"],
            [*who(1), ZH["K11"], is_("K11", 4.5, basis="points"), "百分点"],
            [*who(1), ZH["K05"], is_("K05", 7), "个"],
            [*who(1), ZH["K06"], level("K06", 90), "天"],
        ),
        long(
            "units that the KPIs do not have",
            _UNITS,
            [ZH["K06"], "天", level("K06", 15)],
            [ZH["K15"], "万元", level("K15", 120)],
            [ZH["K16"], "万元/人", level("K16", 65)],
            [ZH["K17"], "吨标煤/万元", level("K17", 0.12)],
            [ZH["K01"], "%", is_("K01", 75.5)],
        ),
        _long(
            "units of others in the cells",
            other("K06", "15天"),
            other("K16", "65万元/人"),
            out("3家", "K01"),
            out("45‰", "K19"),
            is_("K20", "75.5%", 75.5),
        ),
    ]


def _percentages() -> list[Table]:
    return [
        _long("plain decimals", ask("K01", 0.35), ask("K08", 0.25), ask("K19", 0.91), ask("K20", 0.455), is_("K05", 7)),
        _wide("plain decimals, wide", [ask("K01", 0.35), ask("K08", 0.25), ask("K19", 0.91)]),
        _wide("plain decimals, growth among them", [ask("K01", 0.35), ask("K07", 0.128), ask("K19", 0.91)]),
        _long(
            "percentage formats",
            is_("K01", 0.35, 35.0),
            is_("K07", -0.032, -3.2),
            is_("K08", 1.25, 125.0),
            is_("K19", 1, 100.0),
            is_("K05", 7),
            percent=["B5:B8"],
        ),
        _wide(
            "percentage formats, wide",
            [is_("K01", 0.35, 35.0), is_("K07", 0.128, 12.8)],
            [is_("K01", 0.955, 95.5, factory=2), is_("K07", 0, 0.0, factory=2)],
            percent=["E2:F3"],
        ),
        _long(
            "one percentage format among decimals",
            is_("K01", 0.45, 45.0),
            ask("K07", 0.128),
            ask("K08", 0.25),
            ask("K19", 0.91),
            percent=["B5"],
        ),
        _wide(
            "one percentage format among decimals, wide",
            [is_("K01", 0.45, 45.0), ask("K07", 0.128), ask("K08", 0.25)],
            percent=["E2"],
        ),
        _wide("a growth beside a percentage format", [is_("K01", 0.45, 45.0), ask("K07", 0.128)], percent=["E2"]),
        _long("a growth beside a percentage format, long", is_("K01", 0.45, 45.0), ask("K07", 0.128), percent=["B5"]),
        _wide("a column of both formats", [is_("K01", 0.45, 45.0)], [ask("K01", 0.38, factory=2)], percent=["E2"]),
        _wide(
            "a column of a percentage and a plain number",
            [is_("K01", 0.45, 45.0)],
            [is_("K01", 38.5, factory=2)],
            percent=["E2"],
        ),
        _long(
            "percentage formats beside plain numbers",
            is_("K01", 0.35, 35.0),
            is_("K07", 12.8),
            is_("K19", 91),
            percent=["B5"],
        ),
        _long("texts of percentages beside decimals", is_("K01", "45%", 45), ask("K07", 0.128), ask("K08", 0.25)),
        _wide("a text of a percentage above a decimal", [is_("K01", "45%", 45)], [ask("K01", 0.38, factory=2)]),
        _wide("a decimal below percentages", [is_("K01", 45.5)], [ask("K01", 0.38, factory=2)]),
        _long("one decimal among percentages", ask("K01", 0.95), is_("K19", 91), is_("K20", 75.5)),
        _wide(
            "a one among decimals",
            [ask("K01", 0.45), ask("K08", 0.3)],
            [ask("K01", 1, factory=2), ask("K08", 1.2, factory=2)],
        ),
        _long("4500 percent", out(45, "K01"), is_("K19", 91), percent=["B5"]),
        _wide("decimals as texts", [ask("K01", "0.35"), ask("K19", "0.91")], form="csv-utf-8-,"),
        _long("percentages of changes with two bases", ask("K11", 0.045), is_("K01", 0.35, 35.0), percent=["B5:B6"]),
        long(
            "percentage formats before and after",
            ["指标名称", "改造前", "改造后"],
            [ZH["K11"], 0.65, Mark(0.78, "read", "K11", 20.0, "relative", computed=True)],
            percent=["B5:C5"],
        ),
        long(
            "percentage formats in three years",
            ["指标", "2024年", "2025年"],
            [ZH["K01"], is_("K01", 0.35, 35.0, year=2024), is_("K01", 0.4, 40.0)],
            [ZH["K19"], is_("K19", 0.9, 90.0, year=2024), is_("K19", 0.95, 95.0)],
            year=None,
            percent=["B4:C5"],
        ),
        long(
            "one year in percentage formats",
            ["指标", "2024年", "2025年"],
            [ZH["K01"], is_("K01", 0.35, 35.0, year=2024), ask("K01", 0.4)],
            [ZH["K19"], is_("K19", 0.9, 90.0, year=2024), ask("K19", 0.95)],
            year=None,
            percent=["B4:B5"],
        ),
    ]


def _levels() -> list[Table]:
    """What the KPIs of change measure, offered without their change."""
    levels = [
        ("全员劳动生产率", "万元/人", "K16", 65),
        ("库存周转次数", "次", "K12", 6.5),
        ("客户准时交付率", None, "K14", 0.98),
        ("运营成本率", None, "K15", 0.82),
        ("设备综合效率OEE", "%", "K11", "85%"),
        ("单位产值能耗", "吨标煤/万元", "K17", 0.12),
        ("研制周期", "月", "K06", 18),
        ("不良率", "%", "K10", "1.2%"),
        ("产品不良率", "%", "K10", 1.2),
        ("订单准时交付率", "%", "K14", 98),
        ("生产效率", "件/小时", "K08", 120),
        ("库存周转率", "%", "K12", 650),
        ("设备综合利用率", "%", "K11", 85),
        ("资源综合利用率", "%", "K09", 92),
        ("供应商准时交付率", "%", "K13", 97),
        ("单位产值运营成本", "元", "K15", 0.82),
        ("单位产值二氧化碳排放量", "吨/万元", "K18", 0.3),
    ]
    plain = ("K01", is_("K01", 75.5))

    def groups() -> list[tuple[str, list[tuple[str, str | None, str, Any]]]]:
        return [("alike", levels[:8]), ("named", levels[8:])]

    tables: list[Table] = []
    for which, some in groups():
        cells = [level(code, value) for _, _, code, value in some]
        names = [name for name, _, _, _ in some]
        units = [unit for _, unit, _, _ in some]
        in_brackets = [f"{name}（{unit}）" if unit else name for name, unit, _, _ in some]
        tables += [
            long(f"levels {which}", _HEAD, *map(list, zip(names, cells, strict=True)), [ZH[plain[0]], plain[1]]),
            long(
                f"levels {which}, with units",
                _UNITS,
                *map(list, zip(names, units, cells, strict=True)),
                [ZH[plain[0]], "%", plain[1]],
            ),
            wide(f"levels {which}, wide with units", [*WHO, ZH[plain[0]], *in_brackets], [*who(1), plain[1], *cells]),
            wide(f"levels {which}, wide", [*WHO, ZH[plain[0]], *names], [*who(1), plain[1], *cells]),
        ]
    texts = [
        ("研制周期", "K06", "18 个月"),
        ("全员劳动生产率", "K16", "65万元/人"),
        ("库存周转次数", "K12", "6.5 次"),
        ("客户准时交付率", "K14", "98%"),
        ("单位产值能耗", "K17", "0.12吨标煤/万元"),
    ]
    tables.append(
        long(
            "levels with units in the cells",
            _HEAD,
            *([name, level(code, text)] for name, code, text in texts),
            [ZH[plain[0]], plain[1]],
        )
    )
    tables.append(
        wide(
            "levels in a list",
            [*WHO, "指标", "数值"],
            *([*who(1), name, level(code, value)] for name, _, code, value in levels[8:]),
            [*who(1), ZH[plain[0]], plain[1]],
        )
    )
    return tables


def _texts() -> list[Table]:
    unclear = [
        "约45",
        "≥45",
        "45左右",
        "40~45",
        "45（估算）",
        "40-45",
        "45以上",
        ">45",
        "近45%",
        "45%-50%",
        "45/50",
        "百分之四十五",
        "同上",
        "见附件",
        "达标",
        "45‰",
        "4.5成",
        "1.234,5",
        "45 50",
    ]
    percent = ["K01", "K02", "K03", "K04", "K07", "K08", "K12", "K15", "K16", "K19", "K20"]
    halves = [unclear[:11], unclear[11:]]
    return [
        *(_long(f"no numbers, {at}", *map(out, half, percent), is_("K05", 7)) for at, half in enumerate(halves, 1)),
        _wide("no numbers, wide", [*map(out, unclear[:6], percent), is_("K05", 7)]),
        _long(
            "full width",
            is_("K01", "４５．２％", 45.2),
            is_("K05", "１２", 12),
            is_("K07", "－３．５", -3.5),
            is_("K21", "１，２３４", 1234),
            is_("K19", "　９１　", 91),
        ),
        _long(
            "thousands and blanks",
            is_("K21", "1,234", 1234),
            is_("K01", " 45.2 % ", 45.2),
            is_("K08", "125.50", 125.5),
            is_("K05", "0", 0),
            is_("K07", "+12%", 12),
        ),
        _long(
            "marks",
            absent("K01", "N/A", "not_applicable"),
            absent("K02", "不适用", "not_applicable"),
            out("—", "K03"),
            out("/", "K04"),
            out("无", "K05"),
            absent("K19", "暂缺"),
            absent("K20", None),
            absent("K21", "暂无数据"),
            is_("K07", 12.5),
        ),
        _long(
            "marks in a table of changes",
            absent("K06", "n/a", "not_applicable"),
            out("--", "K08"),
            out("暂无", "K12"),
            is_("K07", 0),
            is_("K16", 15.5),
        ),
        _long(
            "formulas kept",
            is_("K01", Computed("=45+1", "46"), 46),
            is_("K05", Computed("=3+4", "7"), 7),
            out(Computed("=1/0", "#DIV/0!"), "K19"),
            is_("K20", 75.5),
        ),
        _long("formulas never computed", out("=45+2", "K01"), out("=B5*2", "K05"), is_("K20", 75.5)),
        _long("error cells", out("#DIV/0!", "K01"), out("#N/A", "K05"), out("#REF!", "K08"), is_("K20", 75.5)),
        _long(
            "dates and truths",
            out(date(2025, 12, 31), "K01"),
            out("2025-12-31", "K05"),
            out("TRUE", "K08"),
            is_("K20", 75.5),
        ),
        _long("negative growth", is_("K07", -21), is_("K08", -5.5), is_("K16", "-3.5%", -3.5)),
        _long("negative reductions", ask("K06", -21), ask("K15", "-8.5%"), ask("K17", "－7.3％"), is_("K20", 75.5)),
        _wide(
            "negative reductions, wide",
            [ask("K06", -21), ask("K15", -8.5)],
            [ask("K06", -12, factory=2), ask("K15", -3, factory=2)],
        ),
        _long(
            "changes in words",
            fine("K17", "降低7.3%", 7.3),
            fine("K15", "↓9%", 9.0),
            fine("K06", "缩短20%", 20.0),
            fine("K08", "提升12%", 12.0),
            fine("K16", "增长5.5%", 5.5),
            fine("K12", "↑8%", 8.0),
        ),
        _long(
            "changes against the KPI",
            ask("K17", "上升7.3%"),
            ask("K06", "↑9%"),
            ask("K08", "下降12%"),
            is_("K20", 75.5),
        ),
        _long(
            "ends of changes",
            out("降至1.2%", "K17"),
            out("提升到85%", "K08"),
            out("由3.2%降到1.1%", "K10"),
            is_("K20", 75.5),
        ),
        _long("points in words", ask("K11", "提升了5个百分点"), fine("K14", "提高6.5pp", 6.5, "points")),
        _long("out of bounds", out(105, "K01"), out(-5, "K19"), out(12.5, "K05"), out(120, "K06"), is_("K20", 75.5)),
        _long("years for numbers", out("2025年", "K01"), out(2025, "K19"), is_("K20", 75.5)),
        _long(
            "notes in the cells",
            out("45%（2025年）", "K01"),
            out("7（含在建2个）", "K05"),
            out("75.5\n（自评）", "K20"),
            is_("K19", 91),
        ),
    ]


GIVEN = [*_units(), *_percentages(), *_levels(), *_texts()]
