"""A body's own list as it stands: the latest edition, what it lacks, and what has changed since it was sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kpi import tables
from kpi.access.roles import Scope
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.application import DOCUMENT_KINDS, Application, DocumentKind
from kpi.model.evaluation import Evaluation, Reason, RuleResult
from kpi.model.lifecycle import Facts, hindrances
from kpi.model.problem import listed
from kpi.model.programme import Deadline, ListContent, ListEdition, ListState, Placement
from kpi.model.times import now
from kpi.model.viewer import Viewer
from kpi.recommendation.choice import failed_conditions
from kpi.services.authorization import reads
from kpi.services.evaluation import evaluation_context
from kpi.services.leader.recommendation import Quota, body_year, judged_for_body, quota_of, years_in_reach
from kpi.services.lifecycle import last_stages
from kpi.services.year import late_list, list_deadline, list_over, policy_of_year
from kpi.store.database import Cursor
from kpi.tables.applications import LockedApplication
from kpi.tables.lists import QuotaUse

# What a body's list must still have before it leaves: all faults at once, each with where it is fixed.
#
# And what stands in the way of putting it forward or taking it back, which its page asks before it offers either.


FixedBy = Literal["body", "enterprise", "either"]


@dataclass(frozen=True, slots=True)
class ListFault:
    """One fault; text: ``nomination.fault.<code>``. ``credit_code`` is "" for the list as a whole.

    ``fixed_by``: the body on its own list, the enterprise in its answer sheet, or either: the enterprise attaches what
    is missing, or the body explains how it reaches the city.
    """

    credit_code: str
    why: Reason
    fixed_by: FixedBy


def body_applications(cursor: Cursor, body: str, year: int) -> dict[str, LockedApplication]:
    """A body's locked applications of the year by credit code."""
    found = tables.applications.locked_applications(cursor, Scope(bodies=(body,)))
    return {
        application.application.credit_code: application
        for application in found
        if application.application.year == year
    }


def judged_applications(
    cursor: Cursor, locked_applications: Sequence[LockedApplication], year: int
) -> list[Evaluation]:
    """The answer for each that its body is judged by."""
    return [answer for answer, _ in judged_for_body(cursor, locked_applications, year)]


def attached_kinds(cursor: Cursor, credit_codes: Sequence[str], year: int) -> dict[str, frozenset[DocumentKind]]:
    """What is attached to each of the body's own applications."""
    found = tables.documents.documents_of(cursor, Scope(own=tuple(credit_codes)), credit_codes, year)
    return {code: frozenset(documents) for code, documents in found.items()}


def list_faults(
    placements: Sequence[Placement],
    answers: Sequence[Evaluation],
    allowed: int,
    attached: Mapping[str, frozenset[DocumentKind]],
) -> tuple[ListFault, ...]:
    """``answers`` of the placements, in their order; ``attached`` by credit code."""
    return (
        *_of_the_list(placements, allowed),
        *_of_each(placements, answers),
        *_of_documents(placements, attached),
    )


def against_change(cursor: Cursor, latest: ListEdition, seen: int | None, at: datetime | None) -> list[UserError]:
    """What keeps a list from any change: another edition than the one ``seen``, its seal, its day.

    ``at``: None for a change that nobody else sees, which its day does not keep away.
    """
    late = late_list(cursor, latest.year, latest.body, at) if at else None
    found = [UserError("list_changed")] if seen not in (None, latest.edition) else []
    found += [UserError("list_sent")] if latest.state == "sent" else []
    return [*found, late] if late else found


def against_nomination(
    cursor: Cursor,
    latest: ListEdition,
    known: Collection[str],
    answers: Sequence[Evaluation],
    allowed: int,
    forward: Sequence[str],
    found: Sequence[UserError],
    words: str | None = None,
) -> list[UserError]:
    """What stands in the way of putting the list forward as it is; ``found``: ``against_change``.

    ``known``: the body's applications of the year; ``answers`` of those of them that are on the list; ``forward``: what
    is put forward now. ``words``: the reason for who is dropped, None where it is still to be given.
    """
    order = latest.content.order
    stages = last_stages(cursor, Scope(bodies=(latest.body,)), latest.year)
    unfit = [*found, *strangers(latest.content.placements, known), *_unfit(order, answers, allowed)]
    added = [stages.get(code) for code in order if code not in forward]
    nominated = hindrances("nominate", Facts(added, "put_forward", found=unfit))
    dropped = [stages.get(code) for code in forward if code not in order]
    return nominated + (hindrances("drop", Facts(dropped, "submitted", words)) if dropped else [])


