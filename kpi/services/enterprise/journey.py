"""The six steps of an application, from the upload to the result: which are done, which are open, what blocks the rest.

Nothing is decided here. A step is read off what the other services have kept: the answer sheet, the draft, the
statements, the report that was checked, the lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from kpi import tables
from kpi.access.roles import scope_of
from kpi.catalogue.catalogue import catalogue
from kpi.intake.form.answer_sheet import load_sheet, read_sheet
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.authorization import requires
from kpi.services.enterprise.drafts import is_covered
from kpi.services.notices import under_notice_of
from kpi.services.year import lock_hindrance
from kpi.store.cache import once
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.applications import Draft, LockedApplication, Upload
from kpi.tables.sheets import Worksheet

JourneyStep = Literal["upload", "check", "conditions", "report", "submit", "result"]
JOURNEY_STEPS: tuple[JourneyStep, ...] = get_args(JourneyStep)
"""In order. Texts: ``page.journey.<step>``."""
StepState = Literal["done", "open", "blocked"]


@dataclass(frozen=True, slots=True)
class StepStanding:
    """One step. ``note`` says how it stands, by the key ``page.journey.note_<note>``, with ``params``.

    ``blocked_by`` is the step to be done first, of a blocked one alone. ``upload``: the file to go on with, of the
    first step alone.
    """

    step: JourneyStep
    state: StepState
    note: str
    params: dict[str, object]
    blocked_by: JourneyStep | None = None
    upload: str | None = None

    @property
    def number(self) -> int:
        return JOURNEY_STEPS.index(self.step) + 1


@dataclass(frozen=True, slots=True)
class Journey:
    """How far one factory's application of one year has come. Before a first upload there is neither.

    ``label`` names the factory or its enterprise, "" where neither gave a name.
    """

    steps: tuple[StepStanding, ...]
    credit_code: str | None = None
    year: int | None = None
    label: str = ""

    @property
    def key(self) -> str:
        """As it stands in addresses; "" before a first upload."""
        return f"{self.credit_code} {self.year}" if self.credit_code else ""

    @property
    def next(self) -> StepStanding:
        """What is to be done next: the first open step; once it is submitted, to read the result."""
        if self.at("submit").state == "done":
            return self.at("result")
        return next(step for step in self.steps if step.state == "open")

    @property
    def lockable(self) -> bool:
        """Whether there is a draft, and its year takes locks now."""
        return self.at("submit").note == "to_lock"

    def at(self, step: JourneyStep) -> StepStanding:
        return self.steps[JOURNEY_STEPS.index(step)]

    def after(self, step: JourneyStep) -> StepStanding | None:
        """The step that follows; None after the last."""
        at = JOURNEY_STEPS.index(step) + 1
        return self.steps[at] if at < len(self.steps) else None

    def before(self, step: JourneyStep) -> StepStanding | None:
        """The step that precedes; None before the first."""
        at = JOURNEY_STEPS.index(step)
        return self.steps[at - 1] if at else None


@requires("submit_own")
def own_journeys(store: Store, viewer: Viewer, at: datetime | None = None) -> list[Journey]:
    """One for each factory and year of the viewer's, those to be worked on first, then the latest year first.

    Never empty: before a first upload there is a single journey of no factory. Drafts of a year that no baseline covers
    are left out: ``drafts.uncovered_drafts`` names them.
    """
    # A page begins and ends with it.
    return once(("own_journeys", viewer, at), lambda: _journeys(store, viewer, at or now()))


def _journeys(store: Store, viewer: Viewer, at: datetime) -> list[Journey]:
    scope = scope_of(viewer)
    with store.cursor() as cursor:
        sheets = {
            (worksheet.credit_code, worksheet.year): worksheet for worksheet in tables.sheets.worksheets(cursor, scope)
        }
        drafts = {
            (draft.application.credit_code, draft.application.year): draft
            for draft in tables.applications.drafts(cursor, scope)
        }
        locks = {
            _key(application): application for application in tables.applications.locked_applications(cursor, scope)
        }
        sent = tables.applications.uploads(cursor, viewer.account)
        covered = {year: is_covered(cursor, year) for _, year in {*sheets, *drafts}}
        found = []
        for key in {*sheets, *drafts, *locks}:
            if key in locks or covered[key[1]]:
                with under_notice_of(cursor, key[1]):
                    found.append(
                        _journey(cursor, viewer, at, key, sheets.get(key), drafts.get(key), locks.get(key), sent)
                    )
    if not found:
        return [Journey(_steps(None, None, None, 0, sent, _latest(sent, report=True), None))]
    return sorted(
        found, key=lambda item: (item.at("submit").state == "done", -(item.year or 0), item.credit_code or "")
    )


def _key(locked: LockedApplication) -> tuple[str, int]:
    return locked.application.credit_code, locked.application.year


def _journey(
    cursor: Cursor,
    viewer: Viewer,
    at: datetime,
    key: tuple[str, int],
    sheet: Worksheet | None,
    draft: Draft | None,
    lock: LockedApplication | None,
    sent: list[Upload],
) -> Journey:
    code, year = key
    stated = len(tables.conditions.statements(cursor, scope_of(viewer), code, year))
    application = lock.application if lock else draft.application if draft else None
    label = application.label if application else _named(sheet)
    to_lock = _to_lock(cursor, year, at) if draft and not lock else None
    report = _attached_report(cursor, viewer, code, year) or _latest(sent, report=True)
    steps = _steps(sheet, draft, lock, stated, sent, report, to_lock)
    return Journey(steps, code, year, "" if label == code else label)


def _attached_report(cursor: Cursor, viewer: Viewer, code: str, year: int) -> Upload | None:
    """What goes with the application, whoever attached it, whatever was checked since."""
    attached = tables.documents.attached_documents(cursor, scope_of(viewer), code, year).get("report")
    if attached is None:
        return None
    [sent] = tables.applications.uploads(cursor, None, attached.upload)
    return sent


def _named(sheet: Worksheet | None) -> str:
    values = {row.item: row.value for row in load_sheet(sheet.sheet)} if sheet else {}
    return values.get("factory_name") or values.get("enterprise") or ""


def _steps(
    sheet: Worksheet | None,
    draft: Draft | None,
    lock: LockedApplication | None,
    stated: int,
    sent: list[Upload],
    report: Upload | None,
    to_lock: StepStanding | None,
) -> tuple[StepStanding, ...]:
    ready = draft is not None or lock is not None
    return (
        StepStanding("upload", "done", "read", {}) if sheet or ready else _upload(_latest(sent, report=False)),
        _check(sheet, ready),
        _conditions(ready, stated, lock is not None),
        _report(report),
        to_lock or _submit(lock),
        _result(ready, lock),
    )


def _upload(table: Upload | None) -> StepStanding:
    """Nothing has been taken over yet: why not, where a file was sent."""
    if table is None:
        return StepStanding("upload", "open", "to_read", {})
    if table.faults:
        return StepStanding("upload", "open", "not_read", {"count": table.faults}, upload=table.id)
    return StepStanding("upload", "open", "not_taken", {}, upload=table.id)


def _check(sheet: Worksheet | None, ready: bool) -> StepStanding:
    if ready:
        return StepStanding("check", "done", "faultless", {})
    if sheet is None:
        return _blocked("check", "upload")
    faults = sum(problem.blocks for problem in read_sheet(load_sheet(sheet.sheet)).problems)
    return StepStanding("check", "open", "faults", {"count": faults})


def _conditions(ready: bool, stated: int, locked: bool) -> StepStanding:
    """Done once every condition is stated, or when the lock has closed them as they are."""
    if not ready:
        return _blocked("conditions", "check")
    of = len(catalogue().stated_conditions)
    done = locked or stated >= of
    note = "stated_at_lock" if locked and stated < of else "stated"
    params: dict[str, object] = {"stated": stated, "of": of, "missing": of - stated}
    return StepStanding("conditions", "done" if done else "open", note, params)


def _report(report: Upload | None) -> StepStanding:
    """Open from the beginning: the report can be checked before there is anything to submit."""
    if report is None:
        return StepStanding("report", "open", "unchecked", {})
    if report.faults:
        return StepStanding("report", "open", "departs", {"count": report.faults})
    return StepStanding("report", "done", "conforming", {})


def _submit(lock: LockedApplication | None) -> StepStanding:
    if lock:
        return StepStanding("submit", "done", "locked", {"date": shanghai_date(lock.locked_at).isoformat()})
    return _blocked("submit", "check")


def _to_lock(cursor: Cursor, year: int, at: datetime) -> StepStanding:
    """Of a draft. It stays open where the year takes no lock now: its page says what can be done about that."""
    if found := lock_hindrance(cursor, year, at):
        return StepStanding("submit", "open", found.code, dict(found.params))
    return StepStanding("submit", "open", "to_lock", {})


def _result(ready: bool, lock: LockedApplication | None) -> StepStanding:
    if lock:
        return StepStanding("result", "done", "decided", {})
    # Estimated from what is published: nothing to be done about it, and the verdict waits for the lock.
    return StepStanding("result", "open", "estimate", {}) if ready else _blocked("result", "check")


def _blocked(step: JourneyStep, by: JourneyStep) -> StepStanding:
    return StepStanding(step, "blocked", "blocked", {"number": JOURNEY_STEPS.index(by) + 1}, by)


def _latest(sent: list[Upload], *, report: bool) -> Upload | None:
    """The last report of annex 4, which is a Word document, or the last table."""
    return next((upload for upload in sent if upload.file_name.lower().endswith(".docx") is report), None)
