"""An enterprise reports its KPIs for a baseline without applying, or says why it does not.

It is reported from the same answer sheet as an application, under the same checks. What an enterprise can see of a
campaign is its own invitation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kpi import tables
from kpi.access.roles import scope_of
from kpi.errors import InvalidFile, NotFound, UserError
from kpi.files.text import plain_line
from kpi.intake.form.answer_sheet import load_sheet, read_sheet, sheet_of
from kpi.model.application import Application
from kpi.model.campaign import BaselineReport, Campaign, Refusal
from kpi.model.times import just_after, now, shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.administrator.campaign import LONGEST_REASON, open_for_reports, refuse_report
from kpi.services.application_audit import application_sha256
from kpi.services.authorization import reads, requires
from kpi.services.enterprise.drafts import kept_sheet, own_draft
from kpi.services.notices import under_notice_of
from kpi.services.operation.contacts import without_persons
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store

OwnReportState = Literal["begin", "correct", "report", "changed", "reported", "applied", "declined", "over"]
"""What an invited enterprise can do next. Texts: ``page.report.state_<state>``."""


@dataclass(frozen=True, slots=True)
class OwnInvitation:
    """An invitation of the viewer's own enterprise. ``faults``: of its answer sheet, which keep it from reporting;
    ``draft``: what there is to report.

    ``refusal``: what the enterprise, or the authority, wrote down last about its report.
    """

    campaign: Campaign
    credit_code: str
    state: OwnReportState
    faults: int
    draft: Application | None
    report: BaselineReport | None
    refusal: Refusal | None

    @property
    def year(self) -> int:
        return self.campaign.year

    @property
    def may_report(self) -> bool:
        """Whether a draft without errors waits to be reported, or reported again."""
        return self.draft is not None and self.state in ("report", "changed", "declined")

    @property
    def open(self) -> bool:
        """Whether something is left to be done about it."""
        return self.state in ("begin", "correct", "report", "changed")


@reads("submit_own")
def own_invitations(cursor: Cursor, viewer: Viewer, at: datetime | None = None) -> list[OwnInvitation]:
    """The viewer's own, the latest year first."""
    own, today = scope_of(viewer).own, shanghai_date(at or now())
    known = {campaign.year: campaign for campaign in tables.campaign.campaigns(cursor)}
    invited = [key for key in tables.campaign.invitations(cursor, None, own) if key[0] in known]
    found = []
    for year, code in invited:
        with under_notice_of(cursor, year):
            found.append(_own_invitation(cursor, viewer, known[year], code, open_=known[year].taken(today)))
    return found


@requires("confirm_own")
def report_for_baseline(
    store: Store, viewer: Viewer, credit_code: str, year: int, at: datetime | None = None, seen: str | None = None
) -> None:
    """Report the draft as it stands, without the persons it names: nobody needs them for a baseline. It stays a draft:
    it may be corrected and reported again until the last day.

    ``seen``: the SHA-256 of the draft as it was read (``application_sha256``).

    Raises:
        NotFound: the enterprise is not the viewer's or was not invited, or has no draft without errors.
        InvalidFile: the draft was made under earlier rules and has an error under today's.
        UserError: the last day is over, or somebody has changed the draft since ``seen``.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        _refuse_uninvited(change.cursor, viewer, credit_code, year)
        open_for_reports(change.cursor, year, change.at)
        draft = own_draft(change.cursor, viewer, credit_code, year)
        sha256 = application_sha256(draft.application)
        if seen not in (None, sha256):
            raise UserError("changed_since_read")
        reading = read_sheet(sheet_of(draft.application))
        if reading.blocked:
            raise InvalidFile(reading.problems)
        before = tables.campaign.reports(change.cursor, year, [credit_code]).get(credit_code)
        at = just_after(change.at, before.reported_at if before else None)
        reported = without_persons(draft.application)
        tables.campaign.add_baseline_report(change.cursor, reported, draft.upload, viewer.account, at)
        change.audit("baseline_reported", f"{credit_code} {year}", after={"sha256": application_sha256(reported)})


@requires("confirm_own")
def decline_report(
    store: Store, viewer: Viewer, credit_code: str, year: int, reason: str, at: datetime | None = None
) -> None:
    """Say that the enterprise will not report, and why. It may still do so until the last day.

    Raises:
        NotFound: the enterprise is not the viewer's, or was not invited.
        UserError: no reason is given, the last day is over, or it has reported already.
    """
    said = plain_line(reason, LONGEST_REASON)
    with unit_of_work(store, viewer.actor, at) as change:
        _refuse_uninvited(change.cursor, viewer, credit_code, year)
        open_for_reports(change.cursor, year, change.at)
        if credit_code in tables.campaign.reports(change.cursor, year, [credit_code]):
            raise UserError("reported_already")
        if not said:
            raise UserError("reason_needed")
        refuse_report(change, year, credit_code, "declined", said)


def _own_invitation(cursor: Cursor, viewer: Viewer, campaign: Campaign, code: str, *, open_: bool) -> OwnInvitation:
    year, scope = campaign.year, scope_of(viewer)
    report = tables.campaign.reports(cursor, year, [code]).get(code)
    refusal = tables.campaign.refusals(cursor, year, [code]).get(code)
    draft = next(
        (item for item in tables.applications.drafts(cursor, scope) if _key(item.application) == (code, year)), None
    )
    sheet = kept_sheet(cursor, viewer, code, year)
    faults = sum(item.blocks for item in read_sheet(load_sheet(sheet.sheet)).problems) if sheet and not draft else 0
    state: OwnReportState
    if tables.applications.locked_applications(cursor, scope, [code], year):
        state = "applied"
    elif report and (not open_ or draft is None or without_persons(draft.application) == report.application):
        state = "reported"
    elif not open_:
        state = "over"
    elif report:
        state = "changed"
    elif refusal and refusal.outcome != "expected":
        state = "declined"
    elif draft:
        state = "report"
    else:
        state = "correct" if sheet else "begin"
    return OwnInvitation(campaign, code, state, faults, draft.application if draft else None, report, refusal)


def _key(application: Application) -> tuple[str, int]:
    return application.credit_code, application.year


def _refuse_uninvited(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> None:
    """Whether anybody else was invited is nothing that an enterprise finds out here."""
    own = scope_of(viewer).own
    if credit_code not in own or (year, credit_code) not in tables.campaign.invitations(cursor, year, own):
        raise NotFound("invitation")
