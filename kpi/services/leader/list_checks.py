"""What a body's list must still have before it leaves: all faults at once, each with where it is fixed.

And what stands in the way of putting it forward or taking it back, which its page asks before it offers either.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kpi import queries
from kpi.access.roles import Scope
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.forms import notice_forms
from kpi.errors import UserError
from kpi.model.application import DOCUMENT_KINDS, DocumentKind
from kpi.model.evaluation import Evaluation, Reason, RuleResult
from kpi.model.lifecycle import Facts, hindrances
from kpi.model.problem import listed
from kpi.model.programme import ListEdition, Placement
from kpi.queries import LockedApplication
from kpi.recommendation.choice import failed_conditions
from kpi.services.leader.body_judgement import judged_for_body
from kpi.services.lifecycle import last_stages
from kpi.services.programme_year import late_list
from kpi.store.cursor import Cursor

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
    found = queries.locked_applications(cursor, Scope(bodies=(body,)))
    return {one.application.credit_code: one for one in found if one.application.year == year}


def judged_applications(cursor: Cursor, releases: Sequence[LockedApplication], year: int) -> list[Evaluation]:
    """The answer for each that its body is judged by."""
    return [answer for answer, _ in judged_for_body(cursor, releases, year)]


def attached_kinds(cursor: Cursor, credit_codes: Sequence[str], year: int) -> dict[str, frozenset[DocumentKind]]:
    """What is attached to each of the body's own applications."""
    found = queries.documents_of(cursor, Scope(own=tuple(credit_codes)), credit_codes, year)
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
    """Who on a list is none of the body's candidates, and who is on it twice."""
    codes = [one.credit_code for one in placements]
    unknown = sorted(set(codes) - set(known))
    twice = sorted({code for code in codes if codes.count(code) > 1})
    return [
        UserError(code, codes=listed(named))
        for code, named in (("list_unknown", unknown), ("list_twice", twice))
        if named
    ]


def _unfit(order: Sequence[str], answers: Sequence[Evaluation], allowed: int) -> Iterator[UserError]:
    if not order:
        yield UserError("list_empty")
    if len(order) > allowed:
        yield UserError("list_over_quota", count=len(order), allowed=allowed, surplus=len(order) - allowed)
    if failing := [one.application.credit_code for one in answers if failed_conditions(one)]:
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
        for column in notice_forms().annex5.column:
            if column.fact and application.facts.get(column.fact) in (None, "", ()):
                yield ListFault(code, Reason("blank", {"fact": column.fact}), "enterprise")
        known = {one.name.zh for one in catalogue().scenarios}
        if unknown := [name for name in application.scenarios if name not in known]:
            yield ListFault(code, Reason("scenarios", {"names": listed(unknown)}), "enterprise")
        unclear = [rule for rule in answer.eligibility if rule.state != "ok" and rule not in failed]
        if unclear and not placement.reason:
            yield ListFault(code, Reason("unexplained", {"count": len(unclear)}), "body")


def _of_condition(credit_code: str, rule: RuleResult) -> ListFault:
    """An award is not for the enterprise to correct. No more of it is said than its level and year."""
    if rule.why.code == "rule.awarded":
        said = {"tier": rule.why.params["tier"], "year": rule.why.params["year"]}
        return ListFault(credit_code, Reason("awarded", said), "body")
    return ListFault(credit_code, Reason("condition", {"condition": rule.rule}), "enterprise")


def _of_documents(
    placements: Sequence[Placement], attached: Mapping[str, frozenset[DocumentKind]]
) -> Iterator[ListFault]:
    """The notice (II.1, annex 4 part 5) wants the report and the self-assessment of each, on paper and as files."""
    for placement in placements:
        for kind in DOCUMENT_KINDS:
            if kind not in attached[placement.credit_code] and not placement.documents:
                yield ListFault(placement.credit_code, Reason(f"no_{kind}"), "either")
