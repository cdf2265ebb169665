"""Sybils: a rival who owns many records of the panel, under one group's name, or under one spelt in many ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import inf, isnan
from pathlib import Path

import numpy as np
import pytest

from kpi.store.store import Store
from tests.attacks.interval_solver import draw, exposed, nothing_known, publish, quarter
from tests.attacks.rival import RIVALS, Rival, table
from tests.benchmark.panels import INDUSTRY, Record, credit_code, freeze, seeded
from tests.campaign import size, tally

ALL = {"median", "mean", "p20", "p80"}
INDUSTRIES = (INDUSTRY, "汽车", "先进材料", "生命健康", "电子信息", "时尚消费品")


@pytest.fixture(scope="module")
def bordered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One panel, imported as a file is, in which each cell stands at a border."""
    with Store.open(tmp_path_factory.mktemp("borders") / "s") as store:
        freeze(store, "borders", [row for place, border in enumerate(BORDERS) for row in border.rows(place)])
        yield store


@dataclass(frozen=True)
class Border:
    """A cell of ``groups`` groups, the first of which holds ``first`` records, and what it may publish."""

    kpi: str
    groups: int
    reported: frozenset[str]
    first: int = 1
    largest: float | None = None
    named: Sequence[str] = ()

    @property
    def cell(self) -> tuple[str, str]:
        """Borders of one KPI go to different industries."""
        of_kpi = [border for border in BORDERS if border.kpi == self.kpi]
        return INDUSTRIES[of_kpi.index(self)], self.kpi

    def rows(self, place: int) -> list[Record]:
        chance, industry = seeded(f"border {place}"), self.cell[0]
        values = [float(chance.randrange(10, 90)) for _ in range(self.groups + self.first - 1)]
        if self.largest is not None:
            values = [self.largest, 1.0, *[0.5] * (len(values) - 2)]
        names = self.named or ["演示集团甲（虚构）"] * (self.first if self.first > 1 else 0)
        return [
            Record(
                credit_code(1000 * place + item + 1),
                names[item] if item < len(names) else None,
                industry,
                self.kpi,
                value,
            )
            for item, value in enumerate(values)
        ]


def reported(*names: str) -> frozenset[str]:
    return frozenset(names)


SPELT = (
    "演示集团乙（虚构）",
    " 演示集团乙（虚构）",
    "演示集团乙(虚构)",
    "演示集团 乙（虚构）",
    "演示集团\u3000乙（虚构)",
    "演示集团乙 （虚构）",
    "演示集团乙（虚 构）",
    "演示集团乙﹙虚构﹚",
)
BORDERS = (
    Border("K01", 9, reported()),
    Border("K01", 10, reported("median", "mean")),
    Border("K01", 11, reported("median", "mean")),
    Border("K01", 14, reported("median", "mean")),
    Border("K01", 15, reported(*ALL)),
    Border("K01", 16, reported(*ALL)),
    Border("K08", 14, reported("median", "mean")),
    Border("K08", 15, reported("median", "mean")),
    Border("K08", 20, reported("median", "mean")),
    Border("K08", 21, reported(*ALL)),
    Border("K08", 22, reported(*ALL)),
    Border("K05", 9, reported()),
    Border("K05", 30, reported("median")),
    # A quarter of the records exactly, and one more.
    Border("K03", 31, reported(*ALL), first=10),
    Border("K03", 31, reported(), first=11),
    # Eight subsidiaries are one group: sixteen records of nine groups, and of ten.
    Border("K04", 9, reported(), first=8),
    Border("K04", 25, reported(*ALL), first=8),
    # The p% rule: 21 others leave a tenth of the largest in doubt, or just do not.
    Border("K12", 22, reported("median", "mean", "p20", "p80"), largest=100.0),
    Border("K12", 22, reported("median", "p20", "p80"), largest=100.5),
)  # fmt: skip


