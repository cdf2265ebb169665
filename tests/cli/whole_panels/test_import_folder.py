"""``kpi baseline import FOLDER``: a panel in parts is frozen as the same panel in one file."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest

from kpi import tables as store_tables
from kpi.catalogue.catalogue import catalogue
from kpi.cli import baseline_import
from kpi.cli.call import CallSession
from kpi.cli.main import run
from kpi.i18n import text
from kpi.services import panel_folder
from kpi.services.operation import verification as baseline_verification
from kpi.services.operation.verification import verify_store
from kpi.services.preparation import Stage
from kpi.store.database import Cursor
from kpi.store.open_store import open_store
from kpi.store.store import Store
from tests.cli.command_line import PANEL, Call, content, here, made
from tests.cli.panels import SAMPLE_INDUSTRY, long, wide, write
from tests.cli.whole_panels.test_place_folder import grouped, parted, pieces
from tests.either_store import copied_store
from tests.store.shared_places import Databases

pytestmark = pytest.mark.slow

__all__ = ["pieces"]

TABLES = (
    *("observation", "cell", "published", "industry_size", "group_register", "sub_industry"),
    *("peer_cell", "peer_enterprise", "peer_record"),
)
LEFT_OUT = {"baseline", "computed_from"}
"""Columns that hold a baseline's name."""


def imported(panel: Path, name: str, store: Path, *words: object) -> Call:
    described = ["--name", name, "--region", "上海市", "--provenance", "illustrative", "--json", "--store", store]
    return here("baseline", "import", panel, "--year", 2025, *described, *words)


def without(columns: set[str], answer: Cursor) -> list[tuple[Any, ...]]:
    """All rows of an answer in order, without these columns: in either engine's words."""
    shown = [place for place, (name, *_) in enumerate(answer.description) if name not in columns]
    rows = [tuple(row[place] for place in shown) for row in answer.fetchall()]
    return sorted(rows, key=lambda row: [(value is None, value) for value in row])


def rows_of(store: Path, name: str) -> dict[str, list[tuple[Any, ...]]]:
    """What is frozen of a baseline, without its name."""
    with Store.open_to_read(store) as opened, opened.cursor() as cursor:
        return {
            table: without(LEFT_OUT, cursor.execute(f"select * from {table} where baseline = $1", [name]))
            for table in TABLES
        }


def test_parts_are_frozen_as_the_same_panel_in_one_file(pieces: int, tmp_path: Path) -> None:
    panel = grouped().assign(sub_industry="C36")
    panel.loc[3:9, "sub_industry"] = None
    codes = panel["credit_code"].tolist()
    sizes = pd.DataFrame({"region": ["上海市"], "industry": [SAMPLE_INDUSTRY], "size": [60], "groups": [50]})
    register = pd.DataFrame({"credit_code": [codes[1], codes[2]], "group": ["登记集团（虚构）"] * 2})
    words = ["--industry-size", write(sizes, tmp_path / "s.csv"), "--groups", write(register, tmp_path / "g.csv")]
    folder = parted(panel.sample(frac=1, random_state=3), tmp_path / "parts", [4, 15])
    store = tmp_path / "store"
    parts = imported(folder, "parts", store, *words)
    whole = imported(write(panel, tmp_path / "whole.parquet"), "whole", store, *words)
    assert (parts.code, whole.code, parts.err) == (0, 0, "")
    assert parts.json["baseline"]["sha256"] == whole.json["baseline"]["sha256"]
    assert parts.json["cells"] == whole.json["cells"]
    assert [part["rows"] for part in parts.json["parts"]] == [4, 11, 9]
    ours, theirs = rows_of(store, "parts"), rows_of(store, "whole")
    # A mean depends on the order of summation in its last digits.
    cells = [pd.DataFrame(tables.pop("cell")) for tables in (ours, theirs)]
    pd.testing.assert_frame_equal(*cells, check_exact=False, rtol=1e-12, atol=0)
    assert ours == theirs
    assert all(ours.values())
    verified = here("store", "verify", "--json", "--store", store)
    assert (verified.code, verified.json["sound"]) == (0, True)


@pytest.mark.parametrize("form", ["parts", "whole.csv"])
def test_the_panel_that_ships_is_never_imported_as_official(form: str, tmp_path: Path) -> None:
    store, panel = made(tmp_path / "store"), wide(20)
    sent = parted(long(panel), tmp_path / form, [100]) if form == "parts" else write(panel, tmp_path / form)
    described = ["--year", 2025, "--region", "上海市", "--provenance", "official", "--json", "--lang", "en"]
    call = here("baseline", "import", sent, "--name", "trial", *described, "--store", store)
    assert (call.code, len(call.faults)) == (2, 1)
    for words in (str(len(panel)), min(panel["credit_code"]), "--provenance illustrative"):
        assert words in call.err
    with Store.open_to_read(store) as opened, opened.cursor() as cursor:
        assert [baseline.name for baseline in store_tables.baselines.baselines(cursor)] == ["illustrative-2025"]


