"""What a rule is given, and what it finds: a state, the sentence that tells it, and its evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kpi.model.application import Application
from kpi.model.conditions import AwardList, EnterpriseStatement
from kpi.model.evaluation import ClauseVerdict, RuleState
from kpi.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known beside the application. ``awards`` is None where no list has been loaded.

    ``clause`` is the verdict on the main indicators as the asker may know it: None where it has not been released.
    """

    statements: Mapping[str, EnterpriseStatement] = field(default_factory=dict)
    awards: AwardList | None = None
    clause: ClauseVerdict | None = None


NO_CASE_FACTS = CaseFacts()


@dataclass(frozen=True, slots=True)
class Case:
    """All that a rule may look at."""

    application: Application
    policy: Policy
    known: CaseFacts


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """The words are ``reason.rule.<why>`` in ``data/text``, filled with ``params``."""

    state: RuleState
    why: str
    params: Mapping[str, str | float] = field(default_factory=dict)
    evidence: str = ""


Rule = Callable[[Case], RuleFinding]


def rule_state(holds: bool, why: str = "", **params: str | float) -> RuleFinding:
    """``why`` is followed by the state: ``length`` is told as ``length_ok`` or ``length_fails``."""
    state: RuleState = "ok" if holds else "fails"
    return RuleFinding(state, f"{why}_{state}" if why else state, params)


def unknown_fact(fact: str) -> RuleFinding:
    """Nothing is known because that fact of annex 3 was left blank."""
    return RuleFinding("unknown", "blank", {"fact": fact})


def stated(condition: str) -> Rule:
    """A rule that rests on the enterprise's own statement, which the authority checks by its evidence."""

    def finds(case: Case) -> RuleFinding:
        told = case.known.statements.get(condition)
        if told is None:
            return RuleFinding("unknown", "not_stated")
        return (
            RuleFinding("ok", "stated", {}, told.evidence)
            if told.holds
            else RuleFinding("fails", "denied", {}, told.evidence)
        )

    return finds


def reviewed(_: Case) -> RuleFinding:
    """What neither facts nor statements decide: reviewers do."""
    return RuleFinding("unknown", "reviewed")
