"""What a reviewer rules on: claims (a start, a "not applicable", a group), findings on evidence, and conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from kpi.model.application import Application, ReportedValue
from kpi.model.viewer import Role

ClaimKind = Literal["start", "not_applicable", "group"]
GivenRuling = Literal["accepted", "refused"]
Ruling = Literal["open", "accepted", "refused"]

GROUP_ITEM = ""
"""The item of a claim of a group: a factory claims one group, where a start or a "not applicable" is of one KPI."""


@dataclass(frozen=True, slots=True)
class ClaimKey:
    """One claim of one factory and year. ``item`` is a KPI's code, or ``GROUP_ITEM``."""

    kind: ClaimKind
    item: str


@dataclass(frozen=True, slots=True)
class Rulings:
    """How the reviewer ruled on a factory's claims. What nobody ruled on is open."""

    given: Mapping[ClaimKey, GivenRuling] = field(default_factory=dict)

    def on(self, kind: ClaimKind, item: str = GROUP_ITEM) -> Ruling:
        return self.given.get(ClaimKey(kind, item), "open")


NO_RULINGS = Rulings()


@dataclass(frozen=True, slots=True)
class ClaimEvidence:
    """What an enterprise gave to show a claim: words that name a document, and the number of a file sent with them.

    ``claimed`` is what was claimed then: evidence for another start says nothing of this one.
    """

    key: ClaimKey
    claimed: str
    evidence: str
    upload: str | None
    attached_by: str
    attached_at: datetime


@dataclass(frozen=True, slots=True)
class RulingWithdrawal:
    """A ruling taken back: from then on it is as if it had never been given."""

    reason: str
    withdrawn_by: str
    withdrawn_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimRuling:
    """A reviewer's ruling with its reason, on what was claimed then."""

    key: ClaimKey
    claimed: str
    ruling: GivenRuling
    reason: str
    ruled_by: str
    ruled_at: datetime
    withdrawn: RulingWithdrawal | None = None


def claims_of(application: Application) -> dict[ClaimKey, str]:
    """What the application claims, by key, in the catalogue's order: the start's number, the note, the group's name."""
    claims: dict[ClaimKey, str] = {}
    if application.group:
        claims[ClaimKey("group", GROUP_ITEM)] = application.group
    for code, reported in application.values.items():
        if reported.state == "not_applicable":
            claims[ClaimKey("not_applicable", code)] = reported.note or ""
        elif reported.state == "reported" and reported.before is not None:
            claims[ClaimKey("start", code)] = repr(float(reported.before))
    return claims


def rulings_on(application: Application, given: Iterable[ClaimRuling]) -> Rulings:
    """The rulings that hold for the application's claims as they stand: a claim that changed is open again.

    ``given``: the latest of each key last. What was withdrawn does not count.
    """
    claims = claims_of(application)
    held = (ruling for ruling in given if ruling.withdrawn is None)
    return Rulings({ruling.key: ruling.ruling for ruling in held if claims.get(ruling.key) == ruling.claimed})


# What a reviewer makes of the evidence for a value, and what is asked of the enterprise about it.


Finding = Literal["confirmed", "doubted", "refuted"]
FINDINGS: tuple[Finding, ...] = get_args(Finding)
"""Texts: ``page.evidence.<finding>``."""

WHOLE_APPLICATION = ""
"""In place of a KPI's code where a question is about the application as a whole."""


@dataclass(frozen=True, slots=True)
class EvidenceFinding:
    """A reviewer's finding with its note, on what was reported then (``reported_text``)."""

    kpi: str
    reported: str
    finding: Finding
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EnquiryAnswer:
    """An enterprise's answer: its words, and the number of a file sent with them."""

    answer: str
    upload: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EnquiryWithdrawal:
    """That a question was taken back, and why; the enterprise reads the reason."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Enquiry:
    """A question to an enterprise, with its answers, the earliest first. ``kpi`` may be ``WHOLE_APPLICATION``."""

    id: str
    credit_code: str
    year: int
    kpi: str
    question: str
    by: str
    at: datetime
    answers: tuple[EnquiryAnswer, ...]
    withdrawal: EnquiryWithdrawal | None = None

    @property
    def waiting(self) -> bool:
        """Whether the enterprise is to answer it."""
        return not self.answers and self.withdrawal is None


def reported_text(value: ReportedValue) -> str:
    """What is reported of one KPI, as a finding names it: another number, basis or start is another text."""
    parts = (value.state, value.value, value.basis, value.before, value.after)
    return "|".join("" if part is None else str(part) for part in parts)


# What is known of the conditions beside the application: the enterprise's statements and the award list.


@dataclass(frozen=True, slots=True)
class EnterpriseStatement:
    """An enterprise's statement on one condition. ``evidence`` names the supporting document and its number."""

    condition: str
    holds: bool
    evidence: str
    stated_by: str
    stated_at: datetime