@pytest.mark.campaign
def test_whoever_waits_reads_how_far_it_is_from_the_last_part_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(CallSession, "say_progress", lambda _, words: said.append(words))
    monkeypatch.setattr(baseline_import, "PROGRESS_EVERY_SECONDS", 0.0)
    folder = parted(long(wide(20)), tmp_path / "parts", [100, 200])
    assert imported(folder, "parts", tmp_path / "store", "--lang", "en").code == 0
    assert [line.split(":")[0] for line in said[:3]] == [f"Reading part {number} of 3" for number in (1, 2, 3)]
    stages: dict[str, list[float]] = {}
    for line in said[3:]:
        stage, share = line.rsplit(": ", 1)
        stages.setdefault(stage, []).append(float(share.removesuffix(" %")))
    assert list(stages) == [text(f"page.baseline_import.stage_{stage}", "en") for stage in get_args(Stage)]
    assert all(shares == sorted(shares) for shares in stages.values())
    reading = stages[text("page.baseline_import.stage_reading", "en")]
    # The checks between parts, a KPI at a time, are one half, and the content hash is the other.
    assert len(reading) > len(catalogue().kpis)
    assert reading[-1] >= 50


@pytest.mark.campaign
def test_the_originals_are_the_parts_and_a_list_of_them(tmp_path: Path) -> None:
    folder, store = parted(long(wide(20)), tmp_path / "parts", [100, 200]), tmp_path / "store"
    call = imported(folder, "parts", store)
    hashes = {part["sha256"] for part in call.json["parts"]}
    kept = {path.name for path in (store / "originals").iterdir()}
    assert hashes | {call.json["baseline"]["original_sha256"]} <= kept
    # Renamed or read in another order, it is the same content.
    shutil.move(folder / "part-2.parquet", folder / "a.parquet")
    again = imported(folder, "other", store)
    assert again.json["baseline"]["sha256"] == call.json["baseline"]["sha256"]
    lost = store / "originals" / sorted(hashes)[0]
    data = lost.read_bytes()
    lost.write_bytes(data + b"x")
    assert "original_changed" in {item["code"] for item in verified(store)}
    lost.unlink()
    assert {"code": "original_missing", "name": lost.name} in verified(store)
    lost.write_bytes(data)
    assert verified(store) == []


def verified(store: Path) -> list[dict[str, str]]:
    findings: list[dict[str, str]] = here("store", "verify", "--json", "--store", store).json["findings"]
    return [{"code": finding["code"], "name": finding["name"]} for finding in findings]


@pytest.mark.campaign
def test_a_correction_in_parts_waits_for_ten_groups_as_one_in_a_file(tmp_path: Path) -> None:
    panel, store = long(pd.read_csv(PANEL)), tmp_path / "store"
    assert imported(write(panel, tmp_path / "first.parquet"), "first", store).code == 0
    at = panel.index[(panel["industry"] == SAMPLE_INDUSTRY) & (panel["kpi"] == "K08")]
    panel.loc[at[:3], "value"] = 1.0
    assert imported(parted(panel, tmp_path / "parts", [2000, 4000]), "parts", store).code == 0
    assert imported(write(panel, tmp_path / "whole.parquet"), "whole", store).code == 0
    published = {name: rows_of(store, name)["published"] for name in ("first", "parts", "whole")}
    assert published["parts"] == published["whole"] == published["first"]
    assert verified(store) == []


@pytest.mark.campaign
def test_a_much_smaller_panel_in_parts_asks_for_a_reason(tmp_path: Path) -> None:
    store = tmp_path / "store"
    assert imported(write(wide(40), tmp_path / "first.csv"), "first", store).code == 0
    folder = parted(wide(20), tmp_path / "parts", [10])
    before = content(store)
    call = imported(folder, "parts", store)
    assert (call.code, len(call.faults), "--smaller-because" in call.err) == (2, 1, True)
    assert content(store) == before
    assert imported(folder, "parts", store, "--smaller-because", "演示").code == 0


@pytest.mark.campaign
def test_a_name_keeps_its_content(tmp_path: Path) -> None:
    store, folder = tmp_path / "store", parted(wide(20), tmp_path / "parts", [10])
    first = imported(folder, "parts", store)
    assert imported(folder, "parts", store).json["baseline"] == first.json["baseline"]
    (folder / "part-1.parquet").unlink()
    call = imported(folder, "parts", store, "--smaller-because", "演示")
    assert (call.code, len(call.faults)) == (2, 1)


@pytest.mark.campaign
def test_a_faulty_part_freezes_nothing(tmp_path: Path) -> None:
    store, folder = tmp_path / "store", parted(long(wide(20)), tmp_path / "parts", [100])
    assert imported(write(wide(3), tmp_path / "first.csv"), "first", store).code == 0
    before = content(store)
    write(long(wide(1)), folder / "again.parquet")
    call = imported(folder, "parts", store, "--smaller-because", "演示")
    assert call.code == 1
    assert {item["code"] for item in call.json["problems"]} == {"panel_repeated_value"}
    assert content(store) == before
    assert list((store / "incoming").iterdir()) == []


