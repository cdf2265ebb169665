"""``kpi policy``: what is in force, and what a change would do to the applications that are locked."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kpi.i18n import text
from kpi.policy.load import policies
from kpi.services.operation.demonstration import ensure_demonstration
from kpi.store.store import Store
from tests.cli.command_line import content, here
from tests.either_store import copied_store
from tests.retired_values import retired_change
from tests.shortcuts import made_once

pytestmark = pytest.mark.slow

WORDS = "name = {zh='甲',en='a'}\nunit = {zh='甲',en='a'}\nreference = {zh='甲',en='a'}\nreason = {zh='甲',en='a'}\n"
AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> None:
        with Store.open(folder) as store:
            ensure_demonstration(store, AT)

    return made_once(tmp_path_factory, "policy-demonstration", make)


def written(folder: Path, body: str, day: str = "2999-01-01") -> Path:
    path = folder / "change.toml"
    path.write_text(f"in_force_from = {day}\n{body}", "utf-8")
    return path


@pytest.mark.campaign
def test_the_list_is_what_ships_where_nothing_was_changed(demonstration: Path) -> None:
    call = here("policy", "list", "--json", "--store", demonstration)
    assert (call.code, call.err) == (0, "")
    shown = {item["key"]: item for item in call.json["values"]}
    assert shown.keys() == {statement.key for statement in policies().statements()}
    assert shown["leading_quantile"]["value"] == 0.8
    assert call.json["changes"] == []
    text = here("policy", "list", "--store", demonstration)
    assert "leading_quantile = 80 %（2025-01-01 起；" in text.out


def test_a_preview_counts_what_would_change_and_changes_nothing(demonstration: Path, tmp_path: Path) -> None:
    before = content(demonstration)
    file = written(tmp_path, f"[leading_quantile]\nvalue = 0.5\n{WORDS}")
    call = here("policy", "preview", file, "--json", "--store", demonstration)
    assert (call.code, call.err) == (0, "")
    found = call.json
    assert found["values"] == [{"key": "leading_quantile", "before": 0.8, "after": 0.5}]
    assert found["policy"] == {"before": "2025-01-01", "after": "2999-01-01"}
    assert found["applications"] > 5
    moved = Counter((item["before"], item["after"]) for item in found["verdicts"])
    assert moved["undecided", "leading"] > 0
    assert {pair for pair in moved if pair[0] == "leading"} == set(), "a lower line takes no word away"
    assert found["changed"] == len({item["credit_code"] for item in found["verdicts"] + found["clauses"]})
    assert content(demonstration) == before
    english = here("policy", "preview", file, "--lang", "en", "--store", demonstration)
    assert english.out.startswith("leading_quantile: 80 % -> 50 %\n")
    assert f"{found['changed']} would have a different verdict" in english.out


@pytest.mark.campaign
def test_before_its_first_day_a_change_does_nothing(demonstration: Path, tmp_path: Path) -> None:
    file = written(tmp_path, f"[leading_quantile]\nvalue = 0.5\n{WORDS}")
    found = here("policy", "preview", file, "--as-of", "2998-12-31", "--json", "--store", demonstration).json
    assert (found["verdicts"], found["clauses"], found["changed"]) == ([], [], 0)


def test_a_faulty_file_is_refused_with_every_fault(demonstration: Path, tmp_path: Path) -> None:
    file = written(tmp_path, f"[leading_quantile]\nvalue = 80\n{WORDS}[nothing]\nvalue = 1\n{WORDS}")
    call = here("policy", "preview", file, "--json", "--store", demonstration)
    assert call.code == 1
    assert [(item["code"], item["row"]) for item in call.json["problems"]] == [
        ("policy_unfit_value", 3),
        ("policy_unknown_key", 8),
    ]


def test_the_history_is_read_without_a_browser(demonstration: Path) -> None:
    [step] = here("policy", "history", "--json", "--store", demonstration).json["steps"]
    assert (step["in_force_from"], step["state"], step["change"]) == ("2025-01-01", "in_force", None)
    assert {item["key"] for item in step["values"]} == {statement.key for statement in policies().statements()}
    said = here("policy", "history", "--store", demonstration).out
    assert said.startswith("2025-01-01 起（已生效）：-\n")
    assert "    leading_quantile：- → 80 %\n" in said


def test_a_stored_value_that_decides_nothing_any_more_says_so(demonstration: Path, tmp_path: Path) -> None:
    place = copied_store(demonstration, tmp_path / "store")
    with Store.open(place) as store:
        retired_change(store, date(2026, 6, 1))
    lines = here("policy", "history", "--store", place).out.splitlines()
    said = text("cli.policy.retired", "zh")
    assert [line for line in lines if said in line] == [f"    disclosure.upper_quantile：- → 70 %{said}"]
    assert "upper_quantile" not in here("policy", "list", "--store", place).out


def test_a_notice_of_a_new_year_begins_with_the_values_in_force_as_a_file(demonstration: Path, tmp_path: Path) -> None:
    file = tmp_path / "notice.toml"
    call = here("policy", "file", file, "--from", "2999-01-01", "--store", demonstration)
    assert (call.code, call.err) == (0, "")
    again = here("policy", "preview", file, "--store", demonstration)
    assert again.out.startswith(f"另有 {len(policies().statements())} 项数值不变。\n")
    file.write_text(
        file.read_text("utf-8").replace("[leading_quantile]\nvalue = 0.8", "[leading_quantile]\nvalue = 0.5"), "utf-8"
    )
    lost = here("policy", "file", file, "--from", "2999-01-01", "--store", demonstration, "--json")
    assert (lost.code, lost.faults) == (2, ["out_would_be_lost"])
    found = here("policy", "preview", file, "--json", "--store", demonstration).json
    assert [item["key"] for item in found["values"] if item["before"] != item["after"]] == ["leading_quantile"]
    assert found["changed"] > 0


def test_a_draft_from_a_file_waits_for_somebody_else(demonstration: Path, tmp_path: Path) -> None:
    store = copied_store(demonstration, tmp_path / "store")
    file = written(tmp_path, f"[quota.base]\nvalue = 11\n{WORDS}")
    assert here("policy", "draft", file, "--json", "--store", store).json == {"number": 1}
    same = here("policy", "draft", file, "--change", 1, "--json", "--store", store)
    assert (same.code, same.faults) == (2, ["policy_same"])
    other = written(tmp_path, f"[quota.base]\nvalue = 12\n{WORDS}")
    assert here("policy", "draft", other, "--change", 1, "--json", "--store", store).json == {"number": 1}
    [change] = here("policy", "list", "--json", "--store", store).json["changes"]
    assert (change["state"], change["version"], change["approved_by"]) == ("draft", 2, None)
    assert here("policy", "draft", file, "--change", 7, "--store", store).code == 2


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    file = str(written(tmp_path, f"[confidence]\nvalue = 0.9\n{WORDS}"))
    out = str(tmp_path / "out.toml")
    calls = (["list"], ["history"], ["preview", file], ["draft", file], ["file", out, "--from", "2999-01-01"])
    for arguments in calls:
        assert here("policy", *arguments, "--store", tmp_path / "none").code == 3
    assert not (tmp_path / "none").exists()
