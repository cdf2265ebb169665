"""What others have published of a KPI: means, targets and floors with their sources, never a line of ours."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.catalogue.published_figures import Figure
from kpi.model.language import Lang
from pages.session.language import translate
from pages.widgets import html

_BOUND = {"exactly": "", "at_least": "≥ ", "above": "> "}


def show_references(figures: Sequence[Figure], lang: Lang) -> None:
    """A card each where the screen is narrow. A figure that is only near the KPI says so beside its number."""
    columns = [translate(f"detail.{name}") for name in ("scope", "number", "quote", "source")]
    html.table(columns, [_row(one, lang) for one in figures], form="stacked")


def _row(figure: Figure, lang: Lang) -> list[str]:
    scope = translate(
        "detail.scope_of",
        region=translate(f"region.{figure.region}"),
        scope=figure.scope.in_(lang),
        period=figure.period,
        match=translate(f"detail.match_{figure.match}"),
    )
    return [scope, f"{_BOUND[figure.bound]}{figure.value:g} {figure.unit}", figure.quote, _source(figure, lang)]


def _source(figure: Figure, lang: Lang) -> str:
    source = figure.source.in_(lang)
    return source if figure.seen == "original" else translate("detail.seen_as_copy", source=source)
