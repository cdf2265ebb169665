"""What in a candidate's application is worth a second look; reviewers set flags aside with a note."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from kpi import tables
from kpi.access.roles import scope_of
from kpi.benchmark.evaluation import claimed_group
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.catalogue.catalogue import catalogue, kept_per_notice, notice_in_hand
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.intake.read import read
from kpi.intake.settings import sample
from kpi.model.application import Application
from kpi.model.audit import AuditAction
from kpi.model.scoring import Flag, FlagCode, FlagDismissal, Screening
from kpi.model.viewer import Viewer
from kpi.screening.rules import NamedRow, PeerRows, screening_rules
from kpi.screening.screen import Surroundings, screen
from kpi.services.authorization import reads, requires
from kpi.services.claims import rulings_for
from kpi.services.evaluation import EvaluationContext, evaluation_context
from kpi.services.reviewer.candidates import refuse_unanswered
from kpi.services.unit_of_work import unit_of_work
from kpi.store.cache import cached_each
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.applications import CandidateRecord

LONGEST_NOTE = 500
SCREENED_AT_ONCE = 20
"""Candidates that are read by one question; after so many, how far it is gets said."""
LARGEST_PANEL = 2000
"""Rows that a candidate is compared with; of larger baselines a fair sample."""


@dataclass(frozen=True, slots=True)
class RaisedFlag:
    """``dismissal``: by whom it was set aside, None while it stands."""

    flag: Flag
    dismissal: FlagDismissal | None


@dataclass(frozen=True, slots=True)
class CandidateScreening:
    """Flags that stand come first. ``not_run``: comparisons that too few peers allow."""

    flags: tuple[RaisedFlag, ...]
    not_run: tuple[FlagCode, ...]

    @property
    def standing(self) -> int:
        return sum(flag.dismissal is None for flag in self.flags)


@reads("see_candidates")
def screen_candidate(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> CandidateScreening:
    """Compared with the baseline's rows, with the viewer's other candidates of the year, with its own earlier year.

    Raises:
        NotFound: no such candidate within reach.
    """
    reach = _Reach(cursor, viewer)
    record = reach.named(credit_code, year)
    found = reach.screened([record])[record.key]
    dismissals = tables.screening.flag_dismissals(cursor, [credit_code], year)[credit_code, year]
    set_aside = _set_aside(dismissals)
    raised = [RaisedFlag(flag, set_aside.get(flag.code)) for flag in found.flags]
    raised.sort(key=lambda raised_flag: raised_flag.dismissal is not None)
    return CandidateScreening(tuple(raised), tuple(code for code, _ in found.not_run))


@reads("see_candidates")
def standing_flags(
    cursor: Cursor, viewer: Viewer, progress: Callable[[float], object] | None = None
) -> dict[str, frozenset[FlagCode]]:
    """The flags that stand of every candidate in reach, by "credit_code year".

    The first time it takes about ten milliseconds a candidate, for which ``progress`` receives the share done; what was
    found is cached as long as no candidate in reach changes.
    """
    flags = {}
    reach = _Reach(cursor, viewer)
    dismissals = tables.screening.flag_dismissals(cursor, sorted({item.credit_code for item in reach.records}))
    found = reach.screened(reach.records, progress)
    for record in reach.records:
        aside = _set_aside(dismissals[record.credit_code, record.year])
        flags[record.key] = frozenset(flag.code for flag in found[record.key].flags if flag.code not in aside)
    return flags


@requires("see_candidates")
def dismiss_flag(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    flag: FlagCode,
    note: str,
    *,
    dismissed: bool = True,
    at: datetime | None = None,
) -> None:
    """Set a flag aside with a note that every reviewer of the candidate sees, or take that back.

    Raises:
        NotFound: no such candidate within reach, or it has no such flag.
        UserError: no note is given, or a colleague has done the same before.
    """
    said = plain_line(note, LONGEST_NOTE)
    if not said:
        raise UserError("note_needed")
    with unit_of_work(store, viewer.actor, at) as change:
        reach = _Reach(change.cursor, viewer)
        record = reach.named(credit_code, year)
        found = reach.screened([record])[record.key]
        if flag not in {item.code for item in found.flags}:
            raise NotFound("flag", flag[:40])
        before = tables.screening.flag_dismissals(change.cursor, [credit_code], year)[credit_code, year]
        if dismissed == (flag in _set_aside(before)):
            raise UserError("changed_since_read")
        given = FlagDismissal(flag, dismissed, said, viewer.account, change.at)
        tables.screening.add_flag_dismissal(change.cursor, credit_code, year, given)
        action: AuditAction = "flag_dismissed" if dismissed else "flag_taken_up"
        change.audit(action, f"{credit_code} {year}", after={"flag": flag, "note": said})


def _set_aside(dismissals: Sequence[FlagDismissal]) -> dict[FlagCode, FlagDismissal]:
    latest = {dismissal.flag: dismissal for dismissal in dismissals}
    return {code: item for code, item in latest.items() if item.dismissed}


class _Reach:
    """The candidates that one reader reaches, as rows: of them only the one that is screened is opened whole."""

    def __init__(self, cursor: Cursor, viewer: Viewer) -> None:
        self.cursor, self.viewer = cursor, viewer
        self.records = tables.applications.candidate_records(cursor, scope_of(viewer))
        self._seals = hash(tuple((record.key, record.seal) for record in self.records))
        self._on: dict[tuple[int, str], EvaluationContext] = {}
        self._rows: dict[tuple[str, str], NamedRow] = {}

    def named(self, credit_code: str, year: int) -> CandidateRecord:
        """Raises ``NotFound`` where there is none in reach, ``UserError`` before a conflict of interest was denied."""
        found = [record for record in self.records if (record.credit_code, record.year) == (credit_code, year)]
        if not found:
            raise NotFound("candidate")
        refuse_unanswered(self.cursor, self.viewer, [found[0].key])
        return found[0]

    def screened(
        self, records: Sequence[CandidateRecord], progress: Callable[[float], object] | None = None
    ) -> dict[str, Screening]:
        """By "credit_code year". Each is cached under the seals of everything that it was compared with."""

        def screen_missing(places: list[int]) -> list[Screening]:
            missing = [records[place] for place in places]
            found = self._screen_all(
                missing, lambda done: progress and progress(1 - (len(missing) - done) / len(records))
            )
            return [found[record.key] for record in missing]

        answers = cached_each([self._compared_with(record) for record in records], screen_missing)
        return {record.key: answer for record, answer in zip(records, answers, strict=True)}

    def _screen_all(self, records: Sequence[CandidateRecord], done: Callable[[int], object]) -> dict[str, Screening]:
        """A question for many of one year and baseline, not one each; ``done`` receives how many are screened."""
        found: dict[str, Screening] = {}
        alike: dict[tuple[int, str], list[CandidateRecord]] = defaultdict(list)
        for record in records:
            alike[record.year, record.baseline].append(record)
        for group in alike.values():
            for at in range(0, len(group), SCREENED_AT_ONCE):
                found |= self._screen(group[at : at + SCREENED_AT_ONCE])
                done(len(found))
        return found

    def _screen(self, records: Sequence[CandidateRecord]) -> dict[str, Screening]:
        """Of one year and baseline, by that year's notice."""
        on = self._context(records[0])
        with notice_in_hand(on.notice):
            return self._screen_by(records, on)

    def _screen_by(self, records: Sequence[CandidateRecord], on: EvaluationContext) -> dict[str, Screening]:
        codes, year = [candidate.credit_code for candidate in records], records[0].year
        locked = tables.applications.locked_applications(self.cursor, scope_of(self.viewer), codes, year)
        applications = {item.application.credit_code: item.application for item in locked}
        ordered = [applications[code] for code in codes]
        groups = [
            claimed_group(item, rulings)
            for item, rulings in zip(ordered, rulings_for(self.cursor, ordered), strict=True)
        ]
        standings = tables.peers.group_memberships(
            self.cursor,
            on.baseline.name,
            on.baseline.region,
            [
                (candidate.industry, candidate.credit_code, group)
                for candidate, group in zip(records, groups, strict=True)
            ],
        )
        panel = _panel(self.cursor, on)
        found = {}
        for record, application, own in zip(records, ordered, standings, strict=True):
            around = self._surroundings(record, on, panel, own.own_group or record.credit_code)
            found[record.key] = screen(application, around)
        return found

    def _compared_with(self, record: CandidateRecord) -> tuple[Hashable, ...]:
        on = self._context(record)
        return "screening", record.seal, self._seals, on.baseline.sha256, tuple(_bases(on).values()), on.notice

    def _context(self, record: CandidateRecord) -> EvaluationContext:
        key = record.year, record.baseline
        if key not in self._on:
            self._on[key] = evaluation_context(self.cursor, record.year, record.baseline)
        return self._on[key]

    def _surroundings(
        self, record: CandidateRecord, on: EvaluationContext, panel: tuple[PeerRows, PeerRows], own_group: str
    ) -> Surroundings:
        others = tuple(
            self._row(item)
            for item in self.records
            if item.year == record.year
            and item.credit_code != record.credit_code
            and (item.group is None or item.group != record.group)
        )
        earlier = [item for item in self.records if item.credit_code == record.credit_code and item.year < record.year]
        before = max(earlier, key=lambda item: item.year, default=None)
        rows, sample_rows = panel
        return Surroundings(
            panel=rows,
            sample=sample_rows,
            own_group=own_group,
            basis=on.policy.basis,
            example=_example(),
            earlier=None if before is None else self._row(before).values,
            others=others,
        )

    def _row(self, record: CandidateRecord) -> NamedRow:
        """By the notice in hand: NaN too for what the record's own notice did not ask, whichever place it has there."""
        key = (catalogue().notice.id, record.key)
        if key not in self._rows:
            known = dict(zip(record.codes, record.values, strict=True))
            values = [known.get(kpi.code) for kpi in catalogue().kpis]
            row = np.array([np.nan if value is None else value for value in values])
            self._rows[key] = NamedRow(record.label, row)
        return self._rows[key]


