"""``kpi coverage``: the contract's object, and gaps that can be acted on."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from data.baselines.make_illustrative import FILE
from kpi.catalogue.catalogue import catalogue
from kpi.services.operation.demonstration_applications import demonstration_applications
from tests.cli.command_line import content, here
from tests.shipped import AWARDED

pytestmark = pytest.mark.slow


def covered(store: Path, *arguments: object) -> dict[str, Any]:
    call = here("coverage", "--json", "--store", store, *arguments)
    assert (call.code, call.err) == (0, "")
    found: dict[str, Any] = call.json
    return found


def test_the_object_of_the_contract(demonstration: Path) -> None:
    found = covered(demonstration)
    assert list(found) == ["year", "bodies", "industries", "scenarios", "gaps"]
    assert found["year"] == 2025
    assert [item["body"] for item in found["bodies"]] == [body.name.zh for body in catalogue().bodies]
    assert [item["industry"] for item in found["industries"]] == [
        industry.name.zh for industry in catalogue().industries
    ]
    assert [item["scenario"] for item in found["scenarios"]] == [scenario.name.zh for scenario in catalogue().scenarios]
    assert {tuple(item) for item in found["bodies"]} == {("body", "awarded", "allowed", "nominated")}
    keys = ("industry", "candidates", "awarded", "baseline_enterprises")
    assert {tuple(item) for item in found["industries"]} == {keys}
    assert {tuple(item) for item in found["scenarios"]} == {("stage", "scenario", "candidates")}
    assert {tuple(item) for item in found["gaps"]} == {("code", "text")}


def test_its_counts_are_those_of_the_applications(demonstration: Path) -> None:
    found = covered(demonstration)
    # The demonstration enterprise's own application is not locked yet.
    applied = [
        application for application in demonstration_applications() if application.credit_code != "91000000MA9990001E"
    ]
    for industry in found["industries"]:
        assert industry["candidates"] == sum(application.industry == industry["industry"] for application in applied)
        assert industry["baseline_enterprises"] > 0
    for scenario in found["scenarios"]:
        assert scenario["candidates"] == sum(scenario["scenario"] in application.scenarios for application in applied)
    bodies = {item["body"]: item for item in found["bodies"]}
    # 30 awards raise the quota, 29 do not.
    assert [bodies[name]["allowed"] for name in ("嘉定区", "闵行区", "奉贤区")] == [12, 12, 10]
    assert [bodies[name]["awarded"] for name in ("嘉定区", "闵行区", "奉贤区")] == [31, 30, 29]
    with AWARDED.open(encoding="utf-8") as file:
        awarded = [row["credit_code"] for row in csv.DictReader(file)]
    with FILE.open(encoding="utf-8") as file:
        known = {row["credit_code"] for row in csv.DictReader(file)} | {
            application.credit_code for application in applied
        }
    # The list names no industry: it is known from the enterprises that the baseline or an application knows.
    assert sum(item["awarded"] for item in found["industries"]) == sum(code in known for code in awarded) < len(awarded)


def test_gaps_name_what_to_do_and_reading_changes_nothing(demonstration: Path) -> None:
    before = content(demonstration)
    empty = covered(demonstration, "--year", 2026, "--lang", "en")
    assert empty["year"] == 2026
    gaps = {item["code"] for item in empty["gaps"]}
    assert gaps == {"body_without_candidate", "industry_without_candidate", "scenarios_without_candidate"}
    [life] = [item for item in empty["gaps"] if item["text"].startswith("No candidate in Life and health")]
    size = next(item["baseline_enterprises"] for item in empty["industries"] if item["industry"] == "生命健康")
    assert f"the baseline has {size} enterprises" in life["text"]
    words = here("coverage", "--year", "2026", "--store", demonstration)
    assert (words.code, words.err) == (0, "")
    assert "生产管理环节有 12 个场景尚无候选工厂建设：生产计划优化、" in words.out
    assert content(demonstration) == before


def test_without_a_store_nothing_is_made(tmp_path: Path) -> None:
    call = here("coverage", "--json", "--store", tmp_path / "none")
    assert (call.code, call.faults) == (3, ["store_absent"])
    assert list(tmp_path.iterdir()) == []
