"""Where an enterprise reported something else for the baseline than it applies with."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.benchmark.stated_values import Stated, ValueDifference
from kpi.catalogue.catalogue import catalogue
from kpi.i18n import kpi_number
from kpi.model.application import Application
from kpi.model.language import Lang
from kpi.reports.content import ReportTable
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.tables import about_application, show_table, typed_table


def show_differences(context: PageContext, application: Application, found: Sequence[ValueDifference]) -> None:
    """Of one candidate; nothing where there is none."""
    if found:
        title = translate("differences.title", count=len(found))
        html.titled(title)
        html.where(translate("differences.how"))
        table = named_differences(context.lang, [(application.label, item) for item in found])
        show_table(context, about_application(context, application, title), table, "differences", form="stacked")


def named_differences(lang: Lang, items: Sequence[tuple[str, ValueDifference]]) -> ReportTable:
    """Each with its enterprise's name."""
    columns = [translate(f"differences.{name}") for name in ("name", "kpi", "applied", "reported")]
    rows = [
        [
            name,
            f"{item.kpi} {catalogue().kpi(item.kpi).name.in_(lang)}",
            _value(item.kpi, item.applied, lang),
            _value(item.kpi, item.reported, lang),
        ]
        for name, item in items
    ]
    return typed_table(columns, rows)


def _value(code: str, stated: Stated | None, lang: Lang) -> str:
    if stated is None:
        return translate("differences.blank")
    value, basis = stated
    return kpi_number(value, catalogue().kpi(code), lang, basis)
