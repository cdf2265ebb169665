"""What in a candidate's application is worth a second look; reviewers set flags aside with a note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import pandas as pd

from kpi import queries, records
from kpi.access.scope import scope_of
from kpi.benchmark.evaluation import claimed_group
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.catalogue.load import catalogue
from kpi.errors import NotFound, UserError
from kpi.files.printable import plain_line
from kpi.intake.read import read
from kpi.intake.samples import sample
from kpi.model.application import Application
from kpi.model.audit_entry import AuditAction
from kpi.model.screening import Flag, FlagCode, FlagDismissal, Screening
from kpi.model.viewer import Viewer
from kpi.screening.peer_rows import PeerRows
from kpi.screening.rules import screening_rules
from kpi.screening.screen import Surroundings, screen
from kpi.services.authorization import requires
from kpi.services.claims import rulings_for
from kpi.services.evaluation import EvaluationContext, evaluation_context
from kpi.services.reviewer.candidates import find_candidate
from kpi.services.unit_of_work import unit_of_work
from kpi.store.cursor import Cursor
from kpi.store.store import Store

LONGEST_NOTE = 500
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
        return sum(one.dismissal is None for one in self.flags)


@requires("see_candidates")
def screen_candidate(store: Store, viewer: Viewer, credit_code: str, year: int) -> CandidateScreening:
    """Compared with the baseline's rows, with the viewer's other candidates of the year, with its own earlier year.

    Raises:
        NotFound: no such candidate within reach.
    """
    with store.cursor() as cursor:
        found, dismissals = _screen(cursor, viewer, credit_code, year)
    set_aside = {one.flag: one for one in dismissals}
    raised = []
    for flag in found.flags:
        latest = set_aside.get(flag.code)
        raised.append(RaisedFlag(flag, latest if latest and latest.dismissed else None))
    raised.sort(key=lambda one: one.dismissal is not None)
    return CandidateScreening(tuple(raised), tuple(code for code, _ in found.not_run))


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
        UserError: no note is given.
    """
    said = plain_line(note, LONGEST_NOTE)
    if not said:
        raise UserError("note_needed")
    with unit_of_work(store, viewer.actor, at) as change:
        found, _ = _screen(change.cursor, viewer, credit_code, year)
        if flag not in {one.code for one in found.flags}:
            raise NotFound("flag", flag[:40])
        given = FlagDismissal(flag, dismissed, said, viewer.account, change.at)
        records.add_flag_dismissal(change.cursor, credit_code, year, given)
        action: AuditAction = "flag_dismissed" if dismissed else "flag_taken_up"
        change.audit(action, f"{credit_code} {year}", after={"flag": flag, "note": said})


def _screen(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> tuple[Screening, list[FlagDismissal]]:
    release = find_candidate(cursor, viewer, credit_code, year)
    on = evaluation_context(cursor, year, release.baseline)
    return screen(release.application, _surroundings(cursor, viewer, release.application, on)), queries.flag_dismissals(
        cursor, credit_code, year
    )


def _surroundings(cursor: Cursor, viewer: Viewer, application: Application, on: EvaluationContext) -> Surroundings:
    [rulings] = rulings_for(cursor, [application])
    own = queries.own_standing(
        cursor,
        on.baseline.name,
        on.baseline.region,
        application.industry,
        application.credit_code,
        claimed_group(application, rulings),
    )
    reached = [one.application for one in queries.locked_applications(cursor, scope_of(viewer))]
    others = {
        one.label: one
        for one in reached
        if one.year == application.year
        and one.credit_code != application.credit_code
        and (one.group is None or one.group != application.group)
    }
    earlier = [one for one in reached if one.credit_code == application.credit_code and one.year < application.year]
    panel, sample_rows = _panel(cursor, on)
    return Surroundings(
        panel=panel,
        sample=sample_rows,
        own_group=own.own_group or application.credit_code,
        basis=on.policy.basis,
        example=_example(),
        earlier=max(earlier, key=lambda one: one.year, default=None),
        others=others,
    )


_PANELS: dict[tuple[str, tuple[str, ...]], tuple[PeerRows, PeerRows]] = {}


def _panel(cursor: Cursor, on: EvaluationContext) -> tuple[PeerRows, PeerRows]:
    """A frozen baseline's rows, and the sample of which pairs are compared. Read once: the key is its hash."""
    bases = {kpi.code: on.policy.basis(kpi.code) or NO_BASIS for kpi in catalogue().kpis}
    key = (on.baseline.sha256, tuple(bases.values()))
    if key not in _PANELS:
        _PANELS.clear()
        frame = queries.panel_rows(cursor, on.baseline.name, on.baseline.region, bases, LARGEST_PANEL)
        rows = _as_rows(frame)
        _PANELS[key] = rows, rows.sampled(screening_rules().largest_sample)
    return _PANELS[key]


def _as_rows(frame: pd.DataFrame) -> PeerRows:
    wide = frame.pivot(index="enterprise", columns="kpi", values="value")
    about = frame.drop_duplicates("enterprise").set_index("enterprise").sort_index()
    codes = [kpi.code for kpi in catalogue().kpis]
    return PeerRows(
        wide.sort_index().reindex(columns=codes).to_numpy(dtype=float),
        about["industry"].to_numpy(dtype=str),
        about["own_group"].to_numpy(dtype=str),
    )


@lru_cache(maxsize=1)
def _example() -> Application:
    """The application that our own template shows."""
    return read("example.xlsx", sample("example")).applications[0]
