"""What is published of one industry, worked out from its records alone: by a machine that has nothing else of a panel.

By the functions that work out a whole panel. What comes and goes is a table, because that travels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields

import pandas as pd
import pyarrow as pa

from kpi.baseline.publication import publish
from kpi.baseline.word_exposure import rows_to_publish
from kpi.model.publication import PublishedCell, PublishedRow
from kpi.policy.policy import Policy

RECORD = ("region", "industry", "kpi", "basis", "credit_code", "own_group", "value")
"""The columns of a record that travels."""
NO_RECORDS = pd.DataFrame({name: pd.Series(dtype=float if name == "value" else object) for name in RECORD})
_WORDS = dict.fromkeys(("region", "industry", "kpi", "band", "withheld", "computed_from"), "string")
_NUMBERS = dict.fromkeys(("median", "mean", "p20", "p80", "step", "lower_quantile", "upper_quantile"), "double")
ROW = {**_WORDS, **_NUMBERS, "words_expose": "boolean", "records": "bigint"}
"""The columns of an answer with Spark's types: a published row, and of how many records of its industry it was made."""
_TYPES = {"string": pa.string(), "double": pa.float64(), "boolean": pa.bool_(), "bigint": pa.int64()}


def industry_rows(
    records: pd.DataFrame, region: str, industries: Sequence[str], sizes: pd.DataFrame, name: str, policy: Policy
) -> list[PublishedRow]:
    """As ``publish`` and ``rows_to_publish`` one after the other, of some industries."""
    tables = publish(records, region, policy, industries=industries)
    return rows_to_publish(tables, records, sizes, name, policy)


def answered_industry(sizes: pd.DataFrame, name: str, policy: Policy, records: pa.Table) -> pa.Table:
    """The rows of the industry of which these are all ``records``, in any order, as ``ROW``."""
    region, industry = records["region"][0].as_py(), records["industry"][0].as_py()
    # As a panel has them: sums depend on the order in their last digits.
    ordered = records.sort_by([(one, "ascending") for one in ("kpi", "basis", "credit_code")])
    held = ordered.select(["industry", "kpi", "basis", "own_group", "value"]).to_pandas()
    rows = industry_rows(held, region, [industry], sizes, name, policy)
    said = [{**asdict(row.table), **_beside(row), "records": records.num_rows} for row in rows]
    return pa.Table.from_pylist(said, pa.schema([(column, _TYPES[kind]) for column, kind in ROW.items()]))


def rows_answered(answers: pa.Table) -> list[PublishedRow]:
    """The rows of ``answered_industry``."""
    cell = [field.name for field in fields(PublishedCell)]
    return [
        PublishedRow(PublishedCell(**{one: row[one] for one in cell}), row["computed_from"], row["words_expose"])
        for row in answers.to_pylist()
    ]


def _beside(row: PublishedRow) -> dict[str, object]:
    return {"computed_from": row.computed_from, "words_expose": row.words_expose}
