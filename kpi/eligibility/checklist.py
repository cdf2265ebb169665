"""Every condition of the notice with its state. Where two sources differ, both are listed and both must be met."""

from __future__ import annotations

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Condition
from kpi.eligibility import annex1, annex3, body
from kpi.eligibility.rules import NO_CASE_FACTS, Case, CaseFacts, Rule, reviewed, stated
from kpi.model.application import Application
from kpi.model.evaluation import Reason, RuleResult
from kpi.policy.policy import Policy

OWN_RULES: dict[str, Rule] = {**body.RULES, **annex1.RULES, **annex3.RULES}
"""By the code of a condition that facts decide. Others rest on a statement or a review, as the catalogue says."""


def eligibility_checklist(
    application: Application, policy: Policy, known: CaseFacts = NO_CASE_FACTS
) -> tuple[RuleResult, ...]:
    """The conditions in the notice's order. A statement counts only where the condition rests on one.

    So no statement can override a fact; what facts leave open is decided by people.
    """
    case = Case(application, policy, known)
    return tuple(_judged(condition, case) for condition in judged_conditions())


def judged_conditions() -> tuple[Condition, ...]:
    """All except alternatives, which are not conditions of their own."""
    return tuple(condition for condition in catalogue().conditions if condition.alternative_to is None)


def stated_conditions() -> tuple[Condition, ...]:
    """Those that an enterprise states itself, naming evidence."""
    return tuple(condition for condition in catalogue().conditions if condition.rests_on == "statement")


def _judged(condition: Condition, case: Case) -> RuleResult:
    found = _rule(condition)(case)
    source = f"{catalogue().notice.number.zh} {condition.source.zh}"
    why = Reason(f"rule.{found.why}", {"rule": condition.code, **found.params})
    return RuleResult(condition.code, source, found.state, why, found.evidence)


def _rule(condition: Condition) -> Rule:
    """Its own; else what it rests on decides."""
    if condition.code in OWN_RULES:
        return OWN_RULES[condition.code]
    return reviewed if condition.rests_on == "review" else stated(condition.code)
