"""Whom the peers of an industry stand for, beside a slow count."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from kpi.model.representation import PanelOrigin, StratumCount, published_representation, representation

SIZES = ("large", "medium", "small")


def rows(of: dict[str, tuple[int, int]], industry: str = "汽车") -> list[StratumCount]:
    """``of``: registered and included by size."""
    return [StratumCount(industry, "松江区", size, *counts) for size, counts in of.items()]


def test_large_ones_that_answer_three_times_as_often_are_said_to() -> None:
    own = random.Random(45)
    register = [own.choices(SIZES, (1, 2, 7))[0] for _ in range(600)]
    panel = [own.random() < (0.6 if size == "large" else 0.2) for size in register]
    registered = Counter(register)
    included = Counter(size for size, taken in zip(register, panel, strict=True) if taken)
    found = representation(
        PanelOrigin("汽车", sum(panel), 0, 0), rows({size: (registered[size], included[size]) for size in SIZES})
    )
    over = found.over_represented()
    assert over
    size, ratio = over
    # The slow twin: of those who are in, and of all, how many of a hundred are large?
    among_panel = sum(1 for size, taken in zip(register, panel, strict=True) if taken and size == "large") / sum(panel)
    among_all = sum(1 for size in register if size == "large") / len(register)
    assert size.name == "large"
    assert ratio == pytest.approx(among_panel / among_all)
    answered = {size: included[size] / registered[size] for size in SIZES}
    assert ratio / found.ratio(found.sizes[2], found.sizes) == pytest.approx(answered["large"] / answered["small"])
    assert 2 < ratio < 3


def test_what_is_not_stated_is_in_no_ratio() -> None:
    found = representation(PanelOrigin("汽车", 30, 0, 0), rows({"large": (10, 10), "small": (30, 10), "": (60, 10)}))
    over = found.over_represented()
    assert over
    assert over[1] == pytest.approx((10 / 20) / (10 / 40))
    assert (found.registered, found.included) == (100, 30)


def test_nobody_is_over_represented_where_all_answer_alike() -> None:
    found = representation(PanelOrigin("汽车", 20, 0, 0), rows({"large": (10, 5), "small": (30, 15)}))
    assert found.over_represented() is None


@pytest.mark.parametrize(
    ("applied", "awarded", "kind"),
    [(0, 0, "industry"), (20, 0, "applicants"), (20, 20, "awarded"), (12, 3, "industry")],
)
def test_the_kind_of_peers_is_said(applied: int, awarded: int, kind: str) -> None:
    assert representation(PanelOrigin("汽车", 20, applied, awarded), []).kind == kind


def test_no_register_is_no_register() -> None:
    found = representation(PanelOrigin("汽车", 20, 3, 0), rows({"large": (10, 5)}, "高端装备"))
    assert (found.registered, found.included, found.over_represented()) == (None, 0, None)


def test_a_ratio_that_tells_of_few_enterprises_is_not_published() -> None:
    many = representation(PanelOrigin("汽车", 90, 0, 0), rows({"large": (60, 45), "small": (300, 45)}))
    assert published_representation(many, "60+", 10).over == ("large", 3.0)
    few = representation(PanelOrigin("汽车", 54, 0, 0), rows({"large": (12, 9), "small": (300, 45)}))
    assert published_representation(few, "60+", 10).over is None
    all_in = representation(PanelOrigin("汽车", 57, 0, 0), rows({"large": (12, 12), "small": (300, 45)}))
    assert published_representation(all_in, "60+", 10).over is None
    slight = representation(PanelOrigin("汽车", 90, 0, 0), rows({"large": (100, 49), "small": (300, 120)}))
    assert slight.over_represented() is None or published_representation(slight, "60+", 10).over is None


def test_where_nothing_is_published_nothing_is_said() -> None:
    found = representation(PanelOrigin("汽车", 5, 5, 5), rows({"large": (60, 5)}))
    said = published_representation(found, None, 10)
    assert (said.kind, said.band, said.over) == (None, None, None)
