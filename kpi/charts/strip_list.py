"""The position strip for narrow screens: a list from the same rows as the wide chart."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import isnan

from kpi.charts.row_list import ListRow, axis_box, axis_glyph, list_axis, row_list
from kpi.charts.strip import how_to_read_strip, strip_alt_text
from kpi.charts.strip_rows import StripRow, strip_groups, strip_rows, verdict_text
from kpi.charts.theme import Theme, tokens, verdict_mark
from kpi.i18n import headline
from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView

_HOLLOW = {"◆": "◇", "●": "○", "■": "□", "▲": "△"}


def strip_list(
    answer: Evaluation | EnterpriseView,
    lang: Lang,
    theme: Theme = "light",
    mean_places: Mapping[str, float] | None = None,
    *,
    titled: bool = True,
    href: str = "",
) -> str:
    """The list as HTML. ``href`` is what a KPI's code is put behind to open it ("?kpi="); empty for no links."""
    shown = strip_rows(answer, lang, mean_places)
    title = headline(answer, lang).title
    quantile = answer.policy.leading_quantile
    return row_list(
        [
            (name, [_list_row(row, quantile, lang, theme) for row in members])
            for name, members in strip_groups(shown, lang)
        ],
        strip_alt_text(title, shown, lang),
        lang,
        theme,
        head=_head(title, how_to_read_strip(answer, shown, lang)) if titled else "",
        href=href,
    )


def _head(title: str, caption: str) -> str:
    lines = "".join(f"<p>{escape(line).replace(' %', '&nbsp;%')}</p>" for line in caption.split("\n"))
    return f'<h3 class="head">{escape(title)}</h3>{lines}'


def _list_row(row: StripRow, quantile: float, lang: Lang, theme: Theme) -> ListRow:
    mark = verdict_mark(row.verdict, theme)
    return ListRow(
        row.code,
        row.name,
        row.main,
        row.value,
        word=f"{mark.glyph} {verdict_text(row, lang)}",
        word_style=f"color:{mark.text}" + (";font-weight:700" if mark.bold else ""),
        place=row.place if row.drawn else "",
        axis=_axis(row, quantile, theme) if row.drawn else "",
    )


def _axis(row: StripRow, quantile: float, theme: Theme) -> str:
    look, mark = tokens(theme), verdict_mark(row.verdict, theme)
    bounds = axis_box(row.low, row.high - row.low, 10.5, 5, mark.bar)
    mean = "" if isnan(row.mean) else axis_box(row.mean, 0, 6, 14, look.muted, "2px")
    glyph = _HOLLOW.get(mark.glyph, mark.glyph) if row.open else mark.glyph
    return list_axis(quantile, theme, bounds, mean, axis_glyph(row.mark, glyph, mark.fill))
