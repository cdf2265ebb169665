"""What a panel's headers say: certain by name and unit, or a proposal with its grounds."""

from __future__ import annotations

import hashlib

import pytest

from kpi.baseline.panel import PanelReading, read_panel
from kpi.baseline.panel_header import OMIT, Ground, header_meaning
from kpi.baseline.recipe import PanelRecipe
from kpi.catalogue.catalogue import catalogue
from tests.benchmark.panels import credit_code

REGION = "江苏省"


def read(*lines: str) -> PanelReading:
    return read_panel("p.csv", "\n".join(lines).encode(), REGION)


def test_every_name_of_every_kpi_that_an_application_knows_is_certain() -> None:
    for kpi in catalogue().kpis:
        for name in (kpi.code, kpi.name.zh, kpi.name.en, kpi.short.zh, *kpi.aliases, f"{kpi.name.zh}（{kpi.unit.zh}）"):
            assert header_meaning(name).holds == kpi.code, name
        for basis in ("_basis", "_口径", "口径") if kpi.bases else ():
            assert header_meaning(kpi.code + basis).holds == f"{kpi.code}_basis"


@pytest.mark.parametrize(
    ("header", "proposal", "grounds", "chosen"),
    [
        ("AI模型数（个）", "K05", ("similar", "unit"), True),
        ("AI模型数", "K05", ("similar",), False),
        ("设备综合利用率提高（%）", "K11", ("similar", "unit"), True),
        # As like to one as to another: nothing is chosen beforehand.
        ("综合利用率提升（%）", "K09", ("several",), False),
        ("生产效率提高（万元）", "K08", ("unit_unlike",), False),
        ("关键设备数控化率（天）", "K01", ("unit_unlike",), False),
        ("研制周期缩短（家）", "K06", ("unit_unlike",), False),
        ("产品不良率", "K10", ("quantity",), False),
        ("产品不良率下降-改造前", None, ("part",), False),
        ("关键设备数控化率（小数）", "K01", ("exact", "fraction"), True),
        ("2024年产品不良率下降", "K10", ("exact", "year"), True),
        ("集团（是否上市）", "group", ("brackets",), False),
        ("备注", OMIT, ("beside",), True),
        ("企业名称", OMIT, ("beside",), True),
        ("去年同期", OMIT, ("beside",), True),
        ("厂区面积（平方米）", None, ("unknown",), False),
    ],
)
def test_what_is_not_certain_is_proposed_with_its_grounds(
    header: str, proposal: str | None, grounds: tuple[Ground, ...], chosen: bool
) -> None:
    meaning = header_meaning(header)
    assert (meaning.holds, meaning.proposal, meaning.grounds, meaning.chosen) == (None, proposal, grounds, chosen)


def test_a_similar_name_between_its_neighbours_is_chosen_beforehand() -> None:
    reading = read("credit_code,group,industry,K07,生产效率提高,K12", f"{credit_code(1)},,汽车,1,2,3")
    assert reading.shape is not None
    assert not reading.shape.columns[4].meaning.chosen
    reading = read("credit_code,group,industry,K07,生产效率提高,资源综合利用率提升", f"{credit_code(1)},,汽车,1,2,3")
    assert reading.shape is not None
    [meaning] = [column.meaning for column in reading.shape.columns if column.header == "生产效率提高"]
    assert (meaning.grounds, meaning.chosen) == (("similar", "position"), True)


def test_the_first_row_with_known_headers_is_the_header_and_faults_name_it() -> None:
    reading = read("样本（虚构）,,,", "企业代码,集团,K01,K08", f"{credit_code(1)},,1,2")
    assert reading.shape is not None
    assert reading.shape.header_row == 2
    missing = {
        problem.params["name"]: problem.row for problem in reading.problems if problem.code == "panel_missing_column"
    }
    assert missing == {"credit_code": 2, "industry": 2}


def test_words_where_numbers_belong_are_one_question_each() -> None:
    codes = [credit_code(number) for number in range(1, 6)]
    reading = read(
        "credit_code,group,industry,K01,K08,AI模型数,说明",
        f"{codes[0]},,汽车,暂缺,1,暂缺,暂缺",
        f"{codes[1]},,汽车,暂缺,-,3,约",
        f"{codes[2]},,汽车,停产,约10,4,约",
        f"{codes[3]},,汽车,停产,约10,4,约",
        f"{codes[4]},,汽车,未定,2,4,",
    )
    assert reading.shape is not None
    words = [(word.word, word.kind, word.count, word.cells) for word in reading.shape.words]
    assert words == [
        ("暂缺", "blank", 4, ("D2", "D3", "F2")),
        ("停产", "other", 2, ("D4", "D5")),
        ("-", "mark", 1, ("E3",)),
    ]


def test_a_column_of_nothing_but_fractions_is_asked_unless_its_header_says_per_cent() -> None:
    rows = [f"{credit_code(number)},,汽车,0.{number},{number}" for number in range(1, 10)]
    rows += [f"{credit_code(10)},,汽车,0,3"]
    reading = read("credit_code,group,industry,关键设备数控化率,K08", *rows)
    assert [problem.code for problem in reading.problems] == ["panel_maybe_fraction"]
    assert reading.shape is not None
    [doubt] = reading.shape.scales
    assert (doubt.kpi, doubt.cell, doubt.value, doubt.count) == ("K01", "D2", "0.1", 10)
    assert read("credit_code,group,industry,关键设备数控化率（%）,K08", *rows).problems == ()
    assert read("credit_code,group,industry,关键设备数控化率,K08", *rows[:9]).problems == ()
    lines = ["credit_code,group,industry,kpi,value,basis"]
    lines += [
        f"{credit_code(number)},,汽车,K01,0.{number},\n{credit_code(number)},,汽车,K08,{number},"
        for number in range(1, 11)
    ]
    assert [problem.code for problem in read(*lines).problems] == ["panel_maybe_fraction"]


def test_a_word_for_no_data_names_no_group() -> None:
    lines = ("credit_code,group,industry,K01", f"{credit_code(1)},暂缺,汽车,1", f"{credit_code(2)},无,汽车,2")
    reading = read(*lines)
    assert [(problem.code, problem.row, problem.value) for problem in reading.problems] == [
        ("panel_unknown_group", 2, "暂缺")
    ]
    assert reading.shape is not None
    assert [(word.word, word.cells) for word in reading.shape.words] == [("暂缺", ("B2",))]
    blank = read_panel("p.csv", "\n".join(lines).encode(), REGION, PanelRecipe(name="x", blanks=("暂缺",)))
    assert (blank.problems, blank.records["group"].tolist()) == ((), [None, None])
    seen = PanelRecipe(name="x").made_for(hashlib.sha256("\n".join(lines).encode()).hexdigest())
    assert read_panel("p.csv", "\n".join(lines).encode(), REGION, seen).records["group"].tolist() == ["暂缺", None]


def test_the_long_form_knows_the_same_names() -> None:
    reading = read("统一社会信用代码,集团名称,行业,指标名称,实际值,口径", f"{credit_code(1)},,汽车,人工智能模型数量,3,")
    assert reading.problems == ()
    assert reading.records[["kpi", "value"]].to_numpy().tolist() == [["K05", 3]]
