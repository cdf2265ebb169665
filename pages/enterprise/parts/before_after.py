"""Before and after: what was stated beside what they come to, on the basis that policy compares and on the other."""

from __future__ import annotations

from math import isnan

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi, from_before_after
from kpi.model.application import Basis, ReportedValue
from kpi.services.enterprise.sheets import OwnAnswerSheet
from kpi.services.year import policy_for_application
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.tables import about_application, show_table, typed_table


def before_after_table(context: PageContext, sheet: OwnAnswerSheet) -> None:
    """One row a KPI that has both; nothing where none does."""
    if not sheet.reading.applications:
        return
    policy = policy_for_application(context.store, context.viewer, sheet.year)
    values = sheet.reading.applications[0].values
    rows = [
        _row(context, kpi, values[kpi.code], policy.basis(kpi.code))
        for kpi in catalogue().kpis
        if kpi.is_change and values[kpi.code].before is not None and values[kpi.code].after is not None
    ]
    if rows:
        with st.expander(translate("measured.title", count=len(rows)), expanded=True):
            columns = ("kpi", "before", "after", "stated", "computed", "formula")
            table = typed_table([translate(f"measured.{name}") for name in columns], rows, numbers=(1, 2))
            about = about_application(context, sheet.reading.applications[0], translate("measured.name"))
            show_table(context, about, table, "before-after", form="stacked")
            html.where(translate("measured.how"))


def _row(context: PageContext, kpi: Kpi, value: ReportedValue, compared: Basis | None) -> list[str]:
    before, after = float(value.before or 0), float(value.after or 0)
    changes = {basis: from_before_after(kpi, before, after, basis) for basis in (kpi.bases or (None,))}
    computed = [
        translate(f"measured.on_{basis or 'only'}", value=i18n.plain_number(change))
        + (translate("measured.compared") if basis == compared and basis else "")
        for basis, change in changes.items()
        if not isnan(change)
    ]
    stated = "-" if value.value is None else i18n.plain_number(value.value)
    basis = translate(f"basis.{value.basis}") if value.basis else ""
    return [
        f"{kpi.code} {kpi.short.in_(context.lang)}",
        i18n.plain_number(before),
        i18n.plain_number(after),
        f"{stated} {basis}".strip(),
        "\n".join(computed),
        kpi.formula.in_(context.lang),
    ]
