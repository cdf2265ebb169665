"""``kpi place``: the files of a baseline's and of a panel's placing."""

from __future__ import annotations

import hashlib
import json
import stat
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kpi import tables
from kpi.cli import place
from kpi.errors import StoreUnavailable
from kpi.services.whole_panels import whole_year
from kpi.store.store import Store
from tests.cli.command_line import PANEL, content, here
from tests.cli.panels import SAMPLE_INDUSTRY, long, wide, write
from tests.either_store import copied_store

pytestmark = pytest.mark.slow

CELL = ["region", "industry", "kpi", "basis"]
COLUMNS = [
    *CELL,
    "credit_code",
    "value",
    "worse",
    "tied",
    "n",
    "groups",
    "groups_worse",
    "groups_not_better",
]
PURPOSE = ["--purpose", "年度核对（演示）"]
OF_PANEL = ["--year", 2025, "--region", "上海市"]


@pytest.fixture
def own(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the shipped baseline alone, for what the trail is to have."""
    return copied_store(store, tmp_path_factory.mktemp("own") / "store")


def contents(out: Path, form: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Records of all files, and cells; words as plain text."""
    read = pd.read_parquet if form == "parquet" else pd.read_csv
    records = pd.concat([read(path) for path in sorted(out.glob(f"records-*.{form}"))], ignore_index=True)
    cells = read(out / f"cells.{form}")
    for table in (records, cells):
        table[CELL] = table[CELL].astype("str")
    return records, cells


def test_every_record_of_a_baseline_is_placed_as_the_benchmark_command_places_it(
    own: Path, authority: dict[str, Any], tmp_path: Path
) -> None:
    call = here("place", "illustrative-2025", *PURPOSE, "--out", tmp_path / "out", "--json", "--store", own)
    assert (call.code, call.err) == (0, "")
    said = call.json
    records, cells = contents(tmp_path / "out", "parquet")
    panel = long(pd.read_csv(PANEL))
    assert said["records"] == len(records) == len(panel)
    assert said["cells"] == len(cells) == 154
    assert list(records) == COLUMNS
    assert records.equals(records.sort_values([*CELL, "credit_code"], ignore_index=True))
    assert said["baseline"]["sha256"] == authority["baseline"]["sha256"]
    # The sample factory is in no panel: one place worse than it at most is what its own record would have changed.
    own = records[records["industry"] == SAMPLE_INDUSTRY]
    for kpi in authority["kpis"]:
        if kpi["peers"]["n"]:
            of_kpi = own[own["kpi"] == kpi["code"]]
            basis = of_kpi[of_kpi["basis"] == (kpi["basis"] or "only")]
            assert (basis["value"] < kpi["value"]).sum() == kpi["worse"] if kpi["value"] is not None else True
    merged = records.merge(cells, on=CELL)
    assert (merged["n"] < merged["records"]).all()
    assert (merged["groups_y"] - merged["groups_x"] == 1).all()


def test_the_folder_says_of_every_file_what_it_is_and_is_for_its_owner_only(own: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert here("place", "illustrative-2025", *PURPOSE, "--out", out, "--store", own).code == 0
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["out"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert {entry["name"] for entry in summary["files"]} | {"summary.json"} == {path.name for path in out.iterdir()}
    for item in summary["files"]:
        assert hashlib.sha256((out / item["name"]).read_bytes()).hexdigest() == item["sha256"]
    rows = {entry["region"]: entry["rows"] for entry in summary["files"]}
    assert rows == {None: summary["cells"], "上海市": summary["records"]}


def test_csv_says_the_same_as_parquet(own: Path, tmp_path: Path) -> None:
    for form in ("parquet", "csv"):
        words = ["--form", form, "--out", tmp_path / form, "--store", own]
        assert here("place", "illustrative-2025", *PURPOSE, *words).code == 0
    for ours, theirs in zip(contents(tmp_path / "parquet", "parquet"), contents(tmp_path / "csv", "csv"), strict=True):
        pd.testing.assert_frame_equal(ours, theirs, check_dtype=False, check_exact=True)
    assert (tmp_path / "csv" / "cells.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.campaign
@pytest.mark.parametrize("form", ["wide.csv", "long.csv", "long.parquet"])
def test_a_panel_is_placed_as_its_baseline_would_be_and_leaves_nothing(form: str, tmp_path: Path) -> None:
    table = wide() if form.startswith("wide") else long(wide())
    panel = write(table, tmp_path / form)
    reported = ["--name", "frozen", *OF_PANEL, "--provenance", "illustrative"]
    store = tmp_path / "store"
    frozen = here("baseline", "import", panel, *reported, "--json", "--store", store)
    assert frozen.code == 0
    assert here("place", "frozen", *PURPOSE, "--out", tmp_path / "a", "--store", store).code == 0
    before = content(store)
    call = here("place", "--panel", panel, *OF_PANEL, "--out", tmp_path / "b", "--json", "--store", store)
    assert (call.code, call.json["panel"]["sha256"]) == (0, frozen.json["baseline"]["sha256"])
    for ours, theirs in zip(contents(tmp_path / "a", "parquet"), contents(tmp_path / "b", "parquet"), strict=True):
        pd.testing.assert_frame_equal(ours, theirs)
    assert content(store) == before
    assert {path.name for path in tmp_path.iterdir()} == {"a", "b", form, "store"}


def test_a_register_of_groups_decides_who_is_no_peer(tmp_path: Path) -> None:
    panel = write(wide(12), tmp_path / "p.csv")
    codes = wide(12)["credit_code"].tolist()
    register = pd.DataFrame({"credit_code": codes[:5], "group": ["演示集团（虚构）"] * 5})
    groups = write(register, tmp_path / "g.csv")
    words = ["--panel", panel, *OF_PANEL, "--store", tmp_path / "store"]
    assert here("place", *words, "--out", tmp_path / "a").code == 0
    assert here("place", *words, "--out", tmp_path / "b", "--groups", groups).code == 0
    alone, grouped = (contents(tmp_path / name, "parquet")[0] for name in ("a", "b"))
    members = grouped["credit_code"].isin(codes[:5])
    others = (members.groupby([grouped[name] for name in CELL]).transform("sum") - 1).clip(lower=0)
    # Peers are fewer by the other members for a member; groups are fewer for whoever is in none.
    assert (alone["n"] - grouped["n"]).tolist() == others.where(members, 0).tolist()
    assert (alone["groups"] - grouped["groups"]).tolist() == others.tolist()
    assert others.max() == 4


def test_cells_in_many_questions_give_the_same_files(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert here("place", "illustrative-2025", *PURPOSE, "--out", tmp_path / "a", "--store", own).code == 0
    assert capfd.readouterr().err == ""
    monkeypatch.setattr(whole_year, "RECORDS_AT_ONCE", 700)
    call = here("place", "illustrative-2025", *PURPOSE, "--out", tmp_path / "b", "--store", own, "--lang", "en")
    assert call.code == 0
    reported = capfd.readouterr().err.splitlines()
    assert len(reported) > 3
    assert reported[0].startswith("上海市: ")
    for ours, theirs in zip(contents(tmp_path / "a", "parquet"), contents(tmp_path / "b", "parquet"), strict=True):
        pd.testing.assert_frame_equal(ours, theirs)


def test_the_trail_has_who_took_all_records_and_what_for(own: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert here("place", "illustrative-2025", *PURPOSE, "--out", out, "--store", own).code == 0
    with Store.open_to_read(own) as opened, opened.cursor() as cursor:
        (*_, entry) = tables.audit.audit_entries(cursor)
    assert (entry.action, entry.subject, entry.address) == ("file_downloaded", "illustrative-2025", "console")
    assert json.loads(entry.after or "") == {
        "taken": "placed_records",
        "format": "parquet",
        "sha256": hashlib.sha256((out / "summary.json").read_bytes()).hexdigest(),
        "purpose": PURPOSE[1],
    }


def test_what_the_trail_cannot_take_is_not_written(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise StoreUnavailable("store_full")

    monkeypatch.setattr(place, "note_download", refused)
    call = here("place", "illustrative-2025", *PURPOSE, "--out", tmp_path / "out", "--store", own)
    assert (call.code, call.out) == (3, "")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(own: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "kept.txt").write_text("kept")
    call = here("place", "illustrative-2025", *PURPOSE, "--out", out, "--store", own, "--lang", "en")
    assert (call.code, call.out) == (2, "")
    assert "already exists" in call.err
    assert content(tmp_path) == {"out/kept.txt": hashlib.sha256(b"kept").hexdigest()}


def test_what_a_kill_left_is_removed_by_the_next_attempt(own: Path, tmp_path: Path) -> None:
    left = tmp_path / ".out.part"
    (left / "spilled").mkdir(parents=True)
    (left / "records-001.parquet").write_bytes(b"half")
    assert here("place", "illustrative-2025", *PURPOSE, "--out", tmp_path / "out", "--store", own).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert not (tmp_path / "out" / "spilled").exists()


def test_a_faulty_panel_is_refused_with_every_fault_and_writes_nothing(tmp_path: Path) -> None:
    table = wide(5).astype({"K08": object})
    table.loc[0, "K08"] = "about 5"
    table.loc[3, "credit_code"] = "X"
    panel = write(table, tmp_path / "p.csv")
    call = here("place", "--panel", panel, *OF_PANEL, "--out", tmp_path / "out", "--json", "--store", tmp_path / "s")
    assert call.code == 1
    assert {(item["code"], item["row"]) for item in call.json["problems"]} >= {
        ("panel_not_a_number", 2),
        ("panel_invalid_credit_code", 5),
    }
    assert [path.name for path in tmp_path.iterdir()] == ["p.csv"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["not-there", *PURPOSE], "Check the name"),
        (["illustrative-2025"], "--purpose"),
        (["illustrative-2025", "--purpose", " "], "--purpose"),
        (["--panel", "{panel}", "--year", "2025", "--region", "上海市", *PURPOSE], "--purpose"),
        ([], "--panel"),
        (["illustrative-2025", "--panel", "{panel}"], "--panel"),
        (["illustrative-2025", "--year", "2025"], "--panel"),
        (["--panel", "{panel}"], "--region"),
        (["--panel", "{panel}", "--year", "2025"], "--region"),
        (["--panel", "{tmp}/none.csv", "--year", "2025", "--region", "上海市"], "Check its name"),
        (["--panel", "{panel}", "--year", "2025", "--region", " "], "--region"),
        (["illustrative-2025", "--form", "xlsx"], "kpi --help"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_call_writes_nothing(own: Path, tmp_path: Path, words: list[str], said: str) -> None:
    filled = [word.format(panel=PANEL, tmp=tmp_path) for word in words]
    call = here("place", *filled, "--out", tmp_path / "out", "--store", own, "--lang", "en")
    assert (call.code, call.out) == (2, "")
    assert said in call.err
    assert list(tmp_path.iterdir()) == []


def test_too_many_records_for_a_csv_are_refused(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = whole_year.panel_limits().model_copy(update={"rows": 1000})
    monkeypatch.setattr(whole_year, "panel_limits", lambda: limits)
    call = here(
        "place",
        "illustrative-2025",
        *PURPOSE,
        "--form",
        "csv",
        "--out",
        tmp_path / "o",
        "--store",
        own,
        "--lang",
        "en",
    )
    assert (call.code, call.out) == (2, "")
    assert "--form parquet" in call.err
    assert list(tmp_path.iterdir()) == []


def test_a_region_that_looks_like_a_formula_is_text_in_csv(tmp_path: Path) -> None:
    panel = write(wide(3), tmp_path / "p.csv")
    words = ["--panel", panel, "--year", 2025, "--region", "=1+1", "--form", "csv", "--store", tmp_path / "s"]
    assert here("place", *words, "--out", tmp_path / "out").code == 0
    assert set(contents(tmp_path / "out", "csv")[0]["region"]) == {"'=1+1"}


def test_while_the_app_holds_the_store_the_same_is_written(own: Path, tmp_path: Path) -> None:
    """What the serving process does when it is asked."""
    from kpi.cli.call import CallSession
    from kpi.cli.main import run

    with Store.open(own) as opened:
        session = CallSession(cwd=tmp_path, serving=opened)
        run(["place", "illustrative-2025", *PURPOSE, "--out", "out"], session)
    assert (session.code, session.err) == (0, [])
    assert len(contents(tmp_path / "out", "parquet")[0]) > 1000


def test_a_cluster_without_pyspark_is_refused_in_words(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    words = ["--out", tmp_path / "out", "--store", own, "--engine", "spark://127.0.0.1:7077", "--lang", "en"]
    call = here("place", "illustrative-2025", *PURPOSE, *words)
    assert (call.code, call.out) == (2, "")
    assert "requirements-spark.txt" in call.err
    assert list(tmp_path.iterdir()) == []


def test_the_serving_process_starts_no_spark(own: Path, tmp_path: Path) -> None:
    from kpi.cli.call import CallSession
    from kpi.cli.main import run

    with Store.open(own) as opened:
        session = CallSession(cwd=tmp_path, serving=opened)
        run(["place", "illustrative-2025", *PURPOSE, "--out", "out", "--engine", "local[2]"], session)
    assert (session.code, session.out) == (2, [])
    assert "备份" in session.err[0]
    assert list(tmp_path.iterdir()) == []
