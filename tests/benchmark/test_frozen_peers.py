"""A baseline in memory answers what the store's own questions answer, to the last bit."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest

from kpi import queries
from kpi.benchmark.evaluation import evaluate_all
from kpi.model.baseline import HOME_REGION
from kpi.model.claims import GROUP_ITEM, NO_RULINGS, ClaimKey, Rulings
from kpi.model.times import year_end
from kpi.policy.load import policies
from kpi.queries import placing, sql_runner
from kpi.records.placing import add_placing
from kpi.store.cursor import Cursor
from kpi.store.moment import one_moment
from kpi.store.store import Store
from tests.benchmark.panels import INDUSTRY, MAIN, application, credit_code, freeze, records, seeded

OUTSIDER = credit_code(9_000_001)
QUANTILES = (0.75, 0.8, 0.9)
INDUSTRIES = (INDUSTRY, "汽车")
KPIS = ("K08", "K16")
STANDING = {"numbered_cells", "registered_groups"}
LOOK_UP = {"cells_to_place_in", "records_of_keys", "rungs_of_blocks"}
STANDING_TWIN = (Path(__file__).parent / "standing_by_one_question.sql").read_text("utf-8")
STAMP = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that DuckDB is asked."""
    questions: list[str] = []
    read = sql_runner.sql_text

    def noted(question: str) -> str:
        questions.append(question)
        return read(question)

    monkeypatch.setattr(sql_runner, "sql_text", noted)
    return questions


def _panel(draw: Random, codes: list[str]) -> dict[str, str]:
    """Groups of several, and branches under the name of their legal person, whose own group is its name."""
    names = ["group A", "group B", codes[0], codes[1]]
    return {code: draw.choice([*names, *[code] * 4]) for code in codes} | {name: name for name in codes[:2]}


def _put(cursor: Cursor, name: str, draw: Random, codes: list[str], groups: dict[str, str]) -> None:
    """Straight into the tables: a hundred small panels by the service would take minutes."""
    cursor.execute(
        "insert into baseline values ($1, $2, 2025, 'panel', $1, '', '', $3, false, null, null)",
        [name, HOME_REGION, STAMP],
    )
    cursor.executemany(
        "insert into observation (baseline, region, industry, kpi, basis, credit_code, own_group, value)"
        " values ($1, $2, $3, $4, 'only', $5, $6, $7)",
        [
            [name, HOME_REGION, industry, kpi, code, groups[code], round(draw.uniform(-3, 3), draw.choice([0, 1, 4]))]
            for industry in INDUSTRIES
            for kpi in KPIS
            for code in codes
            if draw.random() < 0.8
        ],
    )
    add_placing(cursor, name)
    # What a register says of an enterprise in the panel is what its records say: it outweighed the panel at the freeze.
    for code, group in [(codes[-1], groups[codes[-1]]), (OUTSIDER, "group A")][: draw.choice([0, 2])]:
        cursor.execute("insert into group_register values ($1, $2, null, $3)", [name, code, group])
    cursor.execute("insert into industry_size values ($1, $2, $3, 90, 60)", [name, HOME_REGION, INDUSTRY])


@pytest.mark.parametrize("seed", range(10))
def test_memory_answers_as_the_store_does(fresh: Store, seed: int, asked: list[str]) -> None:
    draw = seeded(seed)
    codes = [credit_code(number) for number in range(draw.choice([1, 4, 30]) + 2)]
    groups = _panel(draw, codes)
    with fresh.transaction() as cursor:
        _put(cursor, "small", draw, codes, groups)
    named = [None, "group A", "group B", "elsewhere", *codes[:3]]
    candidates = [
        (draw.choice([*INDUSTRIES, "电子信息"]), code, draw.choice(named)) for code in [*codes, OUTSIDER, OUTSIDER]
    ]
    answers = []
    for moment in (nullcontext(), one_moment(fresh.kept), one_moment(fresh.kept)):
        with moment, fresh.cursor() as cursor:
            asked.clear()
            standings = queries.own_standings(cursor, "small", HOME_REGION, candidates)
            values = _values(candidates, standings, seeded(seed))
            answers.append((standings, queries.peer_placings(cursor, "small", values, QUANTILES)))
    assert repr(answers[0]) == repr(answers[1]) == repr(answers[2])
    assert any(one.counts["sibling_n"] for one in answers[0][1]) or len(codes) < 30
    assert not {*STANDING, "frozen_records"} & set(asked)
    with fresh.cursor() as cursor:
        assert answers[0][0] == _standings_by_twin(cursor, "small", candidates)


