"""In how many claimed scenarios AI is used, beside the KPI as typed: asked where the accounts cannot bring it about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from kpi.catalogue.catalogue import catalogue, notice_in_hand
from kpi.eligibility.ai_use import AiUse, ai_use
from kpi.model.application import Application
from kpi.model.claims import ScenarioAccount
from tests.eligibility.sample_application import application
from tests.services.sample_store import AT

NAMES = tuple(scenario.name.zh for scenario in catalogue().scenarios)


def said(names: Sequence[str], using: int) -> dict[str, ScenarioAccount]:
    """Of the first ``using`` of them that they use AI."""
    return {
        name: ScenarioAccount(name, "系统（虚构）", at < using, "模型（虚构）" if at < using else "", "a", AT)
        for at, name in enumerate(names)
    }


def use(typed: float | None, using: int, claimed: int, described: int | None = None) -> AiUse:
    names = NAMES[:claimed]
    return AiUse(names, said(names[:described], using), "K04", 100, typed)


@pytest.mark.parametrize(
    ("typed", "differs"),
    [
        (42.857142857142854, False),
        (42.86, False),
        (42.9, False),
        (43.0, False),
        (0.4286 * 100, False),
        (42.8, True),
        (42.91, True),
        (42.0, True),
        (45.0, True),
        (0.0, True),
        (40.0, True),
        (None, False),
    ],
)
def test_nine_of_twenty_one_agrees_with_what_rounds_from_it(typed: float | None, differs: bool) -> None:
    assert use(typed, 9, 21).differs is differs


def test_half_a_step_still_agrees_exactly() -> None:
    assert not use(13.0, 1, 8).differs, "12.5"
    assert not use(12.0, 1, 8).differs
    assert use(12.4, 1, 8).differs


def test_what_is_not_described_yet_may_still_bring_it_about() -> None:
    assert not use(45.0, 9, 20, 20).differs
    assert not use(50.0, 9, 20, 19).differs
    assert use(55.0, 9, 20, 19).differs
    assert use(40.0, 9, 20, 19).differs, "those described can only become more"
    assert not use(60.0, 0, 0).differs
    assert not use(60.0, 0, 20, 0).differs


def test_the_share_is_said_to_a_tenth_of_a_per_cent_whatever_the_unit() -> None:
    assert (use(None, 9, 21).share_of(21), use(None, 9, 21).share_of(40)) == (42.9, 22.5)
    as_fraction = replace(use(0.43, 9, 21), whole=1)
    assert (as_fraction.share_of(21), as_fraction.differs) == (0.429, False)
    assert replace(as_fraction, reported=42.9).differs


def _claiming_two(ai: float | None) -> Application:
    return application(ai, scenarios=NAMES[:2])


def test_only_claimed_scenarios_count_and_the_kpi_is_the_one_the_tiers_ask_for() -> None:
    found = ai_use(_claiming_two(50.0), said(NAMES[1:4], 3))
    assert (found.claimed, list(found.accounts), found.using, found.missing) == (NAMES[:2], [NAMES[1]], 1, 1)
    assert (found.kpi, found.whole, found.reported) == ("K04", 100, 50.0)
    assert ai_use(_claiming_two(None), {}).reported is None


def test_a_notice_whose_tiers_ask_for_no_share_has_nothing_to_compare() -> None:
    bare = tuple(tier.model_copy(update={"ai_kpi": None, "ai_share": None}) for tier in catalogue().tiers)
    with notice_in_hand(replace(catalogue(), tiers=bare)):
        found = ai_use(_claiming_two(5.0), said(NAMES[:2], 1))
    assert (found.kpi, found.using, found.differs) == (None, 1, False)
