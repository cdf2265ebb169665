"""At which percentiles published numbers are, as texts name them, and whether verdicts use another line."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from kpi.i18n.texts import text
from kpi.model.language import Lang
from kpi.model.publication import PublishedCell


def published_at(cells: Iterable[PublishedCell]) -> dict[str, tuple[float, ...]]:
    """``lower`` and ``upper`` for texts: every different one, ascending, of the cells whose line is published.

    Where none is, those that the cells would have been published at. A correction of a year may leave rows of two
    policies beside one another.
    """
    known = list(cells)
    shown = [cell for cell in known if isfinite(cell.p80)] or known
    return {
        "lower": tuple(sorted({cell.lower_quantile for cell in shown})),
        "upper": tuple(sorted({cell.upper_quantile for cell in shown})),
    }


def other_line(cells: Iterable[PublishedCell], leading_quantile: float, lang: Lang) -> str:
    """Where verdicts use another leading line than the table was frozen at: which one each uses, else "".

    ``leading_quantile``: the verdicts', 0..1.
    """
    at = published_at(cells)
    if at["upper"] == (leading_quantile,):
        return ""
    return text("line.other", lang, quantile=leading_quantile, **at)
