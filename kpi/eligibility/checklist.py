"""Every condition of the notice with its state. Where two sources differ, both are listed and both must be met."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.conditions import Condition
from kpi.eligibility.kinds import rule_finding, worst_of
from kpi.eligibility.rules import NO_CASE_FACTS, Case, CaseFacts
from kpi.model.application import Application
from kpi.model.evaluation import Reason, RuleResult
from kpi.policy.policy import Policy


def eligibility_checklist(
    application: Application,
    policy: Policy,
    known: CaseFacts = NO_CASE_FACTS,
    conditions: Sequence[Condition] | None = None,
) -> tuple[RuleResult, ...]:
    """The conditions in the notice's order: all that are judged, or those given.

    A statement or a ruling counts only where the condition rests on one: neither overrides a fact.
    """
    case, judged = Case(application, policy, known), catalogue().judged_conditions if conditions is None else conditions
    return tuple(_judged(condition, case) for condition in judged)


def _judged(condition: Condition, case: Case) -> RuleResult:
    found = worst_of([rule_finding(rule, condition.code, case) for rule in condition.tests])
    source = f"{catalogue().notice.number.zh} {condition.source.zh}"
    why = Reason(f"rule.{found.why}", {"rule": condition.code, **found.params})
    return RuleResult(condition.code, source, found.state, why, found.evidence)
