"""Placing by what was written at freeze, against twins that ask the frozen records each time."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kpi import records
from kpi.queries.peer_look_up import AskedValue, between, look_up
from kpi.store.cursor import Cursor
from kpi.store.store import Store
from tests.benchmark.panels import seeded

COUNTS_TWIN, LINES_TWIN = (
    (Path(__file__).parent / f"{name}_by_comparison.sql").read_text("utf-8") for name in ("place", "lines")
)
OBSERVED = ["region", "industry", "kpi", "basis", "credit_code", "own_group", "value"]
KPIS = ("K08", "K16")
QUANTILES = (0.2, 0.75, 0.8, 0.9)

Row = tuple[str, str, str, str, str, str, float]


def _drawn_value(draw: random.Random, top: int, step: int) -> float:
    return draw.randrange(-1, top + 1) / step


def small_panel(
    name: str, draw: random.Random, size: int, value: Callable[[], float], asking: int = 5
) -> tuple[list[Row], list[AskedValue]]:
    """Records, and values to place: groups, branches under their legal person's name, outsiders, ties and blanks."""
    codes = [f"{name}-{number}" for number in range(size)]
    names = [f"{name}-group", *codes[:2]]
    groups = {code: draw.choice([*names, *[code] * draw.choice([1, 9])]) for code in codes}
    groups |= {code: code for code in codes[:2]}
    rows: list[Row] = [
        ("上海", name, kpi, "only", code, groups[code], value())
        for kpi in KPIS
        for code in codes
        if draw.random() < 0.8
    ]
    # A frozen group decides, and so do branches under one's name; who has neither may claim one, in the panel or not.
    bound = {code for code in codes if groups[code] != code} | set(groups.values()) & set(codes[:2])
    asked = [(code, groups[code] if code in bound else draw.choice([code, *names])) for code in codes]
    asked += [(f"{name}-outside-{number}", draw.choice([f"{name}-outside-{number}", *names])) for number in range(3)]
    held = {(row[2], row[4]): row[-1] for row in rows}
    values = [
        AskedValue("上海", name, kpi, "only", draw.choice([value(), held.get((kpi, code), value())]), code, group)
        for code, group in draw.sample(asked, min(len(asked), asking))
        for kpi in (*KPIS, "K17")
    ]
    return rows, values


def freeze_rows(cursor: Cursor, baseline: str, rows: Sequence[Row]) -> None:
    """Past the intake: its tests are elsewhere."""
    cursor.register("incoming", pd.DataFrame(rows, columns=OBSERVED))
    cursor.execute(f"insert into observation (baseline, {', '.join(OBSERVED)}) select $1, * from incoming", [baseline])
    cursor.unregister("incoming")
    records.add_placing(cursor, baseline)


def by_comparison(cursor: Cursor, baseline: str, asked: Sequence[AskedValue]) -> tuple[list[Any], list[Any]]:
    """Counts and lines as the twins find them, in the order of ``asked``."""
    columns = ["factory", "region", "industry", "kpi", "basis", "value", "credit_code", "own_group"]
    cursor.register("candidate", pd.DataFrame([(at, *one) for at, one in enumerate(asked)], columns=columns))
    counts = cursor.execute(COUNTS_TWIN, {"baseline": baseline}).df().drop(columns=["factory", "kpi"])
    lines = cursor.execute(LINES_TWIN, {"baseline": baseline, "quantiles": list(QUANTILES)}).fetchall()
    cursor.unregister("candidate")
    known = {at: (mean, mean_place, median, *found) for at, _, mean, median, mean_place, found in lines}
    return counts.to_dict("records"), [known.get(at) for at in range(len(asked))]


def looked_up(cursor: Cursor, baseline: str, asked: Sequence[AskedValue]) -> tuple[list[Any], list[Any]]:
    placed = look_up(cursor, baseline, asked, QUANTILES)
    lines = [
        row and (row["mean"], row["mean_place"], row["median"], *row["lines"]) for row in (one.lines for one in placed)
    ]
    return [one.counts for one in placed], lines


