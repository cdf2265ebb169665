"""``python -m tests.spark.small_pieces ROWS place ...``: a command on shuffled records, in files of so many."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from kpi.cli.main import main
from kpi.services import preparation
from kpi.services.whole_panels import year_on_spark
from kpi.store.database import Cursor

placed = year_on_spark.record_pieces
published = preparation.write_pieces


def placed_shuffled(cursor: Cursor, baseline: str) -> Iterator[pa.RecordBatch]:
    return shuffled(placed(cursor, baseline).read_all())


def published_shuffled(pieces: Iterable[pa.RecordBatch], folder: Path) -> None:
    published(shuffled(pa.Table.from_batches(pieces)), folder)


def shuffled(records: pa.Table) -> Iterator[pa.RecordBatch]:
    order = list(range(records.num_rows))
    random.Random(rows).shuffle(order)
    yield from records.take(order).combine_chunks().to_batches(max_chunksize=rows)


if __name__ == "__main__":
    rows = int(sys.argv[1])
    year_on_spark.record_pieces = placed_shuffled
    preparation.write_pieces = published_shuffled
    main(sys.argv[2:])
