"""Whoever may, decides on the conditions of a locked application: met or not, against what, and why; taken back, too.

A recommending body checks what the enterprise states; reviewers and the authority rule, which stands before a check.
The enterprise may appeal once against what was decided to its disadvantage: somebody else looks again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kpi import tables
from kpi.access.roles import Scope, scope_of, whole_programme
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.conditions import Condition
from kpi.eligibility.checklist import eligibility_checklist
from kpi.eligibility.rules import FOR_PEOPLE, CaseFacts
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.application import Application
from kpi.model.claims import ConditionOutcome, ConditionRuling, EnterpriseStatement, GivenOutcome, standing_rulings
from kpi.model.evaluation import RuleResult
from kpi.model.lifecycle import ApplicationState, is_listed, is_off_the_list, is_public, stage_of
from kpi.model.problem import listed
from kpi.model.times import just_after, year_end
from kpi.model.viewer import Viewer
from kpi.policy.policy import Policy
from kpi.services.authorization import reads, requires
from kpi.services.lifecycle import last_stages, refuse
from kpi.services.notices import under_notice_of
from kpi.services.reviewer.candidates import refuse_unanswered
from kpi.services.reviewer.conflicts import undeclared
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.services.year import dates_of, policy_on
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.applications import LockedApplication

LONGEST_RULING = 300
"""Of a reason, and of what it rests on."""


@dataclass(frozen=True, slots=True)
class ConditionToRule:
    """One condition that people decide on: how it stands, what was stated, and all that was decided, earliest first."""

    found: RuleResult
    stated: EnterpriseStatement | None
    given: tuple[ConditionRuling, ...]

    @property
    def stands(self) -> ConditionRuling | None:
        """What was decided and counts; an appeal where nobody has ruled since."""
        return standing_rulings(self.given).get(self.found.rule)

    @property
    def last_at(self) -> datetime | None:
        """When the last decision was made, whatever became of it."""
        return self.given[-1].ruled_at if self.given else None

    @property
    def appealed(self) -> bool:
        """Whether the enterprise waits for a second look."""
        return self.stands is not None and self.stands.outcome == "appealed"

    @property
    def may_appeal(self) -> bool:
        """Whether it was found not met, and the enterprise has not appealed since the lock."""
        stands = self.stands
        return bool(stands and stands.outcome == "not_met") and all(was.outcome != "appealed" for was in self.given)


@dataclass(frozen=True, slots=True)
class ConditionsToRule:
    """Those of one locked application; ``waiting``: which are unknown until somebody decides, and who asks may.
    ``closed``: why nothing can be decided any more by who asks.

    ``due``: the last day for scores, after which whoever still waits for a ruling is named as late.
    """

    locked: LockedApplication
    conditions: tuple[ConditionToRule, ...]
    waiting: tuple[ConditionToRule, ...]
    closed: UserError | None
    due: date | None = None

    @property
    def key(self) -> str:
        """As the audit trail names it: "credit_code year"."""
        return f"{self.locked.application.credit_code} {self.locked.application.year}"


@dataclass(frozen=True, slots=True)
class RulingInput:
    """What is decided on one condition; ``outcome`` None takes the last decision of the own kind back."""

    outcome: GivenOutcome | None
    reason: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class ReadBefore:
    """What somebody had before them of a condition: when its application was locked, and the last decision made."""

    locked_at: datetime
    last_at: datetime | None


@reads("rule_on_conditions")
def conditions_to_rule(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> ConditionsToRule:
    """The conditions of an application within reach that people decide on, in the notice's order.

    Raises:
        NotFound: no such locked application within reach.
        UserError: a reviewer has not said whether it has a conflict of interest.
    """
    return _one(cursor, viewer, credit_code, year)


@reads("rule_on_conditions")
def every_condition_to_rule(cursor: Cursor, viewer: Viewer) -> list[ConditionsToRule]:
    """Those of every locked application within reach, by year, the latest first; of the others nothing is told.

    Nothing of a candidate of which a reviewer has not yet said that there is no conflict of interest.
    """
    return conditions_in_reach(cursor, viewer)


def conditions_in_reach(cursor: Cursor, viewer: Viewer) -> list[ConditionsToRule]:
    """The same for services that have asked for rights."""
    locked = tables.applications.locked_applications(cursor, _scope(viewer))
    asked = {record.key for record in undeclared(cursor, viewer)} if viewer.role == "reviewer" else set()
    return [item for item in _conditions_of(cursor, viewer, locked) if item.key not in asked]


@reads("submit_own")
def own_rulings(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> ConditionsToRule:
    """The same for its enterprise, which reads what was decided and may appeal.

    Raises:
        NotFound: the viewer has no such locked application.
    """
    return _one(cursor, viewer, credit_code, year)


@requires("rule_on_conditions")
def rule_on_conditions(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    rulings: Mapping[str, RulingInput],
    locked_at: datetime,
    seen: Mapping[str, datetime | None],
    at: datetime | None = None,
) -> None:
    """Decide on several conditions, or take back what was decided: all of it or nothing.

    ``locked_at`` and ``seen`` are what the viewer had before it: the lock, and when the last decision on each was made.

    Raises:
        NotFound: no such locked application within reach, or people do not decide on such a condition.
        UserError: no reason is given, or nothing that it rests on; it was locked again or decided on meanwhile; there
            is nothing to take back; what was appealed needs somebody else; or the application has come too far.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        found = _one(change.cursor, viewer, credit_code, year)
        known = {item.found.rule: item for item in found.conditions}
        if unknown := rulings.keys() - known.keys():
            raise NotFound("condition", min(unknown)[:40])
        plain = {code: _plain(item) for code, item in rulings.items()}
        errors = [found.closed] if found.closed else []
        errors += [UserError("changed_since_read")] if found.locked.locked_at != locked_at else []
        for code, item in plain.items():
            errors += _against(viewer, known[code], item, seen.get(code))
        refuse(errors)
        for code, item in plain.items():
            _keep(change, viewer, found.locked, known[code], item.outcome or "withdrawn", item)


