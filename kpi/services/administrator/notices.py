"""A notice that one administrator proposes and another approves: from then on its years are its own.

Nothing that is locked changes its notice: a notice is taken in before the first application of its year is locked.
"""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

from kpi import tables
from kpi.access.roles import Scope, whole_programme
from kpi.benchmark.evaluation import evaluate_all
from kpi.catalogue.catalogue import Catalogue, catalogue, notice_in_hand, read_catalogue
from kpi.catalogue.notice_changes import NoticeChange, item_changes, notice_changes
from kpi.catalogue.schema import parse_toml
from kpi.errors import NotFound, UserError
from kpi.files.archive import ZIP_ERRORS, open_zip
from kpi.files.limits import application_limits
from kpi.files.text import plain_line
from kpi.files.workbook import UnreadableFile
from kpi.model.application import Application, ReportedValue
from kpi.model.evaluation import ClauseVerdict
from kpi.model.times import year_end
from kpi.model.viewer import Viewer
from kpi.policy.load import load_policies, refuse_days_past
from kpi.services.administrator.second_person import against_confirming
from kpi.services.authorization import reads, reads_unscoped, requires
from kpi.services.claims import rulings_for
from kpi.services.enterprise.sheets import take_sheets_over
from kpi.services.evaluation import baseline_in_force
from kpi.services.notices import notice_in_force, notices_of_store, of_year, proposed_notice, with_notice
from kpi.services.unit_of_work import unit_of_work
from kpi.services.year import begun_years, policy_of_year
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.notices import NoticeProposal

HEAD, TOML = "notice.toml", ".toml"
LONGEST_REASON = 500
LAST_YEAR = 9999


@dataclass(frozen=True, slots=True)
class ChangedClauseWord:
    """What would be said of the clause for a factory whose application is locked: under its own notice, and this."""

    credit_code: str
    factory: str
    before: ClauseVerdict
    after: ClauseVerdict


@dataclass(frozen=True, slots=True)
class NoticePreview:
    """A notice beside ``before``, the one that its year would have without it.

    ``changes``: what it says otherwise, its policy included. ``applications`` of ``year``, the latest with locked ones,
    were judged under both, against the baseline of that year: ``clauses`` are those that would be answered otherwise,
    ``elsewhere`` the factories whose industry this notice does not know. ``year`` None: nothing is locked.
    """

    notice: Catalogue
    before: Catalogue
    changes: tuple[NoticeChange, ...]
    year: int | None
    applications: int
    clauses: tuple[ChangedClauseWord, ...]
    elsewhere: tuple[str, ...]


@reads("run_programme")
def preview_notice(cursor: Cursor, viewer: Viewer, data: bytes) -> NoticePreview:
    """What a notice's folder, packed as ZIP, says, and what it would do.

    Raises:
        InvalidData: the notice has faults, each with file and key.
        UserError: it is no such archive; or as ``propose_notice``.
    """
    found = _read(data)[0]
    _refuse_unfit(cursor, found)
    return _preview(cursor, viewer, found)


@reads("run_programme")
def preview_proposed_notice(cursor: Cursor, viewer: Viewer, proposal: str) -> NoticePreview:
    """As ``preview_notice``, of one that waits, from the files as they were sent.

    Raises:
        NotFound: no such proposal waits.
    """
    return _preview(cursor, viewer, proposed_notice(cursor, _waiting(cursor, proposal)))


@requires("run_programme")
def propose_notice(store: Store, viewer: Viewer, data: bytes, at: datetime | None = None) -> NoticeProposal:
    """Keep a notice for a second person to approve.

    Raises:
        InvalidData: as ``preview_notice``.
        UserError: it is no such archive; it is invented and the store is no demonstration; it is of another region, of
            a year before the store's first notice or one that another notice has; it is in force already, or waits; or
            applications are locked that would be of another notice with it.
    """
    found, files = _read(data)
    with unit_of_work(store, viewer.actor, at) as change:
        cursor = change.cursor
        _refuse_unfit(cursor, found)
        for waiting in waiting_notices(cursor):
            if waiting.sha256 == found.sha256:
                raise UserError("notice_waits", id=found.notice.id, who=waiting.proposed_by)
        proposal = NoticeProposal(
            uuid.uuid4().hex, found.notice.id, found.notice.year, found.sha256, viewer.account, change.at
        )
        tables.notices.add_notice_proposal(cursor, proposal, files)
        change.audit("notice_proposed", found.notice.id, after={"sha256": found.sha256, "year": found.notice.year})
    return proposal


