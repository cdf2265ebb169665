"""Which cells have words that would give somebody away: at freeze, like the attack on what is published (method 5, 4).

Decided for the cell, whoever asks and whatever its value: a word held back only where it would tell something would
tell it by being held back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from itertools import chain
from math import inf

import numpy as np
import pandas as pd
import pyarrow as pa

from kpi import stats
from kpi.baseline.publication import (
    Progress,
    RecordCells,
    progress_unseen,
    protected_width,
    public_knowledge,
    publish,
    records_by_cell,
    records_on_basis,
)
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.model.publication import PublishedCell, PublishedRow
from kpi.policy.policy import Policy
from kpi.stats.reconstruction import PublishedBounds, Statement, exposes_any

TRIED = 7
"""So many own values are tried for each word, evenly spread: a cell of thousands has hundreds of them."""


def rows_to_publish(
    tables: Sequence[PublishedCell],
    records: pd.DataFrame | RecordCells,
    sizes: pd.DataFrame,
    name: str,
    policy: Policy,
    progress: Progress = progress_unseen,
) -> list[PublishedRow]:
    """The rows of the baseline called ``name``, each with whether some word of its cell would expose too many peers.

    ``records`` and ``sizes`` as frozen: columns industry, kpi, basis, own_group, value; region, industry, size, groups.
    """
    cells = records_by_cell(records)
    known = {(row.region, row.industry): row for row in sizes.itertuples(index=False)}
    rows = []
    for done, table in enumerate(tables, 1):
        kpi = catalogue().kpi(table.kpi)
        cell = records_on_basis(cells, table.industry, kpi, policy)
        size = known.get((table.region, table.industry))
        values, groups = np.sort(cell["value"].to_numpy(dtype=float)), cell["own_group"].nunique()
        counted = None if size is None else size.size if groups == len(values) else size.groups
        population = None if counted is None or pd.isna(counted) else int(counted)
        rows.append(PublishedRow(table, name, words_expose(table, kpi, values, groups, population, policy)))
        progress(done / len(tables))
    return rows


def words_expose(
    table: PublishedCell, kpi: Kpi, values: np.ndarray, groups: int, population: int | None, policy: Policy
) -> bool:
    """Whether the word of some newcomer or member would leave policy's number of others less than the protected width.

    ``values`` ascending; ``population``: what the register counts of what is tested, groups where they are fewer.
    """
    rules = policy.disclosure
    needed = stats.smallest_n(policy.leading_quantile, policy.alpha, population)
    if groups < max(needed, rules.min_groups):
        return False
    bounds, width = protected_width(kpi, values, policy)
    known = public_knowledge(table, values, policy)
    released = chain(
        _to_newcomers(values, groups, population, policy, bounds[1]),
        _to_members(values, groups - 1, None if population is None else population - 1, policy),
    )
    return exposes_any(values, known, released, bounds, width, kpi.whole, rules.exposed_peers)


def _to_newcomers(
    values: np.ndarray, groups: int, population: int | None, policy: Policy, ceiling: float | None
) -> Iterator[Statement]:
    """What each word tells somebody outside the cell, at the own values where it tells most."""
    n = len(values)
    losing, winning = _limits(groups, population, policy)
    upper = n - groups + winning - 1
    yield [_between(n, winning - 1, -inf, values[winning - 1])], None  # leading
    if losing >= 0:
        yield [_between(n, n - groups + losing, values[n - groups + losing], inf)], None  # not leading
    if ceiling is not None and values[upper] >= ceiling:
        yield [_between(n, upper, ceiling, inf)], None  # no discrimination, at the ceiling
    for own in _spread(values[max(losing, 0) : upper + 1]):
        below = [_between(n, losing, -inf, own)] if losing >= 0 else []
        yield [*below, _between(n, upper, own, inf)], None  # undecided


def _to_members(values: np.ndarray, groups: int, population: int | None, policy: Policy) -> Iterator[Statement]:
    """What each word tells members: between which places their own value lies. Among so few others there may be none.

    ``groups`` and ``population`` are without the member's own.
    """
    n = len(values)
    if groups < stats.smallest_n(policy.leading_quantile, policy.alpha, population):
        return
    losing, winning = _limits(groups, population, policy)
    slack = n - 1 - groups
    for first, last in ((winning, n - 1), (0, slack + losing), (losing + 1, slack + winning - 1)):
        for own in _spread(values[first : last + 1]) if first <= last else ():
            between = [_between(n, first, -inf, own), _between(n, last, own, inf)]
            yield between, first if first == last else None


def _limits(groups: int, population: int | None, policy: Policy) -> tuple[int, int]:
    """The most others not better that still show "not leading" (-1: none do), the fewest worse that show "leading".

    Where groups are tested, so many groups below a value are at least so many records.
    """
    line, alpha = policy.leading_quantile, policy.alpha
    winning = stats.smallest_winning(groups, line, alpha, population)
    return stats.most_losing(groups, line, alpha, population), groups if winning is None else winning


def _spread(values: np.ndarray) -> np.ndarray:
    different = np.unique(values)
    chosen: np.ndarray = different[np.unique(np.linspace(0, len(different) - 1, TRIED).round().astype(int))]
    return chosen


def _between(n: int, place: int, low: float, high: float) -> PublishedBounds:
    """The value at ``place`` alone."""
    weights = np.zeros(n)
    weights[place] = 1.0
    return PublishedBounds(weights, low, high)


# What is published of one industry, worked out from its records alone: by a machine that has nothing else of a panel.
#
# By the functions that work out a whole panel. What comes and goes is a table, because that travels.


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
    ordered = records.sort_by([(word, "ascending") for word in ("kpi", "basis", "credit_code")])
    held = ordered.select(["industry", "kpi", "basis", "own_group", "value"]).to_pandas()
    rows = industry_rows(held, region, [industry], sizes, name, policy)
    said = [{**asdict(row.table), **_beside(row), "records": records.num_rows} for row in rows]
    return pa.Table.from_pylist(said, pa.schema([(column, _TYPES[kind]) for column, kind in ROW.items()]))


def rows_answered(answers: pa.Table) -> list[PublishedRow]:
    """The rows of ``answered_industry``."""
    cell = [field.name for field in fields(PublishedCell)]
    return [
        PublishedRow(PublishedCell(**{item: row[item] for item in cell}), row["computed_from"], row["words_expose"])
        for row in answers.to_pylist()
    ]


def _beside(row: PublishedRow) -> dict[str, object]:
    return {"computed_from": row.computed_from, "words_expose": row.words_expose}
