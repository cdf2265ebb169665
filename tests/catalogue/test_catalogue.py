"""The catalogue against the notice: ``notice_names.csv`` was cut out of 沪经信制〔2025〕514 号, not typed."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from kpi.catalogue.catalogue import NOTICES, catalogue, load_catalogue
from kpi.catalogue.published_figures import leading_definitions, load_figures, published_figures, reference_marks
from kpi.catalogue.schema import DATA
from kpi.errors import InvalidData
from kpi.model.language import Text

HERE = Path(__file__).parent
SHIPPED = NOTICES / "shanghai-2025-514"


def notice(kind: str) -> list[dict[str, str]]:
    with (HERE / "notice_names.csv").open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["list"] == kind]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / SHIPPED.name))


def test_the_21_kpis_have_the_names_and_units_of_the_notice_in_its_order() -> None:
    reported = [(kpi.code, kpi.number, kpi.name.zh, kpi.unit.zh) for kpi in catalogue().kpis]
    assert reported == [(f"K{int(r['number']):02}", int(r["number"]), r["name"], r["unit"]) for r in notice("kpi")]
    assert len(reported) == 21
    assert catalogue().kpi("K18").name.zh == "单位产值二氧化碳（CO₂）排放量降低"


def test_the_40_scenarios_have_the_names_of_the_notice_in_its_order() -> None:
    reported = [(scenario.number, scenario.name.zh) for scenario in catalogue().scenarios]
    assert reported == [(int(row["number"]), row["name"]) for row in notice("scenario")]
    assert len(reported) == 40


def test_stages_stand_in_the_order_of_annex_2_with_its_runs_of_scenarios() -> None:
    assert [(stage.name.zh, stage.first, stage.last) for stage in catalogue().stages] == [
        ("工厂建设", 1, 3),
        ("产品研发", 4, 5),
        ("工艺设计", 6, 7),
        ("生产管理", 8, 19),
        ("生产作业", 20, 29),
        ("运营管理", 30, 33),
        ("产品服务", 34, 36),
        ("供应链管理", 37, 40),
    ]
    for stage in catalogue().stages:
        numbers = [scenario.number for scenario in catalogue().scenarios if scenario.stage == stage.code]
        assert numbers == list(range(stage.first, stage.last + 1))


def test_segments_hold_the_stages_of_the_annex_notes_1_to_5() -> None:
    held = {item.name.zh: [catalogue().stage(code).name.zh for code in item.stages] for item in catalogue().segments}
    assert held == {
        "工厂建设": ["工厂建设"],
        "研发设计": ["产品研发", "工艺设计"],
        "生产作业": ["生产作业"],
        "生产管理": ["生产管理"],
        "运营管理": ["运营管理", "产品服务", "供应链管理"],
    }
    for segment in catalogue().segments:
        assert [stage.code for stage in catalogue().stages if stage.segment == segment.code] == list(segment.stages)


def test_scenarios_given_by_name_fall_into_their_segments() -> None:
    assert catalogue().segments_of(["先进过程控制", "供应商数字化管理"]) == {"production", "business_management"}
    with pytest.raises(KeyError):
        catalogue().segments_of(["先进的过程控制"])


def test_tiers_ask_what_annex_1_asks() -> None:
    every = {segment.code for segment in catalogue().segments}
    advanced = {"production", "production_management", "business_management"}
    asked = {tier.code: (set(tier.segments), tier.ai_share, tier.region, tier.statistic) for tier in catalogue().tiers}
    assert asked == {
        "basic": ({"production"}, None, "region", "mean"),
        "advanced": (advanced, None, "region", "leading"),
        "excellent": (every, 0.2, "country", "leading"),
        "pilot": (every, 0.6, "world", "leading"),
    }
    assert [tier.maturity for tier in catalogue().tiers] == [2, 2, 3, 4]
    assert [tier.code for tier in catalogue().tiers if tier.in_principle] == ["excellent"]
    assert catalogue().tier("advanced").clause.zh == "主要技术经济指标应处于省（区、市）同行业领先水平"


def test_groups_hold_the_kpis_of_the_annex_table() -> None:
    held = {group.name.zh: [kpi.number for kpi in catalogue().kpis_of(group.code)] for group in catalogue().groups}
    assert held == {
        "能力提升类指标": [1, 2, 3, 4, 5],
        "价值效益类指标": [6, 7],
        "生产运营效率类指标": [8, 9, 10, 11, 12, 13, 14, 15, 16],
        "可持续发展类指标": [17, 18, 19, 20],
        "推广应用类指标": [21],
    }


def test_the_six_industries_are_those_of_annex_3() -> None:
    assert [industry.name.zh for industry in catalogue().industries] == [
        "电子信息",
        "汽车",
        "高端装备",
        "生命健康",
        "先进材料",
        "时尚消费品",
    ]


def test_19_bodies_stand_on_19_tiles_and_three_overlap_districts() -> None:
    bodies = catalogue().bodies
    assert len(bodies) == len({(body.column, body.row) for body in bodies}) == 19
    assert len(catalogue().districts) == 16
    assert all((body.adcode or "").startswith("3101") for body in catalogue().districts)
    assert {body.name.zh: body.overlaps for body in bodies if body.kind == "other"} == {
        "临港新片区": ("浦东新区", "奉贤区"),
        "化学工业区": ("金山区", "奉贤区"),
        "长兴岛": ("崇明区",),
    }


def test_only_three_facts_are_needed_to_benchmark() -> None:
    assert [fact.code for fact in catalogue().facts if fact.required_to_benchmark] == [
        "credit_code",
        "industry",
        "year",
    ]


@pytest.mark.parametrize(
    ("numbers", "bounds"),
    [
        ((1, 2, 3, 4, 19, 20), (0, 100)),
        ((5, 21), (0, None)),
        ((7, 8, 9, 11, 12, 13, 14, 16), (-100, None)),
        ((6, 10, 15, 17, 18), (None, 100)),
    ],
)
def test_bounds_follow_from_what_a_kpi_is(numbers: tuple[int, ...], bounds: tuple[float | None, float | None]) -> None:
    for number in numbers:
        kpi = catalogue().kpis[number - 1]
        assert kpi.bounds(None) == kpi.bounds("relative") == bounds, kpi.code


def test_five_changes_of_a_share_can_be_reported_in_points_and_the_two_counts_are_whole() -> None:
    assert [kpi.code for kpi in catalogue().kpis if kpi.bases] == ["K09", "K10", "K11", "K13", "K14"]
    assert {kpi.bounds("points") for kpi in catalogue().kpis if kpi.bases} == {(-100, 100)}
    assert [kpi.code for kpi in catalogue().kpis if kpi.of_share] == ["K09", "K10", "K11", "K13", "K14"]
    assert [kpi.code for kpi in catalogue().kpis if kpi.whole] == ["K05", "K21"]


def texts(thing: object) -> Iterator[Text]:
    if isinstance(thing, Text):
        yield thing
    elif isinstance(thing, BaseModel):
        for _, part in thing:
            yield from texts(part)


def test_every_text_is_there_in_both_languages() -> None:
    known = catalogue()
    things = [*known.kpis, *known.groups, *known.stages, *known.scenarios, *known.segments, *known.tiers]
    found = [text for thing in [*things, *known.industries, *known.bodies, *known.facts] for text in texts(thing)]
    assert len(found) > 300
    assert all(text.in_("zh").strip() and text.in_("en").strip() for text in found)


def test_an_unknown_key_is_refused_by_file_and_key(folder: Path) -> None:
    file = folder / "kpis.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("whole = true", "hole = true", 1), encoding="utf-8")
    with pytest.raises(InvalidData, match=r"kpis\.toml: kpi\[4\]\.hole: Extra inputs"):
        load_catalogue(folder)


def test_an_empty_translation_is_refused_by_file_and_key(folder: Path) -> None:
    file = folder / "industries.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('"Automotive"', '" "'), encoding="utf-8")
    with pytest.raises(InvalidData, match=r"industries\.toml: industry\[1\]\.name\.en"):
        load_catalogue(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "reported"),
    [
        (
            "stages.toml",
            'segment = "construction"',
            'segment = "konstruction"',
            r"stages\.toml: segment: .*konstruction",
        ),
        ("bodies.toml", "column = 3\nrow = 0", "column = 2\nrow = 0", r"bodies\.toml: column, row: given_twice"),
        (
            "kpis.toml",
            'formula_status = "our_reading"',
            'formula_status = "official"',
            r"kpis\.toml: kpi\[1\]\.formula_s",
        ),
        ("groups.toml", "[[group]]", "[[group", r"groups\.toml: "),
    ],
)
def test_a_broken_reference_is_reported(folder: Path, name: str, old: str, new: str, reported: str) -> None:
    content = (folder / name).read_text(encoding="utf-8")
    assert old in content
    (folder / name).write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidData, match=reported):
        load_catalogue(folder)


def test_all_that_is_wrong_in_the_files_is_named_at_once(folder: Path) -> None:
    for name, old, new in (
        ("industries.toml", 'code = "automotive"', "kode = 1"),
        ("bodies.toml", 'kind = "district"', 'kind = "county"'),
        ("notice.toml", "year = 2025", "year = 1925"),
    ):
        content = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(content.replace(old, new, 1), encoding="utf-8")
    (folder / "facts.toml").unlink()
    with pytest.raises(InvalidData) as refused:
        load_catalogue(folder)
    for place in (
        "industries.toml: industry[1].code",
        "bodies.toml: body[0].kind",
        "notice.toml: year",
        "facts.toml: ",
    ):
        assert place in str(refused.value)


def test_all_that_contradicts_another_file_is_named_at_once(folder: Path) -> None:
    for name, old, new in (
        ("notice.toml", 'tier = "advanced"', 'tier = "advance"'),
        ("kpis.toml", 'group = "G1"', 'group = "G9"'),
        ("industries.toml", 'code = "automotive"', 'code = "electronics"'),
        ("forms.toml", 'fact = "address"', 'fact = "adress"'),
        ("forms.toml", 'facts = ["group"]', 'facts = ["district"]'),
    ):
        content = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidData) as refused:
        load_catalogue(folder)
    assert len(str(refused.value).splitlines()) == 5


def test_a_notice_lies_in_the_folder_of_its_name(folder: Path) -> None:
    with pytest.raises(InvalidData, match=r"notice\.toml: id: other_folder: shanghai-2025-514"):
        load_catalogue(folder.rename(folder.with_name("shanghai-2026-1")))


def test_each_scenario_has_the_definition_of_the_notice() -> None:
    for scenario in catalogue().scenarios:
        assert scenario.definition.startswith("面向")
        assert scenario.definition.endswith("。")
        assert 80 < len(scenario.definition) < 240
    assert catalogue().scenario("先进过程控制").definition == (
        "面向生产过程精准平稳控制的要求，针对复杂工艺过程控制变量多、控制效果差等问题，应用先进过程控制、模型预测控制、"
        "多变量协同控制等技术，实现高质量的实时闭环控制，保证工艺过程平稳性，提高产出率。"
    )


EFFECTS = {
    12: (("K12",), "库存周转率"),
    16: (("K17",), "单位产值综合能耗"),
    26: (("K10",), "产品不良率"),
    40: (("K13", "K14"), "准时交付率"),
}


@pytest.mark.parametrize("name", sorted(item.parent.name for item in NOTICES.glob("*/notice.toml")))
def test_an_effect_is_the_words_of_annex_2_that_name_what_the_kpi_measures(name: str) -> None:
    known = load_catalogue(NOTICES / name)
    found = {item.number: item for item in known.scenarios if item.effect}
    assert found.keys() == EFFECTS.keys()
    for number, (kpis, measured) in EFFECTS.items():
        effect = found[number].effect
        assert effect is not None
        assert effect.kpis == kpis
        assert effect.quote in found[number].definition
        assert all(measured in words for words in (effect.quote, *(known.kpi(kpi).name.zh for kpi in kpis)))
        assert all(found[number] in known.scenarios_moving(kpi) for kpi in kpis)
    assert known.scenarios_moving("K01") == ()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [('"提高库存周转率和', '"提高周转率和', "an effect in the words"), ('["K12"]', '["K99"]', "not_there")],
)
def test_an_effect_that_the_definition_does_not_say_is_refused(folder: Path, old: str, new: str, fault: str) -> None:
    file = folder / "scenarios.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(InvalidData, match=fault):
        load_catalogue(folder)


def test_published_figures_keep_their_sources_and_marks_stand_on_an_axis_of_their_unit() -> None:
    assert len(published_figures()) == 35
    marks = {(mark.region, mark.period, mark.value) for mark in reference_marks("K08")}
    assert marks == {("china", "2025-02", 22.3), ("china", "2021-2022", 48.0), ("shanghai", "2024-01", 50.0)}
    assert reference_marks("K12") == (), "days in stock are a level, K12 is a change"
    assert len(leading_definitions()) == 6


def test_a_figure_in_another_unit_cannot_be_drawn(tmp_path: Path) -> None:
    shipped = (DATA / "baselines" / "published_figures.csv").read_text(encoding="utf-8")
    file = tmp_path / "figures.csv"
    file.write_text(shipped.replace("20.0,天,no", "20.0,天,yes"), encoding="utf-8")
    with pytest.raises(InvalidData, match=r"figures\.csv, row \d+: drawable: 天 is not the unit of K12"):
        load_figures(file)
