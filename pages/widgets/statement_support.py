"""What stands beside an enterprise's statements, as it is read: core equipment and software, and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import get_args

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Application
from kpi.model.claims import CONTROLLED, CoreTechnology, StatementFile, TechnologyKind, TechnologyList
from kpi.reports.content import About, ReportTable
from kpi.services.statement_support import StatementSupport, statement_file
from pages.session.context import PageContext
from pages.session.language import current_lang, translate
from pages.widgets import html
from pages.widgets.acts import opened_box
from pages.widgets.downloads import offer_sent_file
from pages.widgets.tables import about_application, format_datetime, show_table, typed_table

COLUMNS = ("kind", "name", "maker", "source")


def technology_sentence(rows: Sequence[CoreTechnology]) -> str:
    """How many are from domestic makers or own development, in all and by kind."""
    kinds = []
    for kind in get_args(TechnologyKind):
        if of_kind := [row for row in rows if row.kind == kind]:
            name = translate(f"technology.{kind}")
            kinds.append(translate("technology.of_kind", kind=name, **_counted(of_kind)))
    listed = i18n.text("number.list", current_lang()).join(kinds)
    return translate("technology.sentence", kinds=listed, **_counted(rows))


def _counted(rows: Sequence[CoreTechnology]) -> dict[str, int]:
    return {"all": len(rows), "own": sum(row.source in CONTROLLED for row in rows)}


def technology_table(rows: Sequence[CoreTechnology]) -> ReportTable:
    return typed_table(
        [translate(f"technology.{column}") for column in COLUMNS],
        [
            [
                translate(f"technology.{row.kind}"),
                row.name,
                row.maker or i18n.NO_NUMBER,
                translate(f"technology.{row.source}"),
            ]
            for row in rows
        ],
    )


def about_technology(context: PageContext, application: Application, rows: Sequence[CoreTechnology]) -> About:
    """What goes with the list where it leaves."""
    about = about_application(context, application, translate("technology.title"))
    return replace(about, finding=technology_sentence(rows))


def last_saved(listed: TechnologyList) -> str:
    """Who wrote the list, and when."""
    at = format_datetime(listed.written_at) if listed.written_at else i18n.NO_NUMBER
    return translate("technology.last", at=at, account=listed.written_by)


def show_technology(context: PageContext, application: Application, listed: TechnologyList) -> None:
    """What was listed, folded, where the notice asks for it."""
    if not listed.rows:
        if catalogue().technology_condition:
            html.where(translate("technology.none_to_read"))
        return
    html.where(technology_sentence(listed.rows))
    if box := opened_box(translate("technology.box", count=len(listed.rows)), "core-technology"):
        with box:
            about = about_technology(context, application, listed.rows)
            show_table(context, about, technology_table(listed.rows), "core-technology", form="stacked")
            html.where(last_saved(listed))


def show_support(context: PageContext, application: Application, support: StatementSupport) -> None:
    """For whoever rules on conditions: the list, and each file to be downloaded, one at a time."""
    show_technology(context, application, support.technology)
    files = list(support.files.values())
    if not files:
        return
    if box := opened_box(translate("statement_file.title", count=len(files)), "statement-files"):
        with box:
            said = {file.upload: said_of_file(context, file) for file in files}
            of = f"{application.credit_code} {application.year}"
            asked = translate("statement_file.read")
            chosen = st.selectbox(asked, list(said), format_func=said.__getitem__, key=f"statement-file-{of}")
            code, year = application.credit_code, application.year
            find = partial(statement_file, context.store, credit_code=code, year=year, upload=chosen)
            offer_sent_file(context, of, find, f"statement-file-{chosen}")


def said_of_file(context: PageContext, file: StatementFile) -> str:
    """Of which condition it is, its name, and who attached it when."""
    condition = i18n.condition_name(file.condition, context.lang)
    at = format_datetime(file.attached_at)
    return translate("statement_file.named", condition=condition, name=file.file_name, at=at, account=file.attached_by)
