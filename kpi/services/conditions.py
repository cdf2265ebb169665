"""The notice's conditions as a checklist: met, not met, or stated by the enterprise."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kpi import tables
from kpi.access.roles import scope_of
from kpi.catalogue.catalogue import catalogue
from kpi.eligibility.ai_use import AiUse
from kpi.eligibility.rules import CaseFacts
from kpi.eligibility.tiers import AboveMean, TierStanding, above_mean, tier_standings
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.application import Application
from kpi.model.claims import EnterpriseStatement
from kpi.model.evaluation import ClauseVerdict, Evaluation, RuleResult
from kpi.model.publication import EnterpriseView
from kpi.model.viewer import Viewer
from kpi.policy.policy import Policy
from kpi.services import lifecycle
from kpi.services.application_audit import require_in_hand
from kpi.services.authorization import requires
from kpi.services.enterprise.lock import own_results
from kpi.services.evaluation import case_facts, evaluation_context
from kpi.services.notices import under_notice_of
from kpi.services.reviewer.candidates import candidate_evaluation
from kpi.services.scenario_accounts import scenario_use
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store

LONGEST_EVIDENCE = 200


@dataclass(frozen=True, slots=True)
class Checklist:
    """One application's conditions. ``locked_at`` is None while its enterprise may still state them."""

    application: Application
    rules: tuple[RuleResult, ...]
    known: CaseFacts
    policy: Policy
    means: AboveMean
    ai_use: AiUse
    locked_at: datetime | None = None

    def tiers(self, scenarios: Sequence[str] | None = None) -> tuple[TierStanding, ...]:
        """What each tier requires; ``scenarios`` replace the application's own while they are being selected."""
        return tier_standings(self.application, self.policy, self.known, scenarios, self.means)


@dataclass(frozen=True, slots=True)
class StatementInput:
    """An enterprise's statement on one condition; ``holds`` None withdraws it."""

    holds: bool | None
    evidence: str = ""


@requires("submit_own")
def own_checklists(store: Store, viewer: Viewer) -> list[Checklist]:
    """Of every draft and locked application of the viewer's own, the latest year first."""
    lists = []
    for own_result in own_results(store, viewer):
        with under_notice_of(store, own_result.answer.application.year), store.cursor() as cursor:
            answer = own_result.answer
            lists.append(_checklist(cursor, answer, answer.clause, own_result.locked_at))
    return lists


@requires("see_candidates")
def candidate_checklist(store: Store, viewer: Viewer, credit_code: str, year: int) -> Checklist:
    """A candidate's, with what its enterprise stated.

    Raises:
        NotFound: no such candidate in scope.
    """
    answer = candidate_evaluation(store, viewer, credit_code, year)
    with store.cursor() as cursor:
        return _checklist(cursor, answer, answer.clause.verdict)


@requires("fill_own")
def state_conditions(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    statements: Mapping[str, StatementInput],
    at: datetime | None = None,
    seen: Mapping[str, StatementInput] | None = None,
) -> int:
    """Save the enterprise's statements and return how many changed; ``seen``: what was stated when these were made.

    All of them or none.

    Raises:
        NotFound: the viewer has no such open application, or a condition does not rest on a statement.
        UserError: the year is locked, a condition is stated as met without evidence, or a colleague has stated
            something else since.
    """
    plain = {condition: _checked(condition, statement) for condition, statement in statements.items()}
    with store.write_lock():
        with store.cursor() as cursor:
            require_in_hand(cursor, viewer, credit_code, year)
            before = tables.conditions.statements(cursor, scope_of(viewer), credit_code, year)
        changed = {
            code: item for code, item in plain.items() if _answer_of(before.get(code)) != (item.holds, item.evidence)
        }
        lifecycle.refuse(
            [
                UserError("declaration_changed", rule=code)
                for code, item in (seen or {}).items()
                if code in changed and _answer_of(before.get(code)) != (item.holds, item.evidence)
            ]
        )
        if changed:
            with unit_of_work(store, viewer.actor, at) as change:
                for code, item in changed.items():
                    _keep(change, credit_code, year, code, before.get(code), item)
    return len(changed)


def _checklist(
    cursor: Cursor, answer: Evaluation | EnterpriseView, clause: ClauseVerdict | None, locked_at: datetime | None = None
) -> Checklist:
    on = evaluation_context(cursor, answer.application.year, answer.baseline.name)
    known = case_facts(cursor, answer.application, clause)
    baseline, application = answer.baseline, answer.application
    published = tables.baselines.published_table(cursor, baseline.name, baseline.region, application.industry)
    means = above_mean(application, on.policy, published)
    use = scenario_use(cursor, application)
    return Checklist(application, answer.eligibility, known, on.policy, means, use, locked_at)


def _checked(condition: str, statement: StatementInput) -> StatementInput:
    if condition not in {stated.code for stated in catalogue().stated_conditions}:
        raise NotFound("condition", condition[:40])
    evidence = plain_line(statement.evidence, LONGEST_EVIDENCE)
    if statement.holds and not evidence:
        raise UserError("evidence_needed", rule=condition)
    return StatementInput(statement.holds, "" if statement.holds is None else evidence)


def _keep(
    change: UnitOfWork,
    credit_code: str,
    year: int,
    code: str,
    before: EnterpriseStatement | None,
    statement: StatementInput,
) -> None:
    if statement.holds is None:
        tables.conditions.unstate_condition(change.cursor, credit_code, year, code)
    else:
        kept = EnterpriseStatement(code, statement.holds, statement.evidence, change.actor.account, change.at)
        tables.conditions.state_condition(change.cursor, credit_code, year, kept)
    was, becomes = _traced(*_answer_of(before)), _traced(statement.holds, statement.evidence)
    change.audit("condition_stated", f"{credit_code} {year}", was, {"condition": code, **becomes})


def _answer_of(statement: EnterpriseStatement | None) -> tuple[bool | None, str]:
    return (None, "") if statement is None else (statement.holds, statement.evidence)


def _traced(holds: bool | None, evidence: str) -> dict[str, object]:
    """As recorded in the trail, without the evidence itself."""
    return {"holds": holds, "sha256": hashlib.sha256(evidence.encode()).hexdigest() if evidence else None}
