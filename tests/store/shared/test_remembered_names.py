"""Storage on a network remembers a name for a while: what another machine deleted seems to be there."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from kpi.errors import StoreUnavailable
from kpi.store.database import Cursor
from kpi.store.folder import StoreFolder
from kpi.store.shared.frozen_files import WrittenAhead, refuse_changed


@pytest.fixture
def gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose files seem to be there until they are opened; none is."""
    monkeypatch.setattr(Path, "exists", lambda _: True)
    return tmp_path


def test_an_original_that_another_machine_deleted_is_kept_again(gone: Path) -> None:
    (gone / "originals").mkdir()
    folder = StoreFolder(gone)
    sha256 = folder.keep_original(b"as it came")
    assert folder.original(sha256).read_bytes() == b"as it came"


def test_no_baseline_is_kept_whose_files_another_machine_removed(gone: Path) -> None:
    named: list[Any] = []

    class Asked:
        def executemany(self, _: str, rows: list[Any]) -> None:
            named.extend(rows)

    ahead = WrittenAhead(gone, {"observation": "0" * 64})
    with pytest.raises(StoreUnavailable) as refused:
        ahead.keep("2025", cast("Cursor", Asked()))
    assert (refused.value.code, named) == ("freeze_took_too_long", [])


def test_a_frozen_file_that_is_gone_is_named(gone: Path) -> None:
    with pytest.raises(StoreUnavailable) as refused:
        refuse_changed({"observation": "0" * 64}, gone / "frozen")
    assert refused.value.code == "frozen_file_damaged"