@requires("rule_on_conditions")
def rule_together(
    store: Store,
    viewer: Viewer,
    condition: str,
    given: RulingInput,
    candidates: Mapping[str, ReadBefore],
    at: datetime | None = None,
) -> None:
    """Decide alike on one condition of several applications, by their keys, for which it waits: all of it or nothing.

    Raises:
        NotFound: one of them is no locked application within reach, or people do not decide on such a condition.
        UserError: no reason is given, or nothing that it rests on; or of some it waits no more, or was changed since.
    """
    plain = _plain(given)
    with unit_of_work(store, viewer.actor, at) as change:
        found = {item.key: item for item in conditions_in_reach(change.cursor, viewer)}
        if candidates.keys() - found.keys():
            raise NotFound("candidate")
        asked = {key: next((rule for rule in found[key].waiting if _is(rule, condition)), None) for key in candidates}
        stale = [key for key, rule in asked.items() if rule is None or _read(found[key], rule) != candidates[key]]
        errors = [] if plain.reason else [UserError("ruling_why_needed", rule=condition)]
        errors += [] if plain.evidence and plain.outcome else [UserError("ruling_evidence_needed", rule=condition)]
        names = [found[key].locked.application.label for key in stale]
        refuse(errors + ([UserError("rulings_changed", rule=condition, names=listed(names))] if names else []))
        for key, rule in asked.items():
            if rule and plain.outcome:
                _keep(change, viewer, found[key].locked, rule, plain.outcome, plain)


def read_before(found: ConditionsToRule, condition: str) -> ReadBefore | None:
    """What a page shows of a condition that waits, for ``rule_together``; None where it does not."""
    return next((_read(found, rule) for rule in found.waiting if _is(rule, condition)), None)


