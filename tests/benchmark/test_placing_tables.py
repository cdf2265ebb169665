"""Peers as the product counts them, against slow twins that compare each value with each record."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kpi import tables
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.peers import GroupMembership, NoPeers, Probe, group_extremes, group_memberships, place_values
from tests.benchmark.panels import seeded

COUNTS_TWIN, LINES_TWIN, STANDING_TWIN = (
    (Path(__file__).parent / f"{name}.sql").read_text("utf-8")
    for name in ("place_by_comparison", "lines_by_comparison", "standing_by_one_question")
)
OBSERVED = ["region", "industry", "kpi", "basis", "credit_code", "own_group", "value"]
KPIS = ("K08", "K16")
QUANTILES = (0.2, 0.75, 0.8, 0.9)

YEAR = 2025

Row = tuple[str, str, str, str, str, str, float]


@dataclass(frozen=True, slots=True)
class Asked:
    """A value of a factory in its cell, the factory's code, and the group that is no peer of it."""

    region: str
    industry: str
    kpi: str
    basis: str
    value: float
    credit_code: str
    own_group: str


def _drawn_value(draw: random.Random, top: int, step: int) -> float:
    return draw.randrange(-1, top + 1) / step


def small_panel(
    name: str, draw: random.Random, size: int, value: Callable[[], float], asking: int = 5
) -> tuple[list[Row], list[Asked]]:
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
        Asked("上海", name, kpi, "only", draw.choice([value(), held.get((kpi, code), value())]), code, group)
        for code, group in draw.sample(asked, min(len(asked), asking))
        for kpi in (*KPIS, "K17")
    ]
    return rows, values


def freeze_rows(cursor: Cursor, baseline: str, rows: Sequence[Row]) -> None:
    """Past the intake: its tests are elsewhere."""
    cursor.register("incoming", pd.DataFrame(rows, columns=OBSERVED))
    cursor.execute(f"insert into observation (baseline, {', '.join(OBSERVED)}) select $1, * from incoming", [baseline])
    cursor.unregister("incoming")
    tables.placing.add_placing(cursor, baseline, YEAR)


def by_comparison(cursor: Cursor, baseline: str, asked: Sequence[Asked]) -> tuple[list[Any], list[Any]]:
    """Counts and lines as the twins find them, in the order of ``asked``."""
    columns = ["factory", "region", "industry", "kpi", "basis", "value", "credit_code", "own_group"]
    cursor.register(
        "candidate", pd.DataFrame([(at, *asdict(item).values()) for at, item in enumerate(asked)], columns=columns)
    )
    counts = (
        cursor.execute(COUNTS_TWIN, {"baseline": baseline, "year": str(YEAR)}).df().drop(columns=["factory", "kpi"])
    )
    lines = cursor.execute(LINES_TWIN, {"baseline": baseline, "quantiles": list(QUANTILES)}).fetchall()
    cursor.unregister("candidate")
    known = {at: (mean, mean_place, median, *found) for at, _, mean, median, mean_place, found in lines}
    return counts.to_dict("records"), [known.get(at) for at in range(len(asked))]


def counted(cursor: Cursor, baseline: str, asked: Sequence[Asked]) -> tuple[list[Any], list[Any]]:
    """The same as the product finds them."""
    values = [Probe(at, item.region, item.industry, item.kpi, item.basis, item.value) for at, item in enumerate(asked)]
    no_peers = {at: no_peers_of(cursor, baseline, item) for at, item in enumerate(asked)}
    found = place_values(cursor, baseline, values, no_peers, QUANTILES)
    groups = group_extremes(cursor, baseline, values, no_peers)
    return [asdict(value.counts) | asdict(group) for value, group in zip(found, groups, strict=True)], [
        line and (line.mean, line.mean_place, line.median, *line.quantiles.values())
        for line in (value.lines for value in found)
    ]


def no_peers_of(cursor: Cursor, baseline: str, asked: Asked) -> NoPeers:
    """The panel's enterprises that are itself or bear its group's name, whatever the panel says of its own group."""
    found = cursor.execute(
        "select enterprise, credit_code from peer_enterprise where baseline = $1 and $2 in (credit_code, own_group)"
        " union select enterprise, credit_code from peer_enterprise where baseline = $1 and own_group = $3",
        [baseline, asked.credit_code, asked.own_group],
    ).fetchall()
    return NoPeers(
        next((number for number, code in found if code == asked.credit_code), None),
        tuple(number for number, code in found if code != asked.credit_code),
    )


