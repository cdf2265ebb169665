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
    """One candidate on the list; ``reason`` is the official's own, also for conditions that are still open."""

    credit_code: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProposalUsed:
    """The proposal that a list was drawn from: its weights and wishes by name, its order, and its worth."""

    weights: tuple[float, float, float]
    wishes: tuple[str, ...]
    order: tuple[str, ...]
    objective: float | None


@dataclass(frozen=True, slots=True)
class SealedInput:
    """What a sent list knew of a candidate: the hash of its sealed record, and its quality."""

    credit_code: str
    record: str
    quality: float


@dataclass(frozen=True, slots=True)
class ListContent:
    """``inputs``, ``awarded`` and ``allowed`` are those of a sent list: empty and None before."""

    placements: tuple[Placement, ...] = ()
    proposal: ProposalUsed | None = None
    inputs: tuple[SealedInput, ...] = ()
    awarded: int | None = None
    allowed: int | None = None

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


@dataclass(frozen=True, slots=True)
class ListDifference:
    """How one order differs from another: who is new, who is gone, who of both stands at another place."""

    added: tuple[str, ...]
    dropped: tuple[str, ...]
    moved: tuple[str, ...]


def list_difference(before: Sequence[str], after: Sequence[str]) -> ListDifference:
    """``moved`` are those whose place among the ones that stay is another."""
    stay_before = [code for code in before if code in after]
    stay_after = [code for code in after if code in before]
    return ListDifference(
        added=tuple(code for code in after if code not in before),
        dropped=tuple(code for code in before if code not in after),
        moved=tuple(code for old, code in zip(stay_before, stay_after, strict=True) if old != code),
    )


def dump_list(content: ListContent) -> str:
    return json.dumps(asdict(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def load_list(text: str) -> ListContent:
    found = json.loads(text)
    used = found["proposal"]
    return ListContent(
        placements=tuple(Placement(**one) for one in found["placements"]),
        proposal=used
        and ProposalUsed(tuple(used["weights"]), tuple(used["wishes"]), tuple(used["order"]), used["objective"]),
        inputs=tuple(SealedInput(**one) for one in found["inputs"]),
        awarded=found["awarded"],
        allowed=found["allowed"],
    )
