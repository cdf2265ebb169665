"""Changes that next year's notice may make, each once on a copy: its data alone is edited, and the product follows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import pytest

from kpi.catalogue.catalogue import catalogue
from tests import campaign
from tests.cli.fill_template import answers
from tests.shipped import SHIPPED

ROOT = Path(__file__).resolve().parents[2]
FIRST, COPIED = catalogue().notice.id, "shanghai-2026-1"
NOTICE = f"data/notices/{COPIED}"
ADDED_KPI = """
[[kpi]]
code = "K22"
number = 22
name = { zh = "数据要素利用率", en = "Use of data" }
short = { zh = "数据要素利用率", en = "Use of data" }
group = "G1"
unit = { zh = "%", en = "%" }
kind = "level"
minimum = 0
maximum = 100
formula = { zh = "已利用的数据量 ÷ 数据总量 × 100", en = "data in use ÷ all data × 100" }
formula_status = "our_reading"
formula_source = { zh = "指标名称的字面含义", en = "the literal meaning of the name" }
evidence = { zh = "数据目录", en = "Catalogue of data" }
"""
ADDED_FACT = """
[[fact]]
code = "employees"
name = { zh = "从业人数", en = "Employees" }
kind = "integer"
minimum = 1
hint = { zh = "年末人数", en = "At the end of the year" }
source = { zh = "附件 3 第 11 行", en = "annex 3, row 11" }
"""
ADDED_ROW = """
[[annex3.row]]
number = "11"
title = "从业人数"
facts = ["employees"]
"""
ADDED_COLUMN = """
[[annex5.column]]
title = "从业人数"
fact = "employees"
width = 6
"""
ADDED_CONDITION = """
[[condition]]
code = "uses_ai"
name = { zh = "应用人工智能技术场景比例不低于 60%", en = "At least 60 % of scenarios use artificial intelligence" }
remedy = { zh = "在更多场景中应用人工智能。", en = "Use artificial intelligence in more scenarios." }
clauses = ["annex1.III.2.1"]
quote = "应用人工智能技术场景比例不低于 60%"
tests = [{ kind = "at_least", kpi = "K04", limit = 60 }]
"""
KPI_NAME, KPI_GONE = "数据要素利用率（%）", "工厂应用人工智能模型数量（个）"
MAIN = '["K08", "K10", "K11", "K15", "K16", "K17"]'
OLD_SCENARIO, NEW_SCENARIO = "能源智能管控", "能源与碳排放智能管控"
SPLIT = ("高端装备", "智能装备", "航空航天")


@dataclass(frozen=True)
class Change:
    """What is edited in which file; what is typed otherwise into the workbook; and what then holds."""

    edits: Mapping[str, Callable[[str], str]]
    holds: Callable[[Mapping[str, Any]], None]
    says: tuple[tuple[str, str, str], ...] = ()
    of_policy: tuple[tuple[str, str], ...] = ()
    typed: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    industry: str = SPLIT[0]


def replaced(*pairs: tuple[str, str]) -> Callable[[str], str]:
    def edit(text: str) -> str:
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        return text

    return edit


def added(block: str) -> Callable[[str], str]:
    return lambda text: text + block


def without(code: str) -> Callable[[str], str]:
    """Without the item of that code."""

    def edit(text: str) -> str:
        head, *items = text.split("\n[[")
        kept = [item for item in items if f'\ncode = "{code}"\n' not in item]
        assert len(kept) == len(items) - 1
        return "\n[[".join([head, *kept])

    return edit


def split(text: str) -> str:
    """One industry's tables twice, for each of the two it becomes."""
    marks = ("[main_kpis.equipment]", "[not_applicable_allowed.equipment]")
    tables = text.split("\n\n")
    twice = [table.replace("equipment]", "aerospace]") for table in tables if table.startswith(marks)]
    assert len(twice) == 2
    return "\n\n".join([*tables, *twice]).replace("equipment]", "machinery]")


def kpis(found: Mapping[str, Any]) -> dict[str, Any]:
    return {item["code"]: item for item in found["answer"]["kpis"]}


def dropped_kpi(found: Mapping[str, Any]) -> None:
    assert KPI_GONE not in found["template"]["填报"]
    assert "K05" not in {value["code"] for value in found["read"]["values"]}
    assert len(kpis(found)) == 20
    assert "K05" not in {*kpis(found), *found["figures"]}
    assert found["contradictions"] == []


def added_kpi(found: Mapping[str, Any]) -> None:
    assert KPI_NAME in found["template"]["填报"]
    assert KPI_NAME in found["template"]["示例"]
    assert {"code": "K22", "state": "reported", "value": 30} in [
        {key: value[key] for key in ("code", "state", "value")} for value in found["read"]["values"]
    ]
    assert len(kpis(found)) == 22
    of_it = kpis(found)["K22"]
    assert (of_it["verdict"], of_it["peers"]["n"]) == ("too_few_peers", 0)
    assert kpis(found)["K21"]["peers"]["n"] == 30


