"""The workbook filled in by hand: a good one is read to the last cell, and twelve faults are twelve problems."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.command_line import content, here
from tests.cli.fill_template import answers, fill
from tests.cli.test_benchmark_json import without

PLANTED: dict[str, tuple[str, str, list[Any]]] = {
    "统一社会信用代码": ("invalid_credit_code", "B", ["91000000MA9990001X"]),
    "所属行业": ("unknown_industry", "B", ["高端制造"]),
    "年度": ("invalid_year", "B", ["去年"]),
    "成熟度等级": ("invalid_maturity", "B", [7]),
    "关键设备数控化率（%）": ("above_maximum", "B", [955]),
    "先进过程控制投用率（%）": ("reason_missing", "F", ["不适用"]),
    "数字化生产设备普及率（%）": ("not_a_number", "B", ["九成以上"]),
    "应用人工智能技术场景比例（%）": ("below_minimum", "B", [-5]),
    "工厂应用人工智能模型数量（个）": ("fractional_count", "B", [3.5]),
    "资源综合利用率提升（%）": ("missing_basis", "C", [12]),
    "设备综合利用率提升（%）": ("unknown_basis", "C", [24, "绝对"]),
    "单位面积产值（万元）": ("unknown_item", "A", [10]),
}
ODD = "产品不良率下降（%）"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    path = tmp_path_factory.mktemp("filled") / "填报.xlsx"
    changes = {item: cells for item, (code, _, cells) in PLANTED.items() if code != "unknown_item"}
    extra = {item: cells for item, (code, _, cells) in PLANTED.items() if code == "unknown_item"}
    return path, fill(path, changes, extra)


def test_twelve_faults_are_twelve_problems_each_at_its_cell(faulty: tuple[Path, dict[str, int]]) -> None:
    path, rows = faulty
    assert len({code for code, _, _ in PLANTED.values()}) == 12
    call = here("check", path, "--json", "--lang", "en")
    assert call.code == 1
    found = [(entry["code"], entry["sheet"], entry["row"], entry["column"]) for entry in call.json["problems"]]
    assert sorted(found) == sorted((code, "填报", rows[item], column) for item, (code, column, _) in PLANTED.items())
    for problem in call.json["problems"]:
        assert problem["file"] == "填报.xlsx"
        assert problem["severity"] == "error"
        assert problem["message"]
        assert problem["remedy"]


@pytest.mark.campaign
def test_benchmark_prints_the_same_and_changes_nothing(faulty: tuple[Path, dict[str, int]], store: Path) -> None:
    path, _ = faulty
    before = content(store)
    benched = here("benchmark", path, "--json", "--lang", "en", "--store", store)
    assert (benched.code, benched.err) == (1, "")
    assert benched.json == here("check", path, "--json", "--lang", "en").json
    assert content(store) == before


def test_in_words_every_fault_has_its_cell_and_its_remedy(faulty: tuple[Path, dict[str, int]]) -> None:
    path, rows = faulty
    call = here("check", path)
    lines = call.out.splitlines()
    assert call.code == 1
    assert len(lines) == 2 * 12 + 1
    for item, (_, column, _) in PLANTED.items():
        assert any(f"填报.xlsx › 填报 › {column}{rows[item]} " in line for line in lines)


def test_a_workbook_filled_in_well_is_read_to_the_last_cell(tmp_path: Path, store: Path, authority: dict) -> None:
    fill(tmp_path / "填报.xlsx", {})
    checked = here("check", tmp_path / "填报.xlsx", "--json")
    assert (checked.code, checked.json["problems"]) == (0, [])
    (factory,) = checked.json["factories"]
    assert factory["facts"]["credit_code"] == answers()["统一社会信用代码"][0]
    assert [value["state"] for value in factory["values"]].count("reported") == 19
    benched = here("benchmark", tmp_path / "填报.xlsx", "--json", "--lang", "en", "--store", store)
    assert without(benched.json, "cell") == without(authority, "cell")


def test_the_workbook_as_it_comes_asks_for_the_three_facts_it_needs(tmp_path: Path) -> None:
    for lang in ("zh", "en"):
        here("template", tmp_path / "empty.xlsx", "--lang", lang)
        call = here("check", tmp_path / "empty.xlsx", "--json")
        errors = [item["code"] for item in call.json["problems"] if item["severity"] == "error"]
        assert (call.code, errors) == (1, ["missing_fact"] * 3)


def test_a_warning_alone_does_not_stop_a_file(tmp_path: Path, store: Path) -> None:
    fill(tmp_path / "填报.xlsx", {ODD: [20, "相对", 3.2, 1.2]})
    checked = here("check", tmp_path / "填报.xlsx", "--json")
    assert [(item["severity"], item["code"]) for item in checked.json["problems"]] == [
        ("warning", "stated_differs_from_computed")
    ]
    assert checked.code == 0
    assert here("benchmark", tmp_path / "填报.xlsx", "--store", store).code == 0


def test_a_percentage_format_is_a_question_and_stops_it(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "填报.xlsx"
    rows = fill(path, {"关键设备数控化率（%）": [0.955]})
    book = openpyxl.load_workbook(path)
    book["填报"].cell(rows["关键设备数控化率（%）"], 2).number_format = "0.0%"
    book.save(path)
    call = here("benchmark", path, "--json", "--store", store)
    assert [(item["severity"], item["code"]) for item in call.json["problems"]] == [("question", "percent_format")]
    assert call.code == 1