def _panel(cursor: Cursor, on: EvaluationContext) -> tuple[PeerRows, PeerRows]:
    """A frozen baseline's rows, and the sample of which pairs are compared."""
    bases, baseline = _bases(on), on.baseline

    def read() -> tuple[PeerRows, PeerRows]:
        rows = _as_rows(tables.screening.panel_rows(cursor, baseline.name, baseline.region, bases, LARGEST_PANEL))
        return rows, rows.sampled(screening_rules().largest_sample)

    return tables.baselines.part_of_baseline(baseline.name, ("screening rows", *bases.values()), read)


def _bases(on: EvaluationContext) -> dict[str, str]:
    return {kpi.code: on.policy.basis(kpi.code) or NO_BASIS for kpi in on.notice.kpis}


def _as_rows(frame: pd.DataFrame) -> PeerRows:
    wide = frame.pivot(index="enterprise", columns="kpi", values="value")
    about = frame.drop_duplicates("enterprise").set_index("enterprise").sort_index()
    codes = [kpi.code for kpi in catalogue().kpis]
    return PeerRows(
        wide.sort_index().reindex(columns=codes).to_numpy(dtype=float),
        about["industry"].to_numpy(dtype=str),
        about["own_group"].to_numpy(dtype=str),
    )


@kept_per_notice(1)
def _example() -> Application:
    """The application that our own template shows."""
    return read("example.xlsx", sample("example")).applications[0]
