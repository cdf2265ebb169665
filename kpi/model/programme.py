"""A year of the programme: its dates, lists, objections, awards, changes of policy, and what stands open for whom."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Literal, get_args

from kpi.model.claims import Award
from kpi.model.times import shanghai_date

# A recommending body's list: placements in order, each with its reason, and what the order was drawn from.


ListState = Literal["draft", "put_forward", "sent"]


@dataclass(frozen=True, slots=True)
class ConditionReason:
    """Why a candidate goes forward with ``conditions`` still open: a reason for these, by code, and for no others."""

    reason: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """One candidate on the list; ``reason`` is the official's own for its place.

    ``documents``: how documents reach the city that are not attached here, for instance on paper. ``explained``: the
    reasons for open conditions; lists of an earlier form have none, and ``reason`` stood for all of them.
    """

    credit_code: str
    reason: str = ""
    documents: str = ""
    explained: tuple[ConditionReason, ...] = ()

    @property
    def covered(self) -> frozenset[str]:
        """The conditions that some reason names."""
        return frozenset(code for why in self.explained for code in why.conditions)


@dataclass(frozen=True, slots=True)
class ProposalUsed:
    """The proposal that a list was drawn from: its weights and wishes by name, its order, and its worth.

    ``reasons``: wishes by name, each with the official's reason. ``applied``: the whole list as it stood then, also
    those already put forward, who take no part in a proposal.
    """

    weights: tuple[float, float, float]
    wishes: tuple[str, ...]
    order: tuple[str, ...]
    objective: float | None
    reasons: tuple[tuple[str, str], ...] = ()
    applied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SealedInput:
    """What a sent list knew of a candidate: the hash of its sealed record, and its quality."""

    credit_code: str
    record: str
    quality: float


@dataclass(frozen=True, slots=True)
class ListDifference:
    """How one order differs from another: who is new, who is gone, who of both stands at another place."""

    added: tuple[str, ...]
    dropped: tuple[str, ...]
    moved: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.dropped or self.moved)


@dataclass(frozen=True, slots=True)
class ListContent:
    """``left_out``: candidates that are not on the list, each with the reason for it.

    ``inputs``, ``awarded``, ``allowed`` and ``differences`` to the proposal are those of a sent list: empty before.
    """

    placements: tuple[Placement, ...] = ()
    proposal: ProposalUsed | None = None
    inputs: tuple[SealedInput, ...] = ()
    awarded: int | None = None
    allowed: int | None = None
    left_out: tuple[Placement, ...] = ()
    differences: ListDifference | None = None

    @property
    def order(self) -> tuple[str, ...]:
        return tuple(placement.credit_code for placement in self.placements)


@dataclass(frozen=True, slots=True)
class ListEdition:
    """An edition of a body's list. ``note``: why it was withdrawn or changed; ``sha256`` of a sent list's content."""

    body: str
    year: int
    edition: int
    state: ListState
    content: ListContent
    sha256: str | None
    note: str
    saved_by: str
    saved_at: datetime


def list_difference(before: Sequence[str], after: Sequence[str]) -> ListDifference:
    """``moved`` are those whose place among the ones that stay is another."""
    stay_before = [code for code in before if code in after]
    stay_after = [code for code in after if code in before]
    return ListDifference(
        added=tuple(code for code in after if code not in before),
        dropped=tuple(code for code in before if code not in after),
        moved=tuple(code for old, code in zip(stay_before, stay_after, strict=True) if old != code),
    )


def proposed_order(content: ListContent) -> tuple[str, ...]:
    """The list as the proposal would have had it; empty without one."""
    used = content.proposal
    return (used.applied or used.order) if used else ()


def differences_to_proposal(content: ListContent) -> ListDifference | None:
    """What the officials decided otherwise than the proposal that was applied; None without one."""
    if content.differences or not content.proposal:
        return content.differences
    return list_difference(proposed_order(content), content.order)


def dump_list(content: ListContent) -> str:
    """What was added to the form later is left out while it is empty: a list sealed before keeps its hash."""
    found = asdict(content)
    for placement in (*found["placements"], *found["left_out"]):
        for name in ("documents", "explained"):
            if not placement[name]:
                del placement[name]
    used = found["proposal"]
    for holder, name in ((found, "left_out"), (found, "differences"), (used, "reasons"), (used, "applied")):
        if holder and not holder[name]:
            del holder[name]
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def load_list(text: str) -> ListContent:
    found = json.loads(text)
    used, differs = found["proposal"], found.get("differences")
    return ListContent(
        placements=tuple(map(_placement, found["placements"])),
        proposal=used
        and ProposalUsed(
            tuple(used["weights"]),
            tuple(used["wishes"]),
            tuple(used["order"]),
            used["objective"],
            tuple((wish, reason) for wish, reason in used.get("reasons", ())),
            tuple(used.get("applied", ())),
        ),
        inputs=tuple(SealedInput(**item) for item in found["inputs"]),
        awarded=found["awarded"],
        allowed=found["allowed"],
        left_out=tuple(map(_placement, found.get("left_out", ()))),
        differences=differs and ListDifference(**{name: tuple(codes) for name, codes in differs.items()}),
    )


def _placement(item: dict[str, Any]) -> Placement:
    explained = item.get("explained", ())
    reasons = tuple(ConditionReason(why["reason"], tuple(why["conditions"])) for why in explained)
    return Placement(**(item | {"explained": reasons}))


# The dates of a year of the programme, and how far off a day is.


DateFault = Literal["closes_first", "lists_first", "scores_first", "publicity_first", "publicity_half", "other_year"]
"""Texts: ``page.year.fault.<fault>``."""


@dataclass(frozen=True, slots=True)
class YearDates:
    """Days in Shanghai, each included. ``opens`` to ``closes``: applications may be locked.

    ``lists_due``: the last day on which a recommending body sends its list, unless it has a day of its own.
    """

    opens: date
    closes: date
    lists_due: date
    scores_due: date | None = None
    publicity_from: date | None = None
    publicity_to: date | None = None

    @property
    def last(self) -> date:
        """The last of them: with it the year's programme is over."""
        return max(day for day in (self.lists_due, self.scores_due, self.publicity_to) if day)

    def faults(self, year: int) -> Iterator[DateFault]:
        """All that is wrong with them as the dates of that year."""
        if self.closes < self.opens:
            yield "closes_first"
        if self.lists_due < self.closes:
            yield "lists_first"
        if self.scores_due and self.scores_due < self.closes:
            yield "scores_first"
        if (self.publicity_from is None) != (self.publicity_to is None):
            yield "publicity_half"
        given = [day for day in (self.lists_due, self.publicity_from, self.publicity_to) if day]
        if any(later < earlier for earlier, later in pairwise(given)):
            yield "publicity_first"
        # A year's programme may end in the next one, and is announced in the year itself or the one before.
        every = (*given, self.opens, self.closes, *([self.scores_due] if self.scores_due else []))
        if any(abs(day.year - year) > 1 for day in every):
            yield "other_year"


