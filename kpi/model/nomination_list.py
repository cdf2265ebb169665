"""A recommending body's list: placements in order, each with its reason, and what the order was drawn from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

ListState = Literal["draft", "put_forward", "sent"]


@dataclass(frozen=True, slots=True)
class Placement:
    """One candidate on the list; ``reason`` is the official's own, also for conditions that are still open.

    ``documents``: how documents reach the city that are not attached here, for instance on paper.
    """

    credit_code: str
    reason: str = ""
    documents: str = ""


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
        return tuple(one.credit_code for one in self.placements)


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
        if not placement["documents"]:
            del placement["documents"]
    used = found["proposal"]
    for holder, name in ((found, "left_out"), (found, "differences"), (used, "reasons"), (used, "applied")):
        if holder and not holder[name]:
            del holder[name]
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def load_list(text: str) -> ListContent:
    found = json.loads(text)
    used, differs = found["proposal"], found.get("differences")
    return ListContent(
        placements=tuple(Placement(**one) for one in found["placements"]),
        proposal=used
        and ProposalUsed(
            tuple(used["weights"]),
            tuple(used["wishes"]),
            tuple(used["order"]),
            used["objective"],
            tuple((wish, reason) for wish, reason in used.get("reasons", ())),
            tuple(used.get("applied", ())),
        ),
        inputs=tuple(SealedInput(**one) for one in found["inputs"]),
        awarded=found["awarded"],
        allowed=found["allowed"],
        left_out=tuple(Placement(**one) for one in found.get("left_out", ())),
        differences=differs and ListDifference(**{name: tuple(codes) for name, codes in differs.items()}),
    )
