"""``kpi coverage``: the contract's object, and gaps that can be acted on."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from data.baselines.make_illustrative import FILE
from kpi.catalogue.catalogue import catalogue
from kpi.services.operation.demonstration import AWARDED
from kpi.services.operation.demonstration_applications import demonstration_applications
from tests.cli.command_line import content, here

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
    assert [one["body"] for one in found["bodies"]] == [one.name.zh for one in catalogue().bodies]
    assert [one["industry"] for one in found["industries"]] == [one.name.zh for one in catalogue().industries]
    assert [one["scenario"] for one in found["scenarios"]] == [one.name.zh for one in catalogue().scenarios]
    assert {tuple(one) for one in found["bodies"]} == {("body", "awarded", "allowed", "nominated")}
    keys = ("industry", "candidates", "awarded", "baseline_enterprises")
    assert {tuple(one) for one in found["industries"]} == {keys}
    assert {tuple(one) for one in found["scenarios"]} == {("stage", "scenario", "candidates")}
    assert {tuple(one) for one in found["gaps"]} == {("code", "text")}


def test_its_counts_are_those_of_the_applications(demonstration: Path) -> None:
    found = covered(demonstration)
    # The demonstration enterprise's own application is not locked yet.
    applied = [one for one in demonstration_applications() if one.credit_code != "91000000MA9990001E"]
    for industry in found["industries"]:
        assert industry["candidates"] == sum(one.industry == industry["industry"] for one in applied)
        assert industry["baseline_enterprises"] > 0
    for scenario in found["scenarios"]:
        assert scenario["candidates"] == sum(scenario["scenario"] in one.scenarios for one in applied)
    bodies = {one["body"]: one for one in found["bodies"]}
    # 30 awards raise the quota, 29 do not.
    assert [bodies[name]["allowed"] for name in ("嘉定区", "闵行区", "奉贤区")] == [12, 12, 10]
    assert [bodies[name]["awarded"] for name in ("嘉定区", "闵行区", "奉贤区")] == [31, 30, 29]
    with AWARDED.open(encoding="utf-8") as file:
        awarded = [row["credit_code"] for row in csv.DictReader(file)]
    with FILE.open(encoding="utf-8") as file:
        known = {row["credit_code"] for row in csv.DictReader(file)} | {one.credit_code for one in applied}
    # The list names no industry: it is known from the enterprises that the baseline or an application knows.
    assert sum(one["awarded"] for one in found["industries"]) == sum(code in known for code in awarded) < len(awarded)


def test_gaps_name_what_to_do_and_reading_changes_nothing(demonstration: Path) -> None:
    before = content(demonstration)
    empty = covered(demonstration, "--year", 2026, "--lang", "en")
    assert empty["year"] == 2026
    gaps = {one["code"] for one in empty["gaps"]}
    assert gaps == {"body_without_candidate", "industry_without_candidate", "scenarios_without_candidate"}
    [life] = [one for one in empty["gaps"] if one["text"].startswith("No candidate in Life and health")]
    size = next(one["baseline_enterprises"] for one in empty["industries"] if one["industry"] == "生命健康")
    assert f"the baseline has {size} enterprises" in life["text"]
    words = here("coverage", "--year", "2026", "--store", demonstration)
    assert (words.code, words.err) == (0, "")
    assert "生产管理环节有 12 个场景尚无候选工厂建设：生产计划优化、" in words.out
    assert content(demonstration) == before


def test_without_a_store_nothing_is_made(tmp_path: Path) -> None:
    call = here("coverage", "--json", "--store", tmp_path / "none")
    assert (call.code, call.faults) == (3, ["store_absent"])
    assert list(tmp_path.iterdir()) == []