def assert_same_lines(found: Sequence[Any], wanted: Sequence[Any]) -> None:
    """The last digit of the twin's quantiles depends on the processor, of its mean on the order of summation."""
    assert [one is None for one in found] == [one is None for one in wanted]
    ours, theirs = (np.array([one for one in lines if one]) for lines in (found, wanted))
    assert np.array_equal(ours[:, 1], theirs[:, 1])
    assert np.allclose(ours[:, 0], theirs[:, 0], rtol=0, atol=2e-12)
    assert np.allclose(ours[:, 2:], theirs[:, 2:], rtol=4e-16, atol=3e-14)


def test_two_thousand_small_panels_are_placed_as_by_asking_all_records(fresh: Store) -> None:
    draw = seeded(16)
    with fresh.cursor() as cursor:
        cursor.begin()
        for baseline in ("first", "second"):
            panels = []
            for number in range(1000):
                top, step = draw.choice([(3, 4), (12, 4), (1000, 10), (90_000, 1000)])
                value = partial(_drawn_value, draw, top, step)
                panels.append(small_panel(f"{number}", draw, draw.randrange(1, 30), value))
            freeze_rows(cursor, baseline, [row for rows, _ in panels for row in rows])
            asked = [value for _, values in panels for value in values]
            counts, lines = by_comparison(cursor, baseline, asked)
            assert len(asked) > 12_000
            assert any(one["sibling_groups_worse"] for one in counts)
            found, found_lines = looked_up(cursor, baseline, asked)
            assert found == counts
            assert_same_lines(found_lines, lines)
        cursor.rollback()


def test_a_quantile_between_two_neighbours_is_rounded_once() -> None:
    draw = seeded(18)
    for _ in range(2_000):
        rank = draw.uniform(0, 50_000)
        share = Fraction(rank % 1)
        lower, upper = sorted(draw.gauss(0, 15) * 10 ** draw.uniform(-200, 200) for _ in range(2))
        exact = Fraction(lower) * (1 - share) + Fraction(upper * float(share))
        assert between(rank, lower, upper) == float(exact)


def test_which_of_two_zeros_comes_first_leaves_no_trace(fresh: Store) -> None:
    """They are equal, and records come in any order."""
    zeros = enumerate((-0.0, 0.0, -0.0))
    rows: list[Row] = [("上海", "x", "K08", "only", str(at), str(at), zero) for at, zero in zeros]
    with fresh.transaction() as cursor:
        for number, drawn in enumerate((rows, [*rows[1:], rows[0]], rows[:1])):
            freeze_rows(cursor, f"b{number}", drawn)
        found = [
            cursor.execute(f"select {value} from {table}").fetchall()
            for table, value in (("rung", "value::text"), ("ladder", "block_values::text"))
        ]
    assert found == [[("0.0",)] * 3, [("[0.0]",)] * 3]


def test_cells_of_many_blocks_are_placed_as_by_asking_all_records(fresh: Store) -> None:
    draw = seeded(17)
    with fresh.cursor() as cursor:
        cursor.begin()
        for baseline in ("first", "second"):
            panels = [
                small_panel(f"{number}", draw, 2500, lambda: draw.randrange(10**6) / 1000, 99) for number in range(2)
            ]
            freeze_rows(cursor, baseline, [row for rows, _ in panels for row in rows])
            asked = [value for _, values in panels for value in values]
            (counts, lines), (found, found_lines) = (ask(cursor, baseline, asked) for ask in (by_comparison, looked_up))
            assert found == counts
            assert_same_lines(found_lines, lines)
        ((blocks,),) = cursor.execute("select max(len(block_values)) from ladder").fetchall()
        assert blocks > 3
        cursor.rollback()


@pytest.mark.parametrize("names", [["a"], ["a", "b"], []])
def test_nothing_frozen_is_no_peers(fresh: Store, names: list[str]) -> None:
    with fresh.cursor() as cursor:
        asked = [AskedValue("上海", "汽车", "K08", "only", 1.0, name, name) for name in names]
        counts, lines = looked_up(cursor, "none", asked)
    assert {value for row in counts for value in row.values()} <= {0}
    assert (len(counts), lines) == (len(names), [None] * len(names))
