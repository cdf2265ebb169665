"""Why a word would be another: computed from what differs, and from nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kpi.i18n.words import clause_change_reason
from kpi.model.evaluation import Evaluation, Peers, Verdict
from kpi.services.administrator.changed_verdicts import ChangedVerdict, changed_words
from tests.charts.sample_evaluations import answer

BEFORE = answer(mixed_n=False)


def other(kpi: dict[str, Any] | None = None, policy: dict[str, Any] | None = None, sha256: str = "") -> Evaluation:
    """The same answer with another K08, policy or baseline."""
    kpis = tuple(replace(item, **(kpi or {})) if item.code == "K08" else item for item in BEFORE.kpis)
    baseline = replace(BEFORE.baseline, sha256=sha256 or BEFORE.baseline.sha256)
    return replace(BEFORE, kpis=kpis, policy=replace(BEFORE.policy, **(policy or {})), baseline=baseline)


def changed(after: Evaluation, before: Evaluation = BEFORE) -> ChangedVerdict:
    [found] = changed_words([before], [after]).verdicts
    return found


UNDECIDED: dict[str, Any] = {"verdict": "undecided"}
TOO_FEW: dict[str, Any] = {"verdict": "too_few_peers"}
N = BEFORE.kpi("K08").peers.n


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (other(UNDECIDED | {"leading_line": 31.0}), ("line_rose",)),
        (other(UNDECIDED | {"leading_line": 29.0}, {"leading_quantile": 0.75}), ("line_fell",)),
        (other(UNDECIDED, {"leading_quantile": 0.9}), ("leading_quantile",)),
        (other(UNDECIDED, {"confidence": 0.99}), ("confidence",)),
        (other(UNDECIDED | {"basis": "points"}), ("basis",)),
        (other(UNDECIDED | {"peers": Peers("上海市", "高端装备", N - 1, None)}), ("fewer_peers",)),
        (other(TOO_FEW | {"peers": Peers("上海市", "高端装备", 9, None)}), ("too_few", "fewer_peers")),
        (other(TOO_FEW, {"leading_quantile": 0.95}), ("need_rose",)),
        (other(UNDECIDED, sha256="1" * 64), ("place",)),
        (other(UNDECIDED), ("rule",)),
    ],
)
def test_a_words_reason_is_what_moved(after: Evaluation, why: tuple[str, ...]) -> None:
    assert changed(after).why == why


def test_as_many_peers_as_before_are_not_said_to_have_become_enough() -> None:
    verdict: Verdict = "too_few_peers"
    before = replace(BEFORE, kpis=tuple(replace(kpi, verdict=verdict) for kpi in BEFORE.kpis if kpi.code == "K08"))
    after = replace(before, kpis=tuple(kpi for kpi in BEFORE.kpis if kpi.code == "K08"))
    assert changed(after, before).why == ("need_fell",)


@pytest.mark.parametrize(
    ("policy", "rules", "said"),
    [
        ({"main_kpis": ("K08", "K10")}, ("main_kpis",), "主要指标改变"),
        (
            {"clause_at_least": 4, "confidence": 0.9},
            ("confidence", "clause_at_least"),
            "要求的置信水平改变；要求领先的主要指标项数改变",
        ),
        ({}, (), "同行数值变动，所处位次改变"),
    ],
)
def test_a_clauses_reason_names_the_rules_that_are_others_for_this_application(
    policy: dict[str, Any], rules: tuple[str, ...], said: str
) -> None:
    after = other(policy=policy)
    [clause] = changed_words([BEFORE], [replace(after, clause=replace(after.clause, verdict="met"))]).clauses
    assert (clause.why, clause.rules) == ((), rules)
    assert clause_change_reason(clause.why, clause.rules, "zh") == said
