"""The list as it stands: place, factory, industry, state and reason."""

from __future__ import annotations

from kpi import i18n
from kpi.reports.content import About, LabelledLine, ReportTable
from kpi.services.leader.own_list import OwnList
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import show_table, typed_table


def about_list(context: PageContext, found: OwnList, title: str) -> About:
    """What goes with data of the list."""
    body = i18n.catalogue_name(found.latest.body, context.lang)
    edition = LabelledLine(translate("nomination.edition"), str(found.latest.edition))
    state = LabelledLine(translate("nomination.column_forward"), translate(f"nomination.state_{found.latest.state}"))
    of = f"{body} {found.latest.year}"
    filters = [LabelledLine(translate("behind.body"), of)]
    return About(title, of, facts=[edition, state], filters=filters, invented=found.illustrative)


def list_table(context: PageContext, found: OwnList) -> None:
    """Place, factory, industry, whether it is put forward, and the official's reason."""
    if not found.latest.content.placements:
        html.clause(translate("nomination.empty"))
        return
    about = about_list(context, found, translate("title.nomination"))
    show_table(context, about, placed_rows(context, found), "list", form="stacked")


def label_of(found: OwnList, credit_code: str) -> str:
    """A candidate by its name; by its credit code where its application is gone."""
    application = found.applications.get(credit_code)
    return application.label if application else credit_code


def placed_rows(context: PageContext, found: OwnList) -> ReportTable:
    rows = []
    for place, placement in enumerate(found.latest.content.placements, start=1):
        application = found.applications.get(placement.credit_code)
        forward = "yes" if placement.credit_code in found.forward else "no"
        rows.append(
            [
                str(place),
                label_of(found, placement.credit_code),
                i18n.catalogue_name(application.industry, context.lang) if application else i18n.NO_NUMBER,
                translate(f"nomination.forward_{forward}"),
                placement.reason or i18n.NO_NUMBER,
            ]
        )
    columns = [translate(f"nomination.column_{name}") for name in ("place", "factory", "industry", "forward", "reason")]
    return typed_table(columns, rows)