def _is(rule: ConditionToRule, condition: str) -> bool:
    return rule.found.rule == condition


def _read(found: ConditionsToRule, rule: ConditionToRule) -> ReadBefore:
    return ReadBefore(found.locked.locked_at, rule.last_at)


@requires("fill_own")
def appeal_ruling(
    store: Store, viewer: Viewer, credit_code: str, year: int, condition: str, reason: str, at: datetime | None = None
) -> None:
    """Ask for a second look at a condition that was found not met, once for each lock: it is open until then.

    Raises:
        NotFound: the viewer has no such locked application, or people do not decide on such a condition.
        UserError: no reason is given, nothing stands to its disadvantage, it was appealed before, or it is too late.
    """
    said = RulingInput(None, plain_line(reason, LONGEST_RULING))
    with unit_of_work(store, viewer.actor, at) as change:
        found = _one(change.cursor, viewer, credit_code, year)
        known = next((item for item in found.conditions if item.found.rule == condition), None)
        if known is None:
            raise NotFound("condition", condition[:40])
        errors = [found.closed] if found.closed else []
        errors += [] if said.reason else [UserError("why_needed")]
        errors += [] if known.may_appeal else [UserError("ruling_no_appeal", rule=condition)]
        refuse(errors)
        _keep(change, viewer, found.locked, known, "appealed", said)


def _scope(viewer: Viewer) -> Scope:
    return whole_programme(viewer) if viewer.role == "administrator" else scope_of(viewer)