def against_withdrawal(
    cursor: Cursor, latest: ListEdition, forward: Sequence[str], found: Sequence[UserError], words: str | None = None
) -> list[UserError]:
    """What stands in the way of taking back all that is put forward: as ``against_nomination``."""
    stages = last_stages(cursor, Scope(bodies=(latest.body,)), latest.year)
    nothing = [] if forward else [UserError("list_not_forward")]
    taken_back = [stages.get(code) for code in forward]
    return hindrances("drop", Facts(taken_back, "submitted", words, [*found, *nothing]))


def strangers(placements: Sequence[Placement], known: Collection[str]) -> list[UserError]:
    """Who on a list is none of the body's candidates, and who is on it twice; and what a reason covers that is not one
    of the notice's conditions.
    """
    codes = [placement.credit_code for placement in placements]
    unknown = sorted(set(codes) - set(known))
    twice = sorted({code for code in codes if codes.count(code) > 1})
    named_ones = {code for placement in placements for code in placement.covered}
    conditions = sorted(named_ones - {condition.code for condition in catalogue().conditions})
    return [
        UserError(code, codes=listed(named))
        for code, named in (
            ("list_unknown", unknown),
            ("list_twice", twice),
            ("list_condition_unknown", conditions),
        )
        if named
    ]


def _unfit(order: Sequence[str], answers: Sequence[Evaluation], allowed: int) -> Iterator[UserError]:
    if not order:
        yield UserError("list_empty")
    if len(order) > allowed:
        yield UserError("list_over_quota", count=len(order), allowed=allowed, surplus=len(order) - allowed)
    if failing := [answer.application.credit_code for answer in answers if failed_conditions(answer)]:
        yield UserError("list_not_eligible", codes=", ".join(failing))


def _of_the_list(placements: Sequence[Placement], allowed: int) -> Iterator[ListFault]:
    if not placements:
        yield ListFault("", Reason("empty"), "body")
    if len(placements) > allowed:
        yield ListFault("", Reason("over_quota", {"count": len(placements), "allowed": allowed}), "body")


def _of_each(placements: Sequence[Placement], answers: Sequence[Evaluation]) -> Iterator[ListFault]:
    for placement, answer in zip(placements, answers, strict=True):
        code, application = placement.credit_code, answer.application
        failed = failed_conditions(answer)
        for rule in failed:
            yield _of_condition(code, rule)
        for column in catalogue().annex5.column:
            if column.fact and application.facts.get(column.fact) in (None, "", ()):
                yield ListFault(code, Reason("blank", {"fact": column.fact}), "enterprise")
        known = {scenario.name.zh for scenario in catalogue().scenarios}
        if unknown := [name for name in application.scenarios if name not in known]:
            yield ListFault(code, Reason("scenarios", {"names": listed(unknown)}), "enterprise")
        if bare := [condition for condition in _open_conditions(answer) if condition not in placement.covered]:
            yield ListFault(code, Reason("unexplained", {"count": len(bare), "conditions": " ".join(bare)}), "body")


def _open_conditions(answer: Evaluation) -> tuple[str, ...]:
    """Those that neither hold nor bar the candidate: each needs a reason that names it."""
    failed = failed_conditions(answer)
    return tuple(rule.rule for rule in answer.eligibility if rule.state != "ok" and rule not in failed)


def _of_condition(credit_code: str, rule: RuleResult) -> ListFault:
    """An award is not for the enterprise to correct. No more of it is said than its level and year."""
    if rule.why.code == "rule.awarded":
        said = {"tier": rule.why.params["tier"], "year": rule.why.params["year"]}
        return ListFault(credit_code, Reason("awarded", said), "body")
    why = Reason("condition", {"condition": rule.rule})
    if catalogue().condition(rule.rule).rests_on == "list":
        return ListFault(credit_code, why, "body")
    return ListFault(credit_code, why, "enterprise")


def _of_documents(
    placements: Sequence[Placement], attached: Mapping[str, frozenset[DocumentKind]]
) -> Iterator[ListFault]:
    """The notice (II.1, annex 4 part 5) wants the report and the self-assessment of each, on paper and as files."""
    for placement in placements:
        for kind in DOCUMENT_KINDS:
            if kind not in attached[placement.credit_code] and not placement.documents:
                yield ListFault(placement.credit_code, Reason(f"no_{kind}"), "either")


ListAct = Literal["put_forward", "withdraw"]
"""What hinders either is asked before it is offered."""


