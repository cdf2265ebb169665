"""Awards added up by recommending body, year and tier, over all years."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from kpi import i18n
from kpi.reports.content import About, ReportCell, count
from kpi.services.administrator.awards import AwardTotals
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.data_files import show_table, typed_table


def body_name(context: PageContext, body: str | None, order: Sequence[str]) -> str:
    """In the reader's language; ``order``: the bodies of the notice."""
    if body is None:
        return translate("awards.no_body")
    return i18n.catalogue_name(body, context.lang) if body in order else translate("awards.unknown_body", body=body)


def body_counts(context: PageContext, totals: AwardTotals, order: Sequence[str]) -> list[list[str | ReportCell]]:
    """By body, what its quota goes by; below it what counts for nobody."""
    rows: list[list[str | ReportCell]] = [
        [body_name(context, body, order), count(totals.by_body[body])] for body in _in_order(totals.by_body, order)
    ]
    return rows + ([[translate("awards.for_nobody"), count(totals.without_body)]] if totals.without_body else [])


def totals_by_body(
    context: PageContext, found: Mapping[tuple[str | None, int, str], int], tiers: Sequence[str], order: Sequence[str]
) -> None:
    """``order``: the bodies as in the notice; those that it does not name come after, and last the awards whose body
    the list does not say.
    """
    named = {body for body, _, _ in found if body}
    bodies: list[str | None] = [*_in_order(named, order), *([None] if any(key[0] is None for key in found) else [])]
    rows: list[list[str | ReportCell]] = []
    for body in bodies:
        name = body_name(context, body, order)
        years = sorted({key[1] for key in found if key[0] == body}, reverse=True)
        for year in years:
            counts = [found.get((body, year, tier), 0) for tier in tiers]
            rows.append([name, str(year), *map(count, [*counts, sum(counts)])])
        if len(years) > 1:
            counts = [sum(found.get((body, year, tier), 0) for year in years) for tier in tiers]
            rows.append([name, translate("awards.all_years"), *map(count, [*counts, sum(counts)])])
    named_tiers = [i18n.catalogue_name(tier, context.lang) for tier in tiers]
    columns = [translate("awards.body"), translate("awards.year"), *named_tiers, translate("awards.sum")]
    table = typed_table(columns, rows, numbers=range(2, len(columns)))
    show_table(context, About(translate("awards.by_body_year")), table, "by-body-year")


def _in_order(bodies: Collection[str], order: Sequence[str]) -> list[str]:
    return [body for body in order if body in bodies] + sorted(set(bodies) - set(order))
