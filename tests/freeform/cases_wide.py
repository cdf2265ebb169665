"""Tables with the KPIs as columns, and lists of one KPI of one factory a row."""

from __future__ import annotations

from tests.freeform.hand_made_sheets import ZH, Case, Page, V, code, facts

WHO = ["企业名称", "统一社会信用代码", "所属行业", "年度"]


def who(number: int, year: int = 2025, industry: str = "高端装备") -> list[object]:
    return [f"演示企业{number:03d}（虚构）", code(number), industry, year]


_WIDE = [
    ["各工厂关键绩效指标汇总表（2025 年）"],
    ["填报单位：演示集团（虚构）"],
    ["序号", *WHO, "关键设备数控化率（%）", "工厂应用人工智能模型数量（个）", "销售增长率(%)", "备注"],
    [1, *who(21), V("K01", 95.5, 0), V("K05", 12, 0), V("K07", -3.5, 0), None],
    [2, *who(22), V("K01", "３５．２％", 1, read=35.2), V("K05", "3 个", 1, read=3), V("K07", 0, 1), "新建"],
    [3, *who(23), V("K01", 70, 2), V("K05", 0, 2), V("K07", "12.5%", 2, read=12.5), None],
    ["合计", None, None, None, None, None, 15, None, None],
    ["平均", None, None, None, None, 66.9, 5, 3, None],
    ["注：数据截至 2024 年末。"],
]
_SUMMARY = ["summary_not_read@A7", "summary_not_read@A8"]

_TWO_ROWS = [
    [*WHO, "一般固废综合利用率（%）", "产品不良率下降（%）", None, "研制周期缩短", None, None],
    [None, None, None, None, None, "改造前", "改造后", "改造前", "改造后", "数值"],
    [
        *who(24),
        V("K19", 90, 0),
        V("K10", 3.2, 0, "before"),
        V("K10", 1.2, 0, "after"),
        V("K06", 120, 0, "before"),
        V("K06", 90, 0, "after"),
        V("K06", 25, 0),
    ],
    [
        *who(25),
        V("K19", 91, 1),
        V("K10", 2, 1, "before"),
        V("K10", 1, 1, "after"),
        V("K06", 100, 1, "before"),
        V("K06", 80, 1, "after"),
        V("K06", 20, 1),
    ],
]
_MERGED = ["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:E2", "F1:G1", "H1:J1"]
_COMPUTED = {"0": {"K10": 62.5}, "1": {"K10": 50.0}}


def years(first: int) -> Case:
    """Three years under each KPI, one of which is reported as what it measures."""
    reported = (first, first + 1, first + 2)
    return Case(
        f"years-under-kpis-{first + 2}",
        [
            Page(
                [
                    [
                        "企业名称",
                        "统一社会信用代码",
                        "所属行业",
                        "水资源重复利用率（%）",
                        None,
                        None,
                        "水重复率",
                        None,
                        None,
                    ],
                    [None, None, None, *reported, *reported],
                    [
                        *who(26)[:3],
                        *(V("K20", 60 + place, place) for place in range(3)),
                        *(10 + place for place in range(3)),
                    ],
                    [
                        *who(27)[:3],
                        *(V("K20", 70 + place, 3 + place) for place in range(3)),
                        *(20 + place for place in range(3)),
                    ],
                ],
                merged=["A1:A2", "B1:B2", "C1:C2", "D1:F1", "G1:I1"],
            )
        ],
        [facts(number, year) for number in (26, 27) for year in reported],
        problems=["similar_item@G1"] if first == 2023 else [],
        questions=[("header", "水重复率", "K20", "ignore")] if first == 2023 else [],
        same_layout_as=None if first == 2023 else "years-under-kpis-2025",
    )