def waiting_notices(cursor: Cursor) -> list[NoticeProposal]:
    """Those that wait for a second person, the earliest first."""
    return [item for item in tables.notices.notice_proposals(cursor) if item.outcome is None]


@dataclass(frozen=True, slots=True)
class NoticesKnown:
    """The notices of a store by year, the one ``in_force`` today, and all ever proposed, the earliest first."""

    notices: tuple[Catalogue, ...]
    in_force: Catalogue
    proposals: tuple[NoticeProposal, ...]


@reads_unscoped("run_programme")
def notices_known(cursor: Cursor) -> NoticesKnown:
    """All that administrators need to keep notices."""
    proposals = tuple(tables.notices.notice_proposals(cursor))
    return NoticesKnown(notices_of_store(cursor), notice_in_force(cursor), proposals)


@requires("run_programme")
def approve_notice(store: Store, viewer: Viewer, proposal: str, at: datetime | None = None) -> Catalogue:
    """As the second person: from now on its years are of this notice, with the answer sheets that were begun for them.

    Raises:
        NotFound: no such proposal waits.
        UserError: as ``against_approving_notice``.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        cursor = change.cursor
        waiting = _waiting(cursor, proposal)
        if hindered := _hindrance(cursor, viewer.account, waiting):
            raise hindered
        found, known = proposed_notice(cursor, waiting), notices_of_store(cursor)
        tables.notices.add_notice_outcome(cursor, proposal, "approved", "", viewer.account, change.at)
        becomes = with_notice(known, found)
        begun = {sheet.year for sheet in tables.contacts.kept_sheets(cursor, LAST_YEAR)}
        moved = {year: found for year in sorted(begun) if of_year(becomes, year) != of_year(known, year)}
        sheets = take_sheets_over(change, moved)
        noted = {"sha256": waiting.sha256, "year": waiting.year, "proposed_by": waiting.proposed_by, "sheets": sheets}
        change.audit("notice_approved", waiting.notice, after=noted)
        return found


@requires("run_programme")
def withdraw_notice(store: Store, viewer: Viewer, proposal: str, reason: str, at: datetime | None = None) -> None:
    """Withdraw what was proposed, or refuse it as another: nothing is of it, and it stays on record.

    Raises:
        NotFound: no such proposal waits.
        UserError: no reason is given.
    """
    said = plain_line(reason, LONGEST_REASON)
    if not said:
        raise UserError("notice_withdrawal_reason")
    with unit_of_work(store, viewer.actor, at) as change:
        waiting = _waiting(change.cursor, proposal)
        tables.notices.add_notice_outcome(change.cursor, proposal, "withdrawn", said, viewer.account, change.at)
        noted = {"sha256": waiting.sha256, "proposed_by": waiting.proposed_by, "reason": said}
        change.audit("notice_withdrawn", waiting.notice, after=noted)


@reads("run_programme")
def against_approving_notice(cursor: Cursor, viewer: Viewer, proposal: NoticeProposal) -> UserError | None:
    """Why this reader may not approve it: it proposed it, is not a second person to us, or the notice fits no more."""
    return _hindrance(cursor, viewer.account, proposal)


def _hindrance(cursor: Cursor, account: str, proposal: NoticeProposal) -> UserError | None:
    begun = [proposal.proposed_by]
    if hindered := against_confirming(cursor, account, "notice_approved", begun, proposal.proposed_at):
        return hindered
    try:
        _refuse_unfit(cursor, proposed_notice(cursor, proposal))
    except UserError as error:
        return error
    return None


def notice_awaits(cursor: Cursor, account: str) -> tuple[int, int]:
    """How many notices wait for a second person, and how many of them this account may approve."""
    found = waiting_notices(cursor)
    return len(found), sum(_hindrance(cursor, account, item) is None for item in found)


def _waiting(cursor: Cursor, proposal: str) -> NoticeProposal:
    for waiting in waiting_notices(cursor):
        if waiting.id == proposal:
            return waiting
    raise NotFound("notice_proposal")


def _read(data: bytes) -> tuple[Catalogue, dict[str, bytes]]:
    """The notice in an archive and its files: in one folder named as the notice, or at the archive's own root."""
    files, folders = {}, set()
    try:
        with open_zip(io.BytesIO(data), application_limits()) as archive:
            for entry in archive.infolist():
                path = PurePosixPath(entry.filename)
                if path.suffix == TOML and len(path.parts) <= 2:
                    folders.add(str(path.parent))
                    files[path.name] = archive.read(entry)
    except (UnreadableFile, *ZIP_ERRORS) as error:
        raise UserError("notice_no_archive") from error
    if len(folders) != 1 or HEAD not in files:
        raise UserError("notice_no_folder")
    [folder] = folders
    named = parse_toml(files[HEAD], HEAD).get("id") if folder == "." else folder
    found = read_catalogue(files, str(named), sent=True)
    load_policies(found)
    refuse_days_past(found)
    return found, files


