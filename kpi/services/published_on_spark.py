"""What is published of a panel about to be frozen, worked out on a Spark cluster, an industry at a time.

No table and no word of a cell reaches beyond its region and industry: the product's own functions do it on the workers,
as they do it here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa
from pyarrow import compute, dataset

from kpi.baseline.word_exposure import NO_RECORDS, RECORD, ROW, answered_industry, industry_rows, rows_answered
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.publication import PublishedRow
from kpi.policy.policy import Policy
from kpi.store.on_spark import spark_session, work_on_spark, write_pieces
from kpi.store.remains import SCRATCH


def published_on_spark(
    engine: str,
    folder: Path,
    pieces: Iterable[pa.RecordBatch],
    region: str,
    sizes: pd.DataFrame,
    name: str,
    policy: Policy,
) -> list[PublishedRow]:
    """The rows of all industries and KPIs, in the catalogue's order.

    ``pieces`` have at least the columns ``RECORD``, and one ``region``. They go to the cluster, and answers come back,
    through a folder below ``folder``, which every worker reaches under the same path and which is gone afterwards.
    ``engine`` as ``spark_session``; ``sizes`` and ``name`` as ``rows_to_publish``.

    Raises:
        UserError: pyspark or Java is not there, Spark gave up, or answers are missing.
    """
    sent: Counter[str] = Counter()
    with TemporaryDirectory(dir=folder, prefix=SCRATCH) as own:
        shared = Path(own).resolve()
        with spark_session(engine) as spark:
            write_pieces(_counted(pieces, sent), shared / "record")
            work = partial(answered_industry, sizes, name, policy)
            work_on_spark(spark, work, shared / "record", ("region", "industry"), ROW, shared / "published")
        files = sorted((shared / "published").glob("*.parquet"))
        if not files:
            raise UserError("spark_incomplete")
        answers = dataset.dataset(files, format="parquet").to_table()
    _refuse_missing(answers, sent)
    industries = [industry.name.zh for industry in catalogue().industries]
    empty = [industry for industry in industries if not sent[industry]]
    rows = [*rows_answered(answers), *industry_rows(NO_RECORDS, region, empty, sizes, name, policy)]
    found = {(row.table.industry, row.table.kpi): row for row in rows}
    return [found[industry, kpi.code] for industry in industries for kpi in catalogue().kpis]


def _counted(pieces: Iterable[pa.RecordBatch], sent: Counter[str]) -> Iterator[pa.RecordBatch]:
    """``sent`` counts the records of each industry."""
    for piece in pieces:
        for counted in compute.value_counts(piece["industry"]):
            sent[counted["values"].as_py()] += counted["counts"].as_py()
        yield piece.select(RECORD)


def _refuse_missing(answers: pa.Table, sent: Counter[str]) -> None:
    """Each industry that was sent answers for all its records, once for each KPI."""
    told = (answers[column].to_pylist() for column in ("industry", "kpi", "records"))
    expected = {(industry, kpi.code, records) for industry, records in sent.items() for kpi in catalogue().kpis}
    if Counter(zip(*told, strict=True)) != Counter(expected):
        raise UserError("spark_incomplete")
