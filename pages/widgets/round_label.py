"""A round of scoring in words."""

from __future__ import annotations

from kpi import i18n
from kpi.i18n import text
from kpi.model.scoring.rounds import ScoringRound
from pages.session.page_context import PageContext


def round_label(context: PageContext, found: ScoringRound) -> str:
    """Year, industry, occasion and number."""
    return text(
        "scoring.round",
        context.lang,
        year=found.year,
        industry=i18n.catalogue_name(found.industry, context.lang),
        occasion=text(f"scoring.occasion.{found.occasion}", context.lang),
        number=found.number,
    )
