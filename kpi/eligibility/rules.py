"""What a rule is given, and what it finds: a state, the sentence that tells it, and its evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kpi.model.application import Application
from kpi.model.conditions import AwardList, Statement
from kpi.model.evaluation import ClauseVerdict, RuleState
from kpi.policy import Policy


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the application. ``awards`` is None where no list has been loaded.

    ``clause`` is the verdict on the main indicators as the asker may know it: None where it has not been released.
    """

    statements: Mapping[str, Statement] = field(default_factory=dict)
    awards: AwardList | None = None
    clause: ClauseVerdict | None = None


NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class Case:
    """All that a rule may look at."""

    application: Application
    policy: Policy
    known: Known


@dataclass(frozen=True, slots=True)
class Found:
    """The words are ``reason.rule.<why>`` in ``data/text``, filled with ``params``."""

    state: RuleState
    why: str
    params: Mapping[str, str | float] = field(default_factory=dict)
    evidence: str = ""


Rule = Callable[[Case], Found]


def held(holds: bool, why: str = "", **params: str | float) -> Found:
    """``why`` is followed by the state: ``length`` is told as ``length_ok`` or ``length_fails``."""
    state: RuleState = "ok" if holds else "fails"
    return Found(state, f"{why}_{state}" if why else state, params)


def blank(fact: str) -> Found:
    """Nothing is known because that fact of annex 3 was left blank."""
    return Found("unknown", "blank", {"fact": fact})


def stated(condition: str) -> Rule:
    """A rule that rests on the enterprise's own statement, which the authority checks by its evidence."""

    def finds(case: Case) -> Found:
        told = case.known.statements.get(condition)
        if told is None:
            return Found("unknown", "not_stated")
        return Found("ok", "stated", {}, told.evidence) if told.holds else Found("fails", "denied", {}, told.evidence)

    return finds


def reviewed(_: Case) -> Found:
    """What neither facts nor statements decide: reviewers do."""
    return Found("unknown", "reviewed")