@dataclass(frozen=True, slots=True)
class ScenarioAccount:
    """How an enterprise says that a scenario of annex 2 is met, and with which artificial intelligence, if any.

    ``scenario`` is the exact Chinese name; ``ai_model`` is empty where no artificial intelligence is used.
    """

    scenario: str
    how: str
    uses_ai: bool
    ai_model: str
    written_by: str
    written_at: datetime


ConditionOutcome = Literal["met", "not_met", "withdrawn", "appealed"]
GivenOutcome = Literal["met", "not_met"]
GIVEN_OUTCOMES: tuple[GivenOutcome, ...] = get_args(GivenOutcome)
"""Texts: ``page.rulings.<outcome>``."""


@dataclass(frozen=True, slots=True)
class ConditionRuling:
    """What was decided on a condition of an application as it is locked; ``evidence``: against what.

    ``role`` is that of whoever decided. A recommending body checks, reviewers and the authority rule; an enterprise
    appeals once, which opens what was decided until somebody else has looked again.
    """

    condition: str
    outcome: ConditionOutcome
    reason: str
    evidence: str
    role: Role
    ruled_by: str
    ruled_at: datetime


def standing_rulings(given: Iterable[ConditionRuling]) -> dict[str, ConditionRuling]:
    """What stands of each condition; ``given``: the earliest first, of one factory and year.

    A ruling stands before a body's check, whichever is later; of the same kind the latest. ``appealed`` stands where
    neither reviewers nor the authority have ruled since.
    """
    checks: dict[str, ConditionRuling] = {}
    ruled: dict[str, ConditionRuling] = {}
    for item in given:
        of_kind = checks if item.role == "leader" else ruled
        if item.outcome == "withdrawn":
            of_kind.pop(item.condition, None)
        elif item.outcome == "appealed":
            checks.pop(item.condition, None)
            ruled[item.condition] = item
        else:
            of_kind[item.condition] = item
    return checks | ruled


TechnologyKind = Literal["equipment", "software", "operating_system", "solution"]
TechnologySource = Literal["domestic", "own", "imported"]
CONTROLLED: tuple[TechnologySource, ...] = ("domestic", "own")
"""The sources that the list's sentence counts: domestic makers, and own development."""


@dataclass(frozen=True, slots=True)
class CoreTechnology:
    """A row of an enterprise's list of core equipment and software. Texts: ``page.technology.<kind>``, ``.<source>``.

    ``maker`` may be empty where the enterprise developed it itself.
    """

    kind: TechnologyKind
    name: str
    maker: str
    source: TechnologySource


@dataclass(frozen=True, slots=True)
class TechnologyList:
    """The rows in the enterprise's order, and who wrote them when; None where there are none."""

    rows: tuple[CoreTechnology, ...] = ()
    written_by: str = ""
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A file beside a statement on a condition, by the number of its upload."""

    condition: str
    upload: str
    file_name: str
    attached_by: str
    attached_at: datetime


@dataclass(frozen=True, slots=True)
class Award:
    """An entry of the award list. ``tier`` is as listed; ``source`` is where it was published.

    ``credit_code`` is empty where the list carries names alone; ``factory`` is then whatever name that is.
    ``body``: whose recommendation it was; None where the list does not say.
    """

    credit_code: str
    factory: str
    tier: str
    year: int
    source: str
    body: str | None = None


def final_list(year: int) -> str:
    """The source of an award that this product's own final list gave."""
    return f"{year} 年度最终名单"


@dataclass(frozen=True, slots=True)
class AwardList:
    """The award list for one enterprise: its length, and the enterprise's own awards, by credit code.

    ``alike``: others that may be its own by name, which is asked.
    """

    listed: int
    own: tuple[Award, ...]
    alike: tuple[Award, ...] = ()
