"""``kpi place --panel FOLDER``: a panel in parts is read piece by piece and placed as the same panel in one file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kpi.baseline import panel as panel_file
from kpi.baseline import parts as panel_part
from kpi.files.limits import panel_limits
from kpi.services import panel_folder
from tests.benchmark.panels import credit_code
from tests.cli.command_line import Call, content, here
from tests.cli.panels import long, wide, write
from tests.cli.whole_panels.test_place import OF_PANEL, contents

pytestmark = pytest.mark.slow


def parted(panel: pd.DataFrame, folder: Path, cuts: Sequence[int]) -> Path:
    """The rows of a panel in files, cut before these rows."""
    folder.mkdir()
    for number, (first, last) in enumerate(zip([0, *cuts], [*cuts, len(panel)], strict=True)):
        write(panel.iloc[first:last], folder / f"part-{number}.parquet")
    return folder


def placed(panel: Path, out: Path, *words: object) -> Call:
    return here("place", "--panel", panel, *OF_PANEL, "--out", out, "--json", "--store", out.parent / "s", *words)


def faults(call: Call) -> list[tuple[Any, ...]]:
    return [(item["code"], item["file"], item["row"], item["column"]) for item in call.json["problems"]]


@pytest.fixture(params=[7, 500_000], ids=["pieces of seven rows", "one piece a part"])
def pieces(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    rows: int = request.param
    monkeypatch.setattr(panel_part, "ROWS_OF_A_PIECE", rows)
    return rows


def grouped() -> pd.DataFrame:
    """With groups over parts, a branch of a legal person in another part, and one name in two spellings."""
    panel = wide(24).astype({"group": object})
    codes = panel["credit_code"].tolist()
    panel.loc[[0, 9, 20], "group"] = ["演示集团（虚构）", "演示集团(虚构)", "演示集团（虚构）"]
    panel.loc[[3, 15], "group"] = [codes[22], codes[3]]
    return panel


@pytest.mark.parametrize("form", ["long", "wide"])
def test_parts_are_placed_as_the_same_panel_in_one_file(form: str, pieces: int, tmp_path: Path) -> None:
    panel = grouped() if form == "wide" else long(grouped())
    shuffled = panel.sample(frac=1, random_state=7)
    folder = parted(shuffled, tmp_path / "parts", [len(panel) // 3, len(panel) // 2])
    (folder / "_SUCCESS").write_text("")
    (folder / ".part-0.parquet.crc").write_text("x")
    one = placed(write(panel, tmp_path / "whole.parquet"), tmp_path / "a")
    call = placed(folder, tmp_path / "b")
    assert (one.code, call.code, call.err) == (0, 0, "")
    for ours, theirs in zip(contents(tmp_path / "a", "parquet"), contents(tmp_path / "b", "parquet"), strict=True):
        pd.testing.assert_frame_equal(ours, theirs)
    parts = call.json["panel"]["parts"]
    assert [part["name"] for part in parts] == ["part-0.parquet", "part-1.parquet", "part-2.parquet"]
    assert sum(part["rows"] for part in parts) == len(panel)
    assert sum(part["values"] for part in parts) == call.json["records"]
    for part in parts:
        assert part["sha256"] == hashlib.sha256((folder / part["name"]).read_bytes()).hexdigest()
    assert {path.name for path in tmp_path.iterdir()} == {"a", "b", "parts", "whole.parquet"}


@pytest.mark.campaign
def test_a_register_of_groups_decides_in_parts_as_in_one_file(pieces: int, tmp_path: Path) -> None:
    panel = grouped()
    codes = panel["credit_code"].tolist()
    outside = credit_code(8_000_001)
    # One that the panel puts in a group stands alone, one outside the panel ties two together, a branch follows.
    register = pd.DataFrame(
        {"credit_code": [codes[0], codes[5], codes[6], outside], "group": [None, outside, codes[3], "登记集团（虚构）"]}
    )
    groups = ["--groups", write(register, tmp_path / "g.csv")]
    folder = parted(panel, tmp_path / "parts", [5, 6])
    assert placed(write(panel, tmp_path / "whole.csv"), tmp_path / "a", *groups).code == 0
    assert placed(folder, tmp_path / "b", *groups).code == 0
    for ours, theirs in zip(contents(tmp_path / "a", "parquet"), contents(tmp_path / "b", "parquet"), strict=True):
        pd.testing.assert_frame_equal(ours, theirs)


@pytest.mark.campaign
def test_every_fault_has_its_file_and_row(pieces: int, tmp_path: Path) -> None:
    panel = wide(24).astype({"K08": object, "credit_code": object, "industry": object})
    panel["K08"] = panel["K08"].astype(str)
    panel.loc[2, "K08"] = "about 5"
    panel.loc[17, "K08"] = "-300"
    panel.loc[11, "credit_code"] = "X"
    panel.loc[23, "industry"] = "no industry"
    call = placed(parted(panel, tmp_path / "parts", [12]), tmp_path / "out")
    assert call.code == 1
    found = {(code, file, row) for code, file, row, _ in faults(call)}
    assert found == {
        ("panel_not_a_number", "part-0.parquet", 4),
        ("panel_below_minimum", "part-1.parquet", 7),
        ("panel_invalid_credit_code", "part-0.parquet", 13),
        ("panel_unknown_industry", "part-1.parquet", 13),
    }
    assert [path.name for path in tmp_path.iterdir()] == ["parts"]


@pytest.mark.campaign
def test_what_two_parts_state_twice_or_otherwise_is_found(pieces: int, tmp_path: Path) -> None:
    panel = long(wide(12)).astype({"group": object})
    codes = panel["credit_code"].unique().tolist()
    again = panel[panel["credit_code"] == codes[0]].iloc[[1]].copy()
    other_group = (
        panel[panel["credit_code"] == codes[1]].iloc[[0]].assign(group="演示集团（虚构）", kpi="K21", value=1.0)
    )
    panel = panel[~((panel["credit_code"] == codes[1]) & (panel["kpi"] == "K21"))].reset_index(drop=True)
    parts = tmp_path / "parts"
    parts.mkdir()
    write(panel, parts / "a.parquet")
    write(pd.concat([other_group, again]), parts / "b.parquet")
    call = placed(parts, tmp_path / "out")
    assert call.code == 1
    assert faults(call) == [
        ("panel_two_groups", "b.parquet", 2, "B"),
        ("panel_repeated_value", "b.parquet", 3, "E"),
    ]
    row = panel.index[(panel["credit_code"] == codes[0]) & (panel["kpi"] == again["kpi"].item())][0] + 2
    assert f"a.parquet:{row}" in call.json["problems"][1]["message"]


def test_what_two_pieces_of_one_part_state_twice_is_found_by_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel_part, "ROWS_OF_A_PIECE", 5)
    panel = long(wide(3))
    panel = pd.concat([panel, panel.iloc[[1]]], ignore_index=True)
    call = placed(parted(panel, tmp_path / "parts", []), tmp_path / "out")
    assert faults(call) == [("panel_repeated_value", "part-0.parquet", len(panel) + 1, "E")]
    assert "row 3" in placed(tmp_path / "parts", tmp_path / "out", "--lang", "en").json["problems"][0]["message"]


def test_of_too_many_faults_the_rest_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = long(wide(6))
    folder = parted(panel, tmp_path / "parts", [])
    write(panel, folder / "again.parquet")
    settings = panel_folder.panel_settings()
    few = settings.model_copy(update={"limits": settings.limits.model_copy(update={"problems": 10})})
    monkeypatch.setattr(panel_folder, "panel_settings", lambda: few)
    found = placed(folder, tmp_path / "out").json["problems"]
    assert len(found) == 11
    assert found[-1]["code"] == "panel_more_problems"
    assert str(len(panel) - 10) in found[-1]["message"]


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"kpi": None}, "panel_missing_column"),
        ({"credit_code": None}, "panel_missing_column"),
        ({"remark": "x"}, "panel_unknown_column"),
    ],
)
def test_a_part_of_other_columns_is_refused_by_name(columns: dict[str, Any], code: str, tmp_path: Path) -> None:
    panel = long(wide(3))
    folder = parted(panel, tmp_path / "parts", [])
    odd = panel.iloc[:1].drop(columns=[name for name, cell in columns.items() if cell is None])
    write(odd.assign(**{name: cell for name, cell in columns.items() if cell}), folder / "odd.parquet")
    call = placed(folder, tmp_path / "out")
    assert call.code == 1
    assert (code, "odd.parquet") in {fault[:2] for fault in faults(call)}


@pytest.mark.campaign
@pytest.mark.parametrize("data", [b"", b"PAR1", b"credit_code\n", b"PAR1" + b"\x00" * 40 + b"PAR1"])
def test_a_part_that_is_no_parquet_is_refused_by_name(data: bytes, tmp_path: Path) -> None:
    folder = parted(long(wide(3)), tmp_path / "parts", [])
    (folder / "z.parquet").write_bytes(data)
    call = placed(folder, tmp_path / "out")
    assert (call.code, faults(call)) == (1, [("panel_unreadable", "z.parquet", None, None)])


def test_a_part_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    folder = parted(long(wide(40)), tmp_path / "parts", [])
    whole = (folder / "part-0.parquet").read_bytes()
    (folder / "part-0.parquet").write_bytes(whole[:400] + b"\xff" * 400 + whole[800:])
    call = placed(folder, tmp_path / "out")
    assert (call.code, [fault[0] for fault in faults(call)]) == (1, ["panel_unreadable"])


def test_a_part_may_be_larger_than_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = long(wide(12))
    folder = parted(table, tmp_path / "parts", [])
    size = (folder / "part-0.parquet").stat().st_size
    few = panel_limits().model_copy(update={"rows": len(table) - 1, "cells": 10, "file_bytes": size - 1})
    for module in (panel_file, panel_part):
        monkeypatch.setattr(module, "panel_limits", lambda: few)
    assert faults(placed(folder / "part-0.parquet", tmp_path / "one"))[0][0] == "panel_too_large"
    call = placed(folder, tmp_path / "out")
    assert (call.code, call.json["records"]) == (0, len(table))


@pytest.mark.parametrize("holds", ["nothing", "a folder"])
def test_what_is_no_folder_of_parts_is_refused(holds: str, tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    (folder / "within" if holds == "a folder" else folder).mkdir(parents=True)
    before = content(tmp_path)
    call = placed(folder, tmp_path / "out", "--lang", "en")
    assert (call.code, len(call.faults)) == (2, 1)
    assert "Parquet" in call.err
    assert content(tmp_path) == before


def test_a_recipe_does_not_go_with_parts(tmp_path: Path) -> None:
    folder = parted(long(wide(3)), tmp_path / "parts", [])
    call = placed(folder, tmp_path / "out", "--recipe", tmp_path / "r.json", "--lang", "en")
    assert (call.code, "--recipe" in call.err) == (2, True)
