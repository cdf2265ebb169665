"""The register of enterprises, and a year's campaign for a baseline: read and written. Only ever added to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kpi.model.application import Application, dump_application, load_application
from kpi.model.campaign import (
    BaselineReport,
    Campaign,
    NamedThere,
    PanelChoice,
    Refusal,
    RegisteredEnterprise,
    RegisterEdition,
    ReportRefusal,
    SameAnswer,
)
from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import fields_of, insert, insert_rows, query_rows


def register_editions(cursor: Cursor, year: int | None = None) -> list[RegisterEdition]:
    """The latest of each year first."""
    found = query_rows(cursor, "register_editions", {"year": year})
    return [RegisterEdition(**(row | {"taken_in_at": from_stored(row["taken_in_at"])})) for row in found]


def registered_enterprises(cursor: Cursor, year: int) -> list[RegisteredEnterprise]:
    """The register of a year as it was taken in last, by credit code."""
    return [RegisteredEnterprise(**row) for row in query_rows(cursor, "registered_enterprises", {"year": year})]


def add_register(cursor: Cursor, edition: RegisterEdition, enterprises: Sequence[RegisteredEnterprise]) -> None:
    insert(cursor, "register_edition", **fields_of(edition))
    of = {"year": edition.year, "edition": edition.edition}
    rows = [
        of | fields_of(item, "group", "sub_industry") | {"enterprise_group": item.group, "division": item.sub_industry}
        for item in enterprises
    ]
    insert_rows(cursor, "registered_enterprise", rows)


def campaigns(cursor: Cursor) -> list[Campaign]:
    """One a year, as it stands, the latest year first."""
    found = query_rows(cursor, "campaigns")
    return [Campaign(**(row | {"opened_at": from_stored(row["opened_at"])})) for row in found]


def campaign_of(cursor: Cursor, year: int) -> Campaign | None:
    return next((campaign for campaign in campaigns(cursor) if campaign.year == year), None)


def add_campaign(cursor: Cursor, campaign: Campaign) -> None:
    insert(cursor, "campaign", **fields_of(campaign))


def invitations(cursor: Cursor, year: int | None, own: Sequence[str] | None = None) -> dict[tuple[int, str], datetime]:
    """When each was invited last, by year and credit code; of these enterprises alone, where they are given."""
    found = query_rows(cursor, "invitations", {"year": year, "own": None if own is None else list(own)})
    return {(row["year"], row["credit_code"]): from_stored(row["invited_at"]) for row in found}


def add_invitations(
    cursor: Cursor, year: int, credit_codes: Sequence[str], invited_by: str, invited_at: datetime
) -> None:
    of = {"year": year, "invited_by": invited_by, "invited_at": invited_at}
    insert_rows(cursor, "invitation", [of | {"credit_code": code} for code in credit_codes])


def refusals(cursor: Cursor, year: int, own: Sequence[str] | None = None) -> dict[str, Refusal]:
    """What was written last of each enterprise, by credit code; one that is expected after all is there too."""
    found = query_rows(cursor, "report_refusals", {"year": year, "own": None if own is None else list(own)})
    return {row["credit_code"]: Refusal(**(row | {"written_at": from_stored(row["written_at"])})) for row in found}


def add_refusal(
    cursor: Cursor,
    year: int,
    credit_code: str,
    outcome: ReportRefusal,
    reason: str,
    written_by: str,
    written_at: datetime,
) -> None:
    insert(
        cursor,
        "report_refusal",
        year=year,
        credit_code=credit_code,
        outcome=outcome,
        reason=reason,
        written_by=written_by,
        written_at=written_at,
    )


def reports(cursor: Cursor, year: int, own: Sequence[str] | None = None) -> dict[str, BaselineReport]:
    """What each enterprise reported last, by credit code."""
    found = query_rows(cursor, "baseline_reports", {"year": year, "own": None if own is None else list(own)})
    read = [
        BaselineReport(
            load_application(row["application"]), row["upload"], row["reported_by"], from_stored(row["reported_at"])
        )
        for row in found
    ]
    return {report.application.credit_code: report for report in read}


def add_baseline_report(
    cursor: Cursor, application: Application, upload: str, reported_by: str, reported_at: datetime
) -> None:
    """It stands before what that enterprise reported for the year until then."""
    insert(
        cursor,
        "baseline_report",
        credit_code=application.credit_code,
        year=application.year,
        upload=upload,
        application=dump_application(application),
        reported_by=reported_by,
        reported_at=reported_at,
    )


def sheets_begun(cursor: Cursor, year: int) -> frozenset[str]:
    """The enterprises that have begun an answer sheet for the year: that they have, and nothing of it."""
    return frozenset(row["credit_code"] for row in query_rows(cursor, "sheets_begun", {"year": year}))


def panel_choices(cursor: Cursor, year: int) -> dict[str, PanelChoice]:
    """What was chosen last of each enterprise, by credit code."""
    found = query_rows(cursor, "panel_choices", {"year": year})
    return {row["credit_code"]: PanelChoice(**(row | {"chosen_at": from_stored(row["chosen_at"])})) for row in found}


def add_panel_choice(cursor: Cursor, year: int, choice: PanelChoice) -> None:
    insert(cursor, "panel_choice", year=year, **fields_of(choice))


def add_assembled_panel(
    cursor: Cursor, year: int, panel_sha256: str, sources_sha256: str, assembled_by: str, assembled_at: datetime
) -> None:
    """Where the enterprises of a panel with that hash came from."""
    insert(
        cursor,
        "assembled_panel",
        year=year,
        panel_sha256=panel_sha256,
        sources_sha256=sources_sha256,
        assembled_by=assembled_by,
        assembled_at=assembled_at,
    )


def enterprise_names(cursor: Cursor) -> list[NamedThere]:
    """Under which names enterprises stand in registers, locked applications and reports."""
    return [NamedThere(**row) for row in query_rows(cursor, "enterprise_names")]


def same_enterprises(cursor: Cursor) -> list[SameAnswer]:
    """What stands of every pair of credit codes that was answered."""
    found = query_rows(cursor, "same_enterprises")
    return [SameAnswer(**(row | {"written_at": from_stored(row["written_at"])})) for row in found]


def add_same_enterprise(cursor: Cursor, answer: SameAnswer) -> None:
    insert(cursor, "same_enterprise", **fields_of(answer))