@pytest.mark.parametrize(
    "border", BORDERS, ids=lambda item: f"{item.kpi}-{item.groups}-{item.first}-{item.largest or ''}"
)
def test_every_border_of_the_count_rules_holds_for_a_panel_that_is_imported(bordered: Store, border: Border) -> None:
    industry, kpi = border.cell
    row = table(bordered, "borders", industry)[kpi]
    published = {name for name in ALL if not isnan(getattr(row, name))}
    tally("attacks: borders of the count rules", borders=1)
    assert published == border.reported
    assert (row.band is None) == (not border.reported)


@pytest.mark.parametrize("groups", [9, 10, 11])
def test_words_leave_cells_of_ten_groups_and_no_fewer(tmp_path: Path, groups: int) -> None:
    """Each group has three records, so that nine groups are as many records as the test asks for."""
    rows = [
        Record(credit_code(number + 1), f"演示集团{number % groups:02d}（虚构）", INDUSTRY, "K01", float(10 + number))
        for number in range(3 * groups)
    ]
    with Store.open(tmp_path / "s") as store:
        freeze(store, "p", rows)
        rival = Rival.with_account(store, RIVALS[0])
        rival.hand_in({"K01": 95.0})
        rival.lock()
        assert ("K01" in rival.words()) == (groups >= 10)


def test_one_group_spelt_in_eight_ways_is_one_group(tmp_path: Path) -> None:
    """Two others with it: ten names. A sybil who can spell would be published alone."""
    rows = [
        Record(credit_code(number + 1), SPELT[number] if number < 8 else None, INDUSTRY, "K01", float(10 + 7 * number))
        for number in range(10)
    ]
    with Store.open(tmp_path / "s") as store:
        freeze(store, "spelt", rows)
        row = table(store, "spelt")["K01"]
        assert row.withheld == "few_groups"
        named = [
            replace(record, group=f"演示集团{place}（虚构）", industry="汽车") for place, record in enumerate(rows)
        ]
        freeze(store, "named", named)
        assert table(store, "named", "汽车")["K01"].band == "10-14", "the control: other names are other groups"
    tally("attacks: one group spelt in eight ways", spellings=len(set(SPELT)), groups_made_of_it=1)


def test_branches_named_by_credit_code_are_one_group(tmp_path: Path) -> None:
    """Each names the one before: a chain of legal persons."""
    rows = [
        Record(
            credit_code(number + 1),
            credit_code(number) if 0 < number < 8 else None,
            INDUSTRY,
            "K01",
            float(10 + 7 * number),
        )
        for number in range(12)
    ]
    with Store.open(tmp_path / "s") as store:
        freeze(store, "chain", rows)
        assert table(store, "chain")["K01"].withheld == "few_groups"
        freeze(store, "loose", [replace(row, group=None, industry="汽车") for row in rows])
        assert table(store, "loose", "汽车")["K01"].band == "10-14", "the control: without the chain it is published"


@pytest.mark.parametrize("name", ["normal", "lognormal", "uniform"])
def test_a_group_of_a_quarter_reads_nobody_by_its_own_values(name: str) -> None:
    """As large as a group may be. What its exact ranks would add, which it does not read, is measured beside."""
    least, learned, cells = inf, 0, 0
    for n, seed in product((12, 16), range(size(1, 6))):
        code, values = draw(name, n, seed)
        own = sorted(int(item) for item in np.random.default_rng(seed).choice(n, n // 4, replace=False))
        row = publish(code, values, ["S" if place in own else f"G{place}" for place in range(n)])
        if row.band is None:
            continue
        known = nothing_known(code, n).table(row)
        learned, cells = learned + exposed(known, values, own, [(0, n - 1)] * len(own)), cells + 1
        for place in own:
            known = known.value(place, values[place], values[place])
        others = [place for place in range(n) if place not in own]
        least = min(least, *((high - low) / quarter(values) for low, high in known.intervals(others)))
    tally(
        f"attacks: a quarter of a cell in one hand, {name}: {least:.2f} of IQR/4 by own ranks",
        cells=cells,
        exposed=learned,
    )
    assert cells
    assert learned == 0