DatesState = Literal["holds", "waits", "withdrawn"]
"""What takes two people waits until a second one confirms it; once they hold, later dates take their place."""
DatesEvent = Literal["proposed", "confirmed", "withdrawn"]


@dataclass(frozen=True, slots=True)
class SetDates:
    """The dates of a year as somebody set them, with reference and reason."""

    year: int
    dates: YearDates
    reference: str
    reason: str
    set_by: str
    set_at: datetime
    state: DatesState = "holds"


@dataclass(frozen=True, slots=True)
class BodyDeadline:
    """The own deadline of a recommending body; None: the year's holds again."""

    year: int
    body: str
    lists_due: date | None
    reference: str
    reason: str
    set_by: str
    set_at: datetime
    state: DatesState = "holds"


@dataclass(frozen=True, slots=True)
class Deadline:
    """``days_left`` is 0 on the day itself and negative after it; ``binding``: after it no list is taken any more.

    The notice's own day binds nobody here before an administrator sets it.
    """

    day: date
    days_left: int
    binding: bool = True

    @property
    def state(self) -> Literal["past", "lapsed", "today", "open"]:
        """Texts: ``page.nomination.closes_<state>`` and ``page.home.closes_<state>``."""
        if self.days_left < 0:
            return "past" if self.binding else "lapsed"
        return "today" if self.days_left == 0 else "open"


# Objections to a list in publicity: from whom, about which factory, and how each was answered.


ObjectionOutcome = Literal["upheld", "rejected", "withdrawn"]
OUTCOMES: tuple[ObjectionOutcome, ...] = get_args(ObjectionOutcome)
"""Texts: ``page.objections.outcome.<outcome>``."""
ObjectionState = Literal["open", "upheld", "rejected", "withdrawn"]


@dataclass(frozen=True, slots=True)
class ObjectionAnswer:
    """An answer with its outcome and date; ``reopened`` says why an earlier one does not hold."""

    outcome: Literal["upheld", "rejected", "withdrawn", "reopened"]
    answer: str
    answered_on: date
    answered_by: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class OwnOutcome:
    """What the enterprise that an objection is about learns of it: how it came out, and when. Nothing of an open one.

    ``reopened``: an outcome that was reported to it does not hold any more, and another is to come.
    """

    credit_code: str
    year: int
    outcome: Literal["upheld", "rejected", "withdrawn", "reopened"]
    answered_on: date


@dataclass(frozen=True, slots=True)
class ObjectionAddition:
    """What came in later, while the objection was open. ``words`` are "" where the file in ``upload`` says it all."""

    id: str
    received_on: date
    words: str
    upload: str | None
    added_by: str
    added_at: datetime


