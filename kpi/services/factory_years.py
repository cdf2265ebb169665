"""A factory's years in one view: what was reported, claimed, ruled and said of each KPI, and how it changed.

Whoever asks sees what it may see of each year by itself: an enterprise its own, a reviewer its candidates, a body those
that named it. A year that is out of reach looks like one without an application.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kpi import tables
from kpi.access.roles import Scope, scope_of
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.errors import NotFound
from kpi.model.application import Application, ReportedValue
from kpi.model.claims import ClaimKind, Ruling
from kpi.model.evaluation import Verdict
from kpi.model.viewer import Viewer
from kpi.services.authorization import reads
from kpi.services.claims import Claim, claims
from kpi.services.evaluation import enterprise_evaluation, evaluation_context
from kpi.services.notices import under_notice_of
from kpi.services.reviewer.candidates import refuse_unanswered
from kpi.store.database import Cursor
from kpi.tables.applications import LockedApplication

Change = Literal["better", "worse", "same", "other_basis", "other_unit", "unknown"]
"""From one year to the next. Texts: ``years.change.<change>``; "unknown" where one of them has no number."""
YearStanding = Literal["locked", "draft", "lost", "none"]
"""How a year stands: "lost" was submitted and its rows are gone from the store, "none" is no application in reach."""


@dataclass(frozen=True, slots=True)
class ClaimOfYear:
    """What was claimed, how it was ruled, and what was given to show it: words, and the names of files beside them."""

    kind: ClaimKind
    ruling: Ruling
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KpiOfYear:
    """One KPI as that year's notice knows it. ``reported`` is None where the row is no longer on record; ``word`` where
    none is known to who asks.
    """

    kpi: Kpi
    reported: ReportedValue | None
    word: Verdict | None
    claims: tuple[ClaimOfYear, ...]

    @property
    def value(self) -> float | None:
        """The number that was reported; a blank is none, and 0 is one."""
        return self.reported.value if self.reported and self.reported.state == "reported" else None


@dataclass(frozen=True, slots=True)
class FactoryYear:
    """One year by KPI code, in that notice's order. Without an application, or its rows, there are no KPIs."""

    year: int
    credit_code: str
    industry: str
    standing: YearStanding
    kpis: Mapping[str, KpiOfYear]
    group_claims: tuple[ClaimOfYear, ...] = ()


@dataclass(frozen=True, slots=True)
class FactoryYears:
    """The earliest first. ``illustrative``: some of the words were decided among invented peers."""

    label: str
    years: tuple[FactoryYear, ...]
    illustrative: bool

    @property
    def reported(self) -> tuple[FactoryYear, ...]:
        """The years of which there are values."""
        return tuple(year for year in self.years if year.kpis)

    @property
    def kpis(self) -> tuple[Kpi, ...]:
        """Every KPI of any year by code, as its latest notice knows it."""
        known = {code: item.kpi for year in self.years for code, item in year.kpis.items()}
        return tuple(known[code] for code in sorted(known))

    @property
    def changes(self) -> dict[str, Change]:
        """By KPI code, from the year before the latest to the latest of which there are values."""
        if len(self.reported) < 2:
            return {}
        before, after = self.reported[-2:]
        return {kpi.code: change_of(before.kpis.get(kpi.code), after.kpis.get(kpi.code)) for kpi in self.kpis}


def change_of(before: KpiOfYear | None, after: KpiOfYear | None) -> Change:
    """Larger is always better (``Kpi``); values in two units, or on two bases, do not compare."""
    if before is None or after is None or before.value is None or after.value is None:
        return "unknown"
    if not is_measured_alike(before.kpi, after.kpi):
        return "other_unit"
    if before.reported and after.reported and before.reported.basis != after.reported.basis:
        return "other_basis"
    return "better" if after.value > before.value else "worse" if after.value < before.value else "same"


def is_measured_alike(before: Kpi, after: Kpi) -> bool:
    """Whether two notices ask for the same kind of number in the same unit."""
    return (before.unit.zh, before.kind) == (after.unit.zh, after.kind)


_Key = tuple[str, int]
Words = Mapping[str, Verdict | None]
"""Of one year, by KPI code."""


@reads("see_own_result")
def own_years(cursor: Cursor, viewer: Viewer, credit_code: str) -> FactoryYears:
    """Of one of the viewer's own enterprises, drafts too, with the words that are released.

    Raises:
        NotFound: it is not the viewer's.
    """
    if credit_code not in viewer.scope:
        raise NotFound("application")
    # What an administrator said of two codes opens nobody's values to another account.
    codes = tuple(code for code in _codes_of(cursor, credit_code) if code in viewer.scope)
    scope = Scope(own=codes)
    locked = tables.applications.locked_applications(cursor, scope, codes)
    drafts = [draft.application for draft in tables.applications.drafts(cursor, Scope(own=(credit_code,)))]
    return _joined(cursor, scope, credit_code, locked, _released_words(cursor, locked), drafts)


