"""Differencing: two published tables held against each other, for what the records have that differ between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from kpi import tables
from kpi.model.publication import PublishedRow
from kpi.store.store import Store
from tests.attacks.interval_solver import draw, nothing_known, publish, quarter
from tests.attacks.rival import POLICY, WHOLE, YEAR, planted, table
from tests.benchmark.panels import CODES, INDUSTRY, Record, credit_code, freeze, seeded
from tests.campaign import LONG, size, tally

pytestmark = pytest.mark.campaign

NEEDED = POLICY.disclosure.correction_groups
OTHER = "汽车"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s") as opened:
        yield opened


def without(rows: Iterable[Record], *numbers: int) -> list[Record]:
    gone = {credit_code(number) for number in numbers}
    return [row for row in rows if row.credit_code not in gone]


def raised(rows: Iterable[Record], numbers: Iterable[int], by: float) -> list[Record]:
    codes = {credit_code(number) for number in numbers}
    return [replace(row, value=row.value + by) if row.credit_code in codes else row for row in rows]


def contents(store: Store, name: str) -> str:
    return repr(table(store, name))


# The same panel with and without one enterprise.


@pytest.mark.parametrize("target", [30] if not LONG else range(1, 31))
def test_one_more_or_less_under_another_name_tells_nothing(empty: Store, target: int) -> None:
    freeze(empty, "with", planted())
    freeze(empty, "without", without(planted(), target))
    freeze(empty, "with again", planted())
    differ = sum(contents(empty, name) != contents(empty, "with") for name in ("without", "with again"))
    tally("attacks: one enterprise left out and put back", tables=3, tables_that_differ=differ)
    assert differ == 0


def test_next_year_with_one_more_leaves_it_a_quarter_of_the_middle_half() -> None:
    """The rival knows the newcomer's place among the others, all of whom stand still: no luckier case is there."""
    widths = []
    for name in ("normal", "lognormal", "uniform", "clusters"):
        for n in (11, 16, 23) if not LONG else range(11, 41, 3):
            for place in sorted({0, n // 2, n - 1} if not LONG else range(n)):
                code, values = draw(name, n, 3)
                last, this = publish(code, np.delete(values, place)), publish(code, values)
                if last.band is None or this.band is None:
                    continue
                known = nothing_known(code, n).table(this).table(last, without=place)
                [(low, high)] = known.intervals([place])
                widths.append((high - low) / quarter(values))
    tally(f"attacks: a newcomer of next year: narrowest {min(widths):.2f} of IQR/4", pairs=len(widths))
    assert min(widths) >= 1 - 1e-6


def test_exact_tables_would_give_the_newcomer_away() -> None:
    """The control: two means to the last digit are one subtraction from its value."""
    _, values = draw("normal", 23, 3)
    last, this = float(np.delete(values, 11).mean()), float(values.mean())
    assert 23 * this - 22 * last == pytest.approx(values[11])


# Snapshots of one year.


def test_nine_changed_groups_tell_nothing_and_ten_too_little_of_anybody(empty: Store) -> None:
    """Ten changed: the rival knows which, and that nine of them changed by a tenth. The tenth changed by thirty."""
    rows = [row for row in planted() if row.kpi not in WHOLE]
    freeze(empty, "first", rows)
    freeze(empty, "nine", raised(rows, range(1, NEEDED), 30))
    assert contents(empty, "nine") == contents(empty, "first")
    freeze(empty, "ten", raised(raised(rows, range(1, NEEDED), 0.1), [NEEDED], 30))
    first, ten = table(empty, "first"), table(empty, "ten")
    widths = []
    for code in CODES:
        before, after = first[code], ten[code]
        if before.mean == before.mean and after.mean == after.mean:
            # What the two means leave of how far the tenth moved.
            values = np.array([row.value for row in rows if row.kpi == code])
            widths.append(30 * (before.step + after.step) / quarter(values))
    tally(
        f"attacks: ten changed, nine of them known: narrowest {min(widths):.1f} of IQR/4 by the means",
        cells=len(widths),
    )
    assert contents(empty, "ten") != contents(empty, "first"), "it is published again"
    assert min(widths) >= 1


def rows_of(store: Store, names: Iterable[str]) -> dict[tuple[str, str, str], PublishedRow]:
    """Every row with numbers of its own, by baseline, industry and KPI."""
    with store.cursor() as cursor:
        return {
            (name, row.table.industry, row.table.kpi): row
            for name in names
            for row in tables.baselines.published_rows(cursor, name)
            if row.table.band is not None and row.computed_from == name
        }


def groups_apart(one: list[Record], other: list[Record], kpi: str) -> int:
    """In how many groups two panels differ in a KPI, whatever the industry."""
    sides = [
        {(row.credit_code, row.value): row.group or row.credit_code for row in rows if row.kpi == kpi}
        for rows in (one, other)
    ]
    return len({side[key] for side in sides for key in side if key not in sides[0] or key not in sides[1]})


def test_all_pairs_of_published_cells_of_a_year_are_ten_groups_apart_or_of_other_records(empty: Store) -> None:
    """Corrections by chance - of values, comings, goings, moves to another industry - and every pair subtracted."""
    chance, names = seeded("corrections"), []
    panels: dict[str, list[Record]] = {}
    rows = [row for row in [*planted(30), *planted(20, OTHER, 101)] if row.kpi in ("K01", "K08", "K16")]
    for count in range(size(6, 20)):
        name = f"c{count}"
        names.append(name)
        panels[name] = rows
        freeze(empty, name, rows)
        numbers = sorted({row.credit_code for row in rows})
        touched = set(chance.sample(numbers, chance.choice((1, 3, 6, 9, 12))))
        rows = [
            row if row.credit_code not in touched else replace(row, value=round(row.value + chance.uniform(-3, 9), 3))
            for row in rows
        ]
        gone, moved = chance.choice(numbers), chance.choice(numbers)
        rows = [row for row in rows if row.credit_code != gone or chance.random() < 0.5]
        rows = [replace(row, industry=OTHER) if row.credit_code == moved else row for row in rows]
    published, pairs, closest = rows_of(empty, names), 0, 10**6
    for (item, industry, kpi), (other, place, code) in combinations(published, 2):
        if (industry, kpi) == (place, code):
            apart = groups_apart(
                [row for row in panels[item] if row.industry == industry],
                [row for row in panels[other] if row.industry == industry],
                kpi,
            )
        elif kpi == code:
            apart = min(len({row.credit_code for row in panels[name] if (row.industry, row.kpi) == (of, kpi)})
                        for name, of in ((item, industry), (other, place)))  # fmt: skip
        else:
            continue
        pairs, closest = pairs + 1, min(closest, apart)
    tally(
        f"attacks: all pairs of published cells: the closest {closest} groups apart", snapshots=len(names), pairs=pairs
    )
    assert pairs > 5
    assert closest >= NEEDED


def test_pairs_of_unguarded_snapshots_would_be_closer(empty: Store) -> None:
    """The control: the same measure on two imports that differ by one enterprise."""
    assert groups_apart(planted(), without(planted(), 4), "K01") == 1
    assert groups_apart(planted(), raised(planted(), [4, 5], 1), "K01") == 2


def test_a_copied_panel_next_year_does_publish_anew(empty: Store) -> None:
    """What rule 5 does not stop, and the test above measures: the two roundings are all that is left."""
    freeze(empty, "this", planted())
    freeze(empty, "next", without(planted(), 30), year=YEAR + 1)
    with empty.cursor() as cursor:
        found = {
            row.computed_from
            for row in tables.baselines.published_rows(cursor, "next")
            if row.table.industry == INDUSTRY
        }
    assert found == {"next"}
