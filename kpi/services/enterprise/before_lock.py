"""What an enterprise is to see and confirm before it locks: what decides, what is missing, and which words cannot come.

A lock is refused while anything here is unconfirmed, so that none goes through in silence.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from kpi import stats, tables
from kpi.access.roles import Scope, scope_of
from kpi.benchmark.enterprise_view import NOTHING_RELEASED, OWN_STATE, ReleasedVerdicts, enterprise_view
from kpi.benchmark.evaluation import policy_used
from kpi.benchmark.sealed_record import released_verdicts
from kpi.catalogue.catalogue import catalogue, report_form
from kpi.eligibility.checklist import eligibility_checklist
from kpi.eligibility.rules import CaseFacts
from kpi.intake.settings import vocabulary
from kpi.model.application import Application, DocumentKind
from kpi.model.publication import EnterpriseKpiView, EnterpriseView, PublishedCell
from kpi.model.times import now
from kpi.model.viewer import Viewer
from kpi.policy.policy import Policy
from kpi.services.authorization import reads
from kpi.services.enterprise.drafts import own_draft
from kpi.services.evaluation import EvaluationContext, case_facts, evaluation_context, released_now
from kpi.services.year import not_begun
from kpi.store.database import Cursor
from kpi.tables.applications import DecidingLock

LockPointKind = Literal[
    "baseline",
    "earlier_baseline",
    "decided_before",
    "unmet",
    "conditions",
    "documents",
    "factory_name",
    "body",
    "facts",
    "not_reported",
    "basis_mismatch",
    "held_to_close",
    "decided_in_other_industry",
    "other_value",
    "few_groups",
    "held_exposing",
    "perhaps_too_few",
]
"""Texts: ``page.before_lock.<kind>``. From ``not_reported`` on: why the KPIs in ``items`` get no word."""

NAMES_THE_FACTORY: tuple[LockPointKind, ...] = ("factory_name", "body")


@dataclass(frozen=True, slots=True)
class LockPoint:
    """One thing to be confirmed. ``items`` are what it is about: codes, or a baseline's name and year."""

    kind: LockPointKind
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LockOutlook:
    """What a lock now would rest on and would be without, in the order in which it is to be read."""

    application: Application
    on: EvaluationContext
    points: tuple[LockPoint, ...]
    too_early: bool
    """The year has not begun: a lock is refused."""

    @property
    def gaps(self) -> tuple[LockPoint, ...]:
        """All but the baseline that decides, of which there is always one."""
        return tuple(point for point in self.points if point.kind != "baseline")


