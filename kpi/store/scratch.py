"""A database for one job, gone afterwards: a store's tables with nothing in them, so that the same questions answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from kpi.store.database import SETTINGS, Cursor, within_memory
from kpi.store.folder import SCRATCH
from kpi.store.schema import make_tables

PARTS = Path(__file__).with_suffix(".sql")


@contextmanager
def scratch_database(folder: Path, memory: str) -> Iterator[Cursor]:
    """A cursor of a new database below ``folder``; questions take no more than ``memory``, as "3GB".

    Raises:
        OSError: the folder cannot be written to.
    """
    with TemporaryDirectory(dir=folder, prefix=SCRATCH) as own:
        config = SETTINGS | within_memory(memory, Path(own) / "spilled")
        with duckdb.connect(str(Path(own) / "scratch.duckdb"), config=config) as cursor:
            make_tables(cursor)
            cursor.execute(PARTS.read_text("utf-8"))
            yield cursor
