"""Freezing by a cluster, as far as it goes without one: what is sent there gives what this machine gives."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import compute, parquet

from kpi import tables
from kpi.baseline.word_exposure import NO_RECORDS, RECORD, ROW, answered_industry, industry_rows, rows_answered
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.publication import PublishedRow
from kpi.policy.load import policies
from kpi.services import preparation
from kpi.services.freeze import import_files
from kpi.services.preparation import (
    IncomingBaseline,
    PreparedBaseline,
    fresh_rows,
    prepare_baseline,
)
from kpi.store.on_spark import copy_product
from kpi.store.store import Store
from kpi.tables.baselines import observation_table
from tests.cli.panels import odd
from tests.services.submitting import YEAR

pytestmark = pytest.mark.campaign

NAME, REGION, POLICY = "odd", "上海市", policies().of_year(YEAR)
INDUSTRIES = [industry.name.zh for industry in catalogue().industries]
WITHOUT_PROJECT = """
import pickle, sys
sys.path.insert(0, sys.argv[1])
work, groups = pickle.load(sys.stdin.buffer)
import pyarrow, pyarrow.parquet
pyarrow.parquet.write_table(pyarrow.concat_tables(map(work, groups)), "answers.parquet")
"""


def incoming() -> IncomingBaseline:
    written = io.BytesIO()
    odd().to_parquet(written, index=False)
    return IncomingBaseline("odd.parquet", written.getvalue(), NAME, YEAR, REGION, "panel", "演示（虚构）")


SIZES = b"region,industry,size,groups\n" + f"{REGION},高端装备,90,80\n{REGION},时尚消费品,40,\n".encode()


@pytest.fixture(scope="module")
def prepared() -> PreparedBaseline:
    return prepare_baseline(incoming(), ("sizes.csv", SIZES))


@pytest.fixture(scope="module")
def by_this_machine(prepared: PreparedBaseline) -> tuple[PublishedRow, ...]:
    content = prepared.content
    return fresh_rows(content.observations, list, incoming(), content.sizes, POLICY, lambda *_: None, None)


PLAIN = pa.schema([(name, pa.float64() if name == "value" else pa.string()) for name in RECORD])
"""Records as Spark has them."""


def groups_of(records: pa.Table, seed: int) -> list[pa.Table]:
    """The records of each industry, in any order."""
    shuffled = records.cast(PLAIN).take(np.random.default_rng(seed).permutation(records.num_rows))
    return [shuffled.filter(compute.equal(shuffled["industry"], item)) for item in compute.unique(shuffled["industry"])]


def exactly(rows: Sequence[PublishedRow]) -> list[str]:
    """Every number to its last digit and sign, by industry and KPI."""
    return sorted(repr((row.table.industry, row.table.kpi, astuple(row))) for row in rows)


def test_the_odd_panel_has_what_it_is_for(by_this_machine: tuple[PublishedRow, ...]) -> None:
    assert {row.table.withheld for row in by_this_machine} >= {None, "few_groups"}
    assert {row.words_expose for row in by_this_machine} == {True, False}
    assert {row.table.band for row in by_this_machine} >= {None, "10-14", "30-59", "60+"}
    assert any(row.table.mean == row.table.mean for row in by_this_machine)


@pytest.mark.parametrize("seed", [1, 2])
def test_industries_answer_alone_and_in_any_order_as_the_whole_panel(
    seed: int, prepared: PreparedBaseline, by_this_machine: tuple[PublishedRow, ...]
) -> None:
    content = prepared.content
    groups = groups_of(observation_table(content.observations).select(RECORD), seed)
    answered = [row for group in groups for row in rows_answered(answered_industry(content.sizes, NAME, POLICY, group))]
    with_records = {group["industry"][0].as_py() for group in groups}
    empty = [industry for industry in INDUSTRIES if industry not in with_records]
    assert (len(groups), len(empty)) == (4, 2)
    answered += industry_rows(NO_RECORDS, REGION, empty, content.sizes, NAME, POLICY)
    assert exactly(answered) == exactly(by_this_machine)


@pytest.mark.slow
def test_what_is_sent_is_all_that_a_worker_needs(prepared: PreparedBaseline, tmp_path: Path) -> None:
    product, elsewhere = tmp_path / "product", tmp_path / "elsewhere"
    copy_product(product)
    elsewhere.mkdir()
    content = prepared.content
    groups = groups_of(observation_table(content.observations).select(RECORD), 3)
    work = partial(answered_industry, content.sizes, NAME, POLICY)
    sent = pickle.dumps((work, groups))
    call = [sys.executable, "-I", "-c", WITHOUT_PROJECT, str(product)]
    subprocess.run(call, input=sent, cwd=elsewhere, check=True)
    answers = (parquet.read_table(elsewhere / "answers.parquet"), pa.concat_tables(map(work, groups)))
    ours, theirs = (exactly(rows_answered(answer)) for answer in answers)
    assert ours == theirs


Work = Callable[[pa.Table], pa.Table]
Answered = Callable[[list[pa.Table]], list[pa.Table]]


def as_spark_would(answered: Answered) -> Callable[..., None]:
    """``work_on_spark`` without Spark: the files it finds are brought together, and ``answered`` comes back."""

    def work_here(_: None, work: Work, table: Path, by: Sequence[str], columns: Mapping[str, str], out: Path) -> None:
        assert (by, columns) == (("region", "industry"), ROW)
        records = pa.concat_tables([parquet.read_table(file).cast(PLAIN) for file in sorted(table.iterdir())])
        out.mkdir()
        for number, answer in enumerate(answered([work(group) for group in groups_of(records, 4)])):
            parquet.write_table(answer, out / f"part-{number}.parquet")

    return work_here


@contextmanager
def no_spark(engine: str) -> Iterator[None]:
    assert engine == "spark://nowhere:7077"
    yield


def frozen(store: Store, engine: str | None) -> tuple[str, list[str]]:
    done = import_files(store, incoming(), ("sizes.csv", SIZES), engine=engine)
    with store.cursor() as cursor:
        return done.baseline.sha256, exactly(tables.baselines.published_rows(cursor, NAME))


@pytest.mark.slow
def test_a_baseline_frozen_by_a_cluster_is_the_one_frozen_here(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "spark_session", no_spark)
    monkeypatch.setattr(preparation, "work_on_spark", as_spark_would(lambda answers: answers[::-1]))
    with Store.open(tmp_path / "other") as other:
        assert frozen(store, "spark://nowhere:7077") == frozen(other, None)
    assert list(store.folder.incoming().iterdir()) == []


def twice(answers: list[pa.Table]) -> list[pa.Table]:
    return [*answers, answers[0]]


def one_short(answers: list[pa.Table]) -> list[pa.Table]:
    return [answers[0].slice(1), *answers[1:]]


def of_other_records(answers: list[pa.Table]) -> list[pa.Table]:
    at = answers[0].schema.get_field_index("records")
    fewer = compute.subtract(answers[0]["records"], 1)
    return [answers[0].set_column(at, "records", fewer), *answers[1:]]


@pytest.mark.slow
@pytest.mark.parametrize("answered", [lambda _: [], lambda answers: answers[1:], twice, one_short, of_other_records])
def test_answers_that_are_not_of_all_records_freeze_nothing(
    answered: Answered, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "spark_session", no_spark)
    monkeypatch.setattr(preparation, "work_on_spark", as_spark_would(answered))
    with pytest.raises(UserError) as refused:
        frozen(store, "spark://nowhere:7077")
    assert refused.value.code == "spark_incomplete"
    with store.cursor() as cursor:
        assert NAME not in {baseline.name for baseline in tables.baselines.baselines(cursor)}
        assert NAME not in {entry.subject for entry in tables.audit.audit_entries(cursor)}
    assert list(store.folder.incoming().iterdir()) == []