HearingReplyKind = Literal["reply", "second_look"]


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a factory read of an objection: its words, and nothing of who objected. It may reply until the end of
    ``reply_by``.
    """

    words: str
    reply_by: date
    informed_by: str
    informed_at: datetime


@dataclass(frozen=True, slots=True)
class HearingReply:
    """What the factory says to an objection; ``second_look``: to one that was upheld, with which it is open again."""

    id: str
    kind: HearingReplyKind
    words: str
    upload: str | None
    replied_by: str
    replied_at: datetime


@dataclass(frozen=True, slots=True)
class OwnHearing:
    """An objection as the enterprise that it is about reads it: neither from whom, nor by whom it was handled.

    ``answered_at``: when the latest answer was recorded; None before there was one.
    """

    objection: str
    credit_code: str
    year: int
    words: str
    reply_by: date
    informed_at: datetime
    replies: tuple[HearingReply, ...]
    state: ObjectionState
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Objection:
    """``objector`` is for administrators only. ``upload`` is the file beside the words; answers, additions, hearings
    and replies: the earliest first.
    """

    id: str
    credit_code: str
    year: int
    received_on: date
    objector: str
    objection: str
    upload: str | None
    recorded_by: str
    recorded_at: datetime
    answers: tuple[ObjectionAnswer, ...]
    additions: tuple[ObjectionAddition, ...] = ()
    hearings: tuple[Hearing, ...] = ()
    replies: tuple[HearingReply, ...] = ()

    @property
    def parts(self) -> frozenset[str]:
        """Its number and those of what was added and replied: all of these has seen who has read it whole."""
        return frozenset({self.id, *(part.id for part in self.later_parts)})

    @property
    def later_parts(self) -> tuple[ObjectionAddition | HearingReply, ...]:
        """What was added and replied."""
        return (*self.additions, *self.replies)

    @property
    def uploads(self) -> dict[str, str]:
        """Its files, by the number of the part that each came with."""
        sent = {self.id: self.upload, **{part.id: part.upload for part in self.later_parts}}
        return {part: upload for part, upload in sent.items() if upload is not None}

    @property
    def complete_on(self) -> date:
        """The day on which the last of it was received, a reply too: no answer is of a day before."""
        replied = (shanghai_date(reply.replied_at) for reply in self.replies)
        return max([self.received_on, *(addition.received_on for addition in self.additions), *replied])

    @property
    def hearing(self) -> Hearing | None:
        """What the factory read last; None where that is not all that is known of the objection by now."""
        last = self.hearings[-1] if self.hearings else None
        known_at = max([self.recorded_at, *(addition.added_at for addition in self.additions)])
        return last if last and last.informed_at >= known_at else None

    def heard(self, day: date) -> bool:
        """Whether the factory was informed of all that is known, and has replied, or its term was over by that day."""
        last = self.hearing
        return last is not None and (
            day > last.reply_by or any(reply.replied_at >= last.informed_at for reply in self.replies)
        )

    @property
    def state(self) -> ObjectionState:
        """As the latest answer leaves it."""
        return state_after(self.answers[-1].outcome if self.answers else None)


def state_after(outcome: Literal["upheld", "rejected", "withdrawn", "reopened"] | None) -> ObjectionState:
    """How an objection stands by its latest answer; None: there is none yet."""
    return "open" if outcome is None or outcome == "reopened" else outcome


# A change of policy that an administrator drafts and another approves.


@dataclass(frozen=True, slots=True)
class PolicyChangeVersion:
    """One edition of a drafted change. ``content`` is JSON in the form of a file of ``data/policy``.

    The approval is of this edition alone; the withdrawal is of the change with all its editions.
    """

    change: int
    version: int
    content: str
    saved_by: str
    saved_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    withdrawal_reason: str | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None

    def binding(self, known_at: datetime | None = None) -> bool:
        """Whether this edition is approved and the change not withdrawn: now, or at ``known_at``."""
        if known_at is None:
            return self.approved_at is not None and self.withdrawn_at is None
        approved = self.approved_at is not None and self.approved_at <= known_at
        return approved and (self.withdrawn_at is None or self.withdrawn_at > known_at)


# Changes of the award list, one by one or by a file: what stood before, what stands after, and why.


AwardAct = Literal["added", "corrected", "revoked", "imported"]
"""Texts: ``page.awards.act.<act>``."""


@dataclass(frozen=True, slots=True)
class AwardChange:
    """``before`` and ``after``: None where there is none; an import has neither, and its file's hash as ``reason``."""

    number: int
    act: AwardAct
    credit_code: str
    before: Award | None
    after: Award | None
    reason: str
    changed_by: str
    changed_at: datetime


# What a home page says: how each matter of somebody's work stands, and which is to be done next.


@dataclass(frozen=True, slots=True)
class ToDo:
    """One matter. Text: ``page.home.<code>`` with ``params``; ``open``: somebody has to do something about it.

    ``page`` is the address of the page where it is done, "" where no page is; ``query`` says what of it.
    """

    code: str
    open: bool
    page: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


def next_matter(standings: Sequence[ToDo]) -> ToDo | None:
    """The first that is open, in the order of importance that the service gave; None where all is done."""
    return next((standing for standing in standings if standing.open), None)
