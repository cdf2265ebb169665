"""The records of a baseline on their way into a shared store: a piece at a time, and none of them another."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pyarrow as pa
import pytest

from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.database import Cursor
from kpi.store.schema import FROZEN
from kpi.store.shared import moving
from kpi.store.shared.frozen_files import empty_records
from kpi.store.store import Store
from tests.shipped import SHIPPED_NAME

PIECE = 2048
"""What DuckDB hands over at least."""


class Noted:
    """A cursor that notes how many rows each piece has that is registered with it."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.pieces: list[int] = []

    def register(self, name: str, rows: pa.RecordBatchReader) -> None:
        pieces = [batch for batch in rows if batch.num_rows]
        self.pieces += [batch.num_rows for batch in pieces]
        self.cursor.register(name, pa.Table.from_batches(pieces, rows.schema))

    def __getattr__(self, name: str) -> object:
        return getattr(self.cursor, name)


def test_records_of_a_baseline_are_copied_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "RECORDS_AT_ONCE", PIECE)
    (tmp_path / "files").mkdir()
    with Store.open(tmp_path / "s") as store, empty_records(tmp_path / "files", tmp_path / "spilled") as into:
        ensure_baseline(store)
        noted = Noted(into)
        with store.cursor() as cursor:
            moving._copy_records(cursor, cast("Cursor", noted), baseline=SHIPPED_NAME)
            for table in sorted(FROZEN):
                asked = f"select bit_xor(hash(t)), count(*) from {table} t"
                assert into.execute(asked).fetchall() == cursor.execute(asked).fetchall(), table
        assert len(noted.pieces) > len(FROZEN)
        assert max(noted.pieces) <= PIECE