@pytest.mark.campaign
def test_a_part_changed_while_it_is_read_is_not_frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, folder = made(tmp_path / "store"), parted(wide(20), tmp_path / "parts", [10])
    hashed = panel_folder.streamed_sha256

    def meanwhile(*arguments: Any) -> str:
        write(wide(9), folder / "part-0.parquet")
        return hashed(*arguments)

    monkeypatch.setattr(panel_folder, "streamed_sha256", meanwhile)
    call = imported(folder, "parts", store, "--lang", "en")
    assert (call.code, "part-0.parquet" in call.err) == (2, True)
    listed = here("baseline", "list", "--json", "--store", store).json["baselines"]
    assert [item["name"] for item in listed] == ["illustrative-2025"]


@pytest.fixture(scope="module")
def in_parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the baseline ``parts``, to be copied."""
    folder = tmp_path_factory.mktemp("in_parts")
    assert imported(parted(long(wide(30)), folder / "parts", [100]), "parts", folder / "store").code == 0
    return folder / "store"


IN_ROWS = pytest.mark.folder_store("its frozen records are rows, not files under their hashes")
OWN = "credit_code = $1"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        pytest.param(f"update observation set value = value where {OWN}", None, marks=IN_ROWS),
        *(
            pytest.param(f"{change} {OWN}", "baseline_changed", marks=IN_ROWS)
            for change in (
                "update observation set value = value + 1 where kpi = 'K08' and",
                "update observation set own_group = 'other' where",
                "update observation set told_group = 'other' where",
                "update observation set region = 'other' where",
                "delete from observation where",
            )
        ),
        ("update cell set mean = mean + 1 where $1 <> '' and kpi = 'K08'", "cells_changed"),
        ("update published set median = median + 1 where $1 <> '' and kpi = 'K08'", "published_changed"),
    ],
)
def test_a_large_baseline_is_verified_a_cell_at_a_time(
    change: str, found: str | None, in_parts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(baseline_verification, "MOST_IN_MEMORY", 0)
    store = tmp_path / "store"
    copied_store(in_parts, store)
    with Store.open(store) as opened, opened.transaction() as cursor:
        cursor.execute(f"{change} and baseline = 'parts'", [wide(1)["credit_code"].item()])
    codes = {item["code"] for item in verified(store) if item["name"] == "parts"}
    assert codes == {found} if found else not codes


def test_a_recipe_does_not_go_with_parts(tmp_path: Path) -> None:
    call = imported(parted(wide(3), tmp_path / "parts", []), "x", tmp_path / "s", "--recipe", "r.json", "--lang", "en")
    assert (call.code, "--recipe" in call.err) == (2, True)
    assert not (tmp_path / "s").exists()


@pytest.mark.campaign
def test_parts_are_frozen_in_a_store_that_several_processes_share(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = databases.new(tmp_path / "files")
    for name, value in place.environment.items():
        monkeypatch.setenv(name, value)
    described = ["--year", 2025, "--region", "上海市", "--provenance", "illustrative", "--json"]
    panel = grouped()
    folder = parted(panel.sample(frac=1, random_state=3), tmp_path / "parts", [4, 15])
    parts = here("baseline", "import", folder, "--name", "parts", *described)
    whole = here("baseline", "import", write(panel, tmp_path / "whole.parquet"), "--name", "whole", *described)
    assert (parts.code, whole.code) == (0, 0), parts.err + whole.err
    assert parts.json["baseline"]["sha256"] == whole.json["baseline"]["sha256"]
    # As another process finds it, which reads the files of frozen records.
    with open_store(place) as other, other.cursor() as cursor:
        assert (
            len(store_tables.freezing.observations(cursor, "parts"))
            == len(store_tables.freezing.observations(cursor, "whole"))
            > 0
        )
        assert verify_store(other).sound


def test_a_cluster_without_pyspark_is_refused_in_words_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    store, engine = made(tmp_path / "store"), ["--engine", "spark://127.0.0.1:7077", "--lang", "en"]
    (tmp_path / "parts").mkdir()
    for panel in (tmp_path / "parts", write(pd.DataFrame(["no panel"]), tmp_path / "panel.csv")):
        call = imported(panel, "trial", store, *engine)
        assert (call.code, len(call.faults)) == (2, 1)
        assert "requirements-spark.txt" in call.err
    with Store.open(store) as opened, opened.cursor() as cursor:
        assert [baseline.name for baseline in store_tables.baselines.baselines(cursor)] == ["illustrative-2025"]
    assert not (store / "incoming").exists()


def test_the_serving_process_freezes_without_a_cluster_alone(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store") as opened:
        session = CallSession(cwd=tmp_path, serving=opened)
        named = ["--name", "trial", "--year", "2025", "--region", "上海市", "--provenance", "illustrative"]
        run(["baseline", "import", "absent", *named, "--engine", "local[2]"], session)
    assert (session.code, session.out) == (2, [])
    assert "不加 --engine" in session.err[0]
