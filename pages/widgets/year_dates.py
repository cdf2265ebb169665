"""The dates of the programme's year in words, for everybody whom they concern."""

from __future__ import annotations

from kpi.services.year import ProgrammeYear, programme_year
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html


def year_words(found: ProgrammeYear) -> str:
    """Whether applications are taken, and until when; the publicity, where it is set."""
    dates = found.dates
    days = found.until(dates.closes).days_left
    words = translate(f"year.window_{found.window}", year=found.year, opens=dates.opens, closes=dates.closes, days=days)
    if dates.publicity_from and dates.publicity_to:
        words += translate("year.publicity_words", first=dates.publicity_from, last=dates.publicity_to)
    return words


def show_window(context: PageContext, year: int | None) -> ProgrammeYear | None:
    """Said where applications are worked on; nothing for a year without dates."""
    found = programme_year(context.store, context.viewer, year)
    if found is None:
        return None
    words = year_words(found)
    if found.window == "open":
        html.where(words)
    else:
        html.notice(words)
    return found