def _refuse_unfit(cursor: Cursor, found: Catalogue) -> None:
    """Raises ``UserError`` as ``propose_notice``."""
    head, known = found.notice, notices_of_store(cursor)
    first = known[0].notice
    if head.status == "fictitious" and not tables.lists.holds_demonstration(cursor):
        raise UserError("notice_is_fictitious", id=head.id)
    if head.region.zh != first.region.zh:
        raise UserError("notice_other_region", id=head.id, region=head.region.zh, own=first.region.zh)
    if found in known:
        raise UserError("notice_in_force", id=head.id)
    if head.year < first.year:
        raise UserError("notice_too_old", id=head.id, year=head.year, first=first.year)
    for other in (item.notice for item in known):
        if other.year == head.year and other.id != head.id:
            raise UserError("notice_year_taken", id=head.id, year=head.year, other=other.id)
    becomes = with_notice(known, found)
    locked = {item.application.year for item in tables.applications.locked_applications(cursor, Scope(everything=True))}
    moved = sorted(year for year in locked if of_year(becomes, year) != of_year(known, year))
    if moved:
        raise UserError("notice_year_locked", id=head.id, years=", ".join(map(str, moved)))


def _preview(cursor: Cursor, viewer: Viewer, found: Catalogue) -> NoticePreview:
    before = of_year(notices_of_store(cursor), found.notice.year)
    locked = [item.application for item in tables.applications.locked_applications(cursor, whole_programme(viewer))]
    year = max(begun_years(cursor, {application.year for application in locked}), default=None)
    industries = {industry.name.zh for industry in found.industries}
    of_the_year = [application for application in locked if application.year == year]
    judged = [application for application in of_the_year if application.industry in industries]
    clauses: list[ChangedClauseWord] = []
    if year is not None and judged:
        with notice_in_hand(of_year(notices_of_store(cursor), year)):
            baseline, rulings = baseline_in_force(cursor, year_end(year)), rulings_for(cursor, judged)
            own = evaluate_all(cursor, judged, baseline, policy_of_year(cursor, year), year_end(year), rulings)
        day = year_end(found.notice.year)
        with notice_in_hand(found):
            under = [_under_the_notice_in_hand(application) for application in judged]
            then = evaluate_all(cursor, under, baseline, load_policies(found).on(day), day, rulings)
        clauses = [
            ChangedClauseWord(old.application.credit_code, old.application.label, was, becomes)
            for old, new in zip(own, then, strict=True)
            if (was := old.clause.verdict) != (becomes := new.clause.verdict)
        ]
    return NoticePreview(
        notice=found,
        before=before,
        changes=tuple(changes_with_policy(before, found)),
        year=year,
        applications=len(of_the_year),
        clauses=tuple(clauses),
        elsewhere=tuple(item.label for item in of_the_year if item.industry not in industries),
    )


def _under_the_notice_in_hand(application: Application) -> Application:
    """With the values of its KPIs alone; what the application's own notice did not ask for is not reported."""
    values = application.values
    asked = (kpi.code for kpi in catalogue().kpis)
    return replace(application, values={code: values.get(code, ReportedValue(code, "not_reported")) for code in asked})


def changes_with_policy(before: Catalogue, after: Catalogue) -> list[NoticeChange]:
    """What one notice says otherwise than another, and then what its policy does."""
    was, becomes = _policy_values(before), _policy_values(after)
    return [*notice_changes(before, after), *item_changes("policy", was, becomes)]


def _policy_values(notice: Catalogue) -> dict[str, dict[str, object]]:
    with notice_in_hand(notice):
        return {
            entry.key: {"value": entry.value, "reference": entry.reference.zh, "name.zh": entry.name.zh}
            for entry in load_policies(notice).statements()
        }
