"""Files made to harm: refused clearly or read safely, with memory and time bounded."""

from __future__ import annotations

import io
import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from kpi.files import sandbox_worker
from kpi.files.limits import application_limits, panel_limits
from kpi.files.sandbox import _Cells
from tests.campaign import tally
from tests.hostile.archives import ARCHIVES, DOCUMENT_TYPES
from tests.hostile.containers import CONTAINERS, ZIPPED, open_document
from tests.hostile.old_workbooks import OLD_WORKBOOKS
from tests.hostile.open_documents import OPEN_DOCUMENTS
from tests.hostile.panels import PANELS
from tests.hostile.subprocesses import Apart, Outcome
from tests.hostile.texts import TEXTS
from tests.hostile.workbooks import WORKBOOKS
from tests.intake.sample_files import rows, workbook

MEGABYTE = 1_000_000
MOST_GROWTH, MOST_PANEL_GROWTH = 400 * MEGABYTE, 1_500 * MEGABYTE
"""Of the process that serves; a parser's own process is bounded by the limits in data/intake."""

Codes = tuple[str, ...] | None


def _counted(outcome: Outcome) -> None:
    tally("hostile: bombs", tried=1, refused=int(not outcome.found), read=int(bool(outcome.found)))
    assert outcome.died == ""


def _bounded(outcome: Outcome, codes: Codes) -> None:
    _counted(outcome)
    assert outcome.grown < MOST_GROWTH
    assert outcome.fenced < application_limits().memory_bytes
    if codes is not None:
        assert outcome.codes == codes
    if outcome.codes == ():
        assert outcome.found == 1


@pytest.mark.parametrize("kind", CONTAINERS)
def test_a_faultless_file_of_every_kind_is_read(apart: Apart, tmp_path: Path, kind: str) -> None:
    """Without this a reader that refuses everything would pass for a safe one."""
    (tmp_path / "a").write_bytes(CONTAINERS[kind](rows()))
    outcome = apart.read(tmp_path / "a")
    assert (outcome.codes, outcome.found, outcome.died) == ((), 1, "")


@pytest.mark.campaign
@pytest.mark.parametrize("kind", ZIPPED)
@pytest.mark.parametrize("name", ARCHIVES)
def test_a_hostile_zip_is_reported_by_its_code(apart: Apart, tmp_path: Path, kind: str, name: str) -> None:
    make, codes = ARCHIVES[name]
    (tmp_path / "a").write_bytes(make(ZIPPED[kind](rows())))
    _bounded(apart.read(tmp_path / "a"), codes)


@pytest.mark.parametrize("kind", ZIPPED)
@pytest.mark.parametrize("what", DOCUMENT_TYPES)
def test_a_document_type_is_refused_in_every_part(apart: Apart, tmp_path: Path, kind: str, what: str) -> None:
    files = DOCUMENT_TYPES[what](ZIPPED[kind](rows()))
    assert len(files) > 1
    for data in files.values():
        (tmp_path / "a").write_bytes(data)
        _bounded(apart.read(tmp_path / "a"), ("unsafe_file",))


@pytest.mark.campaign
@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_hostile_workbook_is_reported_by_its_code(apart: Apart, tmp_path: Path, name: str) -> None:
    make, codes = WORKBOOKS[name]
    (tmp_path / "a.xlsx").write_bytes(make(workbook(rows())))
    _bounded(apart.read(tmp_path / "a.xlsx"), codes)


@pytest.mark.parametrize("name", OLD_WORKBOOKS)
def test_a_hostile_old_workbook_is_reported_by_its_code(apart: Apart, tmp_path: Path, name: str) -> None:
    make, codes = OLD_WORKBOOKS[name]
    (tmp_path / "a.xls").write_bytes(make())
    outcome = apart.read(tmp_path / "a.xls")
    _counted(outcome)
    assert outcome.grown < MOST_GROWTH
    assert outcome.codes == codes


@pytest.mark.parametrize("name", OPEN_DOCUMENTS)
def test_a_hostile_open_document_is_reported_by_its_code(apart: Apart, tmp_path: Path, name: str) -> None:
    make, codes = OPEN_DOCUMENTS[name]
    (tmp_path / "a.ods").write_bytes(make(open_document(rows())))
    _bounded(apart.read(tmp_path / "a.ods"), codes)


@pytest.mark.campaign
@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text_is_reported_by_its_code(apart: Apart, tmp_path: Path, name: str) -> None:
    make, codes = TEXTS[name]
    (tmp_path / "a.csv").write_bytes(make())
    outcome = apart.read(tmp_path / "a.csv")
    _counted(outcome)
    assert outcome.grown < MOST_GROWTH
    if codes is not None:
        assert outcome.codes == codes


@pytest.mark.campaign
@pytest.mark.parametrize("name", PANELS)
def test_a_hostile_panel_is_reported_by_its_code(apart: Apart, tmp_path: Path, name: str) -> None:
    make, codes = PANELS[name]
    (tmp_path / "a").write_bytes(make())
    outcome = apart.read(tmp_path / "a", panel=True)
    _counted(outcome)
    assert outcome.grown < MOST_PANEL_GROWTH
    assert outcome.fenced < panel_limits().memory_bytes
    if codes is not None:
        assert outcome.codes == codes


def test_the_process_that_reads_a_parquet_file_loads_no_pandas(tmp_path: Path) -> None:
    """pyarrow would, to see whether a number is one of pandas': as much work again as to read it, within its fence."""
    table = tmp_path / "a.parquet"
    pd.DataFrame({"K01": [1.0, None], "name": ["a", None]}).to_parquet(table)
    asked = json.dumps({"rows": 10, "columns": 10, "memory": panel_limits().memory_bytes})
    command = [sys.executable, "-I", "-X", "importtime", sandbox_worker.__file__, asked]
    with table.open("rb") as file:
        done = subprocess.run(command, stdin=file, capture_output=True, check=True)
    loaded = [line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()]
    assert "pyarrow.parquet" in loaded
    assert [name for name in loaded if name.startswith("pandas.")] == []


def test_the_bounds_can_fail(apart: Apart, tmp_path: Path) -> None:
    """What is measured is really the file's: a megabyte of text is seen."""
    make: Callable[[], bytes] = TEXTS["a header of commas"][0]
    (tmp_path / "a.csv").write_bytes(make())
    assert apart.read(tmp_path / "a.csv").grown > MEGABYTE
    assert "FileNotFoundError" in apart.read(tmp_path / "nothing").died


def test_of_the_readers_process_nothing_but_cells_is_taken() -> None:
    """Whatever a parser was brought to say by a file."""
    assert _Cells(io.BytesIO(pickle.dumps([1.5, "a", None]))).load() == [1.5, "a", None]
    for planted in (subprocess.Popen, Path("a"), print):
        with pytest.raises(pickle.UnpicklingError):
            _Cells(io.BytesIO(pickle.dumps(planted))).load()