CASES = [
    Case(
        "wide",
        [Page(_WIDE, "汇总", merged=["A1:I1", "A2:I2"])],
        [facts(21), facts(22, remarks="新建"), facts(23)],
        ("xlsx", "xls", "ods", "csv-utf-8-sig-,", "csv-utf-16-tab"),
        problems=_SUMMARY,
    ),
    Case(
        "wide-merged-header",
        [Page(_TWO_ROWS, merged=_MERGED)],
        [facts(24), facts(25)],
        ("xlsx", "xls", "ods"),
        problems=["value_computed@F3", "value_computed@F4"],
        computed=_COMPUTED,
    ),
    Case(
        "wide-header-of-two-lines-unmerged",
        [Page(_TWO_ROWS)],
        [facts(24), facts(25)],
        ("csv-gb18030-,",),
        problems=["value_computed@F3", "value_computed@F4"],
        computed=_COMPUTED,
    ),
    Case(
        "wide-quantities-before-and-after",
        [
            Page(
                [
                    [*WHO, "产品不良率（%）", None, "设备综合利用率", None],
                    [None] * 4 + ["改造前", "改造后"] * 2,
                    [
                        *who(28),
                        V("K10", 3.2, 0, "before"),
                        V("K10", 1.2, 0, "after"),
                        V("K11", 65, 0, "before"),
                        V("K11", 78, 0, "after"),
                    ],
                ],
                merged=["E1:F1", "G1:H1"],
            )
        ],
        [facts(28)],
        problems=["change_or_quantity@E1"] * 2 + ["change_or_quantity@G1"] * 2,
        questions=[
            ("header", "产品不良率(%) / 改造前", "K10", "K10"),
            ("header", "产品不良率(%) / 改造后", "K10", "K10"),
            ("header", "设备综合利用率 / 改造前", "K11", "K11"),
            ("header", "设备综合利用率 / 改造后", "K11", "K11"),
        ],
        held=["*"],
        later={"0": {"K10": 62.5, "K11": 20.0}},
        come=["value_computed@E3", "value_computed@G3"],
    ),
    years(2023),
    years(2024),
    Case(
        "years-above-kpis",
        [
            Page(
                [
                    [None, None, None, "2024年", None, "2025年", None],
                    ["企业名称", "统一社会信用代码", "所属行业", ZH["K01"], ZH["K03"], ZH["K01"], ZH["K03"]],
                    [*who(29)[:3], V("K01", 70, 0), V("K03", 60, 0), V("K01", 75, 1), V("K03", 65, 1)],
                ],
                merged=["D1:E1", "F1:G1"],
            )
        ],
        [facts(29, 2024), facts(29, 2025)],
    ),
    Case(
        "years-in-a-column",
        [
            Page(
                [
                    [*WHO, ZH["K12"]],
                    [*who(30, 2023), V("K12", 5, 0)],
                    [None, None, None, 2024, V("K12", 6, 1)],
                    [None, None, None, 2025, V("K12", 7, 2)],
                ],
                merged=["A2:A4", "B2:B4", "C2:C4"],
            )
        ],
        [facts(30, year) for year in (2023, 2024, 2025)],
        ("xlsx", "ods"),
    ),
    Case(
        "phases-in-rows",
        [
            Page(
                [
                    [*WHO, "阶段", ZH["K10"], ZH["K08"]],
                    [*who(31), "改造前", V("K10", 4, 0, "before"), V("K08", 50, 0, "before")],
                    [None, None, None, None, "改造后", V("K10", 1, 0, "after"), V("K08", 60, 0, "after")],
                ],
            )
        ],
        [facts(31)],
        problems=["value_computed@F2", "value_computed@G2"],
        computed={"0": {"K10": 75.0, "K08": 20.0}},
    ),
    Case(
        "percent-formats",
        [
            Page(
                [
                    [*WHO, ZH["K01"], ZH["K08"], ZH["K05"]],
                    [*who(32), V("K01", 0.955, 0, read=95.5), V("K08", 1.25, 0, read=125), V("K05", 4, 0)],
                    [*who(33), V("K01", 1, 1, read=100), V("K08", 0.3, 1, read=30), V("K05", 5, 1)],
                ],
                percent=["E2:F3"],
            )
        ],
        [facts(32), facts(33)],
        ("xlsx", "xls", "ods"),
        problems=["percent_column@E2", "percent_column@F2"],
        questions=[
            ("unit", ZH["K01"], "fraction", "fraction"),
            ("unit", ZH["K08"], "fraction", "fraction"),
        ],
        held=["K01", "K08"],
        later={"0": {"K01": 95.5, "K08": 125}, "1": {"K01": 100, "K08": 30}},
    ),
    Case(
        "dashes",
        [
            Page(
                [
                    [*WHO, ZH["K01"], ZH["K02"], ZH["K05"], ZH["K20"]],
                    [*who(34), V("K01", 90), V("K02", "—"), V("K05", "无"), V("K20", "/")],
                    [*who(35), V("K01", "--", 1), V("K02", "N/A", 1, state="not_applicable"), V("K05", 2, 1), "未统计"],
                ],
            )
        ],
        [facts(34), facts(35)],
        problems=["mark_unclear@F2", "mark_unclear@G2", "mark_unclear@H2", "reason_missing@F3"],
        questions=[
            ("mark", "—", "blank", "not_applicable"),
            ("mark", "无", "blank", "zero"),
            ("mark", "/", "blank", "blank"),
        ],
        held=["0:K02", "0:K05", "0:K20", "1:K01"],
        later={"0": {"K02": "not_applicable", "K05": 0}, "1": {"K01": "not_applicable"}},
        come=["reason_missing@F2", "reason_missing@F3", "reason_missing@E3"],
    ),
    Case(
        "bases",
        [
            Page(
                [
                    [*WHO, ZH["K09"], ZH["K11"] + "（百分点）", ZH["K14"], ZH["K14"] + "口径", ZH["K13"]],
                    [*who(36), V("K09", 9.5), V("K11", 4), V("K14", 6), "百分点", V("K13", "5 个百分点", read=5)],
                ]
            )
        ],
        [facts(36)],
        problems=["basis_unclear@E2"],
        questions=[("basis", ZH["K09"], "relative", "relative")],
        held=["K09"],
        later={"0": {"K09": 9.5}},
    ),
    Case(
        "units-in-a-second-line",
        [
            Page(
                [
                    [*WHO, ZH["K01"], ZH["K05"], ZH["K21"], "年产值"],
                    ["", "", "", "", "%", "个", "家", "万元"],
                    [*who(37), V("K01", 0.5), V("K05", 4), V("K21", 7), 120000],
                ]
            )
        ],
        [facts(37)],
        problems=["fraction_column@E3", "header_not_read@H1"],
        questions=[("unit", f"{ZH['K01']} / %", "fraction", "percent")],
        held=["K01"],
        later={"0": {"K01": 0.5}},
        come=["header_not_read@H1"],
    ),
    Case(
        "hidden",
        [
            Page(
                [
                    [*WHO, ZH["K01"], ZH["K03"]],
                    [*who(38), V("K01", 50), 1],
                    [*who(39), 51, 1],
                ],
                "汇总",
                hidden_rows=[3],
                hidden_columns=["F"],
            ),
            Page([[*WHO, ZH["K01"]], [*who(40), 3]], "旧表", hidden=True),
        ],
        [facts(38)],
        ("xlsx", "xls", "ods"),
        problems=["hidden_sheet", "hidden_rows", "hidden_columns"],
    ),
    Case(
        "comments",
        [
            Page(
                [[*WHO, ZH["K01"]], [*who(41), V("K01", 88)]],
                comments={"E2": "估算值 12", "E1": "口径见附件"},
            )
        ],
        [facts(41)],
        ("xlsx", "ods", "xls"),
    ),
    Case(
        "macros",
        [Page([[*WHO, ZH["K01"]], [*who(42), V("K01", 64)]])],
        [facts(42)],
        ("xlsm",),
    ),
    Case(
        "facts-on-another-sheet",
        [
            Page(
                [
                    ["企业名称", "演示企业043（虚构）"],
                    ["信用代码", code(43)],
                    ["行业", "时尚消费品"],
                    ["年度", "2025年"],
                ],
                "企业信息",
            ),
            Page([["指标", "数值"], [ZH["K01"], V("K01", 71)], [ZH["K17"], V("K17", 12.5)]], "指标"),
        ],
        [facts(43, industry="时尚消费品")],
    ),
    Case(
        "a-sheet-for-each-factory",
        [
            Page(
                [
                    [f"企业名称：演示企业{number:03d}（虚构）", None],
                    [f"统一社会信用代码：{code(number)}", "行业：汽车"],
                    ["年度：2025"],
                    ["指标", "数值"],
                    [ZH["K01"], V("K01", number, of)],
                ],
                f"{number}厂",
            )
            for of, number in enumerate((44, 45))
        ],
        [facts(44, industry="汽车"), facts(45, industry="汽车")],
    ),
    Case(
        "cells-nobody-owns",
        [
            Page(
                [
                    [*WHO, ZH["K01"], ZH["K03"], None, "销售增长率（同比）", ZH["K20"]],
                    [*who(50), V("K01", 90, 0), V("K03", 50, 0), 7, 4, V("K20", 60, 0)],
                    [*who(51), None, V("K03", 51, 1), 8, 5, V("K20", 61, 1)],
                ],
                merged=["E2:E3"],
            )
        ],
        [facts(50), facts(51)],
        ("xlsx", "xls"),
        problems=["merged_value@E2", "missing_header@G2", "header_not_read@H1"],
    ),
    Case(
        "our-words-and-not-our-form",
        [
            Page(
                [
                    ["统一社会信用代码", code(52), None, None],
                    ["所属行业", "高端装备", None, None],
                    ["年度", 2025, None, None],
                    ["项目", "数值", "单位", "备注"],
                    [ZH["K01"], V("K01", 90), "%"],
                    [ZH["K06"], V("K06", 30), "天"],
                ]
            )
        ],
        [{"credit_code": code(52), "year": 2025}],
        problems=["level_for_change@A6"],
        held=["K06"],
    ),
    Case(
        "list",
        [
            Page(
                [
                    [*WHO, "指标名称", "数值", "单位", "口径", "备注"],
                    [*who(46), ZH["K01"], V("K01", 90, 0), "%"],
                    [*who(46), ZH["K10"], V("K10", 60, 0), "%", "相对"],
                    [*who(47), ZH["K01"], V("K01", 80, 1), "%"],
                    [*who(47), ZH["K02"], V("K02", "不适用", 1, state="not_applicable"), "%", None, "无连续过程"],
                    [*who(47, 2024), ZH["K01"], V("K01", 75, 2), "%"],
                    [*who(47), "库存周转率", 8, "次"],
                    [*who(47), "注册资本", 100, "万元"],
                ]
            )
        ],
        [facts(46), facts(47), facts(47, 2024)],
        ("xlsx", "xls", "csv-utf-8-tab"),
        problems=["level_for_change@E7", "header_not_read@E8"],
    ),
    Case(
        "either-way",
        [
            Page(
                [
                    ["相关系数", ZH["K01"], ZH["K03"], ZH["K20"]],
                    [ZH["K01"], 1, 0.4, 0.2],
                    [ZH["K03"], 0.4, 1, 0.1],
                    [ZH["K20"], 0.2, 0.1, 1],
                ]
            )
        ],
        [],
        problems=["orientation_unclear@B1"],
        questions=[("sheet", "sheet1", "across", "ignore")],
        come=["no_answer_sheet"],
    ),
    Case(
        "errors-and-repeats",
        [
            Page(
                [
                    [*WHO, ZH["K01"], ZH["K01"], ZH["K04"], ZH["K05"]],
                    [*who(48), V("K01", 99), 98, V("K04", 30), V("K05", 0)],
                    [*who(48), V("K01", 101, 1, state="not_reported"), 97, V("K04", 5, 1), V("K05", 1, 1)],
                    ["演示企业049（虚构）", "91000000MA0000049X", "农业", 2025, V("K01", 40, 2), 1, V("K04", 5, 2)],
                ]
            )
        ],
        [facts(48), facts(48), {"enterprise": "演示企业049（虚构）", "year": 2025}],
        problems=[
            "duplicate_header@F1",
            "ai_share_without_models@H2",
            "above_maximum@E3",
            "duplicate_application@B3",
            "invalid_credit_code@B4",
            "unknown_industry@C4",
        ],
    ),
]
