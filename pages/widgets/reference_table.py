"""What others have published of a KPI: means, targets and floors with their sources, never a line of ours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from kpi.catalogue.published_figures import Figure
from kpi.model.language import Lang
from kpi.reports.content import About, ReportCell, ReportTable
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import offer_data, typed_table

_BOUND = {"exactly": "", "at_least": "≥ ", "above": "> "}


COLUMNS = ("scope", "number", "quote", "source")


def show_references(context: PageContext, figures: Sequence[Figure]) -> None:
    """Of one KPI; a card each where the screen is narrow. A figure that is only near it says so beside its number."""
    columns = [translate(f"detail.{name}") for name in COLUMNS]
    html.table(columns, [_row(one, context.lang) for one in figures], form="stacked")
    codes = list(dict.fromkeys(one.kpi for one in figures))
    about = About(translate("detail.references_name"), " ".join(codes), translate("detail.references"), kpis=codes)
    offer_data(context, about, "references", table=partial(_typed, figures, context.lang))


def _typed(figures: Sequence[Figure], lang: Lang) -> ReportTable:
    """With bound, number and unit apart, so that a number is one."""
    columns = [translate(f"detail.{name}") for name in ("scope", "bound", "number", "unit", "quote", "source")]
    rows: list[list[str | ReportCell]] = []
    for one in figures:
        scope, _, quote, source = _row(one, lang)
        number = ReportCell(f"{one.value:g}", one.value, "number")
        rows.append([scope, _BOUND[one.bound].strip(), number, one.unit, quote, source])
    return typed_table(columns, rows, numbers=(2,))


def _row(figure: Figure, lang: Lang) -> list[str]:
    scope = translate(
        "detail.scope_of" if figure.dated else "detail.scope_undated",
        region=translate(f"region.{figure.region}"),
        scope=figure.scope.in_(lang),
        period=figure.period,
        match=translate(f"detail.match_{figure.match}"),
    )
    return [scope, f"{_BOUND[figure.bound]}{figure.value:g} {figure.unit}", figure.quote, _source(figure, lang)]


def _source(figure: Figure, lang: Lang) -> str:
    source = figure.source.in_(lang)
    return source if figure.seen == "original" else translate("detail.seen_as_copy", source=source)
