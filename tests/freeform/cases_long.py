"""Tables with one KPI a row."""

from __future__ import annotations

from tests.freeform.hand_made_sheets import ZH, Case, Page, V, block, code, facts

HEAD = ["序号", "指标名称", "数值", "单位", "备注"]
_LONG = [
    ["2025 年智能工厂关键绩效指标情况表"],
    *block(1),
    [],
    HEAD,
    [1, ZH["K01"], V("K01", 95.5), "%"],
    [2, ZH["K02"], V("K02", "不适用", state="not_applicable"), "%", "离散装配，没有连续过程"],
    [5, ZH["K05"], V("K05", 12), "个"],
    [8, ZH["K08"], V("K08", 45), "%", "人均小时产量"],
    [10, ZH["K10"], V("K10", 2.1), "百分点"],
    [15, ZH["K15"], V("K15", 26), "%"],
    ["注：本表数据均为虚构。"],
    [None, "填表人：王示例"],
]
LONG = Case("long", [Page(_LONG, "指标", merged=["A1:E1"])], [facts(1)], ("xlsx", "xls", "ods", "csv-gb18030-;"))

CASES = [
    LONG,
    Case(
        "long-far-from-the-corner",
        [Page([[], [], *[[None, None, *row] for row in _LONG]], "指标")],
        [facts(1)],
    ),
    Case(
        "long-asides",
        [
            Page(
                [
                    *block(2),
                    ["指标", "单位", "目标值", "上年值", "实际值", "行业平均"],
                    [ZH["K01"], "%", 90, 88, V("K01", 92), 80],
                    [ZH["K12"], "%", 20, 15, V("K12", 18.5), 12],
                    [ZH["K21"], "家", 3, 1, V("K21", 2), 1],
                ],
            )
        ],
        [facts(2)],
        problems=["header_not_read@C4", "header_not_read@D4", "header_not_read@F4"],
    ),
    Case(
        "long-english",
        [
            Page(
                [
                    ["Enterprise", "演示企业003（虚构）"],
                    ["Unified social credit code", code(3)],
                    ["Industry", "汽车"],
                    ["Year", 2025],
                    [],
                    ["Indicator", "Unit", "Actual", "Remarks"],
                    ["Numerical control rate of key equipment", "%", V("K01", 91.5)],
                    ["Water reuse rate", "%", V("K20", 80)],
                    ["Production efficiency", "%", V("K08", 12), "change since 2021"],
                ],
                "KPI",
            )
        ],
        [facts(3, industry="汽车")],
        problems=["change_or_quantity@A9"],
        questions=[("header", "productionefficiency", "ignore", "K08")],
        held=["K08"],
        later={"0": {"K08": 12}},
    ),
    Case(
        "before-after-columns",
        [
            Page(
                [
                    *block(4),
                    ["指标", "单位", "改造前（2021年）", "改造后（2025年）", "变化值", "口径"],
                    [ZH["K10"], "%", V("K10", 3.2, part="before"), V("K10", 1.2, part="after")],
                    [ZH["K06"], "天", V("K06", 120, part="before"), V("K06", 90, part="after")],
                ],
            )
        ],
        [facts(4)],
        problems=["value_computed@C5", "value_computed@C6"],
        computed={"0": {"K10": 62.5, "K06": 25.0}},
    ),
    Case(
        "before-after-and-value",
        [
            Page(
                [
                    *block(5),
                    ["指标", "改造前", "改造后", "数值", "口径", "备注"],
                    [ZH["K10"], V("K10", 3.2, part="before"), V("K10", 1.1, part="after"), V("K10", 65.6), "相对"],
                    [ZH["K08"], V("K08", 100, part="before"), V("K08", 80, part="after"), V("K08", 20)],
                    [ZH["K11"], V("K11", 65, part="before"), V("K11", 78, part="after"), V("K11", 15), "百分点"],
                ],
            )
        ],
        [facts(5)],
        problems=["direction_contradicted@D6", "stated_differs_from_computed@D7"],
    ),
    Case(
        "years-in-columns",
        [
            Page(
                [
                    ["演示企业006（虚构）近三年指标"],
                    ["企业名称", "", "演示企业006（虚构）"],
                    ["信用代码", "", code(6)],
                    ["行业", "", "先进材料"],
                    ["序号", "指标类别", "指标", "单位", "2023年", "2024年", "2025年", "备注"],
                    [1, "数字化", ZH["K01"], "%", V("K01", 80, 0), V("K01", 85.5, 1), V("K01", 90, 2)],
                    [5, None, ZH["K05"], "个", V("K05", 0, 0), V("K05", 3, 1), V("K05", 8, 2)],
                    [20, "绿色", ZH["K20"], "%", V("K20", 70, 0), V("K20", "72.5%", 1, read=72.5), V("K20", 75, 2)],
                ],
                merged=["A1:H1", "B6:B7"],
            )
        ],
        [facts(6, year, "先进材料") for year in (2023, 2024, 2025)],
        ("xlsx", "xls", "csv-utf-8-,"),
    ),
    Case(
        "factories-in-columns",
        [
            Page(
                [
                    ["企业名称", "演示企业007（虚构）", "演示企业008（虚构）"],
                    ["统一社会信用代码", code(7), code(8)],
                    ["所属行业", "电子信息", "生命健康"],
                    ["年度", 2025, 2025],
                    ["关键设备数控化率（%）", V("K01", 88, 0), V("K01", 77, 1)],
                    ["6. 研制周期缩短", V("K06", 30, 0), V("K06", -5, 1)],
                    ["复制推广企业数量（家）", V("K21", 4, 0), V("K21", "1,234 家", 1, read=1234)],
                ]
            )
        ],
        [facts(7, industry="电子信息"), facts(8, industry="生命健康")],
    ),
    Case(
        "factories-with-before-and-after",
        [
            Page(
                [
                    ["指标", "演示企业009有限公司", None, "演示企业010有限公司", None],
                    [None, "改造前", "改造后", "改造前", "改造后"],
                    ["统一社会信用代码", code(9), None, code(10), None],
                    ["所属行业", "汽车", None, "汽车", None],
                    ["年度", 2025, None, 2025, None],
                    [
                        ZH["K10"],
                        V("K10", 4, 0, "before"),
                        V("K10", 3, 0, "after"),
                        V("K10", 2, 1, "before"),
                        V("K10", 1.5, 1, "after"),
                    ],
                ],
                merged=["A1:A2", "B1:C1", "D1:E1", "B3:C3", "D3:E3", "B4:C4", "D4:E4", "B5:C5", "D5:E5"],
            )
        ],
        [
            facts(9, industry="汽车") | {"enterprise": "演示企业009有限公司"},
            facts(10, industry="汽车") | {"enterprise": "演示企业010有限公司"},
        ],
        ("xlsx", "ods"),
        problems=["value_computed@B6", "value_computed@D6"],
        computed={"0": {"K10": 25.0}, "1": {"K10": 25.0}},
    ),
    Case(
        "a-heading-that-says-little",
        [Page([*block(11), ["指标", "完成情况"], [ZH["K01"], V("K01", 66)], [ZH["K03"], V("K03", 55)]])],
        [facts(11)],
    ),
    Case(
        "fractions",
        [
            Page(
                [
                    *block(12),
                    ["指标", "数值"],
                    [ZH["K01"], V("K01", 0.955)],
                    [ZH["K07"], V("K07", 0.05)],
                    [ZH["K08"], V("K08", 1.2)],
                    [ZH["K05"], V("K05", 1)],
                ]
            )
        ],
        [facts(12)],
        problems=["fraction_column@B5", "fraction_column@B6", "fraction_column@B7"],
        questions=[
            ("unit", ZH["K01"], "fraction", "fraction"),
            ("unit", ZH["K07"], "fraction", "fraction"),
            ("unit", ZH["K08"], "fraction", "fraction"),
        ],
        held=["K01", "K07", "K08"],
        later={"0": {"K01": 95.5, "K07": 5, "K08": 120}},
    ),
    Case(
        "names-that-are-not-the-names",
        [
            Page(
                [
                    *block(13),
                    ["指标", "单位", "数值"],
                    ["劳动生产率提升", "%", V("K16", 12)],
                    ["关键工序数控化率", "%", V("K01", 81)],
                    ["生产效率", "件/小时", V("K08", 140)],
                    ["研制周期缩短（天）", "", V("K06", 30)],
                    ["设备综合利用率提升（含租赁）", "百分点", V("K11", 9)],
                    ["员工人数", "人", 321],
                    [ZH["K19"], "%", V("K19", 99)],
                ]
            )
        ],
        [facts(13)],
        problems=[
            "similar_item@A5",
            "similar_item@A6",
            "level_for_change@A7",
            "level_for_change@A8",
            "item_in_doubt@A9",
            "header_not_read@A10",
        ],
        questions=[
            ("header", "劳动生产率提升", "K16", "K16"),
            ("header", "关键工序数控化率", "K01", "ignore"),
            ("header", "设备综合利用率提升(含租赁)", "K11", "K11"),
        ],
        held=["K16", "K01", "K08", "K06", "K11"],
        later={"0": {"K16": 12, "K11": 9}},
        come=["header_not_read@A10", "level_for_change@A7", "level_for_change@A8"],
    ),
]