def assert_same_lines(found: Sequence[Any], wanted: Sequence[Any]) -> None:
    """The last digit of the twin's quantiles depends on the processor, of its mean on the order of summation."""
    assert [item is None for item in found] == [item is None for item in wanted]
    ours, theirs = (np.array([line for line in lines if line]) for lines in (found, wanted))
    assert np.array_equal(ours[:, 1], theirs[:, 1])
    assert np.allclose(ours[:, 0], theirs[:, 0], rtol=0, atol=2e-12)
    assert np.allclose(ours[:, 2:], theirs[:, 2:], rtol=4e-16, atol=3e-14)


@pytest.mark.campaign
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
            assert any(count["sibling_chosen_worse"] for count in counts)
            found, found_lines = counted(cursor, baseline, asked)
            assert found == counts
            assert_same_lines(found_lines, lines)
        cursor.rollback()


def test_which_of_two_zeros_comes_first_leaves_no_trace(fresh: Store) -> None:
    """They are equal, and records come in any order."""
    zeros = enumerate((-0.0, 0.0, -0.0))
    rows: list[Row] = [("上海", "x", "K08", "only", str(at), str(at), zero) for at, zero in zeros]
    with fresh.transaction() as cursor:
        freeze_rows(cursor, "b", rows)
        found = cursor.execute("select distinct value::text from peer_record").fetchall()
    assert found == [("0.0",)]


def test_who_speaks_for_a_group_follows_from_codes_and_year_alone(fresh: Store) -> None:
    """Not from the values, and not from the order in which they came."""
    codes = [f"9131011500000000{number:02d}" for number in range(40)]
    rows: list[Row] = [
        ("上海", "x", "K08", "only", code, f"group {at % 7}", float(at)) for at, code in enumerate(codes)
    ]
    other: list[Row] = [(*row[:-1], -row[-1]) for row in reversed(rows)]
    wanted = {min((code for at, code in enumerate(codes) if at % 7 == group), key=turn) for group in range(7)}
    with fresh.transaction() as cursor:
        for baseline, panel in (("a", rows), ("b", other)):
            freeze_rows(cursor, baseline, panel)
            chosen = cursor.execute(
                "select credit_code from peer_record join peer_enterprise using (baseline, enterprise)"
                " where baseline = $1 and chosen",
                [baseline],
            ).fetchall()
            assert {code for (code,) in chosen} == wanted


def turn(code: str) -> str:
    """What decides who speaks for a group: hexadecimal digits, the lowest first."""
    return hashlib.sha256(f"{code}{YEAR}".encode()).hexdigest()


def test_standings_are_as_one_question_to_the_records_gives_them(fresh: Store) -> None:
    draw = seeded(22)
    codes = [f"{number:018d}" for number in range(60)]
    groups = {code: draw.choice(["group A", "group B", codes[0], code, code]) for code in codes}
    groups[codes[0]] = codes[0]
    rows: list[Row] = [
        ("上海", draw.choice(["x", "y"]), "K08", "only", code, groups[code], float(draw.randrange(9))) for code in codes
    ]
    named = [None, "group A", "group B", "elsewhere", *codes[:3]]
    candidates = [(draw.choice(["x", "y", "z"]), code, draw.choice(named)) for code in [*codes, "9" * 18, "8" * 18]]
    with fresh.transaction() as cursor:
        freeze_rows(cursor, "b", rows)
        for code in (codes[-1], "9" * 18):
            group = groups.get(code, "group A")
            cursor.execute("insert into group_register values ('b', $1, null, $2)", [code, group])
        cursor.execute("insert into industry_size values ('b', '上海', 'x', 90, 60)")
        columns = ["industry", "credit_code", "own_group"]
        asked = pd.DataFrame(candidates, columns=columns, dtype=object).rename_axis("candidate").reset_index()
        cursor.register("candidate", asked)
        wanted = cursor.execute(STANDING_TWIN, {"baseline": "b", "region": "上海"}).fetchall()
        cursor.unregister("candidate")
        assert group_memberships(cursor, "b", "上海", candidates) == [GroupMembership(*row) for row in wanted]


@pytest.mark.parametrize("names", [["a"], ["a", "b"], []])
def test_nothing_frozen_is_no_peers(fresh: Store, names: list[str]) -> None:
    with fresh.cursor() as cursor:
        asked = [Asked("上海", "汽车", "K08", "only", 1.0, name, name) for name in names]
        counts, lines = counted(cursor, "none", asked)
    assert {value for row in counts for value in row.values()} <= {0}
    assert (len(counts), lines) == (len(names), [None] * len(names))
