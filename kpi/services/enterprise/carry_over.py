"""A year begun from the one before, as a file or KPI by KPI; and what has changed since, before it is locked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from kpi.access.roles import scope_of
from kpi.catalogue.catalogue import catalogue, notice_in_hand
from kpi.errors import NotFound
from kpi.intake.form.answer_sheet import AnswerRow, sheet_of
from kpi.intake.form.carried_over import carried_over, is_taken_over, taken_over
from kpi.intake.settings import plausibility
from kpi.intake.values.plausibility import check_against_earlier_years
from kpi.model.application import Application
from kpi.model.viewer import Viewer
from kpi.services.authorization import reads, requires
from kpi.services.enterprise.drafts import own_draft
from kpi.services.enterprise.uploads import ReceivedFile, receive_file
from kpi.services.factory_years import KpiOfYear, change_of, is_measured_alike
from kpi.services.notices import notice_in_force, notice_of_year, under_notice_of
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.applications import drafts, locked_applications
from kpi.tables.sheets import worksheets


@reads("submit_own")
def year_to_begin(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> int | None:
    """The year of the notice in force, where that factory reported for an earlier one and has not begun it."""
    begun = notice_in_force(cursor).notice.year
    known = {(sheet.credit_code, sheet.year) for sheet in worksheets(cursor, scope_of(viewer))}
    known |= {(item.credit_code, item.year) for item in _reported(cursor, viewer)}
    return begun if begun > year and (credit_code, year) in known and (credit_code, begun) not in known else None


@requires("fill_own")
def carry_over(store: Store, viewer: Viewer, credit_code: str, year: int, into: int) -> ReceivedFile:
    """What was reported for ``year`` of facts, scenarios and KPIs that the notice of ``into`` still has, as a file.

    It is kept and read as one that is sent: each value says in its remark of which year and file it is, and nothing is
    reported before its enterprise takes it into the answer sheet.

    Raises:
        NotFound: the viewer has no such application.
    """
    with store.cursor() as cursor:
        named = (item for item in _reported(cursor, viewer) if (item.credit_code, item.year) == (credit_code, year))
        earlier = next(named, None)
        if earlier is None:
            raise NotFound("application")
        with under_notice_of(cursor, year):
            sheet = sheet_of(earlier)
    with under_notice_of(store, into):
        name, data = carried_over(sheet, year, into)
        return receive_file(store, viewer, name, data)


YearChange = Literal["taken_over", "other_unit", "other_basis", "gone", "sign", "jump", "unchanged"]
YEAR_CHANGES: tuple[YearChange, ...] = get_args(YearChange)
"""What is worth a look beside the year before, the first that holds of a KPI: taken over and not confirmed, measured or
stated otherwise, no value any more, the other side of 0, further than is usual, the same to the last digit. Texts:
``last_year.change.<change>``.
"""


@dataclass(frozen=True, slots=True)
class EarlierYear:
    """What the factory locked last before a year, by its notice; ``rows`` are those that can be taken over, as
    they would stand in the sheet.
    """

    year: int
    kpis: Mapping[str, KpiOfYear]
    rows: Mapping[str, AnswerRow]


@dataclass(frozen=True, slots=True)
class ChangesSince:
    """A draft beside the year before: the KPIs of each change, with what was and what is reported."""

    before: int
    found: Mapping[YearChange, tuple[tuple[KpiOfYear, KpiOfYear], ...]]


@reads("submit_own")
def earlier_year(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> EarlierYear | None:
    """The latest year before that the viewer's factory has locked; None where it has none."""
    return _earlier(cursor, viewer, credit_code, year)


@reads("submit_own")
def changes_since(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> ChangesSince | None:
    """What of the viewer's draft is worth a look beside the year before; None where there is none. Nothing is refused
    for it.

    Raises:
        NotFound: there is no such draft in the viewer's scope.
    """
    now = own_draft(cursor, viewer, credit_code, year).application.values
    earlier = _earlier(cursor, viewer, credit_code, year)
    if earlier is None:
        return None
    was = {code: item.reported for code, item in earlier.kpis.items() if item.reported}
    rule = plausibility().look_back
    found_odd = check_against_earlier_years(now, {earlier.year: was})
    far = {problem.params["item"] for problem in found_odd if problem.code != rule.repeated_code}
    found: defaultdict[YearChange, list[tuple[KpiOfYear, KpiOfYear]]] = defaultdict(list)
    for kpi in catalogue().kpis:
        before, after = earlier.kpis.get(kpi.code), KpiOfYear(kpi, now[kpi.code], None, ())
        if before and (change := _worth_a_look(before, after, far=kpi.code in far)):
            found[change].append((before, after))
    return ChangesSince(earlier.year, {change: tuple(found[change]) for change in YEAR_CHANGES if found[change]})


def _worth_a_look(before: KpiOfYear, after: KpiOfYear, *, far: bool) -> YearChange | None:
    if after.reported and is_taken_over(after.reported.note):
        return "taken_over"
    if before.value is not None and after.value is None:
        return "gone"
    change = change_of(before, after)
    if change in ("other_unit", "other_basis"):
        return change
    if change in ("better", "worse") and (before.value or 0) * (after.value or 0) < 0:
        return "sign"
    if far:
        return "jump"
    return "unchanged" if change == "same" else None


def _earlier(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> EarlierYear | None:
    locked = [item.application for item in locked_applications(cursor, scope_of(viewer), [credit_code])]
    last = max((item for item in locked if item.year < year), key=lambda item: item.year, default=None)
    if last is None:
        return None
    notice = notice_of_year(cursor, last.year)
    kpis = {kpi.code: KpiOfYear(kpi, last.values.get(kpi.code), None, ()) for kpi in notice.kpis}
    with notice_in_hand(notice):
        rows = {row.item: row for row in sheet_of(last)}
    asked = {kpi.code: kpi for kpi in catalogue().kpis}
    return EarlierYear(
        last.year,
        kpis,
        {
            code: taken_over(rows[code], last.year)
            for code, kpi in asked.items()
            if code in kpis and is_measured_alike(kpis[code].kpi, kpi) and code in rows and rows[code].value
        },
    )


def _reported(cursor: Cursor, viewer: Viewer) -> list[Application]:
    scope = scope_of(viewer)
    locked = [item.application for item in locked_applications(cursor, scope)]
    return [*locked, *(draft.application for draft in drafts(cursor, scope))]
