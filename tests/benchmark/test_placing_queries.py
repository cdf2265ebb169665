"""The questions that count, against DuckDB's own traps (docs/method.md 6)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict, astuple
from datetime import UTC, date, datetime
from math import inf, isnan, nan

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from kpi import tables
from kpi.baseline.content_hash import canonical_bytes
from kpi.benchmark.evaluation import evaluate, evaluate_all
from kpi.errors import InvalidFile
from kpi.policy.load import policies
from kpi.services.freeze import import_baseline
from kpi.services.preparation import IncomingBaseline
from kpi.store.database import Cursor
from kpi.store.store import Store
from tests.benchmark.panels import (
    HOME_REGION,
    INDUSTRY,
    MAIN,
    application,
    as_csv,
    credit_code,
    freeze,
    records,
    seeded,
)

pytestmark = pytest.mark.slow

DAY = date(2025, 12, 31)
POLICY = policies().on(DAY)
COUNTS = ["worse", "tied", "n"]
OUTSIDER = credit_code(9_000_001)


def ask(cursor: Cursor, baseline: str, values: Sequence[float], kpi: str = "K08", code: str = OUTSIDER) -> pd.DataFrame:
    standing = tables.peers.own_standing(cursor, baseline, HOME_REGION, INDUSTRY, code, None)
    asked = [tables.peers.Probe(0, HOME_REGION, INDUSTRY, kpi, "only", value) for value in values]
    placed = tables.peers.place_values(cursor, baseline, asked, {0: standing.no_peers}, ())
    return pd.DataFrame([asdict(value.counts) for value in placed])


def put(cursor: Cursor, name: str, values: Sequence[float]) -> None:
    """Straight into the tables, past the intake, inside a transaction that is never committed."""
    stamp = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    cursor.execute(
        "insert into baseline values ($1, $2, 2025, 'panel', '', '', '', $3, false, null, null)",
        [name, HOME_REGION, stamp],
    )
    cursor.executemany(
        "insert into observation (baseline, region, industry, kpi, basis, credit_code, own_group, value)"
        " values ($1, $2, $3, 'K08', 'only', $4, $4, $5)",
        [[name, HOME_REGION, INDUSTRY, credit_code(place), value] for place, value in enumerate(values)],
    )
    tables.placing.add_placing(cursor, name, 2025)


@pytest.mark.parametrize(("own", "counts"), [(2.0, [1, 0, 1]), (1.0, [0, 1, 1]), (0.5, [0, 0, 1])])
def test_a_cell_of_one_peer_is_counted(store: Store, own: float, counts: list[int]) -> None:
    freeze(store, "one", records({"K08": [1.0]}))
    with store.cursor() as cursor:
        assert ask(cursor, "one", [own])[COUNTS].to_numpy().tolist() == [counts]


def test_a_cell_of_the_candidate_alone_has_no_peers(store: Store) -> None:
    baseline = freeze(store, "alone", records({"K08": [1.0]}))
    with store.cursor() as cursor:
        found = evaluate(cursor, application({"K08": 5.0}, code=credit_code(1)), baseline, POLICY, DAY).kpi("K08")
    assert (found.peers.n, found.worse, found.verdict) == (0, 0, "too_few_peers")
    assert isnan(found.percentile.strict)
    assert isnan(found.p_value)
    assert isnan(found.leading_line)


def test_an_industry_the_baseline_does_not_know_has_no_peers(store: Store) -> None:
    baseline = freeze(store, "elsewhere-only", records({"K08": [1.0] * 20}, industry="汽车"))
    with store.cursor() as cursor:
        found = evaluate(cursor, application({"K08": 5.0}), baseline, POLICY, DAY)
    assert (found.kpi("K08").peers.n, found.kpi("K08").verdict) == (0, "too_few_peers")
    assert found.clause.verdict == "withheld"


def test_a_factory_that_reports_nothing_is_answered(store: Store) -> None:
    baseline = freeze(store, "nothing-reported", records({"K08": [1.0] * 20}))
    with store.cursor() as cursor:
        found = evaluate(cursor, application({}), baseline, POLICY, DAY)
    assert {kpi.verdict for kpi in found.kpis} == {"not_reported"}
    assert (found.leading_list, found.at_least_leading, found.clause.verdict) == ((), 0, "withheld")


def test_the_store_refuses_null_so_that_nothing_unsaid_gets_a_rank(fresh: Store) -> None:
    with fresh.cursor() as cursor:
        cursor.begin()
        with pytest.raises(Exception, match="NOT NULL"):
            put(cursor, "null", [1.0, None])
        cursor.rollback()


def door(text: str) -> bytes:
    return as_csv(records({"K08": [1.0] * 14})) + f"{credit_code(77)},,{INDUSTRY},,K08,{text},\n".encode()


@pytest.mark.parametrize("text", ["nan", "NaN", "inf", "-inf", "NULL"])
def test_nan_and_null_are_refused_at_the_door(store: Store, text: str) -> None:
    """DuckDB sorts NaN on top and counts it."""
    with pytest.raises(InvalidFile):
        import_baseline(
            store, IncomingBaseline("door.csv", door(text), f"door-{text}", 2025, HOME_REGION, "panel", "invented")
        )


def test_a_blank_is_no_record(store: Store) -> None:
    import_baseline(
        store, IncomingBaseline("blank.csv", door(""), "door-blank", 2025, HOME_REGION, "panel", "invented")
    )
    with store.cursor() as cursor:
        assert ask(cursor, "door-blank", [2.0])[COUNTS].to_numpy().tolist() == [[14, 0, 14]]


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_what_is_not_finite_is_no_content(value: float) -> None:
    frame = pd.DataFrame(
        [[OUTSIDER, None, INDUSTRY, None, "K08", value, None]],
        columns=["credit_code", "group", "industry", "body", "kpi", "value", "basis"],
    )
    with pytest.raises(ValueError, match="finite"):
        canonical_bytes(frame, None, HOME_REGION, 2025)


def test_parquet_nan_does_not_inflate_n(store: Store) -> None:
    """NaN of parquet arrives as a value, not as NULL."""
    rows = records({"K08": [1.0] * 14 + [nan]})
    names = ["credit_code", "group", "industry", "kpi", "value", "basis"]
    frame = pd.DataFrame([astuple(row) for row in rows], columns=names).assign(body=None)
    table = pa.table({name: pa.array(frame[name].to_list(), from_pandas=False) for name in frame})
    out = io.BytesIO()
    parquet.write_table(table, out)
    sent = IncomingBaseline("p.parquet", out.getvalue(), "parquet-nan", 2025, HOME_REGION, "panel", "invented")
    import_baseline(store, sent)
    with store.cursor() as cursor:
        assert ask(cursor, "parquet-nan", [2.0])[COUNTS].to_numpy().tolist() == [[14, 0, 14]]


def test_minus_zero_ties_with_zero(fresh: Store) -> None:
    with fresh.cursor() as cursor:
        cursor.begin()
        put(cursor, "zeros", [0.0, -0.0, 1.0])
        found = ask(cursor, "zeros", [-0.0, 0.0])[COUNTS].to_numpy().tolist()
        cursor.rollback()
    assert found == [[0, 2, 3], [0, 2, 3]]


def test_values_a_hair_apart_are_not_tied(fresh: Store) -> None:
    """DOUBLE, not DECIMAL: 0.1 + 0.2 is above 0.3."""
    with fresh.cursor() as cursor:
        cursor.begin()
        put(cursor, "hair", [0.3])
        found = ask(cursor, "hair", [0.1 + 0.2, 0.3])[COUNTS].to_numpy().tolist()
        cursor.rollback()
    assert found == [[1, 0, 1], [0, 1, 1]]


def test_percent_rank_over_peers_and_candidate_is_the_strict_share(store: Store) -> None:
    draw = seeded(3)
    peers = [float(draw.randrange(10)) for _ in range(25)]
    freeze(store, "percent-rank", records({"K08": peers}))
    with store.cursor() as cursor:
        for own in (-1.0, 0.0, 4.0, 4.5, 9.0, 12.0):
            cursor.register("everybody", pd.DataFrame({"value": [*peers, own], "own": [False] * 25 + [True]}))
            ranked = cursor.execute("select own, percent_rank() over (order by value) from everybody").fetchall()
            cursor.unregister("everybody")
            worse, _, n = ask(cursor, "percent-rank", [own])[COUNTS].to_numpy()[0]
            assert worse / n == pytest.approx(next(rank for mine, rank in ranked if mine), abs=1e-15)


Values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=25)


@settings(max_examples=25, deadline=None)
@given(peers=Values, own=Values, turn=st.randoms(use_true_random=False))
def test_the_order_of_peers_is_irrelevant(tmp_path_factory, peers, own, turn) -> None:
    mixed = list(peers)
    turn.shuffle(mixed)
    with scratch(tmp_path_factory) as cursor:
        put(cursor, "a", peers)
        put(cursor, "b", mixed)
        assert ask(cursor, "a", own).equals(ask(cursor, "b", own))
        cursor.rollback()


@settings(max_examples=25, deadline=None)
@given(peers=Values, own=Values, scale=st.floats(0.001, 1000), shift=st.floats(-1000, 1000))
def test_a_rising_map_of_all_values_leaves_the_counts(tmp_path_factory, peers, own, scale, shift) -> None:
    def moved(value: float) -> float:
        return value * scale + shift + value**3

    with scratch(tmp_path_factory) as cursor:
        put(cursor, "a", peers)
        put(cursor, "b", [moved(value) for value in peers])
        assert ask(cursor, "a", own).equals(ask(cursor, "b", [moved(value) for value in own]))
        cursor.rollback()


@settings(max_examples=25, deadline=None)
@given(peers=Values, own=Values, more=st.integers(-6, 6).map(float))
def test_one_more_peer_changes_one_count_by_one(tmp_path_factory, peers, own, more) -> None:
    with scratch(tmp_path_factory) as cursor:
        put(cursor, "a", peers)
        put(cursor, "b", [*peers, more])
        before, after = ask(cursor, "a", own), ask(cursor, "b", own)
        cursor.rollback()
    assert (after["n"] - before["n"]).tolist() == [1] * len(own)
    assert (after["worse"] - before["worse"]).tolist() == [int(more < value) for value in own]
    assert (after["tied"] - before["tied"]).tolist() == [int(more == value) for value in own]


@settings(max_examples=25, deadline=None)
@given(peers=Values, own=Values)
def test_counts_are_counts(tmp_path_factory, peers, own) -> None:
    with scratch(tmp_path_factory) as cursor:
        put(cursor, "a", peers)
        found = ask(cursor, "a", own)
        cursor.rollback()
    want = [[sum(v < x for v in peers), sum(v == x for v in peers), len(peers)] for x in own]
    assert found[COUNTS].to_numpy().tolist() == want


def test_many_factories_at_once_are_answered_as_one_by_one(store: Store) -> None:
    draw = seeded(7)
    groups = [draw.choice([None, "演示集团01（虚构）", "演示集团02（虚构）"]) for _ in range(30)]
    rows = records({code: [float(draw.randrange(60)) for _ in range(30)] for code in MAIN}, groups)
    rows += records({"K08": [float(draw.randrange(60)) for _ in range(20)]}, industry="汽车", first=200)
    baseline = freeze(store, "many", rows)
    apps = [
        application(
            {code: float(draw.randrange(70)) for code in draw.sample(MAIN, 4)},
            credit_code(draw.choice([1, 5, 9, 9_000_001])),
            draw.choice([None, "演示集团01（虚构）"]),
            draw.choice([INDUSTRY, "汽车", "电子信息"]),
        )
        for _ in range(15)
    ]
    with store.cursor() as cursor:
        together = evaluate_all(cursor, apps, baseline, POLICY, DAY)
        alone = [evaluate(cursor, app, baseline, POLICY, DAY) for app in apps]
    assert [repr(evaluation) for evaluation in together] == [repr(item) for item in alone]


def test_a_mean_of_equal_peers_is_their_value(store: Store) -> None:
    """A sum of 1.1s is not a multiple of 1.1: a candidate tied with all its peers is not above their mean."""
    baseline = freeze(store, "tenths", records({"K08": [1.1] * 24, "K16": [33.3] * 19, "K12": [7.77] * 17}))
    with store.cursor() as cursor:
        found = evaluate(cursor, application({"K08": 1.1, "K16": 33.3, "K12": 7.77}), baseline, POLICY, DAY)
    for code in ("K08", "K16", "K12"):
        kpi = found.kpi(code)
        assert (kpi.mean, kpi.mean_place) == (kpi.value, 1.0), code
        assert "mean_and_median_disagree" not in {reason.code for reason in kpi.reasons}, code


def test_lines_are_of_the_peers_alone(store: Store) -> None:
    """Mean, median and line leave the candidate and its siblings out; quantiles are type 7."""
    values = [float(place) for place in range(1, 12)] + [900.0, 1000.0]
    rows = records({"K08": values}, [None] * 11 + ["演示集团01（虚构）"] * 2)
    baseline = freeze(store, "lines", rows)
    with store.cursor() as cursor:
        found = evaluate(cursor, application({"K08": 5.5}, credit_code(13)), baseline, POLICY, DAY).kpi("K08")
    assert (found.mean, found.median, found.leading_line) == (6.0, 6.0, 9.0)
    assert found.gap_to_line == -3.5


class scratch:  # noqa: N801 - reads as a verb's object
    """A cursor in a transaction of a throw-away store shared by the examples of one test."""

    opened: dict[int, Store] = {}  # noqa: RUF012 - shared on purpose, see the docstring

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        if id(factory) not in self.opened:
            self.opened[id(factory)] = Store.open(factory.mktemp("scratch") / "s")
        self.cursor = self.opened[id(factory)]._connection.cursor()

    def __enter__(self) -> Cursor:
        self.cursor.begin()
        return self.cursor

    def __exit__(self, *_: object) -> None:
        self.cursor.close()
