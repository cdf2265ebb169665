"""Input and result of a rule: a state, its reason, and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpi.model.application import Application
from kpi.model.claims import AwardList, ConditionRuling, EnterpriseStatement
from kpi.model.evaluation import ClauseVerdict, RuleState
from kpi.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known beside the application. ``awards`` is None if no list has been imported.

    ``clause`` is the verdict on the clause as the caller may know it: None if not released. ``rulings``: what stands of
    what was decided on conditions.
    """

    statements: Mapping[str, EnterpriseStatement] = field(default_factory=dict)
    awards: AwardList | None = None
    clause: ClauseVerdict | None = None
    rulings: Mapping[str, ConditionRuling] = field(default_factory=dict)


NO_CASE_FACTS = CaseFacts()


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a rule may use."""

    application: Application
    policy: Policy
    known: CaseFacts


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """Text: ``reason.rule.<why>`` in ``data/text``, filled with ``params``."""

    state: RuleState
    why: str
    params: Mapping[str, str | float] = field(default_factory=dict)
    evidence: str = ""


FOR_PEOPLE = frozenset(
    {"reviewed", "to_be_ruled_on", "registered_elsewhere", "branch", "branch_of_allowed", "name_listed", "appealed"}
)
"""Each ``why`` for which a condition is unknown until reviewers or the authority rule on it."""


def rule_state(holds: bool, why: str = "", **params: str | float) -> RuleFinding:
    """The state is appended to ``why``: ``length`` becomes ``length_ok`` or ``length_fails``."""
    state: RuleState = "ok" if holds else "fails"
    return RuleFinding(state, f"{why}_{state}" if why else state, params)


def blank_fact(fact: str) -> RuleFinding:
    """Unknown, because that fact was left blank."""
    return RuleFinding("unknown", "blank", {"fact": fact})
