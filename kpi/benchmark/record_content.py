"""A sealed record as typed content: what a stranger's file must hold before anything in it is decided again."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kpi.benchmark.method import METHODS, Method
from kpi.catalogue.catalogue import Catalogue, catalogue, known_notices, shipped_notice
from kpi.errors import UserError
from kpi.model.application import Basis, ValueState
from kpi.model.claims import ClaimKey, ClaimKind, GivenRuling, Ruling, Rulings
from kpi.model.evaluation import ClauseVerdict, MethodVersion, TestedCounts, Verdict

MOST = 10_000_000
"""Counts beyond this are no panel's, and would keep a computer busy."""
MOST_DECISIVE = 0.9999
"""Lines and confidences beyond it need more peers than ``MOST`` allows to be asked in reasonable time."""

Count = Annotated[int, Field(ge=0, le=MOST)]
Share = Annotated[float, Field(gt=0, le=MOST_DECISIVE)]
PValue = Annotated[float, Field(ge=0, le=1)]


class _Content(BaseModel):
    """Types are as written: "14" is no count. What the check does not use may be there."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", allow_inf_nan=False)


class RecordedCounts(_Content):
    """The counts of one test."""

    unit: Literal["records", "groups"]
    worse: Count
    not_better: Count
    n: Count
    population: Count | None

    @model_validator(mode="after")
    def _can_be(self) -> RecordedCounts:
        if not self.worse <= self.not_better <= self.n <= (self.n if self.population is None else self.population):
            raise ValueError("counts that cannot be")
        return self

    @property
    def counts(self) -> TestedCounts:
        return TestedCounts(self.unit, self.worse, self.not_better, self.n, self.population)


class RecordedTest(RecordedCounts):
    """One of several tests that must hold, from version 3 of the method on; the p-values are None without peers."""

    p_value: PValue | None
    p_value_not: PValue | None


class RecordedRoom(_Content):
    """The tests of the best value that the stated start allows, and the ruling on that start."""

    tests: Annotated[list[RecordedTest], Field(min_length=1, max_length=8)]
    ruling: Ruling


class RecordedKpi(_Content):
    """One KPI. ``tests`` and ``at_ceiling`` are None before version 3; ``room`` too where no start limits anything."""

    code: Annotated[str, Field(pattern=r"^K\d\d$")]
    state: ValueState
    value: float | None
    basis: Basis | None
    worse: Count
    tied: Count
    better: Count
    tested: RecordedCounts
    p_value: PValue | None
    p_value_not: PValue | None
    verdict: Verdict
    reasons: list[str]
    tests: Annotated[list[RecordedTest], Field(max_length=8)] | None = None
    room: RecordedRoom | None = None
    at_ceiling: bool | None = None

    @property
    def n(self) -> int:
        """Records among the peers."""
        return self.worse + self.tied + self.better


class RecordedFactory(_Content):
    credit_code: str
    industry: str
    year: int


class RecordedBaseline(_Content):
    name: str
    sha256: str


class RecordedPolicy(_Content):
    """What decided. Of the clause all is None before version 3."""

    in_force_from: str
    leading_quantile: Share
    confidence: Share
    main_kpis: Annotated[list[str], Field(min_length=1)]
    clause_at_least: Count | None = None
    clause_coverage: Annotated[float, Field(gt=0, le=1)] | None = None
    may_leave: list[str] | None = None


class RecordedNotice(_Content):
    id: str
    sha256: str


class RecordContent(_Content):
    """A whole record. One that names no version of the method is of the first, and one that names no notice is from
    before there were several.
    """

    factory: RecordedFactory
    application: str
    as_of: str
    baseline: RecordedBaseline
    policy: RecordedPolicy
    kpis: Annotated[list[RecordedKpi], Field(min_length=1, max_length=100)]
    clause: ClauseVerdict
    leading_list: list[str]
    at_least_leading: Count
    method: MethodVersion = 1
    rulings: list[tuple[ClaimKind, str, GivenRuling]] = []
    notice: RecordedNotice | None = None

    @model_validator(mode="after")
    def _whole(self) -> RecordContent:
        codes = [kpi.code for kpi in self.kpis]
        if len(set(codes)) < len(codes) or not set(codes) <= {kpi.code for kpi in catalogue().kpis}:
            raise ValueError("a KPI is there twice, or is none of the notice")
        if not set(self.policy.main_kpis) | set(self.leading_list) <= set(codes):
            raise ValueError("a KPI is not there")
        date.fromisoformat(self.as_of)
        if self.decided_by.tests_both and not self._holds_all_tests():
            raise ValueError("a record of this version holds all tests")
        return self

    def _holds_all_tests(self) -> bool:
        policy = self.policy
        of_policy = (policy.clause_at_least, policy.clause_coverage, policy.may_leave)
        return None not in of_policy and all(None not in (kpi.tests, kpi.at_ceiling) for kpi in self.kpis)

    @property
    def decided_by(self) -> Method:
        return METHODS[self.method]

    @property
    def given_rulings(self) -> Rulings:
        return Rulings({ClaimKey(kind, item): ruling for kind, item, ruling in self.rulings})


def notice_of_record(text: str) -> Catalogue:
    """The notice that a record names, where it ships; else the one in hand. Whether it is a record is not asked."""
    try:
        named = json.loads(text)["notice"]["id"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return catalogue()
    return shipped_notice(named) if named in known_notices() else catalogue()


def read_record(text: str) -> RecordContent:
    """The content of a sealed record.

    Raises:
        UserError: it is none; ``place`` says where it departs, as ``kpis.3.tested``.
    """
    try:
        json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
        return RecordContent.model_validate_json(text)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"])) or "-"
        raise UserError("no_sealed_record", place=place) from error
    except (ValueError, RecursionError) as error:
        raise UserError("no_sealed_record", place="-") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that is there twice would be read by one reader as the first and by another as the last."""
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("a name is there twice")
    return content


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")
