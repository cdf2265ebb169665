"""Asking for an account: what an enterprise says of itself, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ProofKind = Literal["pdf", "png", "jpeg"]
RequestOutcome = Literal["granted", "asked", "supplied", "refused"]
RequestState = Literal["waiting", "granted", "asked", "refused"]
"""Texts: ``page.account_requests.state.<state>``. What was asked and is supplied waits again."""
DECISIONS: tuple[RequestOutcome, ...] = ("granted", "asked", "refused")


@dataclass(frozen=True, slots=True)
class RequestAnswer:
    """``outcome`` "supplied" is the asker's own, and by nobody; ``reason`` the question, the answer or the reason."""

    request: str
    outcome: RequestOutcome
    reason: str
    answered_by: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class AccountRequest:
    """``industry`` and ``district``, which is the recommending body, by their Chinese names. ``contact`` is blank, and
    the file of the proof erased, once it is decided. ``answers``: in the order of time.
    """

    id: str
    credit_code: str
    enterprise: str
    industry: str
    district: str
    contact: str
    proof_kind: ProofKind
    proof_sha256: str
    token_sha256: str
    asked_at: datetime
    answers: tuple[RequestAnswer, ...] = ()

    @property
    def state(self) -> RequestState:
        last = self.answers[-1].outcome if self.answers else "supplied"
        return "waiting" if last == "supplied" else last

    @property
    def is_open(self) -> bool:
        return self.state in ("waiting", "asked")

    @property
    def last_words(self) -> str:
        """What was said last, by either side; "" where nothing was."""
        return self.answers[-1].reason if self.answers else ""