@reads("submit_own")
def lock_outlook(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> LockOutlook:
    """What is to be seen before the viewer's draft is locked.

    Raises:
        NotFound: there is no such draft in the viewer's scope.
        UserError: no baseline or no policy covers that year.
    """
    application = own_draft(cursor, viewer, credit_code, year).application
    on = evaluation_context(cursor, year)
    facts = case_facts(cursor, application, None)
    documents = tables.documents.attached_documents(cursor, scope_of(viewer), credit_code, year)
    points = lock_points(cursor, scope_of(viewer), application, on, facts, documents)
    return LockOutlook(application, on, points, not_begun(cursor, year, now()))


def lock_points(
    cursor: Cursor,
    scope: Scope,
    application: Application,
    on: EvaluationContext,
    known: CaseFacts,
    documents: Collection[DocumentKind],
) -> tuple[LockPoint, ...]:
    """Everything to be confirmed of this application, on these grounds."""
    decided = tables.applications.deciding_lock(
        cursor, scope, application.credit_code, application.year, on.baseline.name
    )
    return (
        *_decides(application, on, decided),
        *_unmet(application, on.policy, known),
        *_undeclared(known),
        *_not_attached(application, documents),
        *_blank_facts(application),
        *_without_words(cursor, application, on, decided),
    )


def _decides(application: Application, on: EvaluationContext, decided: DecidingLock | None) -> list[LockPoint]:
    named = (on.baseline.name, str(on.baseline.year))
    points = [LockPoint("baseline", named)]
    if on.baseline.year < application.year:
        points.append(LockPoint("earlier_baseline", named))
    if decided:
        points.append(LockPoint("decided_before", (str(decided.year),)))
    return points


def _unmet(application: Application, policy: Policy, known: CaseFacts) -> list[LockPoint]:
    found = eligibility_checklist(application, policy, known)
    failed = tuple(rule_result.rule for rule_result in found if rule_result.state == "fails")
    return [LockPoint("unmet", failed)] if failed else []


def _undeclared(known: CaseFacts) -> list[LockPoint]:
    open_ones = tuple(
        condition.code for condition in catalogue().stated_conditions if condition.code not in known.statements
    )
    return [LockPoint("conditions", open_ones)] if open_ones else []


def _not_attached(application: Application, documents: Collection[DocumentKind]) -> list[LockPoint]:
    """Annex 4, part five, asks for the self-assessment report from the third level of maturity on."""
    level = application.facts.get("maturity_level")
    needed: list[DocumentKind] = ["report"]
    if level is not None and int(str(level)) >= report_form().self_assessment_level:
        needed.append("self_assessment")
    missing = tuple(kind for kind in needed if kind not in documents)
    return [LockPoint("documents", missing)] if missing else []


def _blank_facts(application: Application) -> list[LockPoint]:
    """The two that say whose factory it is and who may put it forward by themselves, the others together."""
    given = {*application.facts, *vocabulary().facts.may_be_blank}
    blank = [fact.code for fact in catalogue().facts if fact.code not in given]
    points = [LockPoint(kind) for kind in NAMES_THE_FACTORY if kind in blank]
    others = tuple(code for code in blank if code not in NAMES_THE_FACTORY)
    return [*points, LockPoint("facts", others)] if others else points


def _without_words(
    cursor: Cursor, application: Application, on: EvaluationContext, decided: DecidingLock | None
) -> list[LockPoint]:
    """Read off what is published and what was decided before: nothing is asked of the peers."""
    every = frozenset(kpi.code for kpi in catalogue().kpis)
    words = released_verdicts(decided.record, every, application.industry) if decided else NOTHING_RELEASED
    view = view_with_words(cursor, application, on, words)
    baseline = decided.baseline if decided else on.baseline.name
    rules = _ReleaseRules(on.policy, *released_now(cursor, baseline, application, on.policy, now()))
    by_kind: dict[LockPointKind, list[str]] = {}
    for kpi in view.kpis:
        if kind := _why_without_word(kpi, rules, decided):
            by_kind.setdefault(kind, []).append(kpi.code)
    return [LockPoint(kind, tuple(codes)) for kind, codes in by_kind.items()]


def view_with_words(
    cursor: Cursor, application: Application, on: EvaluationContext, words: ReleasedVerdicts
) -> EnterpriseView:
    """The enterprise's view of an application as if it were locked with those words. None of it is for a screen."""
    return enterprise_view(
        application=application,
        published=tables.baselines.published_table(cursor, on.baseline.name, on.baseline.region, application.industry),
        baseline=on.baseline,
        policy=on.policy,
        used=policy_used(on.policy, application.industry),
        as_of=on.as_of,
        released=words,
    )


@dataclass(frozen=True, slots=True)
class _ReleaseRules:
    """``waits``: all words wait for the close of the window; ``later`` are KPIs whose word does alone."""

    policy: Policy
    waits: bool
    enough: frozenset[str]
    later: frozenset[str]


def _why_without_word(
    kpi: EnterpriseKpiView, rules: _ReleaseRules, decided: DecidingLock | None
) -> LockPointKind | None:
    """The first rule that keeps a word away; None where one is to be expected."""
    if kpi.verdict == "not_applicable":
        return None  # the enterprise's own statement: no word is missing there
    if kpi.verdict in OWN_STATE:
        return "basis_mismatch" if kpi.state == "reported" else "not_reported"
    if rules.waits:
        return "held_to_close"
    if decided and kpi.verdict is None:
        other_industry = any(reason.code == "decided_in_other_industry" for reason in kpi.reasons)
        return "decided_in_other_industry" if other_industry else "other_value"
    if kpi.code not in rules.enough:
        return "few_groups"
    if kpi.code in rules.later:
        return "held_exposing"
    return "perhaps_too_few" if decided is None and _perhaps_too_few(kpi.published, rules.policy) else None


def _perhaps_too_few(published: PublishedCell, policy: Policy) -> bool:
    """Whether the published range of peers begins below what any verdict needs; their exact number is not shown."""
    needed = stats.smallest_n(policy.leading_quantile, policy.alpha)
    return any(band.name == published.band and band.covers(needed - 1) for band in policy.disclosure.bands)