def renamed_scenario(found: Mapping[str, Any]) -> None:
    for sheet in ("示例", "场景清单"):
        assert any(NEW_SCENARIO in text for text in found["template"][sheet])
        assert not any(OLD_SCENARIO in text for text in found["template"][sheet])
    assert NEW_SCENARIO in found["read"]["facts"]["scenarios"]
    assert any(NEW_SCENARIO in text for text in found["annexes"]["5.docx"])
    assert NEW_SCENARIO in {item["scenario"] for item in found["coverage"]["scenarios"]}
    covered = {item["rule"]: item["state"] for item in found["answer"]["eligibility"]}
    assert covered["segments_covered"] == "ok"


def split_industry(found: Mapping[str, Any]) -> None:
    assert set(SPLIT[1:]) <= set(found["template"]["lists"])
    assert SPLIT[0] not in found["template"]["lists"]
    assert found["read"]["facts"]["industry"] == SPLIT[2]
    assert kpis(found)["K08"]["peers"]["industry"] == SPLIT[2]
    assert kpis(found)["K08"]["peers"]["n"] == 30
    assert {*SPLIT[1:]} <= {item["industry"] for item in found["coverage"]["industries"]}
    assert SPLIT[2] in found["annexes"]["5.xlsx"]
    assert SPLIT[2] in found["annexes"]["3.docx"]


def added_row(found: Mapping[str, Any]) -> None:
    assert "从业人数" in found["template"]["填报"]
    assert found["read"]["facts"]["employees"] == 812
    for annex in ("3.docx", "5.docx", "5.xlsx"):
        assert {"从业人数", "812"} <= set(found["annexes"][annex])


def tightened_condition(found: Mapping[str, Any]) -> None:
    states = {item["rule"]: item["state"] for item in found["answer"]["eligibility"]}
    assert (states["maturity_annex1"], states["maturity_body"]) == ("fails", "ok")


def added_condition(found: Mapping[str, Any]) -> None:
    (own,) = (item for item in found["answer"]["eligibility"] if item["rule"] == "uses_ai")
    assert own["state"] == "fails"
    assert "应用人工智能技术场景比例不低于 60%" in own["why"]


def flat_quota(found: Mapping[str, Any]) -> None:
    assert found["recommended"]["quota"]["allowed"] == 8
    assert found["recommended"]["quota"]["rule"] == "各推荐单位相同"
    assert {body["allowed"] for body in found["coverage"]["bodies"]} == {8}


def moved_line(found: Mapping[str, Any]) -> None:
    assert found["answer"]["policy"]["leading_quantile"] == 0.75
    assert kpis(found)["K08"]["leading_line"] == quantiles(found["peers"], n=4, method="inclusive")[2]


def other_main_kpis(found: Mapping[str, Any]) -> None:
    assert found["answer"]["policy"]["main_kpis"] == ["K03", "K16", "K19"]
    assert {code for code, item in kpis(found).items() if item["main"]} == {"K03", "K16", "K19"}


def _scenarios(new: str) -> str:
    return str(answers()["智能制造典型场景名称"][0]).replace(OLD_SCENARIO, new)