def _standings_by_twin(
    cursor: Cursor, baseline: str, candidates: list[tuple[str, str, str | None]]
) -> list[queries.OwnStanding]:
    """All of it by one question, as before."""
    columns = ["industry", "credit_code", "own_group"]
    asked = pd.DataFrame(candidates, columns=columns, dtype=object).rename_axis("candidate").reset_index()
    cursor.register("candidate", asked)
    found = cursor.execute(STANDING_TWIN, {"baseline": baseline, "region": HOME_REGION}).fetchall()
    cursor.unregister("candidate")
    return [queries.OwnStanding(*row) for row in found]


def _values(
    candidates: list[tuple[str, str, str | None]], standings: list[queries.OwnStanding], draw: Random
) -> dict[str, np.ndarray]:
    rows = [
        (place, HOME_REGION, industry, kpi, "only", float(draw.randrange(-3, 4)), code, standing.own_group)
        for place, ((industry, code, _), standing) in enumerate(zip(candidates, standings, strict=True))
        for kpi in (*KPIS, "K17")
    ]
    types = {"factory": np.int64, "value": np.float64}
    return {
        name: np.array([row[at] for row in rows], dtype=types.get(name, object))
        for at, name in enumerate(queries.CANDIDATE_COLUMNS)
    }


def test_whole_answers_are_the_same_and_ask_nothing_of_the_peers(store: Store, asked: list[str]) -> None:
    """Of the last round no question goes to the records but the lines of those who have records among their peers."""
    draw = seeded(7)
    own_groups = [draw.choice([None, "演示集团01（虚构）", "演示集团02（虚构）"]) for _ in range(30)]
    rows = records({code: [float(draw.randrange(60)) for _ in range(30)] for code in MAIN}, own_groups)
    baseline = freeze(store, "whole", rows, sizes={INDUSTRY: 70})
    policy = policies().of_year(2025)
    outside = [application({code: float(draw.randrange(70)) for code in MAIN}, OUTSIDER) for _ in range(5)]
    within = [
        application(
            {code: float(draw.randrange(70)) for code in MAIN},
            credit_code(draw.choice([1, 5, 9])),
            "演示集团01（虚构）",
        )
        for _ in range(5)
    ]
    accepted = Rulings({ClaimKey("group", GROUP_ITEM): "accepted"})
    for apps, rulings in ((outside, NO_RULINGS), (within, NO_RULINGS), (within, accepted)):

        def answer(moment: AbstractContextManager[None], apps=apps, rulings=rulings) -> list[str]:
            asked.clear()
            with moment, store.cursor() as cursor:
                found = evaluate_all(cursor, apps, baseline, policy, year_end(2025), [rulings] * len(apps))
            return [repr(one) for one in found]

        direct = answer(nullcontext())
        assert direct == answer(one_moment(store.kept)) == answer(one_moment(store.kept))
        assert set(asked) <= (LOOK_UP if apps is within else set())


def test_who_holds_the_write_lock_or_is_in_no_moment_asks_the_store(store: Store, asked: list[str]) -> None:
    """Verification is in no moment: what it recomputes comes from the records themselves."""
    baseline = freeze(store, "asked", records({"K08": [float(place) for place in range(20)]}))
    policy, app = policies().of_year(2025), application({"K08": 5.5})

    def evaluated() -> None:
        asked.clear()
        with store.cursor() as cursor:
            evaluate_all(cursor, [app], baseline, policy, year_end(2025))
        assert set(asked) >= STANDING | LOOK_UP

    evaluated()
    with one_moment(store.kept):
        with store.write_lock():
            evaluated()
        with store.cursor() as cursor:
            evaluate_all(cursor, [app], baseline, policy, year_end(2025))
        with store.write_lock():
            evaluated()


def test_a_large_baseline_is_not_kept(store: Store, asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    baseline = freeze(store, "large", records({"K08": [float(place) for place in range(20)]}))
    monkeypatch.setattr(placing, "MOST_KEPT_RECORDS", 19)
    with one_moment(store.kept), store.cursor() as cursor:
        evaluate_all(cursor, [application({"K08": 5.5})], baseline, policies().of_year(2025), year_end(2025))
    assert set(asked) >= STANDING | LOOK_UP
