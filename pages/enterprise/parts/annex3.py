"""Annex 3 as it was filled in, row by row; people's names and telephones are shown in part only."""

from __future__ import annotations

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Application
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import about_application, show_table, typed_table
from pages.widgets.folded import opened_box


def annex3(context: PageContext, application: Application) -> None:
    """In the annex's own order, its two rows numbered 8 included."""
    if box := opened_box(translate("annex3.title"), "annex3"):
        with box:
            html.where(translate("annex3.how"))
            table = typed_table(
                [translate("annex3.row"), translate("annex3.item"), translate("annex3.reported")],
                [
                    [
                        fact.source.in_(context.lang),
                        fact.name.in_(context.lang),
                        i18n.fact_shown(fact, application.facts[fact.code], context.lang)
                        if fact.code in application.facts
                        else translate("annex3.blank"),
                    ]
                    for fact in catalogue().facts
                ],
            )
            about = about_application(context, application, translate("annex3.title"))
            show_table(context, about, table, "annex3", form="stacked")