CHANGES = {
    "drop a KPI": Change(
        {
            f"{NOTICE}/kpis.toml": without("K05"),
            f"{NOTICE}/policy.toml": replaced(('value = ["K05", "K21"]', 'value = ["K21"]')),
        },
        dropped_kpi,
        (("kpis", "K05", ""),),
        (("disclosure.median_only", "value"),),
    ),
    "add a KPI": Change(
        {f"{NOTICE}/kpis.toml": added(ADDED_KPI)}, added_kpi, (("kpis", "K22", ""),), typed={KPI_NAME: [30]}
    ),
    "rename a scenario": Change(
        {f"{NOTICE}/scenarios.toml": replaced((f'zh = "{OLD_SCENARIO}"', f'zh = "{NEW_SCENARIO}"'))},
        renamed_scenario,
        (("scenarios", "16", "name.zh"),),
        typed={"智能制造典型场景名称": [_scenarios(NEW_SCENARIO)]},
    ),
    "tighten a condition": Change(
        {f"{NOTICE}/conditions.toml": replaced(('limit = "maturity.annex1_advanced"', "limit = 5"))},
        tightened_condition,
        (("conditions", "maturity_annex1", "tests"),),
    ),
    "add a condition of another kind": Change(
        {f"{NOTICE}/conditions.toml": added(ADDED_CONDITION)},
        added_condition,
        (("conditions", "uses_ai", ""),),
    ),
    "split an industry": Change(
        {
            f"{NOTICE}/industries.toml": replaced(
                (
                    'code = "equipment"\nname = { zh = "高端装备", en = "High-end equipment" }',
                    'code = "machinery"\nname = { zh = "智能装备", en = "Intelligent equipment" }\n\n'
                    '[[industry]]\ncode = "aerospace"\nname = { zh = "航空航天", en = "Aerospace" }',
                ),
            ),
            f"{NOTICE}/facts.toml": replaced(("高端装备、", "智能装备、航空航天、"), ("六选一", "七选一")),
            f"{NOTICE}/forms.toml": replaced(("高端装备、", "智能装备、航空航天、")),
            f"{NOTICE}/policy.toml": split,
        },
        split_industry,
        (
            ("industries", "equipment", ""),
            ("industries", "machinery", ""),
            ("industries", "aerospace", ""),
            ("facts", "industry", "hint.zh"),
            ("annex5", "industry", "title"),
        ),
        tuple(
            (f"{key}.{code}", "")
            for key in ("main_kpis", "not_applicable_allowed")
            for code in ("equipment", "machinery", "aerospace")
        ),
        {"所属行业": [SPLIT[2]]},
        SPLIT[2],
    ),
    "add a form row": Change(
        {f"{NOTICE}/facts.toml": added(ADDED_FACT), f"{NOTICE}/forms.toml": added(ADDED_ROW + ADDED_COLUMN)},
        added_row,
        (("facts", "employees", ""), ("annex3", "employees", ""), ("annex5", "employees", "")),
        typed={"从业人数": [812]},
    ),
    "change the quota's rule": Change(
        {
            f"{NOTICE}/policy.toml": lambda text: "\n\n".join(
                table.replace("value = 10", "value = 8")
                for table in text.split("\n\n")
                if not table.startswith("[quota.raised")
            )
        },
        flat_quota,
        of_policy=(("quota.base", "value"), ("quota.raised", ""), ("quota.raised_from", "")),
    ),
    "move the line": Change(
        {
            "data/policy/2025-01-01-verdict.toml": replaced(
                ("[leading_quantile]\nvalue = 0.8", "[leading_quantile]\nvalue = 0.75")
            )
        },
        moved_line,
    ),
    "replace the main KPIs": Change(
        {f"{NOTICE}/policy.toml": replaced((MAIN, '["K03", "K16", "K19"]'))},
        other_main_kpis,
        of_policy=tuple((f"main_kpis.{industry.code}", "value") for industry in catalogue().industries),
    ),
}


def copied(folder: Path) -> Path:
    """The product, and in it a notice that says what the first says, under a name of its own. Of the illustrative panel
    a few rows, as nothing here is about their number.
    """
    for part in ("kpi", "data"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    panel = folder / SHIPPED.relative_to(ROOT)
    panel.write_text("\n".join(panel.read_text("utf-8").splitlines()[::15]), "utf-8")
    notices = folder / "data" / "notices"
    shutil.copytree(notices / FIRST, notices / COPIED)
    for file in (notices / COPIED / "notice.toml", notices / "first.toml"):
        file.write_text(replaced((f'id = "{FIRST}"', f'id = "{COPIED}"'))(file.read_text("utf-8")), "utf-8")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", campaign.size(["move the line"], CHANGES))
def test_the_product_follows_a_change_of_its_data_alone(name: str, tmp_path: Path) -> None:
    change, folder = CHANGES[name], copied(tmp_path)
    for path, edit in change.edits.items():
        file = folder / path
        file.write_text(edit(file.read_text("utf-8")), "utf-8")
    asked = {"first": FIRST, "typed": {**answers(), **change.typed}, "panel_industry": change.industry}
    ended = subprocess.run(
        [sys.executable, Path(__file__).with_name("journey_of_a_notice.py"), json.dumps(asked)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{os.environ['PYTHONPATH']}:{folder}"},
        capture_output=True,
        timeout=240,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr.decode()
    found = json.loads(ended.stdout)
    said = [tuple(item[:3]) for item in found["changes"]]
    assert [item for item in said if item[0] != "policy"] == [*change.says, ("notice", "", "id")]
    assert {item[1:] for item in said if item[0] == "policy"} == set(change.of_policy)
    first, judged = (
        {item.code for item in catalogue().judged_conditions},
        {item["rule"] for item in found["answer"]["eligibility"]},
    )
    assert judged - first == ({"uses_ai"} if change.holds is added_condition else set())
    change.holds(found)


def test_no_change_is_one_of_code_and_most_take_two_files_at_most() -> None:
    assert all(path.endswith(".toml") for change in CHANGES.values() for path in change.edits)
    assert median(len(change.edits) for change in CHANGES.values()) <= 2
