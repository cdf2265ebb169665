"""A file's name is shown and nothing else: no path is made of it, nothing is written but the original and its row."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from kpi import tables
from kpi.baseline.panel import read_panel
from kpi.files.limits import application_limits
from kpi.files.text import is_forbidden
from kpi.services.enterprise.uploads import read_again, receive_file
from kpi.store.store import Store
from tests.cli.command_line import content, process
from tests.hostile.archives import ARCHIVES
from tests.hostile.hostile_names import PATHS
from tests.intake.sample_files import rows, table, workbook
from tests.services.sample_store import A

FAULTY = table(rows({"K08": ("很高",)}))


def _shown(name: str) -> None:
    assert not any(map(is_forbidden, name))
    assert not {"\n", "/"} & set(name)
    assert "\\" not in name.replace("\\u", "")
    assert len(name) <= application_limits().problem_value_characters


@pytest.mark.campaign
@pytest.mark.parametrize("name", PATHS, ids=lambda name: ascii(name)[:30])
def test_a_received_files_name_is_kept_as_it_is_shown_and_leads_nowhere(store: Store, name: str) -> None:
    before = set(content(store.folder.root))
    received = receive_file(store, A, name, FAULTY)
    _shown(received.reading.file.name)
    assert {problem.file for problem in received.reading.problems} == {received.reading.file.name}
    original = f"originals/{hashlib.sha256(FAULTY).hexdigest()}"
    assert set(content(store.folder.root)) - before <= {original, "duibiao.duckdb.wal"}
    with store.cursor() as cursor:
        [kept] = [upload for upload in tables.applications.uploads(cursor, A.account) if upload.id == received.upload]
    assert kept.file_name == received.reading.file.name
    assert read_again(store, A, received.upload).reading.file.name == kept.file_name


@pytest.mark.parametrize("name", PATHS, ids=lambda name: ascii(name)[:30])
def test_a_panels_name_is_shown_and_leads_nowhere(name: str) -> None:
    [problem] = read_panel(name, b"", "上海市").problems
    _shown(problem.file)


@pytest.mark.campaign
@pytest.mark.parametrize("name", [name for name in ARCHIVES if ARCHIVES[name][1]])
def test_a_refused_bomb_leaves_its_original_a_row_and_nothing_else(store: Store, name: str) -> None:
    data = ARCHIVES[name][0](workbook(rows()))
    before = content(store.folder.root / "originals")
    received = receive_file(store, A, "a.xlsx", data)
    assert not received.usable
    after = content(store.folder.root / "originals")
    assert after.keys() - before.keys() == {hashlib.sha256(data).hexdigest()}
    assert before.items() <= after.items()
    with store.cursor() as cursor:
        assert [upload.id for upload in tables.applications.uploads(cursor, A.account)] == [received.upload]


def test_what_is_larger_than_any_upload_is_reported_and_not_kept(store: Store) -> None:
    """Otherwise the store could be filled by files that nobody can use."""
    before = content(store.folder.root / "originals")
    received = receive_file(store, A, "a.csv", b"x" * (application_limits().file_bytes + 1))
    assert [problem.code for problem in received.reading.problems] == ["too_large"]
    assert received.upload == ""
    assert content(store.folder.root / "originals") == before
    with store.cursor() as cursor:
        assert tables.applications.uploads(cursor, A.account) == []


NAMES = ["--json", "-rf.csv", "a\nb.csv", "a\x1b[2Jb.csv", "a\u202eb.csv", "$(touch x).csv", os.fsdecode(b"a\xff.csv")]


@pytest.mark.campaign
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_check_takes_any_name_a_folder_may_hold_and_writes_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FAULTY)
    call = process("check", "--json", "--", name, cwd=tmp_path)
    assert call.code == 1, call.err
    _shown(call.json["files"][0]["name"])
    assert [path.name for path in tmp_path.iterdir()] == [name]
    reported = process("check", "--", name, cwd=tmp_path)
    assert reported.code == 1
    assert not any(is_forbidden(item) for item in reported.out)


@pytest.mark.campaign
@pytest.mark.parametrize("name", ["../nothing.csv", "nothing\x1b[2J.csv", "x" * 5_000, os.fsdecode(b"\xff"), "."])
def test_check_tells_a_file_that_is_not_there_in_words(tmp_path: Path, name: str) -> None:
    call = process("check", "--", name, cwd=tmp_path)
    assert call.code in (1, 2)
    assert call.err.strip()
    assert not any(is_forbidden(item) for item in call.err)