@dataclass(frozen=True, slots=True)
class OwnList:
    """The latest edition with all that a decision needs. ``forward`` are the codes that are put forward now.

    ``hindered``: what stands in the way of each act on it, but for a reason that is still to be given.

    ``weights`` are the policy's, by name. ``illustrative``: the baseline's enterprises are invented.

    ``late``: it is taken no more, and nothing of it changes.

    ``outdated``: what has changed since a list was sent; texts ``nomination.outdated.<code>``.

    ``open_conditions``: of each candidate on the list those that nobody has ruled on, by code.

    ``years``: of which there is a list, or something to put on one; the latest first.
    """

    latest: ListEdition
    years: tuple[int, ...]
    earlier: tuple[ListEdition, ...]
    applications: dict[str, Application]
    forward: tuple[str, ...]
    hindered: Mapping[ListAct, list[UserError]]
    quota: Quota
    weights: tuple[tuple[str, float], ...]
    illustrative: bool
    faults: tuple[ListFault, ...]
    open_conditions: Mapping[str, tuple[str, ...]]
    outdated: tuple[Reason, ...]
    deadline: Deadline | None
    late: bool

    @property
    def unplaced(self) -> list[str]:
        """The candidates that are not on the list, by credit code."""
        return sorted(set(self.applications) - set(self.latest.content.order))


@reads("see_coverage")
def own_list(cursor: Cursor, viewer: Viewer, year: int | None = None) -> OwnList:
    """The leader's own list of the year, by default of the one at work (``body_year``)."""
    body = viewer.scope[0]
    applied = {
        application.application.year
        for application in tables.applications.locked_applications(cursor, Scope(bodies=(body,)))
    }
    shown = body_year(cursor, body, applied)
    year = year or shown
    editions = _editions(cursor, body, year)
    locked_applications = body_applications(cursor, body, year)
    quota = list_quota(cursor, body, year)
    latest = editions[0]
    placed = [placement for placement in latest.content.placements if placement.credit_code in locked_applications]
    answers = judged_applications(cursor, [locked_applications[placement.credit_code] for placement in placed], year)
    forward = tables.stages.nominations(cursor, Scope(bodies=(body,)), year)
    against = against_change(cursor, latest, None, now())
    return OwnList(
        latest=latest,
        years=years_in_reach(applied, shown),
        earlier=tuple(editions[1:]),
        applications={code: locked.application for code, locked in locked_applications.items()},
        forward=tuple(forward),
        hindered={
            "put_forward": against_nomination(
                cursor, latest, locked_applications, answers, quota.allowed, forward, against
            ),
            "withdraw": against_withdrawal(cursor, latest, forward, against),
        },
        quota=quota,
        weights=_weights(cursor, year),
        illustrative=evaluation_context(cursor, year).baseline.illustrative,
        faults=list_faults(
            placed,
            answers,
            quota.allowed,
            attached_kinds(cursor, [placement.credit_code for placement in placed], year),
        ),
        open_conditions={answer.application.credit_code: _open_conditions(answer) for answer in answers},
        outdated=tuple(_outdated(latest, locked_applications, quota)),
        deadline=list_deadline(cursor, year, body),
        late=list_over(cursor, year, body) is not None,
    )


def current_list(cursor: Cursor, body: str, year: int) -> ListEdition:
    """The latest edition of a body's list."""
    return _editions(cursor, body, year)[0]


def _editions(cursor: Cursor, body: str, year: int) -> list[ListEdition]:
    """The latest first. What was nominated before there were lists is edition 0."""
    scope = Scope(bodies=(body,))
    found = tables.lists.nomination_lists(cursor, scope, year)
    if found:
        return found
    placements = tuple(map(Placement, tables.stages.nominations(cursor, scope, year)))
    state: ListState = "put_forward" if placements else "draft"
    return [ListEdition(body, year, 0, state, ListContent(placements), None, "", "", now())]


def list_quota(cursor: Cursor, body: str, year: int) -> Quota:
    standing = tables.lists.programme(cursor, year).get(body, QuotaUse(body, 0, 0))
    return quota_of(standing, policy_of_year(cursor, year))


def _weights(cursor: Cursor, year: int) -> tuple[tuple[str, float], ...]:
    rules = policy_of_year(cursor, year).recommendation
    return (
        ("quality", rules.weight_quality),
        ("industry", rules.weight_industry),
        ("scenario", rules.weight_scenario),
    )


def _outdated(latest: ListEdition, locked_applications: dict[str, LockedApplication], quota: Quota) -> list[Reason]:
    if latest.state != "sent":
        return []
    changed = [
        sealed.credit_code
        for sealed in latest.content.inputs
        if sealed.credit_code not in locked_applications
        or locked_applications[sealed.credit_code].sha256 != sealed.record
    ]
    found = [Reason("record", {"codes": ", ".join(changed)})] if changed else []
    if (quota.awarded, quota.allowed) != (latest.content.awarded, latest.content.allowed):
        found.append(Reason("quota", {"awarded": quota.awarded, "allowed": quota.allowed}))
    return found