def locked_in_reach(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> LockedApplication:
    """The application whose conditions the viewer may read, for services that have asked for rights.

    Raises:
        NotFound: no such locked application within reach.
        UserError: a reviewer has not said whether it has a conflict of interest.
    """
    found = tables.applications.locked_applications(cursor, _scope(viewer), [credit_code], year)
    if not found:
        raise NotFound("candidate")
    if viewer.role == "reviewer":
        refuse_unanswered(cursor, viewer, [f"{credit_code} {year}"])
    return found[0]


def _one(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> ConditionsToRule:
    return _conditions_of(cursor, viewer, [locked_in_reach(cursor, viewer, credit_code, year)])[0]


def _conditions_of(cursor: Cursor, viewer: Viewer, locked: Sequence[LockedApplication]) -> list[ConditionsToRule]:
    """However many there are by the same questions a year: nothing that people decide rests on verdicts."""
    codes = tuple({item.application.credit_code for item in locked})
    stated = tables.conditions.statements_of(cursor, Scope(own=codes), codes)
    given = tables.conditions.condition_rulings(cursor, codes)
    found: dict[str, ConditionsToRule] = {}
    for year in {item.application.year for item in locked}:
        with under_notice_of(cursor, year):
            policy, dates = policy_on(cursor, year_end(year)), dates_of(cursor, year)
            stages, due = last_stages(cursor, Scope(own=codes), year), dates.scores_due if dates else None
            of_year = [item for item in locked if item.application.year == year]
            awards = tables.awards.award_lists(cursor, [item.application for item in of_year])
            for item, listed in zip(of_year, awards, strict=True):
                code = item.application.credit_code
                decided = given.get((code, year), [])
                known = CaseFacts(
                    stated.get((code, year), {}),
                    listed,
                    rulings=standing_rulings(decided),
                )
                conditions = _judged(viewer, item.application, policy, known, decided)
                closed = _closed(viewer, stage_of(stages.get(code)))
                waiting = () if closed else tuple(rule for rule in conditions if _waits_for(viewer, rule))
                found[f"{code} {year}"] = ConditionsToRule(item, conditions, waiting, closed, due)
    return [found[f"{item.application.credit_code} {item.application.year}"] for item in locked]


def _judged(
    viewer: Viewer,
    application: Application,
    policy: Policy,
    known: CaseFacts,
    given: Sequence[ConditionRuling],
) -> tuple[ConditionToRule, ...]:
    decided = [condition for condition in catalogue().judged_conditions if _decides(viewer, condition)]
    return tuple(
        ConditionToRule(
            rule, known.statements.get(rule.rule), tuple(was for was in given if was.condition == rule.rule)
        )
        for rule in eligibility_checklist(application, policy, known, decided)
    )


def _decides(viewer: Viewer, condition: Condition) -> bool:
    """A recommending body checks statements; what reviewers and the authority rule on is open to an appeal, too."""
    return condition.open_to_checks if viewer.role == "leader" else condition.open_to_rulings


def _closed(viewer: Viewer, stage: ApplicationState) -> UserError | None:
    """The authority decides until the final list, all others until the public reads it."""
    over = is_listed(stage) or is_off_the_list(stage) or (is_public(stage) and viewer.role != "administrator")
    return UserError("ruling_too_late") if over else None


def _plain(given: RulingInput) -> RulingInput:
    return RulingInput(
        given.outcome, plain_line(given.reason, LONGEST_RULING), plain_line(given.evidence, LONGEST_RULING)
    )


def _against(viewer: Viewer, known: ConditionToRule, given: RulingInput, seen: datetime | None) -> list[UserError]:
    """What stands in the way of one decision, of all that can the first."""
    condition = known.found.rule
    if known.last_at != seen:
        return [UserError("ruling_meanwhile", rule=condition)]
    if not given.reason:
        return [UserError("ruling_why_needed", rule=condition)]
    if given.outcome is None:
        return [] if may_withdraw(viewer, known) else [UserError("ruling_none_to_withdraw", rule=condition)]
    if not given.evidence:
        return [UserError("ruling_evidence_needed", rule=condition)]
    return [UserError("ruling_second_person", rule=condition)] if _needs_another(viewer, known) else []


def _needs_another(viewer: Viewer, item: ConditionToRule) -> bool:
    """Whether its appeal is not the viewer's to answer: a body's never, nor that of whoever decided before."""
    if not item.appealed:
        return False
    last = [was for was in item.given if was.outcome in ("met", "not_met")][-1]
    return viewer.role == "leader" or last.ruled_by == viewer.account


def _waits_for(viewer: Viewer, item: ConditionToRule) -> bool:
    """What a recommending body checks settles nothing that is asked."""
    asked = item.found.why.code.removeprefix("rule.") in FOR_PEOPLE
    return viewer.role != "leader" and asked and not _needs_another(viewer, item)


def may_withdraw(viewer: Viewer, item: ConditionToRule) -> bool:
    """Whether the last decision of the viewer's kind, a body's check or a ruling, is there to be taken back.

    Under appeal it is not: the enterprise waits for an answer.
    """
    own = [was for was in item.given if (was.role == "leader") == (viewer.role == "leader")]
    return bool(own) and own[-1].outcome in ("met", "not_met") and not item.appealed


def _keep(
    change: UnitOfWork,
    viewer: Viewer,
    locked: LockedApplication,
    known: ConditionToRule,
    outcome: ConditionOutcome,
    said: RulingInput,
) -> None:
    condition, code, year = known.found.rule, locked.application.credit_code, locked.application.year
    # After the lock and all that was decided before, also where a clock was put back or stood still.
    at = just_after(change.at, known.last_at or locked.locked_at)
    # What was asked about stands in what it rests on: of other names on the list it says nothing.
    asked = known.found.why.params.get("asked")
    evidence = f"{said.evidence} [{asked}]" if asked and outcome == "met" else said.evidence
    kept = ConditionRuling(condition, outcome, said.reason, evidence, viewer.role, viewer.account, at)
    tables.conditions.add_condition_ruling(change.cursor, code, year, kept)
    entry = {"condition": condition, "outcome": outcome, "reason": said.reason, "evidence": evidence}
    change.audit("condition_appealed" if outcome == "appealed" else "condition_ruled", f"{code} {year}", after=entry)
