"""Whether a baseline is as it was frozen: its records by their hash, its cells and tables by making them again."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd

from kpi import queries
from kpi.baseline.content_hash import streamed_sha256
from kpi.baseline.publication import RecordCells, corrects_same_year, publish, records_by_cell, republish
from kpi.baseline.registers import codes_named, own_groups, registered_groups
from kpi.baseline.word_exposure import rows_to_publish
from kpi.model.audit import AuditAction, AuditEntry
from kpi.model.evaluation import Baseline
from kpi.model.publication import PublishedRow
from kpi.services.policies import policy_of_year
from kpi.store.cursor import Cursor

MOST_IN_MEMORY = 1_000_000
"""The records of a baseline of up to so many are held at once; of a larger one, those of an industry at a time."""
FROZEN: AuditAction = "baseline_frozen"
IN_FORCE: AuditAction = "baseline_in_force"
SUMMING = 1e-12
"""Relative tolerance: a mean depends on the order of summation in its last digits."""


def baseline_changed(cursor: Cursor, baseline: Baseline) -> bool:
    """Whether the records, sizes or register of a baseline are not those that its content hash was taken of."""
    register = queries.group_register(cursor, baseline.name)
    # Columns outside the hashed content: the region is the baseline's own, the owning groups follow from it.
    if queries.records_elsewhere(cursor, baseline.name, baseline.region):
        return True
    stated = queries.stated_groups(cursor, baseline.name)
    names = codes_named(pd.concat([register["group"], stated["group"]]).dropna().unique())
    grouped = queries.stated_groups(cursor, baseline.name, [*names, *register["credit_code"]])
    if (own_groups(grouped, register) != grouped["own_group"]).any():
        return True
    if (registered_groups(register, grouped) != register["own_group"]).any():
        return True
    sizes, parts = queries.industry_sizes(cursor, baseline.name), queries.sub_industries(cursor, baseline.name)
    try:
        records = queries.hashed_records(cursor, baseline.name)
        found = streamed_sha256(records, sizes, baseline.region, baseline.year, register, parts)
    except ValueError:  # a value that is not finite was never frozen
        return True
    return found != baseline.sha256


def changed_since_freeze(
    cursor: Cursor, baselines: Sequence[Baseline], changed: Collection[str], acts: Sequence[AuditEntry]
) -> Iterator[tuple[str, str]]:
    """The finding and the name of each baseline whose cells or published table are not what its records give.

    ``acts`` are the trail's. Nothing is reported on records that are ``changed`` themselves.
    """
    made: dict[str, list[PublishedRow]] = {}
    for baseline, before in in_order_of_freezing(baselines, acts):
        if baseline.name in changed:
            continue
        kept = queries.cells(cursor, baseline.name)
        large = sum(cell.records for cell in kept) > MOST_IN_MEMORY
        records = (queries.stored_records if large else queries.observations)(cursor, baseline.name)
        cells_now = (
            queries.freeze_stored_cells(cursor, baseline.name) if large else queries.freeze_cells(cursor, records)
        )
        if not _same_cells(cells_now, kept):
            yield "cells_changed", baseline.name
        year = [one.name for one in baselines if corrects_same_year(one, baseline)]
        if set(year) & set(changed):
            continue
        policy = policy_of_year(cursor, baseline.year, baseline.imported_at)
        cells: RecordCells = queries.StoredCells(cursor, baseline.name) if large else records_by_cell(records)
        stored = queries.published_rows(cursor, baseline.name)
        tables = publish(cells, baseline.region, policy, quantiles=_quantiles_at_freeze(baseline.name, acts, stored))
        sizes = queries.industry_sizes(cursor, baseline.name)
        fresh = rows_to_publish(tables, cells, sizes, baseline.name, policy)
        earlier = {name: made[name] for name in before if name in year}
        made[baseline.name] = republish(cursor, records, fresh, earlier, policy)
        if all(row.words_expose is None for row in stored):
            made[baseline.name] = [replace(row, words_expose=None) for row in made[baseline.name]]
        if _as_texts(made[baseline.name]) != _as_texts(stored):
            yield "published_changed", baseline.name


def in_order_of_freezing(
    baselines: Sequence[Baseline], acts: Iterable[AuditEntry]
) -> Iterator[tuple[Baseline, list[str]]]:
    """Each baseline, the first frozen first, with the names of those before it, as a freeze has them: the one decided
    upon last first, then the latest import.

    Of what was decided and imported when, and in which order, the trail alone still knows all. What it does not name
    was frozen before there was one.
    """
    known = {one.name: one for one in baselines}
    trail = [act for act in acts if act.action in (FROZEN, IN_FORCE) and act.subject in known]
    named = {act.subject for act in trail if act.action == FROZEN}
    imported = sorted((one.imported_at, place - len(known), one.name) for place, one in enumerate(reversed(baselines)))
    frozen = [one for one in imported if one[2] not in named]
    decided: dict[str, tuple[datetime, int]] = {}

    def preferred() -> list[str]:
        undecided = [name for *_, name in sorted(frozen, reverse=True) if name not in decided]
        return [*sorted(decided, key=lambda name: decided[name], reverse=True), *undecided]

    for place, (*_, name) in enumerate(frozen):
        yield known[name], [one for *_, one in reversed(frozen[:place])]
    for act in trail:
        if act.action == IN_FORCE:
            decided[act.subject] = (act.done_at, act.seq)
        elif act.subject not in {name for *_, name in frozen}:
            yield known[act.subject], preferred()
            frozen.append((known[act.subject].imported_at, act.seq, act.subject))


def placing_changed(cursor: Cursor, baseline: Baseline) -> bool:
    """Whether what placing reads of a baseline is not what its records give."""
    return queries.unlike_placing(cursor, baseline.name, baseline.year) > 0


def _quantiles_at_freeze(
    baseline: str, acts: Sequence[AuditEntry], stored: Sequence[PublishedRow]
) -> tuple[float, float] | None:
    """By the act that froze it. One of before acts said so is at what its own rows say: policy once had values of their
    own for them, so that its leading line does not tell. None without such rows.
    """
    for act in acts:
        if (act.action, act.subject) == (FROZEN, baseline) and "quantiles" in (said := json.loads(act.after or "{}")):
            lower, upper = said["quantiles"]
            return lower, upper
    own = (row.table for row in stored if row.computed_from == baseline)
    return next(((table.lower_quantile, table.upper_quantile) for table in own), None)


def _same_cells(made: pd.DataFrame, stored: Sequence[queries.BaselineCell]) -> bool:
    kept = pd.DataFrame(stored, columns=made.columns)
    numbers = made.select_dtypes("number").columns
    names = made.columns.difference(numbers)
    return (
        len(made) == len(kept)
        and (made[names].to_numpy() == kept[names].to_numpy()).all()
        and np.allclose(made[numbers], kept[numbers], rtol=SUMMING, atol=0)
    )


def _as_texts(rows: Sequence[PublishedRow]) -> list[str]:
    """As text, because unpublished figures are NaN, which equals nothing."""
    return sorted(map(repr, rows))
