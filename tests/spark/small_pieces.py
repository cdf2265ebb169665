"""``python -m tests.spark.small_pieces ROWS place ...``: the command on shuffled records, in files of so many."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

import pyarrow as pa

from kpi.cli.main import main
from kpi.services.whole_panels import year_on_spark
from kpi.store.cursor import Cursor

handed_over = year_on_spark.record_pieces


def shuffled(cursor: Cursor, baseline: str) -> Iterator[pa.RecordBatch]:
    records = handed_over(cursor, baseline).read_all()
    order = list(range(records.num_rows))
    random.Random(rows).shuffle(order)
    yield from records.take(order).combine_chunks().to_batches(max_chunksize=rows)


if __name__ == "__main__":
    rows = int(sys.argv[1])
    year_on_spark.record_pieces = shuffled
    main(sys.argv[2:])