@reads("see_candidates")
def candidate_years(cursor: Cursor, viewer: Viewer, credit_code: str) -> FactoryYears:
    """Of a candidate, with the words of the latest sealed record of each year.

    Raises:
        NotFound: no year of it is in reach.
        UserError: the viewer has not said whether it has a conflict of interest.
    """
    locked = _in_reach(cursor, viewer, credit_code)
    refuse_unanswered(cursor, viewer, [" ".join(map(str, _key(item.application))) for item in locked])
    records = tables.applications.candidate_records(cursor, Scope(own=_codes_of(cursor, credit_code)))
    words: dict[_Key, Words] = {
        (record.credit_code, record.year): dict(zip(record.codes, record.verdicts, strict=True)) for record in records
    }
    return _joined(cursor, scope_of(viewer), credit_code, locked, words)


@reads("see_coverage")
def body_years(cursor: Cursor, viewer: Viewer, credit_code: str) -> FactoryYears:
    """Of a factory that named the viewer's body, with the words as its enterprise reads them.

    Raises:
        NotFound: it named another body in every year, or has locked nothing.
    """
    locked = _in_reach(cursor, viewer, credit_code)
    return _joined(cursor, scope_of(viewer), credit_code, locked, _released_words(cursor, locked))


def _in_reach(cursor: Cursor, viewer: Viewer, credit_code: str) -> list[LockedApplication]:
    codes = _codes_of(cursor, credit_code)
    found = tables.applications.locked_applications(cursor, scope_of(viewer), codes)
    if not any(item.application.credit_code == credit_code for item in found):
        raise NotFound("candidate")
    return found


def _codes_of(cursor: Cursor, credit_code: str) -> tuple[str, ...]:
    """The code, and those that an administrator has said to be of the same enterprise."""
    pairs = [item for item in tables.campaign.same_enterprises(cursor) if item.outcome == "same"]
    known, before = {credit_code}, 0
    while len(known) > before:
        before = len(known)
        for item in pairs:
            if known & {item.first_code, item.second_code}:
                known |= {item.first_code, item.second_code}
    return tuple(sorted(known))


def _key(application: Application) -> _Key:
    return application.credit_code, application.year


def _released_words(cursor: Cursor, locked: Sequence[LockedApplication]) -> dict[_Key, Words]:
    found: dict[_Key, Words] = {}
    for item in locked:
        year = item.application.year
        with under_notice_of(cursor, year):
            answer = enterprise_evaluation(
                cursor, item.application, evaluation_context(cursor, year, item.baseline), item
            )
        found[_key(item.application)] = {kpi.code: kpi.verdict for kpi in answer.kpis}
    return found


def _joined(
    cursor: Cursor,
    scope: Scope,
    credit_code: str,
    locked: Sequence[LockedApplication],
    words: Mapping[_Key, Words],
    drafts: Sequence[Application] = (),
) -> FactoryYears:
    """``drafts`` are those of years in which nothing is locked."""
    applications = [*(item.application for item in locked), *drafts]
    claimed = claims(cursor, applications)
    uploads = [given.upload for found in claimed for claim in found for given in claim.evidence if given.upload]
    files = tables.claims.file_names(cursor, uploads)
    sealed = {_key(item.application) for item in locked}
    found = []
    for application, of_year in zip(applications, claimed, strict=True):
        key = _key(application)
        with under_notice_of(cursor, application.year):
            found.append(_year(application, of_year, files, words.get(key, {}), key in sealed))
    known = {year.year for year in found}
    missing = set(range(min(known), max(known))) - known if known else ()
    found += [
        FactoryYear(year, credit_code, "", _without_rows(cursor, scope, credit_code, year), {}) for year in missing
    ]
    baselines = {item.name: item for item in tables.baselines.baselines(cursor)}
    return FactoryYears(
        label=max(applications, key=lambda item: item.year).label if applications else credit_code,
        years=tuple(sorted(found, key=lambda item: (item.year, item.credit_code))),
        illustrative=any(item.baseline in baselines and baselines[item.baseline].illustrative for item in locked),
    )


def _year(
    application: Application, claimed: Sequence[Claim], files: Mapping[str, str], words: Words, locked: bool
) -> FactoryYear:
    """By the notice in hand, which is the year's."""
    shown = [(claim.key, _claim(claim, files)) for claim in claimed]
    kpis = {
        kpi.code: KpiOfYear(
            kpi,
            application.values.get(kpi.code),
            words.get(kpi.code),
            tuple(item for key, item in shown if key.kind != "group" and key.item == kpi.code),
        )
        for kpi in catalogue().kpis
    }
    groups = tuple(item for key, item in shown if key.kind == "group")
    standing: YearStanding = "locked" if locked else "draft"
    return FactoryYear(application.year, application.credit_code, application.industry, standing, kpis, groups)


def _claim(claim: Claim, files: Mapping[str, str]) -> ClaimOfYear:
    named = [said for given in claim.evidence for said in (given.evidence, files.get(given.upload or "", "")) if said]
    return ClaimOfYear(claim.key.kind, claim.ruling.ruling if claim.ruling else "open", tuple(named))


def _without_rows(cursor: Cursor, scope: Scope, credit_code: str, year: int) -> YearStanding:
    """Whether it had been submitted, by the stages that are on record, and is not open again."""
    taken = [
        stage.state
        for stage in tables.stages.stages_entered(cursor, scope)
        if (stage.credit_code, stage.year) == (credit_code, year)
    ]
    return "lost" if taken and taken[-1] != "draft" else "none"
